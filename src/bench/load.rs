//! The load generator: connections that stay open, each with one request under way, made of bytes prepared before.
//!
//! No HTTP library in the loop. An answer that is not a success ends the run: a benchmark of refusals says nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::answer;
use super::histogram::Histogram;
use crate::clock::Stopwatch;

/// An answer that takes longer ends the run.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Requests, each known by its number.
pub trait Requests: Send + Sync + 'static {
    /// Writes request number `nth` to `out`, which is empty.
    fn write(&self, nth: u64, out: &mut Vec<u8>);
}

/// Where requests go, and over how many connections.
pub struct Load {
    pub address: SocketAddr,
    pub connections: u16,
}

/// What came of it.
#[derive(Default)]
pub struct Measured {
    pub done: u64,
    pub wall: Duration,
    pub latency: Histogram,
}

/// When a run ends: after a time or after a count, whatever comes first.
#[derive(Clone, Copy)]
struct Limit {
    time: Duration,
    count: u64,
}

impl Load {
    /// Sends requests for this long.
    pub async fn window(&self, requests: Arc<impl Requests>, time: Duration) -> anyhow::Result<Measured> {
        self.run(requests, Limit { time, count: u64::MAX }).await
    }

    /// Sends the first `count` requests, once each.
    pub async fn count(&self, requests: Arc<impl Requests>, count: u64) -> anyhow::Result<Measured> {
        self.run(requests, Limit { time: Duration::from_secs(3_600), count }).await
    }

    /// Sends one request and returns the whole answer.
    pub async fn ask(&self, requests: &impl Requests) -> anyhow::Result<Vec<u8>> {
        let mut connection = Connection::open(self.address).await?;
        requests.write(0, &mut connection.request);
        connection.exchange().await?;
        Ok(connection.answer)
    }

    async fn run(&self, requests: Arc<impl Requests>, limit: Limit) -> anyhow::Result<Measured> {
        let next = Arc::new(AtomicU64::new(0));
        let mut connections = Vec::with_capacity(usize::from(self.connections));
        for _ in 0..self.connections {
            connections.push(Connection::open(self.address).await?);
        }
        let watch = Stopwatch::start();
        let mut running = JoinSet::new();
        for connection in connections {
            running.spawn(connection.run(requests.clone(), next.clone(), limit));
        }
        let mut latency = Histogram::default();
        while let Some(done) = running.join_next().await {
            latency.add(&done.context("a connection's task died")??);
        }
        Ok(Measured { done: latency.total(), wall: watch.elapsed(), latency })
    }
}

struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect to the service under test")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Vec::with_capacity(8 * 1024), answer: Vec::with_capacity(8 * 1024) })
    }

    async fn run(
        mut self,
        requests: Arc<impl Requests>,
        next: Arc<AtomicU64>,
        limit: Limit,
    ) -> anyhow::Result<Histogram> {
        let (running, mut latency) = (Stopwatch::start(), Histogram::default());
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            if nth >= limit.count || running.elapsed() >= limit.time {
                return Ok(latency);
            }
            self.request.clear();
            requests.write(nth, &mut self.request);
            let one = Stopwatch::start();
            self.exchange().await?;
            latency.record(one.elapsed());
        }
    }

    /// Sends the request and reads its answer.
    async fn exchange(&mut self) -> anyhow::Result<()> {
        self.stream.write_all(&self.request).await?;
        let read = answer::read(&mut self.stream, &mut self.answer);
        let answer = tokio::time::timeout(ANSWER_WITHIN, read).await.context("no answer in time")??;
        if !(200..300).contains(&answer.status) {
            bail!("the service refused a request: {}", String::from_utf8_lossy(&self.answer));
        }
        Ok(())
    }
}

//! A process of this same program: the service under test, or the floor. Its processor time is its own.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use super::place::Place;
use crate::clock::Stopwatch;

const STARTS_WITHIN: Duration = Duration::from_secs(60);
const LOOKS_EVERY: Duration = Duration::from_millis(20);

/// Killed when dropped.
pub struct Child {
    process: std::process::Child,
    address: SocketAddr,
}

impl Child {
    /// Starts `kept` with these arguments and waits until it accepts connections.
    pub async fn start(place: &Place, arguments: &[&str]) -> anyhow::Result<Self> {
        let address = free_address()?;
        let log = place.file(&format!("{}.log", arguments.join("-").replace('/', "_")));
        let program = std::env::current_exe().context("this program cannot find itself")?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(place.environment(address));
        // Not the folder of the caller: it may have a `.env`.
        command.current_dir(place.dir());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
        let mut child = Self { process: command.spawn()?, address };
        let waiting = Stopwatch::start();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if child.process.try_wait()?.is_some() || waiting.elapsed() > STARTS_WITHIN {
                let said = fs::read_to_string(&log).unwrap_or_default();
                bail!("kept {} does not serve: {said}", arguments.join(" "));
            }
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        Ok(child)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Processor time that the process has taken so far, in user and kernel mode, all threads together.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        cpu_of(&self.process.id().to_string())
    }

    /// Memory that the process holds now, in MiB.
    pub fn memory_mib(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        Ok(kib.context("the system does not tell the memory of a process")? / 1024)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Processor time of this process.
pub fn own_cpu() -> anyhow::Result<Duration> {
    cpu_of("self")
}

/// proc(5): `utime` and `stime` are the 14th and 15th field, in hundredths of a second. The second field, the name, may
/// hold spaces and ends with the last parenthesis.
fn cpu_of(process: &str) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let ticks: u64 = ticks.sum::<Result<_, _>>().context("/proc/…/stat is not as proc(5) says")?;
    Ok(Duration::from_millis(ticks * 10))
}

/// A port that nobody listens on. Somebody else may take it first; then the start fails and says so.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

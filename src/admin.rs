//! The operators' side: metrics, on a listener of their own (`KEPT_ADMIN_LISTEN`) and never on the public port.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{HttpResponse, HttpServer, web};
use anyhow::Context;
use tokio::task::JoinHandle;

use crate::api::Services;
use crate::api::answer::{Raw, kinds};
use crate::auth::Public;
use crate::clock::Timestamp;
use crate::db::queue::{self, Snoozed, Wanted};
use crate::db::{DbError, jobs, processor_erasures, tickets};
use crate::error::{Code, Error};
use crate::metrics::CONTENT_TYPE;
use crate::routes::Table;
use crate::telemetry::{Stream, oldest_age};
use crate::tickets::State;

/// More than one who scrapes and one who looks are not expected.
const CONNECTIONS_MAX: usize = 16;

/// Every route of this listener.
pub fn table() -> Table {
    let mut table = Table::default();
    table.at("/metrics", |at| at.get(metrics));
    table
}

/// Takes the port. Done before anything else is opened, so that a port that is taken stops the start.
pub fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("KEPT_ADMIN_LISTEN: cannot listen on {address}"))
}

/// The listener at work.
pub struct Admin {
    port: u16,
    server: Server,
}

/// What ends it.
pub struct Running {
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
}

impl Admin {
    pub fn on(listener: TcpListener, services: web::Data<Services>) -> anyhow::Result<Self> {
        let port = listener.local_addr()?.port();
        let server = HttpServer::new(move || {
            actix_web::App::new().app_data(services.clone()).configure(|config| table().register(config))
        });
        let server = server.listen(listener)?.workers(1).max_connections(CONNECTIONS_MAX).disable_signals();
        Ok(Self { port, server: server.client_request_timeout(Duration::from_secs(10)).run() })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn run(self) -> Running {
        Running { handle: self.server.handle(), server: tokio::spawn(self.server) }
    }
}

impl Running {
    pub async fn stop(self) {
        self.handle.stop(false).await;
        if let Ok(Err(error)) = self.server.await {
            tracing::warn!(%error, "the listener for metrics ended with an error");
        }
    }
}

async fn metrics(_: Public, services: web::Data<Services>) -> Result<Raw<kinds::Text>, Error> {
    look(&services).await;
    let text = services.metrics.render().map_err(|error| Error::new(Code::Internal).because(error))?;
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(text).into())
}

/// What other processes change too is looked at when it is asked for.
async fn look(services: &Services) {
    let dead = services.main.read(|conn| Ok::<_, DbError>(jobs::count_dead(conn)?)).await;
    services.metrics.dead_jobs(dead.ok().and_then(|count| count.try_into().ok()));
    let now = services.clock.now();
    let silent =
        services.main.read(move |conn| Ok::<_, DbError>(processor_erasures::count_silent(conn, now)?));
    services.metrics.processors_silent(silent.await.ok().and_then(|count| count.try_into().ok()));
    let overdue = services.audit.overdue_downloads().await;
    services.metrics.downloads_overdue(overdue.ok().and_then(|count| count.try_into().ok()));
    let unanswered =
        services.main.read(move |conn| Ok::<_, DbError>(tickets::count_unanswered(conn, now.into())?));
    services.metrics.answers_overdue(unanswered.await.ok().and_then(|count| count.try_into().ok()));
    look_at_queues(services, now).await;
    let stuck = services.moves.stuck().await;
    services.metrics.moves_stuck(stuck.ok().and_then(|count| count.try_into().ok()));
    for stream in Stream::ALL {
        let (dir, now) = (services.settings.log_dir.clone(), services.clock.now());
        let age = tokio::task::spawn_blocking(move || oldest_age(&dir, now, stream)).await;
        let age = age.ok().and_then(Result::ok).map(Option::unwrap_or_default);
        services.metrics.oldest_log_line(stream.as_str(), age);
    }
}

/// How much work there is, of staff and of the worker.
async fn look_at_queues(services: &Services, now: Timestamp) {
    let wanted = Wanted { snoozed: Snoozed::Too, ..Wanted::default() };
    let counted = services.main.read(move |conn| Ok::<_, DbError>(queue::count_by_state(conn, &wanted)?));
    let counted = counted.await.ok();
    for state in State::ALL {
        let count = counted.as_ref().map(|counted| {
            counted.iter().find(|(word, _)| word == state.as_str()).map_or(0, |(_, count)| *count)
        });
        services.metrics.tickets(state.as_str(), count.and_then(|count| count.try_into().ok()));
    }
    let due = services.main.read(move |conn| Ok::<_, DbError>(jobs::count_due(conn, now)?)).await;
    services.metrics.jobs_due(due.ok().and_then(|count| count.try_into().ok()));
}

//! `kept work`: runs jobs only.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::app::{self, Databases};
use crate::config::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::PrepareSqlite).await?;
    let worker = app::worker(&services);
    worker.schedule_recurring().await?;
    let (stop, stopped) = watch::channel(false);
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let wake = services.wake.clone();
    tracing::info!("working");
    let working = tokio::spawn(async move { worker.run_until(stopped, wake).await });
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    // The job under way is finished; its lease would otherwise keep it for minutes.
    stop.send(true)?;
    working.await?;
    tracing::info!("stopped");
    Ok(())
}

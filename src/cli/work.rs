//! `kept work`: runs jobs only.

use clap::Args;
use serde_json::json;
use tokio::sync::watch;

use super::output;
use crate::app::{self, Databases, StopSignal};
use crate::config::Settings;

#[derive(Args)]
pub struct Arguments {
    /// Print one line of JSON on standard output once jobs are run: working.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::PrepareSqlite).await?;
    let worker = app::worker(&services);
    worker.schedule_recurring().await?;
    let (stop, stopped) = watch::channel(false);
    let mut signal = StopSignal::listen()?;
    let wake = services.wake.clone();
    if arguments.json {
        output::json_line(&json!({ "working": true }))?;
    }
    tracing::info!("working");
    let working = tokio::spawn(async move { worker.run_until(stopped, wake).await });
    signal.received().await;
    // The job under way is finished; its lease would otherwise keep it for minutes.
    stop.send(true)?;
    working.await?;
    tracing::info!("stopped");
    Ok(())
}

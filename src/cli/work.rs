//! `kept work`: runs jobs only.

use actix_web::web;
use clap::Args;
use serde_json::json;
use tokio::sync::watch;

use super::output;
use crate::admin::{self, Admin};
use crate::app::{self, Databases, StopSignal};
use crate::config::Settings;

#[derive(Args)]
pub struct Arguments {
    /// Print one line of JSON on standard output once jobs are run: working, adminPort.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let listener = admin::bind(settings.admin_listen)?;
    let services = web::Data::new(app::open_services(settings, Databases::PrepareSqlite).await?);
    app::prune_logs(&services);
    let admin = Admin::on(listener, services.clone())?;
    let worker = app::worker(&services);
    worker.schedule_recurring().await?;
    let (stop, stopped) = watch::channel(false);
    let mut signal = StopSignal::listen()?;
    let wake = services.wake.clone();
    let admin_port = admin.port();
    if arguments.json {
        output::json_line(&json!({ "working": true, "adminPort": admin_port }))?;
    }
    tracing::info!(admin_port, "working");
    let admin = admin.run();
    let working = tokio::spawn(async move { worker.run_until(stopped, wake).await });
    signal.received().await;
    // The job under way is finished; its lease would otherwise keep it for minutes.
    stop.send(true)?;
    working.await?;
    admin.stop().await;
    tracing::info!("stopped");
    Ok(())
}

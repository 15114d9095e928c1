//! `kept serve`: answers requests and runs jobs.

use clap::Args;
use serde_json::json;

use super::output;
use crate::app::{App, StopSignal};
use crate::config::Settings;

#[derive(Args)]
pub struct Arguments {
    /// Print one line of JSON on standard output once requests are answered: port, adminPort, baseUrl.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let base_url = settings.base_url.to_string();
    let app = App::build(settings).await?;
    let signal = StopSignal::listen()?;
    if arguments.json {
        output::json_line(&json!({
            "port": app.port(), "adminPort": app.admin_port(), "baseUrl": base_url
        }))?;
    }
    tracing::info!(port = app.port(), admin_port = app.admin_port(), base_url, "serving");
    app.run_until_stopped(signal).await?;
    tracing::info!("stopped");
    Ok(())
}

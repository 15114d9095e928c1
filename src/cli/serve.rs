//! `kept serve`: answers requests and runs jobs.

use crate::app::{App, StopSignal};
use crate::config::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let base_url = settings.base_url.to_string();
    let app = App::build(settings).await?;
    let signal = StopSignal::listen()?;
    tracing::info!(port = app.port(), base_url, "serving");
    app.run_until_stopped(signal).await?;
    tracing::info!("stopped");
    Ok(())
}

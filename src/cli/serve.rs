//! `kept serve`: answers requests and runs jobs.

use crate::app::App;
use crate::config::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let base_url = settings.base_url.to_string();
    let app = App::build(settings).await?;
    tracing::info!(port = app.port(), base_url, "serving");
    app.run_until_stopped().await?;
    tracing::info!("stopped");
    Ok(())
}

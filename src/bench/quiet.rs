//! `kept serve` without any log: the difference is what logging costs.

use crate::app::{App, StopSignal};
use crate::config::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let app = App::build(settings).await?;
    app.run_until_stopped(StopSignal::listen()?).await
}

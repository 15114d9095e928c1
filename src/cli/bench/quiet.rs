//! `kept serve` without any log: the difference is what logging costs.

use crate::app::App;
use crate::config::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<()> {
    App::build(settings).await?.run_until_stopped().await
}

//! `kept serve`: answers requests and runs jobs.

use clap::Args;
use serde_json::json;

use super::output;
use crate::api::Services;
use crate::app::{App, StopSignal};
use crate::config::Settings;
use crate::db::{DbError, policy_versions};

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
    warn_if_unpublished(&app.services()).await?;
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

/// Customers can read what is obeyed, but the archive does not have it, and nobody was told of what changed.
async fn warn_if_unpublished(services: &Services) -> anyhow::Result<()> {
    let policy = services.policy.version().as_str().to_owned();
    let version = policy.clone();
    let find = move |conn: &mut _| Ok::<_, DbError>(policy_versions::by_version(conn, &version)?);
    match services.main.read(find).await? {
        None => {
            tracing::warn!(policy, "the policy in force was never published; `kept policy publish` does it")
        }
        Some(_) if services.policy.document().effective > services.clock.now().day() => {
            tracing::warn!(policy, "the policy in force is published for a later day, and obeyed already");
        }
        Some(_) => {}
    }
    Ok(())
}

//! `kept tenants join`: an operator has found out whose an installation is.

use clap::Args;
use serde_json::json;

use super::super::output;
use super::find;
use crate::api::Services;

#[derive(Args)]
pub struct Join {
    /// The installation's id under Forge, as `kept tenants show` has it.
    installation: String,
    /// The tenant that it belongs to: its clientKey, or our own id of it.
    tenant: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn join(services: &Services, arguments: &Join) -> anyhow::Result<()> {
    let into = find(services, &arguments.tenant).await?.tenant.id;
    let joined = services.tenancy.join_split(&arguments.installation, into).await?;
    let (from, former_due_at) = (joined.from, joined.former_due_at);
    if arguments.json {
        return output::json(&json!({ "from": from, "into": into, "formerDueAt": former_due_at }));
    }
    output::line(&format!("the installation leads to tenant {into} now, and no longer to {from}"))?;
    match former_due_at {
        Some(at) => output::line(&format!("the data of tenant {from} is due to go at {at}")),
        None => output::line(&format!("tenant {from} stays: it has another name")),
    }
}

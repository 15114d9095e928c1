//! `kept tenants end` and `kept tenants erase`: what an operator may set about a tenant's leaving.

use std::io::{IsTerminal, stdin};

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::super::output;
use super::find;
use crate::api::Services;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::tenancy::early_erasure::ErasurePreview;
use crate::tenancy::summary::ClassSummary;

const REASON_MAX: usize = 500;

#[derive(Args)]
pub struct End {
    /// The product's clientKey of the installation, its id under Forge, or our own id of it.
    tenant: String,
    /// When it ends: a day such as 2027-05-31, which means its beginning in UTC, or an RFC 3339 time.
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Timestamp,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Erase {
    /// The product's clientKey of the installation, its id under Forge, or our own id of it.
    tenant: String,
    /// Why, for the record of what operators did. It is kept sealed.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Do not ask. Needed where there is no terminal to ask on.
    #[arg(long)]
    yes: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn end(services: &Services, arguments: &End) -> anyhow::Result<()> {
    let id = find(services, &arguments.tenant).await?.tenant.id;
    let tenant = services.tenancy.end_subscription(id, arguments.on).await?;
    if arguments.json {
        let (state, due_at) = (tenant.state(), tenant.due_at());
        return output::json(&json!({ "id": id, "state": state, "endsAt": tenant.ends_at, "dueAt": due_at }));
    }
    output::line(&format!("the subscription of tenant {id} ends on {}", arguments.on))
}

pub async fn erase(services: &Services, arguments: &Erase) -> anyhow::Result<()> {
    let id = find(services, &arguments.tenant).await?.tenant.id;
    let Some(preview) = services.tenancy.preview_erasure(id).await? else { bail!("the tenant is gone") };
    if !arguments.json {
        show(id, &preview)?;
    }
    if !arguments.yes && !is_confirmed(id)? {
        bail!("nothing was done; the data stays");
    }
    let due_at = services.tenancy.erase_by_operator(id, &arguments.reason).await?;
    if arguments.json {
        let classes: Vec<_> = preview.classes.iter().map(count).collect();
        return output::json(&json!({ "id": id, "dueAt": due_at, "classes": classes }));
    }
    output::line(&format!("the data of tenant {id} is due to go at {due_at}"))
}

fn count(class: &ClassSummary) -> serde_json::Value {
    json!({ "class": class.class, "records": class.records })
}

fn show(id: Id, preview: &ErasurePreview) -> anyhow::Result<()> {
    let row = |class: &ClassSummary| [class.class.to_string(), class.records.to_string()];
    let rows: Vec<_> = preview.classes.iter().map(row).collect();
    output::table(["class", "records"], &rows)?;
    output::line(&format!("all of this, of tenant {id}, would be due to go at {}", preview.due_at))
}

/// Asks on the terminal for the tenant's id. Without a terminal somebody must have said so before.
fn is_confirmed(id: Id) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!("there is no terminal to ask on; add --yes to erase this tenant's data");
    }
    output::note("Type the tenant's id to have its data erased:")?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(answer.trim() == id.to_string())
}

fn date(text: &str) -> Result<Timestamp, String> {
    let is_day = text.len() == "2027-05-31".len();
    let time = if is_day { format!("{text}T00:00:00Z") } else { text.to_owned() };
    time.parse()
        .map_err(|_| "expected a day such as 2027-05-31 or a time such as 2027-05-31T12:00:00Z".to_owned())
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_fine = !text.is_empty() && text.chars().count() <= REASON_MAX;
    if is_fine { Ok(text.to_owned()) } else { Err(format!("expected 1 to {REASON_MAX} letters")) }
}

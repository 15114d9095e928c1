//! `kept consents export`: who agreed to what, and to which version of the statement. No report's text is in it, and no name.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{output, tenants};
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::consents::{self, LedgerRow};
use crate::db::{Db, DbError, Id};

const AT_ONCE: i64 = 1_000;

#[derive(Subcommand)]
pub enum ConsentsCommand {
    /// Print the ledger of consents to problem reports: for each the installation, the number of the report, what was agreed to,
    /// under which version of the statement, when, when it was taken back, and until when this is kept.
    ///
    /// Consents go with their report, so those of reports that are gone are not in it; nor are those of reports that wait for
    /// an administrator of their site.
    Export(Export),
}

#[derive(Args)]
pub struct Export {
    /// Of this installation alone: the product's clientKey of it, its id under Forge, or our own id of it.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, command: ConsentsCommand) -> anyhow::Result<()> {
    let ConsentsCommand::Export(arguments) = command;
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let tenant = match &arguments.tenant {
        Some(name) => Some(tenants::find(&services, name).await?.tenant.id),
        None => None,
    };
    let ledger = all(&services.main, tenant).await?;
    if arguments.json {
        return output::json(&ledger.iter().map(line).collect::<Vec<_>>());
    }
    let cells = |row: &LedgerRow| {
        let day = |at: crate::db::Millis| Timestamp::from(at).to_string();
        [
            row.tenant_id.to_string(),
            row.number.clone().unwrap_or_else(|| "-".to_owned()),
            row.item.clone(),
            row.statement_version.to_string(),
            day(row.given_at),
            row.withdrawn_at.map_or_else(|| "-".to_owned(), day),
            day(row.expires_at),
        ]
    };
    let rows: Vec<_> = ledger.iter().map(cells).collect();
    output::table(["tenant", "report", "consent", "statement", "given", "taken back", "kept until"], &rows)
}

async fn all(main: &Db, tenant: Option<Id>) -> anyhow::Result<Vec<LedgerRow>> {
    let (mut all, mut after) = (Vec::new(), Id::NONE);
    loop {
        let page =
            main.read(move |conn| Ok::<_, DbError>(consents::ledger(conn, tenant, after, AT_ONCE)?)).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = last.id;
        all.extend(page);
    }
}

fn line(row: &LedgerRow) -> serde_json::Value {
    json!({
        "tenant": row.tenant_id,
        "report": row.number,
        "consent": row.item,
        "statementVersion": row.statement_version,
        "givenAt": Timestamp::from(row.given_at),
        "withdrawnAt": row.withdrawn_at.map(Timestamp::from),
        "keptUntil": Timestamp::from(row.expires_at),
    })
}

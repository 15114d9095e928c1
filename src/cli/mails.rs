//! `kept mails list`: what became of the mails that the service sent, or tried to.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{output, tenants};
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::DbError;
use crate::db::mail_log::{self, LoggedMail};

#[derive(Subcommand)]
pub enum MailsCommand {
    /// List notices to contacts and mails about reports, the newest first: for which installation, of what kind, about which report,
    /// and whether the mail server took it. No address and no text is in it.
    ///
    /// `undeliverable` is what a mail server refused for good. A bounce that comes back later as a mail of its own is seen by
    /// whoever reads the mailbox of KEPT_MAIL_FROM, and not here.
    List(List),
}

#[derive(Args)]
pub struct List {
    /// Of this installation alone: the product's clientKey of it, its id under Forge, or our own id of it.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Those alone that reached nobody: refused, without anybody to write to, or dropped with a mistyped address.
    #[arg(long)]
    failed: bool,
    /// How many there may be.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, command: MailsCommand) -> anyhow::Result<()> {
    let MailsCommand::List(arguments) = command;
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let tenant = match &arguments.tenant {
        Some(name) => Some(tenants::find(&services, name).await?.tenant.id),
        None => None,
    };
    let (failed, limit) = (arguments.failed, arguments.limit);
    let read =
        services.main.read(move |conn| Ok::<_, DbError>(mail_log::newest(conn, tenant, failed, limit)?));
    let mails = read.await?;
    if arguments.json {
        return output::json(&mails.iter().map(line).collect::<Vec<_>>());
    }
    let rows: Vec<_> = mails.iter().map(cells).collect();
    output::table(["planned", "settled", "tenant", "about", "kind", "report", "state"], &rows)
}

fn cells(mail: &LoggedMail) -> [String; 7] {
    let dash = || "-".to_owned();
    [
        Timestamp::from(mail.recorded_at).to_string(),
        mail.settled_at.map_or_else(dash, |at| Timestamp::from(at).to_string()),
        mail.tenant_id.to_string(),
        mail.about.clone(),
        mail.kind.clone(),
        mail.number.clone().unwrap_or_else(dash),
        mail.state.clone(),
    ]
}

fn line(mail: &LoggedMail) -> serde_json::Value {
    json!({
        "id": mail.id,
        "tenant": mail.tenant_id,
        "about": mail.about,
        "kind": mail.kind,
        "report": mail.number,
        "state": mail.state,
        "plannedAt": Timestamp::from(mail.recorded_at),
        "settledAt": mail.settled_at.map(Timestamp::from),
    })
}

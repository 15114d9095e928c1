//! `kept jobs list`, `kept jobs run` and `kept jobs retry`.

use anyhow::bail;
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;

use super::output;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::jobs::{self as queue, JobRow};
use crate::db::{DbError, Id};

const LIST_MAX: i64 = 10_000;

#[derive(Subcommand)]
pub enum JobsCommand {
    /// List jobs, the earliest due first, 10 000 at most. A held job waits for a version of Kept that can run it.
    List {
        /// Print a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Run everything that is due now, then end.
    Run {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a dead job due again.
    Retry {
        /// The job's id, as `jobs list` shows it.
        id: Id,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    id: Id,
    kind: String,
    /// `queued`, `running`, `dead`, or `held`: no handler for its kind, so it is neither run nor counted.
    state: String,
    tenant_id: Option<Id>,
    generation: i64,
    discriminator: String,
    run_at: Timestamp,
    attempts: i32,
    last_error: Option<String>,
}

impl From<JobRow> for View {
    fn from(row: JobRow) -> Self {
        let has_handler = app::has_handler(&row.kind);
        Self {
            id: row.id,
            state: if has_handler { row.state } else { "held".to_owned() },
            kind: row.kind,
            tenant_id: (row.tenant_id != Id::NONE).then_some(row.tenant_id),
            generation: row.generation,
            discriminator: row.discriminator,
            run_at: row.run_at.into(),
            attempts: row.attempts,
            last_error: row.last_error,
        }
    }
}

pub async fn run(settings: Settings, command: JobsCommand) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    match command {
        JobsCommand::List { json } => list(&services, json).await,
        JobsCommand::Run { json } => run_due(&services, json).await,
        JobsCommand::Retry { id, json } => retry(&services, id, json).await,
    }
}

async fn list(services: &Services, json: bool) -> anyhow::Result<()> {
    let rows = services.main.read(|conn| Ok::<_, DbError>(queue::list(conn, LIST_MAX)?)).await?;
    let views: Vec<View> = rows.into_iter().map(View::from).collect();
    if json {
        return output::json(&views);
    }
    let rows: Vec<_> = views.iter().map(row).collect();
    output::table(["id", "kind", "about", "state", "tenant", "run at", "attempts", "last error"], &rows)
}

fn row(view: &View) -> [String; 8] {
    let dash = || "-".to_owned();
    [
        view.id.to_string(),
        view.kind.clone(),
        if view.discriminator.is_empty() { dash() } else { view.discriminator.clone() },
        view.state.clone(),
        view.tenant_id.map_or_else(dash, |id| id.to_string()),
        view.run_at.to_string(),
        view.attempts.to_string(),
        view.last_error.clone().unwrap_or_else(dash),
    ]
}

async fn run_due(services: &Services, json: bool) -> anyhow::Result<()> {
    let ran = app::worker(services).drain().await?;
    if json { output::json(&json!({ "ran": ran })) } else { output::line(&format!("{ran} jobs ran")) }
}

async fn retry(services: &Services, id: Id, json: bool) -> anyhow::Result<()> {
    let now = services.clock.now();
    if !services.main.write(move |tx| Ok::<_, DbError>(queue::revive(tx, id, now)?)).await? {
        bail!("no dead job with id {id}; `kept jobs list` shows them");
    }
    if json {
        output::json(&json!({ "id": id, "state": "queued" }))
    } else {
        output::line(&format!("job {id} is due now"))
    }
}

//! `kept moves list`, `show` and `abandon`: sites on their way to another region, or from one.

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::Serialize;

use super::output;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::Id;
use crate::db::moves::MoveRow;

const SHOWN_MAX: i64 = 1_000;

#[derive(Subcommand)]
pub enum MovesCommand {
    /// List moves, the newest first, 1 000 at most.
    ///
    /// The stages from here are scheduled, holding, copying, ready, committing, committed and done; those to here are receiving,
    /// arrived and live. A move that came to nothing is dropping until no copy is left, and dropped then.
    List {
        /// Print a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Show one move.
    Show {
        /// The move's id, as `moves list` shows it.
        id: Id,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Give a move up that is not committed: the site goes on where it was, and the copy goes.
    Abandon {
        /// The move's id, as `moves list` shows it.
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
    tenant_id: Id,
    /// `source` where the site goes from here, `target` where it comes here.
    role: String,
    region: String,
    stage: String,
    changed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_at: Option<Timestamp>,
    /// By when it should be over.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline_at: Option<Timestamp>,
    pages: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

pub async fn run(settings: Settings, command: MovesCommand) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    match command {
        MovesCommand::List { json } => list(&services, json).await,
        MovesCommand::Show { id, json } => show(&services, id, json).await,
        MovesCommand::Abandon { id, json } => abandon(&services, id, json).await,
    }
}

impl From<MoveRow> for View {
    fn from(row: MoveRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            role: row.role,
            region: row.peer,
            stage: row.stage,
            changed_at: row.changed_at.into(),
            held_at: row.held_at.map(Into::into),
            deadline_at: row.deadline_at.map(Into::into),
            pages: row.position,
            failure: row.failure,
        }
    }
}

impl View {
    fn row(&self) -> [String; 6] {
        let way = if self.role == "source" {
            format!("to {}", self.region)
        } else {
            format!("from {}", self.region)
        };
        [
            self.id.to_string(),
            self.tenant_id.to_string(),
            way,
            self.stage.clone(),
            self.changed_at.to_string(),
            self.failure.clone().unwrap_or_default(),
        ]
    }
}

async fn list(services: &Services, json: bool) -> anyhow::Result<()> {
    let found: Vec<View> = services.moves.list(SHOWN_MAX).await?.into_iter().map(View::from).collect();
    if json { output::json(&found) } else { table(&found) }
}

async fn show(services: &Services, id: Id, json: bool) -> anyhow::Result<()> {
    let found = services.moves.by_id(id).await?.context("there is no move with this id")?;
    let found = View::from(found);
    if json { output::json(&found) } else { table(&[found]) }
}

async fn abandon(services: &Services, id: Id, json: bool) -> anyhow::Result<()> {
    if services.moves.by_id(id).await?.is_none() {
        bail!("there is no move with this id");
    }
    services.moves.abandon(id).await.map_err(anyhow::Error::new)?;
    show(services, id, json).await
}

fn table(found: &[View]) -> anyhow::Result<()> {
    let rows: Vec<_> = found.iter().map(View::row).collect();
    output::table(["move", "tenant", "way", "stage", "since", "why"], &rows)
}

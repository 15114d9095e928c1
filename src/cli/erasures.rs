//! `kept erasures list`, `pause`, `resume` and `acknowledge`: what holds erasures and why, and who has not confirmed one.

mod confirmations;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::brakes::{Brake, Engaged};
use crate::db::due::{self, UnderWay};
use crate::db::{DbError, Id};

const SHOWN_MAX: i64 = 100;
const ACTIONS_MAX: i64 = 10;

#[derive(Subcommand)]
pub enum ErasuresCommand {
    /// Show which brakes hold erasures, which erasures are under way, which processors have not confirmed one, and what
    /// operators did lately.
    ///
    /// The brakes are: `paused` (an operator's, never past the date that a customer was promised), and three that engage by
    /// themselves and hold until `kept erasures resume`: `clock` (the clock jumped), `suspicions` (too many tenants seemed
    /// to have left within a day) and `erasures` (too many began within a day).
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Hold all erasures until `resume`, but none past the date by which the customer was promised it.
    Pause(WithReason),
    /// Let go of every brake, believe the clock as it is now, and go on.
    ///
    /// Look first: at the clock of this machine, and at what `kept erasures list` and `kept due` say.
    Resume(WithReason),
    /// Record that a processor has confirmed an erasure by letter: what its link in the mail would have done.
    ///
    /// A supplement of the receipt says so. It cannot be taken back.
    Acknowledge(confirmations::Acknowledgement),
}

#[derive(Args)]
pub struct WithReason {
    /// Why, for the record of what operators do. It is kept sealed.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// A brake as machines read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BrakeView {
    brake: &'static str,
    engaged_at: Timestamp,
    explanation: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnderWayView {
    tenant_id: Id,
    step: String,
    reason: String,
    frozen_at: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActionView {
    at: Timestamp,
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    reason: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    brakes: Vec<BrakeView>,
    under_way: Vec<UnderWayView>,
    pending: Vec<confirmations::PendingView>,
    actions: Vec<ActionView>,
}

pub async fn run(settings: Settings, command: ErasuresCommand) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    match command {
        ErasuresCommand::List { json } => list(&services, json).await,
        ErasuresCommand::Pause(arguments) => pause(&services, &arguments).await,
        ErasuresCommand::Resume(arguments) => resume(&services, &arguments).await,
        ErasuresCommand::Acknowledge(arguments) => confirmations::acknowledge(&services, &arguments).await,
    }
}

/// The brakes that are engaged, explained.
pub async fn brakes(services: &Services) -> anyhow::Result<Vec<BrakeView>> {
    Ok(services.tenancy.brakes().await?.iter().map(BrakeView::from).collect())
}

impl From<&Engaged> for BrakeView {
    fn from(engaged: &Engaged) -> Self {
        let Engaged { brake, at, measure } = engaged;
        let explanation = match brake {
            Brake::Paused => "an operator paused erasures".to_owned(),
            Brake::Clock => {
                let hours = measure / 3_600_000;
                format!("the clock was {hours} h away from when it was last looked at")
            }
            Brake::Suspicions => format!("{measure} tenants would have been suspected within a day"),
            Brake::Erasures => format!("{measure} erasures would have begun within a day"),
        };
        Self { brake: brake.as_str(), engaged_at: *at, explanation }
    }
}

impl BrakeView {
    /// One line for people.
    pub fn line(&self) -> String {
        format!("{} since {}: {}", self.brake, self.engaged_at, self.explanation)
    }
}

async fn list(services: &Services, json: bool) -> anyhow::Result<()> {
    let under_way = services.main.read(|conn| Ok::<_, DbError>(due::under_way(conn, SHOWN_MAX)?)).await?;
    let actions = services.tenancy.operator_actions(ACTIONS_MAX).await.map_err(anyhow::Error::new)?;
    let view = View {
        brakes: brakes(services).await?,
        under_way: under_way.into_iter().map(UnderWayView::from).collect(),
        pending: confirmations::pending(services).await?,
        actions: actions
            .into_iter()
            .map(|done| ActionView {
                at: done.at,
                action: done.action,
                tenant_id: done.tenant,
                reason: done.reason,
            })
            .collect(),
    };
    if json { output::json(&view) } else { print(&view) }
}

impl From<UnderWay> for UnderWayView {
    fn from(UnderWay { tenant, step, reason, frozen_at }: UnderWay) -> Self {
        Self { tenant_id: tenant, step, reason, frozen_at }
    }
}

fn print(view: &View) -> anyhow::Result<()> {
    if view.brakes.is_empty() {
        output::line("no brake holds erasures")?;
    }
    for brake in &view.brakes {
        output::line(&brake.line())?;
    }
    output::line("")?;
    let rows: Vec<_> = view
        .under_way
        .iter()
        .map(|one| {
            [one.tenant_id.to_string(), one.step.clone(), one.reason.clone(), one.frozen_at.to_string()]
        })
        .collect();
    output::table(["under way", "step", "reason", "since"], &rows)?;
    output::line("")?;
    let rows: Vec<_> = view.pending.iter().map(confirmations::PendingView::row).collect();
    output::table(["not confirmed", "by", "until", "state"], &rows)?;
    output::line("")?;
    let rows: Vec<_> = view
        .actions
        .iter()
        .map(|done| [done.at.to_string(), done.action.clone(), done.reason.clone()])
        .collect();
    output::table(["at", "action", "reason"], &rows)
}

async fn pause(services: &Services, arguments: &WithReason) -> anyhow::Result<()> {
    services.tenancy.pause_erasures(&arguments.reason).await.map_err(anyhow::Error::new)?;
    if arguments.json {
        return output::json(&serde_json::json!({ "paused": true }));
    }
    output::line("erasures are paused, each of them until its promised date at the latest")
}

async fn resume(services: &Services, arguments: &WithReason) -> anyhow::Result<()> {
    let now = services.clock.now();
    let released = services.tenancy.resume_erasures(&arguments.reason).await.map_err(anyhow::Error::new)?;
    // A clock that was ahead has put recurring work far away.
    app::worker(services).schedule_recurring().await?;
    let released: Vec<BrakeView> = released.iter().map(BrakeView::from).collect();
    if arguments.json {
        return output::json(&serde_json::json!({ "released": released, "now": now }));
    }
    for brake in &released {
        output::line(&format!("let go of {}", brake.line()))?;
    }
    output::line(&format!("erasures go on; it is {now}"))
}

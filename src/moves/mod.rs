//! A tenant moves to the deployment of another region, with everything that is stored of it: its rows as they are, its keys wrapped
//! anew, its dates and its numbers unchanged.
//!
//! While it moves nothing is written for it (`db::tenants::Held`), here or there: the product is down for that time, events are
//! refused in a way that makes the product send them again, and what is due is done afterwards, by whoever has the tenant then. So
//! both sides can compare what they have, and going back is to let go. The source pushes, page by page, each numbered and stored in
//! one transaction with its number; whoever is killed goes on from the last one. The copy is asleep until the other side is told that
//! it lives there: no name leads to it, no job of it runs, nothing of it expires.
//!
//! | file | what it is |
//! |---|---|
//! | `state.rs` | the stages, as a pure function |
//! | `plan.rs` | what goes along, by the data map |
//! | `wire.rs`, `peer.rs` | what is said, and to whom |
//! | `planning.rs` | whether it is possible, before anything begins |
//! | `source.rs`, `target.rs` | both sides of it |
//! | `links.rs` | where links lead that were mailed before |
//! | `digest.rs`, `comparing.rs` | what both compare, and when |

mod comparing;
mod digest;
mod here;
mod links;
mod peer;
mod plan;
mod planning;
mod source;
pub mod state;
mod target;
mod wire;

use std::sync::Arc;

use crate::clock::{Clock, Timestamp};
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::moves::{self as rows, MoveRow, Role, Stage};
use crate::db::{Conn, Db, DbError, Id, tenants};
use crate::erasure::{EraseError, Eraser};
use crate::error::{Code, Error};
use crate::policy::datamap::DataMap;
use crate::policy::{ClassName, Policy};
use crate::tenancy::Tenancy;
use crate::tenancy::moving::let_go;
use crate::vault::{Label, Vault, VaultError};
pub use here::{Here, HereError, Peer};
pub use links::Leads;
pub use peer::SESSION;
use peer::{PeerError, Talks};
pub use plan::{Plan, Undecided};
use state::{Event, HOLDING, OVER};
use target::Heard;

const MIGRATION: Label = Label("move.migration");
const NAME: Label = Label("move.migration.name");
/// Moves from here that hold their tenants at the same time.
pub const AT_ONCE: i64 = 4;
/// Moves that are taken up again at once.
const FORGOTTEN_MAX: i64 = 500;
/// Nothing that is left here is shown to anybody, but for so long its callers are still known: the product may say once more that
/// it has switched over, and who comes late is told where to go.
pub const LINGER: std::time::Duration = std::time::Duration::from_secs(300);

/// Tenants that move. Cheap to clone.
#[derive(Clone)]
pub struct Moves(Arc<Inner>);

struct Inner {
    db: Db,
    vault: Vault,
    tenancy: Tenancy,
    eraser: Eraser,
    policy: Arc<Policy>,
    clock: Clock,
    plan: Plan,
    here: Option<Here>,
    talks: Talks,
    heard: Heard,
}

/// A move that the product plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The product's name for it.
    pub migration: String,
    /// The region.
    pub to: String,
    pub ends_at: Timestamp,
}

/// How a move stands, for whoever asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Scheduled,
    UnderWay,
    Ready,
    Committed,
    /// Taken back.
    Undone,
    Failed,
}

/// What is to be done next about a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Over,
    Again(Timestamp),
}

#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error(transparent)]
    Erase(#[from] EraseError),
    #[error("{}", .0.log_line())]
    Failed(Error),
    #[error("a row of a move that no version of this program wrote")]
    Unreadable,
}

impl From<diesel::result::Error> for MoveError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<Error> for MoveError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<MoveError> for Error {
    #[track_caller]
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::Database(error) => error.into(),
            MoveError::Vault(error) => error.into(),
            MoveError::Failed(error) => error,
            other => Self::new(Code::Unavailable).because(other),
        }
    }
}

impl Moves {
    pub fn new(
        db: Db,
        tenancy: &Tenancy,
        vault: Vault,
        eraser: Eraser,
        clock: Clock,
        here: Option<Here>,
    ) -> anyhow::Result<Self> {
        let plan = Plan::of(DataMap::builtin()?)?;
        Ok(Self(Arc::new(Inner {
            db,
            vault,
            policy: tenancy.shared_policy(),
            tenancy: tenancy.clone(),
            eraser,
            clock,
            plan,
            here,
            talks: Talks::default(),
            heard: Heard::default(),
        })))
    }

    /// Whether this deployment moves tenants at all.
    pub fn here(&self) -> Option<&Here> {
        self.0.here.as_ref()
    }

    /// A move is planned: says whether it is possible. Asking twice is asking once.
    pub async fn schedule(&self, tenant: Id, planned: &Planned) -> Result<(), Error> {
        let here = self.here().ok_or_else(|| Error::new(Code::MovesNotSupported))?;
        if here.peer(&planned.to).is_none() {
            return Err(Error::new(Code::MoveRegionNotSupported));
        }
        if !self.0.vault.may_travel(tenant).await? {
            return Err(Error::new(Code::MovesNotSupported)
                .with_detail("What is stored of this site is older than moves to other regions."));
        }
        let now = self.0.clock.now();
        if planned.ends_at <= now {
            return Err(Error::new(Code::MoveFailed).with_detail("The window of this move is over."));
        }
        let row = self.row(tenant, planned, now);
        if self.is_new(&row).await? {
            self.ask_peer(&row).await?;
        }
        self.0.db.write(move |tx| schedule(tx, row, now)).await
    }

    /// Whether nobody has planned this move yet, nor another one of its tenant that is not over.
    async fn is_new(&self, row: &MoveRow) -> Result<bool, Error> {
        let (tenant, index, id) = (row.tenant_id, row.migration_index.clone(), row.id);
        let found = self.0.db.read(move |conn| {
            let known = rows::by_migration(conn, &index)?.is_some();
            Ok::<_, DbError>(!known && rows::others_open(conn, tenant, id, &OVER)? == 0)
        });
        Ok(found.await?)
    }

    /// The product is down: nothing is written for the tenant from now on.
    pub async fn start(&self, tenant: Id, migration: &str) -> Result<(), Error> {
        let here = self.here().ok_or_else(|| Error::new(Code::MovesNotSupported))?;
        let (index, now) = (self.index(tenant, migration), self.0.clock.now());
        let deadline = now.plus(here.max);
        self.0.db.write(move |tx| start(tx, tenant, &index, now, deadline)).await
    }

    /// How the move of this name stands; `None` when there is none of this tenant.
    pub async fn standing(&self, tenant: Id, migration: &str) -> Result<Option<Standing>, Error> {
        Ok(self.find(tenant, migration).await?.and_then(|row| standing(&row)))
    }

    /// The product has switched over. When this returns, the tenant lives at the other deployment; an error leaves that open, and
    /// the next try says the same.
    pub async fn commit(&self, tenant: Id, migration: &str) -> Result<(), Error> {
        let row = self.known(tenant, migration).await?;
        let (id, now) = (row.id, self.0.clock.now());
        if row.role() == Some(Role::Source) && row.stage() == Some(Stage::Ready) {
            self.0
                .db
                .write(move |tx| {
                    let _ = step(tx, id, Stage::Ready, Event::Committed, now)?;
                    ask(tx, id, now, now)
                })
                .await?;
        }
        let row = self.by_id(id).await?.ok_or_else(|| Error::new(Code::MoveNotScheduled))?;
        if row.stage() == Some(Stage::Committing) {
            self.settle_commit(&row).await?;
        }
        let row = self.by_id(id).await?.ok_or_else(|| Error::new(Code::MoveNotScheduled))?;
        match row.stage() {
            Some(Stage::Committed | Stage::Done | Stage::Live) => Ok(()),
            Some(Stage::Committing) => Err(Error::new(Code::Unavailable)),
            _ => {
                let why = row.failure.unwrap_or_else(|| "it is not ready".to_owned());
                Err(Error::new(Code::MoveFailed).with_detail(format!("It cannot be committed: {why}.")))
            }
        }
    }

    /// It is taken back: the tenant goes on here, with nothing changed.
    pub async fn roll_back(&self, tenant: Id, migration: &str) -> Result<(), Error> {
        let row = self.known(tenant, migration).await?;
        self.give_up(&row, None).await
    }

    /// Gives a move up that is not over, whoever planned it.
    pub async fn abandon(&self, id: Id) -> Result<(), Error> {
        let row = self.by_id(id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
        self.give_up(&row, Some("an operator gave it up")).await
    }

    /// The newest first.
    pub async fn list(&self, limit: i64) -> Result<Vec<MoveRow>, DbError> {
        self.0.db.read(move |conn| Ok::<_, DbError>(rows::list(conn, limit)?)).await
    }

    pub async fn by_id(&self, id: Id) -> Result<Option<MoveRow>, DbError> {
        self.0.db.read(move |conn| Ok::<_, DbError>(rows::by_id(conn, id)?)).await
    }

    /// How many should be over by now: somebody must look.
    pub async fn stuck(&self) -> Result<i64, DbError> {
        let now = self.0.clock.now();
        self.0.db.read(move |conn| Ok::<_, DbError>(rows::count_overdue(conn, &OVER, now)?)).await
    }

    /// A move that has begun must end, even if its job was buried: its tenant is held for as long.
    pub async fn take_up(&self) -> Result<(), Error> {
        let now = self.0.clock.now();
        let take_up = move |tx: &mut Conn| {
            for row in rows::open(tx, &OVER, FORGOTTEN_MAX)? {
                if !jobs::is_on_its_way(tx, JobKind::Move, &row.id.to_string())? {
                    tracing::warn!(tenant.id = %row.tenant_id, "a move is taken up again that nobody worked on");
                    ask(tx, row.id, now, now)?;
                }
            }
            Ok(())
        };
        self.0.db.write(take_up).await
    }

    /// Does what is next about a move, on whichever side this is.
    pub async fn advance(&self, id: Id) -> Result<Progress, MoveError> {
        let Some(row) = self.by_id(id).await? else { return Ok(Progress::Over) };
        match row.role() {
            Some(Role::Source) => self.advance_source(row).await,
            Some(Role::Target) => self.advance_target(row).await,
            None => Err(MoveError::Unreadable),
        }
    }

    async fn give_up(&self, row: &MoveRow, why: Option<&'static str>) -> Result<(), Error> {
        if row.role() == Some(Role::Source) && row.stage() == Some(Stage::Committing) {
            self.settle_rollback(row, why).await?;
        }
        let (id, now) = (row.id, self.0.clock.now());
        let is_over = self.0.db.write(move |tx| give_up(tx, id, why, now)).await?;
        if is_over { Ok(()) } else { Err(Error::new(Code::MoveFailed).with_detail("It is committed.")) }
    }

    async fn known(&self, tenant: Id, migration: &str) -> Result<MoveRow, Error> {
        self.find(tenant, migration).await?.ok_or_else(|| Error::new(Code::MoveNotScheduled))
    }

    async fn find(&self, tenant: Id, migration: &str) -> Result<Option<MoveRow>, DbError> {
        let index = self.index(tenant, migration);
        self.0.db.read(move |conn| Ok::<_, DbError>(rows::by_migration(conn, &index)?)).await
    }

    fn index(&self, tenant: Id, migration: &str) -> Vec<u8> {
        self.0.vault.index().of(MIGRATION, &[&tenant.as_i64().to_be_bytes(), migration.as_bytes()])
    }

    fn row(&self, tenant: Id, planned: &Planned, now: Timestamp) -> MoveRow {
        let id = Id::new(now);
        MoveRow {
            tenant_id: tenant,
            id,
            role: Role::Source.as_str().to_owned(),
            migration_index: self.index(tenant, &planned.migration),
            peer: planned.to.clone(),
            stage: Stage::Scheduled.as_str().to_owned(),
            window_ends_at: planned.ends_at.into(),
            recorded_at: now.into(),
            changed_at: now.into(),
            held_at: None,
            deadline_at: None,
            position: 0,
            place: None,
            failure: None,
            expires_at: self.expires_at(now).into(),
            sealed: self.0.vault.vendor_key().seal(NAME, id, planned.migration.as_bytes()),
        }
    }

    fn expires_at(&self, now: Timestamp) -> Timestamp {
        self.0.policy.expires_at(ClassName::Audit, now).unwrap_or(now)
    }
}

/// What the product is told.
fn standing(row: &MoveRow) -> Option<Standing> {
    Some(match row.stage()? {
        Stage::Scheduled => Standing::Scheduled,
        Stage::Holding | Stage::Copying | Stage::Receiving | Stage::Committing => Standing::UnderWay,
        Stage::Ready | Stage::Arrived => Standing::Ready,
        Stage::Committed | Stage::Done | Stage::Live => Standing::Committed,
        Stage::Dropping | Stage::Dropped if row.failure.is_some() => Standing::Failed,
        Stage::Dropping | Stage::Dropped => Standing::Undone,
    })
}

fn schedule(tx: &mut Conn, row: MoveRow, now: Timestamp) -> Result<(), Error> {
    let standing = tenants::lock_by_id(tx, row.tenant_id)?.map(|tenant| tenant.standing);
    if standing.is_none_or(|standing| standing == "erasing") {
        return Err(Error::new(Code::MoveFailed).with_detail("There is nothing to move."));
    }
    if let Some(known) = rows::by_migration(tx, &row.migration_index)? {
        return match known.stage() {
            _ if known.peer != row.peer => Err(Error::new(Code::MoveFailed)),
            Some(Stage::Dropped | Stage::Dropping) => Err(Error::new(Code::MoveNotScheduled)),
            Some(Stage::Scheduled) => {
                // The window was moved.
                let window_ends_at = row.window_ends_at;
                ask(tx, known.id, window_ends_at.into(), now)?;
                Ok(rows::update(tx, &MoveRow { window_ends_at, ..known })?)
            }
            _ => Ok(()),
        };
    }
    if rows::others_open(tx, row.tenant_id, row.id, &OVER)? > 0 {
        return Err(Error::new(Code::TooManyMoves));
    }
    rows::insert(tx, &row)?;
    ask(tx, row.id, row.window_ends_at.into(), now)
}

fn start(tx: &mut Conn, tenant: Id, index: &[u8], now: Timestamp, deadline: Timestamp) -> Result<(), Error> {
    let stored = tenants::lock_by_id(tx, tenant)?.filter(|stored| stored.standing != "erasing");
    let (Some(known), Some(_)) = (rows::by_migration(tx, index)?, stored) else {
        return Err(Error::new(Code::MoveNotScheduled));
    };
    match (known.role(), known.stage()) {
        (Some(Role::Source), Some(Stage::Scheduled)) if Timestamp::from(known.window_ends_at) > now => {}
        (_, Some(Stage::Scheduled | Stage::Dropping | Stage::Dropped) | None) => {
            return Err(Error::new(Code::MoveNotScheduled));
        }
        // It has begun already.
        _ => return Ok(()),
    }
    if rows::count_at(tx, Role::Source, &HOLDING)? >= AT_ONCE {
        return Err(Error::new(Code::TooManyMoves));
    }
    let Some(row) = step(tx, known.id, Stage::Scheduled, Event::Started, now)? else {
        return Err(Error::new(Code::MoveNotScheduled));
    };
    rows::hold(tx, tenant, Some(row.id))?;
    rows::update(tx, &MoveRow { held_at: Some(now.into()), deadline_at: Some(deadline.into()), ..row })?;
    tracing::info!(tenant.id = %tenant, "a tenant is held for its move");
    ask(tx, known.id, now, now)
}

/// Brings a move from one stage to the next; `None` when it is not at that stage (any more).
fn step(tx: &mut Conn, id: Id, from: Stage, event: Event, now: Timestamp) -> Result<Option<MoveRow>, Error> {
    let Some(row) = rows::lock(tx, id)?.filter(|row| row.stage() == Some(from)) else { return Ok(None) };
    let Some(to) = state::next(from, event) else { return Ok(None) };
    let row = MoveRow { stage: to.as_str().to_owned(), changed_at: now.into(), ..row };
    rows::update(tx, &row)?;
    tracing::info!(tenant.id = %row.tenant_id, stage = to.as_str(), "a move goes on");
    Ok(Some(row))
}

/// Gives a move up, wherever it is, and lets its tenant go. False when it is committed, which nobody takes back.
fn give_up(tx: &mut Conn, id: Id, why: Option<&str>, now: Timestamp) -> Result<bool, Error> {
    let Some(known) = rows::by_id(tx, id)? else { return Ok(true) };
    tenants::lock_by_id(tx, known.tenant_id)?;
    let Some(row) = rows::lock(tx, id)? else { return Ok(true) };
    let Some(stage) = row.stage() else { return Ok(false) };
    let Some(to) = state::next(stage, Event::GivenUp) else {
        return Ok(matches!(stage, Stage::Dropping | Stage::Dropped));
    };
    if row.role() == Some(Role::Source) {
        // As it was: nothing was written for it meanwhile.
        let_go(tx, row.tenant_id, now)?;
    }
    let failure = why.map(str::to_owned);
    let row = MoveRow { stage: to.as_str().to_owned(), changed_at: now.into(), failure, ..row };
    rows::update(tx, &row)?;
    if let Some(why) = why {
        tracing::warn!(tenant.id = %row.tenant_id, cause = why, "a move is given up");
    }
    ask(tx, id, now, now)?;
    Ok(true)
}

/// Asks for the next steps. They belong to no tenant: the tenant's own jobs go along with it.
fn ask(tx: &mut Conn, id: Id, at: Timestamp, now: Timestamp) -> Result<(), Error> {
    let (kind, tenant, discriminator) = (JobKind::Move, Id::NONE, id.to_string());
    Ok(jobs::enqueue(tx, now, &NewJob { kind, tenant, generation: 0, discriminator, run_at: at })?)
}

//! The side that a tenant goes from: it sends, compares, and in the end lets go of what it has.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::digest::{BYTES, ROWS, Still, digests};
use super::peer::{PeerError, Talk};
use super::state::Event;
use super::wire::{Anchor, Frame, Keys, Refused, Reply, Said};
use super::{Here, LINGER, MoveError, Moves, NAME, Peer, Progress, ask, give_up, step};
use crate::clock::Stopwatch;
use crate::db::mapped::KeyValue;
use crate::db::moved_names::{self, MovedName};
use crate::db::moves::{self as rows, MoveRow, Stage};
use crate::db::{Conn, DbError, Id, audit_anchors, jobs, moving, tenants};
use crate::erasure::moved;
use crate::error::{Code, Error};
use crate::tenancy::moving::let_go;

/// A job that was claimed at the moment at which the tenant was held is seen by then.
const SETTLES: Duration = Duration::from_secs(2);
const RUNS: Duration = Duration::from_secs(1);
/// How soon another deployment is asked again that did not answer.
const AGAIN: Duration = Duration::from_secs(10);
/// Pages are sent for so long in one run. Others have their turn then, and no run is ended in the middle of its work.
const SENDS: Duration = Duration::from_secs(60);
/// How soon the other side is asked again that compares.
const COMPARES: Duration = Duration::from_secs(30);

/// After which row to go on.
#[derive(Default, Serialize, Deserialize)]
struct Place {
    table: String,
    after: Vec<KeyValue>,
}

impl Moves {
    pub(super) async fn advance_source(&self, row: MoveRow) -> Result<Progress, MoveError> {
        let now = self.0.clock.now();
        let is_late = row.deadline_at.is_some_and(|deadline| now >= deadline.into());
        match row.stage().ok_or(MoveError::Unreadable)? {
            Stage::Scheduled if now < row.window_ends_at.into() => {
                Ok(Progress::Again(row.window_ends_at.into()))
            }
            Stage::Scheduled => self.fail(row.id, "it never began").await,
            Stage::Holding | Stage::Copying | Stage::Ready if is_late => {
                self.fail(row.id, "it took too long").await
            }
            Stage::Holding => self.drain(row).await,
            Stage::Copying => self.copy(row).await,
            Stage::Ready => Ok(Progress::Again(row.deadline_at.map_or(now.plus(AGAIN), Into::into))),
            Stage::Committing => {
                if is_late {
                    tracing::error!(tenant.id = %row.tenant_id, "a move is stuck: the other deployment does not take its tenant");
                }
                self.settle_commit(&row).await?;
                Ok(Progress::Again(now.plus(AGAIN)))
            }
            Stage::Committed => self.leave(row).await,
            Stage::Dropping => self.tell_to_drop(&row).await,
            _ => Ok(Progress::Over),
        }
    }

    async fn fail(&self, id: Id, why: &'static str) -> Result<Progress, MoveError> {
        let now = self.0.clock.now();
        self.0.db.write(move |tx| give_up(tx, id, Some(why), now)).await?;
        Ok(Progress::Again(now))
    }

    /// Waits for jobs that began before the tenant was held.
    async fn drain(&self, row: MoveRow) -> Result<Progress, MoveError> {
        let (tenant, id, now) = (row.tenant_id, row.id, self.0.clock.now());
        let held_at = row.held_at.map_or(now, Into::into);
        if now < held_at.plus(SETTLES) {
            return Ok(Progress::Again(held_at.plus(SETTLES)));
        }
        let runs = self.0.db.read(move |conn| Ok::<_, DbError>(jobs::is_any_running(conn, tenant, now)?));
        if runs.await? {
            return Ok(Progress::Again(now.plus(RUNS)));
        }
        self.0.db.write(move |tx| step(tx, id, Stage::Holding, Event::Drained, now).map(drop)).await?;
        Ok(Progress::Again(now))
    }

    /// Sends what is not there yet, and has both sides compare.
    async fn copy(&self, row: MoveRow) -> Result<Progress, MoveError> {
        let now = self.0.clock.now();
        let (here, peer) = self.other(&row)?;
        match self.send(&row, here, peer).await {
            Ok(Sent::All) => Ok(Progress::Again(now)),
            Ok(Sent::Some) => Ok(Progress::Again(now)),
            Ok(Sent::ComparedThere) => Ok(Progress::Again(now.plus(COMPARES))),
            Ok(Sent::Refused(why)) => {
                self.0.talks.end(row.id);
                self.fail(row.id, why).await
            }
            Err(MoveError::Peer(error)) => {
                tracing::warn!(tenant.id = %row.tenant_id, %error, "a move waits for the other deployment");
                Ok(Progress::Again(now.plus(AGAIN)))
            }
            Err(error) => Err(error),
        }
    }

    async fn send(&self, row: &MoveRow, here: &Here, peer: &Peer) -> Result<Sent, MoveError> {
        let talk = self.0.talks.talk(here, row.id, peer, self.0.clock.now()).await?;
        let begin = Frame::Begin(self.begin(row.tenant_id).await?);
        let position = match self.say(row, &talk, begin).await? {
            Reply::Standing { position } => position,
            Reply::Arrived { .. } => row.position,
            other => return Ok(Sent::Refused(why(&other))),
        };
        // The answer to the last page may have been lost; anything else is another story.
        if position != row.position && position != row.position + 1 {
            return Ok(Sent::Refused(Refused::Astray.as_str()));
        }
        let Some(keys) = self.keys(row.tenant_id, &talk).await? else {
            return Ok(Sent::Refused("its keys stay here"));
        };
        match self.say(row, &talk, Frame::Keys(keys)).await? {
            Reply::Standing { .. } | Reply::Arrived { .. } => {}
            other => return Ok(Sent::Refused(why(&other))),
        }
        self.send_pages(row.clone(), &talk).await
    }

    async fn keys(&self, tenant: Id, talk: &Talk) -> Result<Option<Keys>, MoveError> {
        let Some(luggage) = self.0.vault.pack(tenant, &talk.session).await? else { return Ok(None) };
        let keyring = self.0.vault.keyring();
        let anchor = keyring.read(move |conn| Ok::<_, DbError>(audit_anchors::find(conn, tenant)?)).await?;
        Ok(Some(Keys {
            luggage,
            anchor: anchor.as_ref().map(Anchor::from),
            signed_by: self.0.vault.public_keys(),
        }))
    }

    async fn send_pages(&self, mut row: MoveRow, talk: &Talk) -> Result<Sent, MoveError> {
        let watch = Stopwatch::start();
        while watch.elapsed() < SENDS {
            let Some((table, page)) = self.next_page(&row).await? else {
                return self.compare(&row, talk).await;
            };
            let number = row.position + 1;
            let frame = Frame::Page { number, table: table.clone(), rows: page.rows };
            match self.say(&row, talk, frame).await? {
                Reply::Standing { .. } => {}
                other => return Ok(Sent::Refused(why(&other))),
            }
            let place = Place { table, after: page.last };
            let place = serde_json::to_string(&place).map_err(|_| MoveError::Unreadable)?;
            let (before, stored) = (row.clone(), place.clone());
            let is_ours = self
                .0
                .db
                .write(move |tx| Ok::<_, DbError>(rows::advance(tx, &before, number, Some(&stored))?));
            if !is_ours.await? {
                // It was given up meanwhile, or somebody else goes on with it.
                return Ok(Sent::Some);
            }
            (row.position, row.place) = (number, Some(place));
        }
        Ok(Sent::Some)
    }

    /// The next rows and their table; `None` when there are no more.
    async fn next_page(&self, row: &MoveRow) -> Result<Option<(String, moving::WholePage)>, MoveError> {
        let place: Place = match &row.place {
            Some(text) => serde_json::from_str(text).map_err(|_| MoveError::Unreadable)?,
            None => Place::default(),
        };
        let tenant = row.tenant_id;
        let begun = self.0.plan.tables.iter().position(|table| table.name == place.table);
        for (number, table) in self.0.plan.tables.iter().enumerate().skip(begun.unwrap_or(0)) {
            let after = if begun == Some(number) { place.after.clone() } else { Vec::new() };
            // A table without a key of its own has one row at most.
            if begun == Some(number) && after.is_empty() {
                continue;
            }
            let (moved, name) = (table.clone(), table.name.clone());
            let page = self.0.db.read(move |conn| {
                let table = moved.describe(conn)?;
                Ok::<_, DbError>(moving::page(conn, &table, tenant, &after, ROWS, BYTES)?)
            });
            let page = page.await?;
            if !page.rows.is_empty() {
                return Ok(Some((name, page)));
            }
        }
        Ok(None)
    }

    async fn compare(&self, row: &MoveRow, talk: &Talk) -> Result<Sent, MoveError> {
        let own = digests(&self.0.db, &self.0.plan, row.tenant_id).await?;
        let theirs = match self.say(row, talk, Frame::Finish { digests: own.clone() }).await? {
            Reply::Arrived { digests } => digests,
            Reply::Comparing => return Ok(Sent::ComparedThere),
            other => return Ok(Sent::Refused(why(&other))),
        };
        if own != theirs {
            return Ok(Sent::Refused(Refused::Unequal.as_str()));
        }
        let (id, now) = (row.id, self.0.clock.now());
        self.0.db.write(move |tx| step(tx, id, Stage::Copying, Event::Compared, now).map(drop)).await?;
        Ok(Sent::All)
    }

    /// Tells the other side that the tenant lives there, and stores that it does.
    pub(super) async fn settle_commit(&self, row: &MoveRow) -> Result<(), MoveError> {
        let still = Still::of(&self.0.db, &self.0.plan, row.tenant_id).await?;
        match self.tell(row, Frame::Commit { still }).await? {
            Reply::Live => self.lives_there(row).await,
            Reply::Dropped => {
                // It has waited for too long. All of it is here.
                tracing::error!(tenant.id = %row.tenant_id, "the other deployment let go of a move that was committed");
                self.dropped(row, Some("the other deployment let go of it")).await
            }
            other => {
                // It will not be another time either. Once no copy can come alive there, the tenant goes on here.
                tracing::error!(tenant.id = %row.tenant_id, cause = why(&other), "a move cannot be committed");
                self.settle_rollback(row, Some(why(&other))).await
            }
        }
    }

    /// The other side decides whether what was committed can still be taken back.
    pub(super) async fn settle_rollback(
        &self,
        row: &MoveRow,
        why: Option<&'static str>,
    ) -> Result<(), MoveError> {
        match self.tell(row, Frame::Drop).await? {
            Reply::Live => self.lives_there(row).await,
            Reply::Dropped => self.dropped(row, why).await,
            _ => Err(MoveError::Peer(PeerError::Unproven)),
        }
    }

    async fn dropped(&self, row: &MoveRow, why: Option<&'static str>) -> Result<(), MoveError> {
        let (tenant, id, now) = (row.tenant_id, row.id, self.0.clock.now());
        self.0
            .db
            .write(move |tx| {
                tenants::lock_by_id(tx, tenant)?;
                if let Some(row) = step(tx, id, Stage::Committing, Event::Dropped, now)? {
                    let_go(tx, tenant, now)?;
                    rows::update(tx, &MoveRow { failure: why.map(str::to_owned), ..row })?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        Ok(())
    }

    /// From here on whoever asks for the tenant is sent there.
    async fn lives_there(&self, row: &MoveRow) -> Result<(), MoveError> {
        let (tenant, id, now) = (row.tenant_id, row.id, self.0.clock.now());
        let stored = self.0.db.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, tenant)?)).await?;
        let mut names = Vec::new();
        if let Some(stored) = stored.filter(|stored| stored.standing != "erasing") {
            let known = self.0.tenancy.names(&stored).await?;
            let all = known.identity.into_iter().chain(known.installations.into_iter().map(|(_, name)| name));
            names.extend(all.map(|name| MovedName {
                tenant_id: tenant,
                id: Id::new(now),
                name_index: self.0.tenancy.moved_index(&name),
                peer: row.peer.clone(),
                recorded_at: now.into(),
                expires_at: self.expires_at(now).into(),
            }));
        }
        self.0
            .db
            .write(move |tx| {
                if step(tx, id, Stage::Committing, Event::LivesThere, now)?.is_some() {
                    for name in &names {
                        moved_names::put(tx, name)?;
                    }
                    ask(tx, id, now.plus(LINGER), now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        Ok(())
    }

    /// What is left here goes.
    async fn leave(&self, row: MoveRow) -> Result<Progress, MoveError> {
        let (tenant, id, now) = (row.tenant_id, row.id, self.0.clock.now());
        let at = crate::clock::Timestamp::from(row.changed_at).plus(LINGER);
        if now < at {
            return Ok(Progress::Again(at));
        }
        let policy = self.0.policy.clone();
        self.0
            .db
            .write(move |tx| {
                tenants::lock_by_id(tx, tenant)?;
                if step(tx, id, Stage::Committed, Event::Left, now)?.is_some() {
                    begin_erasure(tx, tenant, now, &policy)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.0.vault.forget(tenant);
        Ok(Progress::Over)
    }

    async fn tell_to_drop(&self, row: &MoveRow) -> Result<Progress, MoveError> {
        let (id, now) = (row.id, self.0.clock.now());
        match self.tell(row, Frame::Drop).await {
            Ok(Reply::Dropped | Reply::Refused(_)) => {
                self.0
                    .db
                    .write(move |tx| step(tx, id, Stage::Dropping, Event::Dropped, now).map(drop))
                    .await?;
                self.0.talks.end(id);
                Ok(Progress::Over)
            }
            // Nobody has told it to begin, so it cannot have.
            Ok(_) => Err(MoveError::Unreadable),
            Err(MoveError::Peer(error)) => {
                tracing::warn!(tenant.id = %row.tenant_id, %error, "a copy that came to nothing cannot be taken back yet");
                Ok(Progress::Again(now.plus(AGAIN)))
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn tell(&self, row: &MoveRow, frame: Frame) -> Result<Reply, MoveError> {
        let ((here, peer), said) = (self.other(row)?, self.said(row, frame)?);
        let talks = &self.0.talks;
        let talk = talks.talk(here, row.id, peer, self.0.clock.now()).await?;
        match talks.say(here, row.id, peer, &talk, &said).await {
            // Whoever was started anew knows no conversation of before.
            Err(PeerError::Status(401)) => {
                talks.end(row.id);
                let talk = talks.talk(here, row.id, peer, self.0.clock.now()).await?;
                Ok(talks.say(here, row.id, peer, &talk, &said).await?)
            }
            answer => Ok(answer?),
        }
    }

    async fn say(&self, row: &MoveRow, talk: &Talk, frame: Frame) -> Result<Reply, MoveError> {
        let ((here, peer), said) = (self.other(row)?, self.said(row, frame)?);
        Ok(self.0.talks.say(here, row.id, peer, talk, &said).await?)
    }

    fn said(&self, row: &MoveRow, frame: Frame) -> Result<Said, MoveError> {
        let name = self.0.vault.vendor_key().open(NAME, row.id, &row.sealed);
        let name = name.map_err(crate::vault::VaultError::from)?;
        let migration = String::from_utf8_lossy(&name).into_owned();
        Ok(Said { tenant: row.tenant_id.as_i64(), migration, frame })
    }

    fn other(&self, row: &MoveRow) -> Result<(&Here, &Peer), MoveError> {
        let here = self.here().ok_or_else(|| Error::new(Code::MovesNotSupported))?;
        let peer = here.peer(&row.peer).ok_or_else(|| Error::new(Code::MoveRegionNotSupported))?;
        Ok((here, peer))
    }
}

enum Sent {
    /// And compared.
    All,
    Some,
    /// The other side is at it.
    ComparedThere,
    Refused(&'static str),
}

pub(super) fn why(reply: &Reply) -> &'static str {
    match reply {
        Reply::Refused(refused) => refused.as_str(),
        Reply::Dropped => "the other deployment let go of it",
        _ => Refused::Astray.as_str(),
    }
}

fn begin_erasure(
    tx: &mut Conn,
    tenant: Id,
    now: crate::clock::Timestamp,
    policy: &crate::policy::Policy,
) -> Result<(), Error> {
    moved::begin(tx, tenant, now, policy).map(drop).map_err(|error| Error::new(Code::Internal).because(error))
}

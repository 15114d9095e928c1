//! The side that a tenant comes to: it stores what arrives, compares, and decides in one transaction whether the tenant lives here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use super::comparing::noted;
use super::digest::Still;
use super::state::Event;
use super::wire::{Begin, Frame, Keys, Refused, Reply, Said};
use super::{MoveError, Moves, NAME, Progress, ask, give_up, step};
use crate::audit;
use crate::clock::Timestamp;
use crate::db::moves::{self as rows, MoveRow, Role, Stage};
use crate::db::moving::{self, WholeRow};
use crate::db::tenants::{self, TenantRow};
use crate::db::{DbError, Id, audit_anchors, erase, keyring, moved_names};
use crate::erasure::{OwnTable, come_home};
use crate::error::Error;
use crate::policy::ClassName;
use crate::tenancy::Tenancy;
use crate::tenancy::moving::{self as asleep, Names};
use crate::vault::{Offer, OfferAnswer, Session, Unproven};

/// An offer is answered within this time of being made, whatever the clocks say.
const FRESH: Duration = Duration::from_secs(120);
/// Conversations that are remembered. Whose is forgotten begins another one.
const TALKS_MAX: usize = 64;
/// A copy that nobody asks for any more goes after so many times as long as a move may take.
const PATIENCE: u32 = 2;
const BATCH: i64 = 500;
/// How soon pages are cleaned again that somebody was reading.
const AGAIN: Duration = Duration::from_secs(10);

/// Conversations that others have begun with this process.
#[derive(Default)]
pub struct Heard(Mutex<HashMap<String, (Arc<Session>, Timestamp)>>);

impl Moves {
    /// Answers another deployment that wants to talk. Whoever made an offer proves with each word that they have its keys.
    pub fn answer_offer(&self, offer: &Offer) -> Result<OfferAnswer, Unproven> {
        let here = self.here().ok_or(Unproven)?;
        let now = self.0.clock.now();
        let made_at = Timestamp::from_millis(offer.at);
        let apart = if made_at > now { made_at.since(now) } else { now.since(made_at) };
        let is_to_us = offer.about.split_once('>').is_some_and(|(_, to)| to == here.realm);
        if !is_to_us || apart > FRESH {
            return Err(Unproven);
        }
        let (answer, session) = here.secret.answer(offer)?;
        let mut talks = self.0.heard.0.lock().unwrap_or_else(PoisonError::into_inner);
        if talks.contains_key(&offer.session) {
            return Err(Unproven);
        }
        if talks.len() >= TALKS_MAX {
            let oldest = talks.iter().min_by_key(|(_, (_, at))| *at).map(|(name, _)| name.clone());
            oldest.map(|name| talks.remove(&name));
        }
        talks.insert(offer.session.clone(), (Arc::new(session), now));
        Ok(answer)
    }

    /// Whether somebody has begun a conversation of this name.
    pub fn knows(&self, session: &str) -> bool {
        self.0.heard.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(session)
    }

    /// What another deployment said in a conversation that it has begun, with the conversation.
    pub fn open(&self, session: &str, said: &[u8]) -> Option<(Arc<Session>, Zeroizing<Vec<u8>>)> {
        let talks = self.0.heard.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = talks.get(session)?.0.clone();
        drop(talks);
        let plain = session.open(said).ok()?;
        Some((session, plain))
    }

    /// The sealed answer to it, and which tenant begins to live here by it.
    pub async fn answer(&self, session: &Session, plain: &[u8]) -> Result<(Vec<u8>, Option<Id>), MoveError> {
        let said: Said = serde_json::from_slice(plain).map_err(|_| MoveError::Unreadable)?;
        let tenant = Id::from_i64(said.tenant);
        let begins = matches!(said.frame, Frame::Commit { .. }).then_some(tenant);
        let reply = match said.frame {
            Frame::MayCome(coming) => self.may_come(tenant, coming).await?,
            Frame::Begin(begin) => self.receive(tenant, &said.migration, &begin).await?,
            frame => match self.arriving(tenant, &said.migration).await? {
                Some(row) => self.hear(row, session, frame).await?,
                None => Reply::Dropped,
            },
        };
        let reply = serde_json::to_vec(&reply).map_err(|_| MoveError::Unreadable)?;
        Ok((session.seal(&reply), begins))
    }

    async fn hear(&self, row: MoveRow, session: &Session, frame: Frame) -> Result<Reply, MoveError> {
        match frame {
            Frame::Keys(keys) => self.take_keys(row, session, keys).await,
            Frame::Page { number, table, rows } => self.store(row, number, &table, rows).await,
            Frame::Finish { digests } => self.compare_there(row, digests).await,
            Frame::Commit { still } => self.come_alive(row, &still).await,
            Frame::Drop => self.drop_copy(row).await,
            Frame::Begin(_) | Frame::MayCome(_) => Ok(Reply::Refused(Refused::Astray)),
        }
    }

    async fn arriving(&self, tenant: Id, migration: &str) -> Result<Option<MoveRow>, MoveError> {
        let found = self.find(tenant, migration).await?;
        Ok(found.filter(|row| row.role() == Some(Role::Target)))
    }

    /// A tenant is to come. Nobody of its number may be here.
    async fn receive(&self, tenant: Id, migration: &str, begin: &Begin) -> Result<Reply, MoveError> {
        if let Some(refused) = self.obstacle(tenant, begin).await? {
            return Ok(Reply::Refused(refused));
        }
        let (now, max) = (self.0.clock.now(), self.here().map_or(Duration::ZERO, |here| here.max));
        let id = Id::new(now);
        let deadline = now.plus(max * PATIENCE);
        let row = MoveRow {
            tenant_id: tenant,
            id,
            role: Role::Target.as_str().to_owned(),
            migration_index: self.index(tenant, migration),
            peer: begin.from.clone(),
            stage: Stage::Receiving.as_str().to_owned(),
            window_ends_at: now.into(),
            recorded_at: now.into(),
            changed_at: now.into(),
            held_at: Some(now.into()),
            deadline_at: Some(deadline.into()),
            position: 0,
            place: None,
            failure: None,
            expires_at: self.expires_at(now).into(),
            sealed: self.0.vault.vendor_key().seal(NAME, id, migration.as_bytes()),
        };
        let reply = self.0.db.write(move |tx| {
            if let Some(known) = rows::by_migration(tx, &row.migration_index)? {
                return Ok(standing(&known));
            }
            let is_here = tenants::by_id(tx, tenant)?.is_some();
            if is_here || rows::others_open(tx, tenant, row.id, &super::OVER)? > 0 {
                return Ok(Reply::Refused(Refused::Taken));
            }
            if !rows::insert(tx, &row)? {
                return Ok(Reply::Refused(Refused::Astray));
            }
            ask(tx, row.id, deadline, now)?;
            Ok::<_, Error>(Reply::Standing { position: 0 })
        });
        Ok(reply.await?)
    }

    async fn take_keys(&self, row: MoveRow, session: &Session, keys: Keys) -> Result<Reply, MoveError> {
        if !matches!(row.stage(), Some(Stage::Receiving | Stage::Arrived)) {
            return Ok(standing(&row));
        }
        let (tenant, vault) = (row.tenant_id, &self.0.vault);
        if !vault.unpack(tenant, session, &keys.luggage).await? {
            return Ok(Reply::Refused(Refused::Taken));
        }
        if let Some(anchor) = keys.anchor {
            let there = audit_anchors::AnchorRow {
                tenant_id: tenant,
                sequence: anchor.sequence,
                at: Timestamp::from_millis(anchor.at).into(),
                hash: anchor.hash,
                signature: anchor.signature,
            };
            let Some(here) = audit::anchor_again(&there, &keys.signed_by, vault.signer()) else {
                return Ok(Reply::Refused(Refused::Unequal));
            };
            vault.keyring().write(move |tx| Ok::<_, DbError>(audit_anchors::put(tx, &here)?)).await?;
        }
        Ok(standing(&row))
    }

    /// Stores a page, once.
    async fn store(
        &self,
        row: MoveRow,
        number: i64,
        table: &str,
        page: Vec<WholeRow>,
    ) -> Result<Reply, MoveError> {
        let Some(moved) = self.0.plan.tables.iter().find(|known| known.name == table).cloned() else {
            return Ok(Reply::Refused(Refused::Different));
        };
        let (this, id, tenant) = (self.clone(), row.id, row.tenant_id);
        let stored = self.0.db.write(move |tx| {
            let Some(row) = rows::lock(tx, id)? else { return Ok(Reply::Dropped) };
            if row.stage() != Some(Stage::Receiving) || number <= row.position {
                return Ok(standing(&row));
            }
            let whole = moved.describe(tx)?;
            let is_own =
                |sent: &WholeRow| sent.get(&whole.owner).and_then(Value::as_i64) == Some(tenant.as_i64());
            if number != row.position + 1 || !page.iter().all(is_own) {
                return Ok(Reply::Refused(Refused::Astray));
            }
            let page: Option<Vec<WholeRow>> =
                page.into_iter().map(|sent| this.adapted(&row, &moved.name, sent)).collect();
            let Some(page) = page else { return Ok(Reply::Refused(Refused::Unequal)) };
            moving::insert(tx, &whole, &page)?;
            rows::advance(tx, &row, number, None)?;
            Ok::<_, DbError>(Reply::Standing { position: number })
        });
        match stored.await {
            // Its number is the number of something here.
            Err(error) if error.is_taken() => Ok(Reply::Refused(Refused::Taken)),
            stored => Ok(stored?),
        }
    }

    /// A row as it is stored here: asleep, and with what is this deployment's own.
    fn adapted(&self, row: &MoveRow, table: &str, mut sent: WholeRow) -> Option<WholeRow> {
        let checkpoint =
            (table == "audit_checkpoints").then(|| audit::checkpoint_again(&sent, self.0.vault.signer()));
        self.0.tenancy.put_to_sleep(row.id, table, &mut sent);
        let mut set = |column: &str, value: Value| drop(sent.insert(column.to_owned(), value));
        match table {
            "tickets" => {
                set("region", self.0.policy.document().location.region.clone().into());
                set("assignee_id", Value::Null);
            }
            "links" | "ticket_links" => set("key_id", i64::from(self.0.vault.newest_link_key()).into()),
            "audit_checkpoints" => set("signature", checkpoint.flatten()?.into()),
            _ => {}
        }
        Some(sent)
    }

    /// The tenant as it lies here, with the names that will lead to it.
    pub(super) async fn sleeper(&self, tenant: Id) -> Result<Option<(TenantRow, Names)>, MoveError> {
        let stored = self.0.db.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, tenant)?)).await?;
        let Some(stored) = stored else { return Ok(None) };
        let names = self.0.tenancy.names(&stored).await?;
        Ok(Some((stored, names)))
    }

    /// The one transaction by which the tenant lives here.
    async fn come_alive(&self, row: MoveRow, still: &Still) -> Result<Reply, MoveError> {
        if row.stage() != Some(Stage::Arrived) {
            return Ok(standing(&row));
        }
        if !noted(&row).is_some_and(|compared| still.is(&compared)) {
            tracing::error!(tenant.id = %row.tenant_id, "something was written for a tenant while it moved");
            return Ok(Reply::Refused(Refused::Unequal));
        }
        let Some((_, names)) = self.sleeper(row.tenant_id).await? else {
            return Ok(Reply::Refused(Refused::Unequal));
        };
        let former = names.identity.iter().chain(names.installations.iter().map(|(_, name)| name));
        let former: Vec<Vec<u8>> = former.map(|name| self.0.tenancy.moved_index(name)).collect();
        let (id, tenant, now) = (row.id, row.tenant_id, self.0.clock.now());
        // Before it lives here: a ledger that says it came home takes nothing from anybody if it does not come after all.
        let until = self.0.policy.expires_at(ClassName::Ledger, now).unwrap_or(now);
        let keyring = self.0.vault.keyring();
        if !keyring.write(move |tx| Ok::<_, DbError>(come_home(tx, tenant, now, until)?)).await? {
            return Ok(Reply::Refused(Refused::Taken));
        }
        let reply = self.0.db.write(move |tx| {
            let Some(stored) = tenants::lock_by_id(tx, tenant)? else { return Ok(Reply::Dropped) };
            // Whoever was installed here since it arrived has the name now.
            if Tenancy::is_taken(tx, &names)? {
                return Ok(Reply::Refused(Refused::Taken));
            }
            if step(tx, id, Stage::Arrived, Event::Committed, now)?.is_none() {
                return Ok(rows::by_id(tx, id)?.map_or(Reply::Dropped, |row| standing(&row)));
            }
            asleep::wake(tx, stored, names, now)?;
            former.iter().try_for_each(|name| moved_names::forget(tx, name))?;
            Ok::<_, Error>(Reply::Live)
        });
        let reply = reply.await?;
        self.0.vault.forget(tenant);
        tracing::info!(tenant.id = %tenant, "a tenant came from another region");
        Ok(reply)
    }

    async fn drop_copy(&self, row: MoveRow) -> Result<Reply, MoveError> {
        let (id, now) = (row.id, self.0.clock.now());
        self.0.db.write(move |tx| give_up(tx, id, None, now).map(drop)).await?;
        Ok(self.by_id(id).await?.map_or(Reply::Dropped, |row| standing(&row)))
    }

    pub(super) async fn advance_target(&self, row: MoveRow) -> Result<Progress, MoveError> {
        let (id, now) = (row.id, self.0.clock.now());
        match row.stage().ok_or(MoveError::Unreadable)? {
            Stage::Receiving | Stage::Arrived => {
                let deadline = row.deadline_at.map_or(now, Timestamp::from);
                if now < deadline {
                    if row.stage() == Some(Stage::Receiving)
                        && let Some(theirs) = noted(&row).filter(|_| row.failure.is_none())
                    {
                        self.compare_as_work(&row, &theirs).await?;
                    }
                    return Ok(Progress::Again(deadline));
                }
                self.0
                    .db
                    .write(move |tx| give_up(tx, id, Some("nobody asked for it any more"), now).map(drop))
                    .await?;
                Ok(Progress::Again(now))
            }
            Stage::Dropping => self.empty(&row).await,
            _ => Ok(Progress::Over),
        }
    }

    /// Takes the copy away: its keys first, then its rows, then what is left of them on the pages.
    async fn empty(&self, row: &MoveRow) -> Result<Progress, MoveError> {
        let (id, tenant, now) = (row.id, row.tenant_id, self.0.clock.now());
        self.0.vault.shred(tenant).await?;
        loop {
            let tables = self.0.eraser.tables().to_vec();
            let gone = self.0.db.write(move |tx| {
                let tables: Vec<_> = tables.iter().map(OwnTable::target).collect();
                Ok::<_, DbError>(erase::delete_some(tx, &tables, tenant, BATCH)?)
            });
            if gone.await? < BATCH {
                break;
            }
        }
        let tables = self.0.eraser.tables().to_vec();
        let main = self.0.db.maintain(move |conn| {
            erase::clean(conn, &tables.iter().map(OwnTable::target).collect::<Vec<_>>())
        });
        let keys = self.0.vault.keyring().maintain(|conn| erase::clean(conn, &keyring::KEY_TABLES));
        if !main.await? || !keys.await? {
            return Ok(Progress::Again(now.plus(AGAIN)));
        }
        self.0.db.write(move |tx| step(tx, id, Stage::Dropping, Event::Dropped, now).map(drop)).await?;
        Ok(Progress::Over)
    }
}

/// How a move stands here, as the other side is told.
pub(super) fn standing(row: &MoveRow) -> Reply {
    match (row.role(), row.stage()) {
        (Some(Role::Target), Some(Stage::Receiving | Stage::Arrived)) => {
            Reply::Standing { position: row.position }
        }
        (Some(Role::Target), Some(Stage::Live)) => Reply::Live,
        (Some(Role::Target), Some(Stage::Dropping | Stage::Dropped)) => Reply::Dropped,
        _ => Reply::Refused(Refused::Astray),
    }
}

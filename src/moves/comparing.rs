//! The side that a tenant comes to compares what arrived with what was sent: before it says that everything is there.

use std::collections::BTreeMap;

use super::digest::{Digest, digests, is_small};
use super::state::Event;
use super::target::standing;
use super::wire::{Refused, Reply};
use super::{MoveError, Moves, ask, step};
use crate::db::moves::{self as rows, MoveRow, Stage};
use crate::error::Error;
use crate::tenancy::Tenancy;

impl Moves {
    /// Compares what was sent with what is here: at once where that is quick, and as work of its own otherwise.
    pub(super) async fn compare_there(
        &self,
        row: MoveRow,
        theirs: BTreeMap<String, Digest>,
    ) -> Result<Reply, MoveError> {
        let (stage, known) = (row.stage(), noted(&row));
        match stage {
            Some(Stage::Receiving) => {}
            Some(Stage::Arrived) if known.as_ref() == Some(&theirs) => {
                return Ok(Reply::Arrived { digests: theirs });
            }
            Some(Stage::Arrived) => return Ok(Reply::Refused(Refused::Unequal)),
            _ => return Ok(standing(&row)),
        }
        if let Some(refused) =
            Refused::ALL.into_iter().find(|why| row.failure.as_deref() == Some(why.as_str()))
        {
            return Ok(Reply::Refused(refused));
        }
        if is_small(&theirs) {
            return self.compare_here(&row, &theirs).await;
        }
        if known.as_ref() == Some(&theirs) {
            return Ok(Reply::Comparing);
        }
        let (id, now, note) = (row.id, self.0.clock.now(), note(&theirs)?);
        self.0
            .db
            .write(move |tx| {
                let Some(row) = rows::lock(tx, id)?.filter(|row| row.stage() == Some(Stage::Receiving))
                else {
                    return Ok(());
                };
                rows::update(tx, &MoveRow { place: Some(note), ..row })?;
                ask(tx, id, now, now)
            })
            .await?;
        Ok(Reply::Comparing)
    }

    /// Compares, and writes down what is here once it is the same.
    async fn compare_here(
        &self,
        row: &MoveRow,
        theirs: &BTreeMap<String, Digest>,
    ) -> Result<Reply, MoveError> {
        let own = digests(&self.0.db, &self.0.plan, row.tenant_id).await?;
        if own != *theirs {
            let differs = own.iter().find(|(name, digest)| theirs.get(*name) != Some(digest));
            tracing::error!(tenant.id = %row.tenant_id, path = differs.map(|(name, _)| name.as_str()),
                "what arrived of a tenant is not what was sent");
            return Ok(Reply::Refused(Refused::Unequal));
        }
        let Some((_, names)) = self.sleeper(row.tenant_id).await? else {
            return Ok(Reply::Refused(Refused::Unequal));
        };
        let (id, position, now, note) = (row.id, row.position, self.0.clock.now(), note(&own)?);
        let reply = self.0.db.write(move |tx| {
            if Tenancy::is_taken(tx, &names)? {
                return Ok(Reply::Refused(Refused::Taken));
            }
            // A page that came meanwhile was not compared.
            if rows::lock(tx, id)?.is_none_or(|row| row.position != position) {
                return Ok(Reply::Refused(Refused::Astray));
            }
            if let Some(row) = step(tx, id, Stage::Receiving, Event::Compared, now)? {
                rows::update(tx, &MoveRow { place: Some(note), ..row })?;
            }
            Ok::<_, Error>(Reply::Arrived { digests: own })
        });
        Ok(reply.await?)
    }

    /// The comparison that the other side asks for. What came of it is told when it asks again.
    pub(super) async fn compare_as_work(
        &self,
        row: &MoveRow,
        theirs: &BTreeMap<String, Digest>,
    ) -> Result<(), MoveError> {
        let Reply::Refused(refused) = self.compare_here(row, theirs).await? else { return Ok(()) };
        let id = row.id;
        self.0
            .db
            .write(move |tx| {
                let Some(row) = rows::lock(tx, id)?.filter(|row| row.stage() == Some(Stage::Receiving))
                else {
                    return Ok(());
                };
                let failure = Some(refused.as_str().to_owned());
                Ok::<_, Error>(rows::update(tx, &MoveRow { failure, ..row })?)
            })
            .await?;
        Ok(())
    }
}

/// What a move has noted: what is to be compared while it arrives, and what was once it has.
pub(super) fn noted(row: &MoveRow) -> Option<BTreeMap<String, Digest>> {
    serde_json::from_str(row.place.as_deref()?).ok()
}

fn note(digests: &BTreeMap<String, Digest>) -> Result<String, MoveError> {
    serde_json::to_string(digests).map_err(|_| MoveError::Unreadable)
}

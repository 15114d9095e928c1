//! Deletes a copy in another system. Its ticket is gone, and its tenant may be too: what it is called there is sealed under the
//! vendor's key.

use std::collections::BTreeSet;
use std::time::Duration;

use super::copies::Remote;
use super::deliver::INDEX_LAG;
use super::jsm::{Jsm, JsmError};
use super::{Next, SinkError, Sinks};
use crate::clock::Timestamp;
use crate::db::sink_copies::{self, SinkErasureRow};
use crate::db::{DbError, Id, tickets};
use crate::error::{Code, Error};
use crate::tickets::forget::{gone, remote_of};

/// A try that was under way when its ticket went is over by then.
const UNDER_WAY: Duration = Duration::from_secs(300);
/// How often it is looked whether a system is known again that is not.
const UNKNOWN: Duration = Duration::from_secs(24 * 3_600);

impl Sinks {
    /// Deletes what `erasure` names, and settles it once it is gone there.
    pub async fn forget(&self, erasure: Id, now: Timestamp) -> Result<Next, SinkError> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(sink_copies::erasure(conn, erasure)?));
        let Some(row) = found.await.map_err(Error::from)? else { return Ok(Next::Nothing) };
        let Some(jsm) = self.jsm(&row.sink) else { return Ok(Next::At(now.plus(UNKNOWN))) };
        let copy = remote_of(&row, &self.vault)?;
        let remote: Remote =
            serde_json::from_value(copy.remote).map_err(|cause| Error::new(Code::Internal).because(cause))?;
        // Without a key nobody knows whether it came to be: it is looked for when it can be found.
        let found_from = Timestamp::from(row.recorded_at).plus(UNDER_WAY).plus(INDEX_LAG);
        if remote.key.is_none() && now < found_from {
            return Ok(Next::At(found_from));
        }
        if let Some(key) = &remote.key {
            jsm.delete(key).await?;
        }
        let mut keys: BTreeSet<String> = remote.key.iter().cloned().collect();
        // By the number too: a try that was given up may have made a second one.
        let Some(others) = self.others(jsm, &row.sink, &remote).await? else {
            return Ok(Next::At(now.plus(INDEX_LAG)));
        };
        for key in others {
            jsm.delete(&key).await?;
            keys.insert(key);
        }
        if let Some(customer) = &remote.customer
            && let Some(at) = take_off(jsm, customer, &keys, &row, now).await?
        {
            return Ok(Next::At(at));
        }
        self.db.write(move |tx| gone(tx, &row, now)).await?;
        Ok(Next::Nothing)
    }

    /// Further requests with the number of what is to go. Where the ticket is still here, only its copy had to go: it gets another one,
    /// which stays. `None` as long as nobody can tell the two apart.
    async fn others(&self, jsm: &Jsm, sink: &str, remote: &Remote) -> Result<Option<Vec<String>>, SinkError> {
        let number = remote.number.clone();
        let ticket = self.db.read(move |conn| Ok::<_, DbError>(tickets::by_number(conn, &number)?));
        let stays = match ticket.await.map_err(Error::from)? {
            None => None,
            Some(ticket) => {
                let key = self.vault.data_key(ticket.tenant_id).await.map_err(Error::from)?;
                match self.copy(&ticket, sink, &key).await?.and_then(|copy| copy.remote.key) {
                    None => return Ok(remote.key.is_some().then(Vec::new)),
                    standing => standing,
                }
            }
        };
        let mut found = jsm.find(&remote.number).await?;
        found.retain(|key| Some(key) != stays.as_ref() && Some(key) != remote.key.as_ref());
        Ok(Some(found))
    }

    /// The erasure, when it should have been done by now and nobody was told so yet.
    pub async fn is_silent(&self, erasure: Id, now: Timestamp) -> Result<bool, SinkError> {
        let written = self.db.write(move |tx| {
            let Some(row) = sink_copies::erasure(tx, erasure)? else { return Ok(false) };
            if row.silent_at.is_some() || now < row.due_at.into() {
                return Ok(false);
            }
            sink_copies::update_erasure(tx, &SinkErasureRow { silent_at: Some(now.into()), ..row })?;
            Ok::<_, DbError>(true)
        });
        Ok(written.await.map_err(Error::from)?)
    }
}

/// Takes the customer off the list of the desk, when nothing else of theirs is there. Returns when to look again, if that cannot
/// be seen yet: the search knows neither what was made just now nor what was deleted just now.
async fn take_off(
    jsm: &Jsm,
    customer: &str,
    deleted: &BTreeSet<String>,
    row: &SinkErasureRow,
    now: Timestamp,
) -> Result<Option<Timestamp>, SinkError> {
    let known_from = Timestamp::from(row.recorded_at).plus(INDEX_LAG);
    if now < known_from {
        return Ok(Some(known_from));
    }
    let left = match jsm.requests_of(customer).await {
        Ok(left) => left,
        // An account that the search does not know is gone, or was never one that it could search for.
        Err(JsmError::Refused(400) | JsmError::Unreadable) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if left.iter().any(|key| deleted.contains(key)) {
        return Ok(Some(now.plus(INDEX_LAG)));
    }
    if !left.is_empty() {
        return Ok(None);
    }
    match jsm.remove_customer(customer).await {
        Err(JsmError::Refused(status)) => {
            tracing::warn!(
                status,
                "the desk does not let a customer be taken off its list; an administrator of the desk can"
            );
            Ok(None)
        }
        other => other.map(|()| None).map_err(SinkError::from),
    }
}

//! A move is planned: the other side is asked whether it is possible, while nothing is held and nobody waits.

use std::time::Duration;

use super::source::why;
use super::wire::{Begin, Coming, Frame, Refused, Reply};
use super::{MoveError, Moves};
use crate::db::moves::{self as rows, MoveRow};
use crate::db::{DbError, Id, sink_copies, tenants};
use crate::erasure::may_come;
use crate::error::{Code, Error};
use crate::tenancy::Tenancy;
use crate::tenancy::moving::Called;

/// Whoever plans a move waits for no longer than this until the other deployment has answered.
const ASKED: Duration = Duration::from_secs(10);

impl Moves {
    /// Asks the other side whether the tenant of a move that is planned could come: better now than when its product is down.
    pub(super) async fn ask_peer(&self, row: &MoveRow) -> Result<(), Error> {
        let refused =
            |why: &str| Error::new(Code::MoveFailed).with_detail(format!("It cannot move there: {why}."));
        let coming = self.coming(row.tenant_id).await?.ok_or_else(|| refused("there is nothing to move"))?;
        let asked = tokio::time::timeout(ASKED, self.tell(row, Frame::MayCome(coming))).await;
        self.0.talks.end(row.id);
        match asked {
            Ok(Ok(Reply::Welcome)) => Ok(()),
            Ok(Ok(other)) => Err(refused(why(&other))),
            Ok(Err(MoveError::Peer(error))) => {
                Err(refused("the other deployment does not answer").because(error))
            }
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(refused("the other deployment does not answer in time")),
        }
    }

    async fn coming(&self, tenant: Id) -> Result<Option<Coming>, MoveError> {
        let stored = self.0.db.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, tenant)?)).await?;
        let Some(stored) = stored.filter(|stored| stored.standing != "erasing") else { return Ok(None) };
        let called = self.0.tenancy.called(&stored).await?;
        Ok(Some(Coming {
            begin: self.begin(tenant).await?,
            identity: called.identity,
            installations: called.installations.into_iter().map(|(_, name)| name).collect(),
        }))
    }

    pub(super) async fn begin(&self, tenant: Id) -> Result<Begin, MoveError> {
        let here = self.here().ok_or_else(|| Error::new(Code::MovesNotSupported))?;
        let copies = self.0.db.read(move |conn| Ok::<_, DbError>(sink_copies::is_any(conn, tenant)?));
        Ok(Begin {
            from: here.realm.clone(),
            plan: self.0.plan.fingerprint.clone(),
            policy: self.0.policy.version().as_str().to_owned(),
            desk: copies.await?.then(|| here.desk.clone()),
        })
    }

    /// Whether a tenant could come, as far as that can be seen before anything of it is here.
    pub(super) async fn may_come(&self, tenant: Id, coming: Coming) -> Result<Reply, MoveError> {
        if let Some(refused) = self.obstacle(tenant, &coming.begin).await? {
            return Ok(Reply::Refused(refused));
        }
        let installations = coming.installations.into_iter().map(|name| (Id::NONE, name)).collect();
        let names = self.0.tenancy.names_of(&Called { identity: coming.identity, site: None, installations });
        let taken = self.0.db.read(move |conn| {
            let is_here = tenants::by_id(conn, tenant)?.is_some() || Tenancy::is_taken(conn, &names)?;
            Ok::<_, DbError>(is_here || rows::others_open(conn, tenant, Id::NONE, &super::OVER)? > 0)
        });
        Ok(if taken.await? { Reply::Refused(Refused::Taken) } else { Reply::Welcome })
    }

    /// Why a tenant cannot come. Nobody of its number may ever have been erased here, but for having moved away.
    pub(super) async fn obstacle(&self, tenant: Id, begin: &Begin) -> Result<Option<Refused>, MoveError> {
        if begin.plan != self.0.plan.fingerprint || begin.policy != self.0.policy.version().as_str() {
            return Ok(Some(Refused::Different));
        }
        // Copies of tickets are known by names that mean something at one desk alone.
        let desk = self.here().map_or("", |here| here.desk.as_str());
        if begin.desk.as_ref().is_some_and(|theirs| theirs != desk) {
            return Ok(Some(Refused::OtherDesk));
        }
        let may_come = self.0.vault.keyring().read(move |conn| Ok::<_, DbError>(may_come(conn, tenant)?));
        Ok((!may_come.await?).then_some(Refused::Taken))
    }
}

//! An operator says whose an installation is, after both sides had data when the product said it. The data of the two tenants is not
//! put together: the installation leads to the one that was named, and the other goes by its date if nothing leads to it any more.

use super::super::state::{Event, Reason};
use super::super::store::{self, Tenancy};
use super::locked;
use crate::clock::Timestamp;
use crate::db::forge_installations::{self, ForgeRow, Mapping};
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::policy::Policy;
use crate::tenancy::InstallError;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    pub from: Id,
    pub into: Id,
    /// When the data of the tenant that it came from is due to go, since nothing leads there any more.
    pub former_due_at: Option<Timestamp>,
}

struct Prepared {
    index: Vec<u8>,
    from: Id,
    into: Id,
    row_id: Id,
    sealed: Vec<u8>,
    account: Vec<u8>,
}

impl Tenancy {
    /// Gives a split installation to `into`.
    pub async fn join_split(&self, installation_id: &str, into: Id) -> Result<Joined, Error> {
        let index = self.forge_index(installation_id);
        let sought = index.clone();
        let found = self.db.read(move |conn| {
            let row = forge_installations::by_index(conn, &sought)?;
            Ok::<_, DbError>((row, tenants::by_id(conn, into)?))
        });
        let (Some(row), Some(tenant)) = found.await? else { return Err(Error::new(Code::NotFound)) };
        let refused = |error: InstallError| match error {
            InstallError::NotBegun(error) | InstallError::Failed(error) => error,
            error => Error::new(Code::StateChanged).because(error),
        };
        let moving = self.prepare_move(&row, into).await.map_err(refused)?;
        let account = self.account_with_installation(&tenant, installation_id).await.map_err(refused)?;
        let prepared =
            Prepared { index, from: moving.from, into, row_id: moving.id, sealed: moving.sealed, account };
        let (policy, now) = (self.policy.clone(), self.clock.now());
        self.db.write(move |tx| join(tx, prepared, now, &policy)).await
    }
}

fn join(tx: &mut Conn, prepared: Prepared, now: Timestamp, policy: &Policy) -> Result<Joined, Error> {
    let Prepared { index, from, into, row_id, sealed, account } = prepared;
    let changed = || Error::new(Code::StateChanged);
    let tenant = tenants::lock_by_id(tx, into)?.ok_or_else(changed)?;
    let (row, former) = locked(tx, &index)?.ok_or_else(changed)?;
    if row.mapping != Mapping::Split.as_str() || former.id != from || from == into {
        let detail = "This installation is not split, or leads to that tenant already.";
        return Err(Error::new(Code::InvalidParameter).with_detail(detail));
    }
    if tenant.standing == "erasing" || former.standing == "erasing" {
        return Err(changed());
    }
    forge_installations::delete(tx, &row)?;
    let mapping = Mapping::Settled.as_str().to_owned();
    let moved = ForgeRow { tenant_id: into, id: row_id, sealed, mapping, ..row.clone() };
    if !forge_installations::insert(tx, &moved)? {
        return Err(changed());
    }
    let edited = TenantRow { account, ..tenant.clone() };
    let event = if row.removed_at.is_none() { Event::Installed } else { Event::Verified };
    store::apply(tx, &tenant, edited, event, now, policy)?;
    let former_due_at = leave_behind(tx, &former, now, policy)?;
    Ok(Joined { from, into, former_due_at })
}

/// A tenant that no name leads to any more has nobody who could say that they leave.
fn leave_behind(
    tx: &mut Conn,
    former: &TenantRow,
    now: Timestamp,
    policy: &Policy,
) -> Result<Option<Timestamp>, Error> {
    let rows = forge_installations::of_tenant(tx, former.id)?;
    if former.identity_index.is_some() || rows.iter().any(|row| row.removed_at.is_none()) {
        return Ok(None);
    }
    let suspected = Event::Suspected(Reason::Superseded);
    Ok(store::apply(tx, former, former.clone(), suspected, now, policy)?.due_at())
}

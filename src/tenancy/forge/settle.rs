//! Which tenant of before an installation belongs to, once the product says so.

use super::super::install::InstallError;
use super::super::store::{ACCOUNT, Tenancy};
use super::adopt::{self, Move};
use super::install::is_under_way;
use super::{ForgeInstallation, locked};
use crate::clock::Timestamp;
use crate::db::forge_installations::{self, ForgeRow, Mapping};
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::policy::Policy;

/// What the product says of an installation's past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belongs {
    /// It knew the same customer by this name.
    To(String),
    /// It knows of nobody.
    ToNobody,
    /// It does not say, or cannot be asked: it may say it another time.
    Unknown,
    /// It does not say, and never will: its time for that is over.
    Untold,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It is a tenant of its own, or was with the right one already.
    Stays(Id),
    /// It went to the tenant of before, and the empty one in between is gone.
    Moved { from: Id, into: Id },
    /// It belongs to another tenant, and has data of its own: nothing is changed.
    Split { tenant: Id, belongs_to: Id },
    /// The product is to be asked again.
    Open(Id),
    /// There is no such installation.
    Nobody,
}

impl Settled {
    /// Which tenant the installation leads to now.
    pub const fn tenant(self) -> Option<Id> {
        match self {
            Self::Stays(tenant) | Self::Open(tenant) | Self::Split { tenant, .. } => Some(tenant),
            Self::Moved { into, .. } => Some(into),
            Self::Nobody => None,
        }
    }
}

impl Belongs {
    pub(super) fn identity(&self) -> Option<&str> {
        if let Self::To(identity) = self { Some(identity) } else { None }
    }

    pub(super) const fn mapping(&self) -> Mapping {
        if matches!(self, Self::Unknown) { Mapping::Open } else { Mapping::Settled }
    }
}

/// The answer with what is needed to obey it, sealed for the tenant of before.
struct Prepared {
    index: Vec<u8>,
    belongs: Belongs,
    found: Option<(TenantRow, Move)>,
    /// The account of the tenant of before, with the installation's id.
    account: Vec<u8>,
}

impl Tenancy {
    /// Settles an installation whose past is open, by what the product says now. `issued_at` is when the call was issued with
    /// whose token it was asked.
    pub async fn settle_forge(
        &self,
        installation_id: &str,
        belongs: &Belongs,
        issued_at: i64,
    ) -> Result<Settled, InstallError> {
        let index = self.forge_index(installation_id);
        let prepared = self.prepare_settling(index, installation_id, belongs).await?;
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let settled = self.db.write(move |tx| settle(tx, prepared, issued_at, now, &policy)).await?;
        if let Settled::Moved { from, .. } = settled {
            self.take_back(from, true, Id::NONE).await;
        }
        Ok(settled)
    }

    async fn prepare_settling(
        &self,
        index: Vec<u8>,
        installation_id: &str,
        belongs: &Belongs,
    ) -> Result<Prepared, InstallError> {
        let (sought, identity) = (index.clone(), belongs.identity().map(|name| self.identity_index(name)));
        let found = self.db.read(move |conn| {
            let row = forge_installations::by_index(conn, &sought)?.filter(ForgeRow::is_open);
            let (Some(row), Some(identity)) = (row, identity) else { return Ok(None) };
            Ok::<_, DbError>(tenants::by_identity(conn, &identity)?.map(|tenant| (row, tenant)))
        });
        let nothing = Prepared { index, belongs: belongs.clone(), found: None, account: Vec::new() };
        let Some((row, tenant)) = found.await? else { return Ok(nothing) };
        if row.tenant_id == tenant.id {
            return Ok(nothing);
        }
        let moving = self.prepare_move(&row, tenant.id).await?;
        let account = self.account_with_installation(&tenant, installation_id).await?;
        Ok(Prepared { found: Some((tenant, moving)), account, ..nothing })
    }

    pub(super) async fn account_with_installation(
        &self,
        tenant: &TenantRow,
        installation_id: &str,
    ) -> Result<Vec<u8>, InstallError> {
        let named = super::super::Account::keep(&self.policy, [(NAME_FIELD, Some(installation_id))]);
        let account = self.open_account(tenant).await?.with_field_of(NAME_FIELD, &named);
        let text = serde_json::to_vec(&account).map_err(|error| Error::new(Code::Internal).because(error))?;
        Ok(self.vault.data_key(tenant.id).await?.seal(ACCOUNT, tenant.id, &text))
    }

    /// The installation sealed for another tenant.
    pub(in super::super) async fn prepare_move(
        &self,
        row: &ForgeRow,
        into: Id,
    ) -> Result<Move, InstallError> {
        let failed = |error| InstallError::from(crate::vault::VaultError::from(error));
        let installation =
            ForgeInstallation::open(&*self.vault.data_key(row.tenant_id).await?, row).map_err(failed)?;
        let id = Id::new(self.clock.now());
        let sealed = installation.seal(&*self.vault.data_key(into).await?, id).map_err(failed)?;
        Ok(Move { from: row.tenant_id, id, sealed })
    }
}

/// As the policy names it.
const NAME_FIELD: &str = "installationId";

fn settle(
    tx: &mut Conn,
    prepared: Prepared,
    issued_at: i64,
    now: Timestamp,
    policy: &Policy,
) -> Result<Settled, InstallError> {
    // Whoever moves an installation holds the tenant of before first, and then the one in between.
    let before = match &prepared.found {
        Some((tenant, _)) => tenants::lock_by_id(tx, tenant.id)?.filter(|row| row.identity_index.is_some()),
        None => None,
    };
    let Some((row, tenant)) = locked(tx, &prepared.index)? else { return Ok(Settled::Nobody) };
    if !row.is_open() {
        return Ok(Settled::Stays(tenant.id));
    }
    match (before, prepared.found) {
        // Whoever left just now is not brought back by a call that was under way.
        (Some(before), _) if row.removed_at.is_none() && is_under_way(&before, issued_at)? => {
            Ok(Settled::Open(tenant.id))
        }
        (Some(before), Some((_, moving))) if moving.from == tenant.id => {
            adopt::settle_into(tx, before, prepared.account, (&row, &tenant), moving, now, policy)
        }
        _ => close(tx, row, &prepared.belongs),
    }
}

/// The installation is a tenant of its own, unless it may still turn out to be another's: that is asked at every occasion, however
/// long it takes.
fn close(tx: &mut Conn, row: ForgeRow, belongs: &Belongs) -> Result<Settled, InstallError> {
    let tenant = row.tenant_id;
    if *belongs == Belongs::Unknown {
        return Ok(Settled::Open(tenant));
    }
    if *belongs == Belongs::Untold {
        tracing::warn!(tenant.id = %tenant, "the product never said whether an installation belongs to a tenant of before");
    }
    let mapping = Mapping::Settled.as_str().to_owned();
    forge_installations::update(tx, &ForgeRow { mapping, ..row })?;
    Ok(Settled::Stays(tenant))
}

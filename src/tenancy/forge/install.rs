//! `installed` and `upgraded`: an installation that is new, or is known already.
//!
//! As in `tenancy/install.rs` keys come first and one transaction decides; whoever loses a race starts again with what stands.

use super::super::account::Account;
use super::super::first::{self, FirstRow};
use super::super::install::{self, ATTEMPTS_MAX, InstallError, Installed};
use super::super::state::{Event, Standing};
use super::super::store::{self, ACCOUNT, Delivery, Tenancy};
use super::{Belongs, ForgeInstallation, Settled, UNDER_WAY, locked};
use crate::clock::Timestamp;
use crate::db::forge_installations::{self, ForgeRow, Mapping};
use crate::db::lifecycle_tokens::Binding;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::policy::Policy;
use crate::vault::Unsealable;

/// What an installation under Forge brings. The caller has proven it, and `account` holds only what the policy lists.
pub struct ForgeInstall {
    pub installation: ForgeInstallation,
    /// Product and where it is called: one tenant at a time is believed to live there.
    pub site: [String; 2],
    pub account: Account,
    /// The field of the account that names the installation.
    pub name_field: &'static str,
    pub belongs: Belongs,
    /// Whether the product says that the installation is there. It is believed in the time right after somebody left.
    pub is_there: bool,
    pub delivery: Delivery,
}

/// An installation ready to be stored for one particular tenant id.
struct Prepared {
    id: Id,
    is_new: bool,
    index: Vec<u8>,
    site_index: Vec<u8>,
    /// The name of before, if the product said one.
    identity_index: Option<Vec<u8>>,
    account: Vec<u8>,
    row_id: Id,
    sealed: Vec<u8>,
    mapping: Mapping,
    is_there: bool,
    delivery: Delivery,
}

impl Tenancy {
    pub async fn install_forge(&self, wanted: &ForgeInstall) -> Result<Installed, InstallError> {
        for _ in 0..ATTEMPTS_MAX {
            let prepared = self.prepare_forge(wanted).await?;
            let (id, is_new) = (prepared.id, prepared.is_new);
            let (policy, now) = (self.policy.clone(), self.clock.now());
            let stored = self.db.write(move |tx| store_in(tx, prepared, now, &policy)).await;
            let is_certain = !matches!(stored, Err(InstallError::Failed(_)));
            if is_new && is_certain && !matches!(stored, Ok(Installed::First(_))) {
                self.take_back(id, true, Id::NONE).await;
            }
            match stored {
                Err(InstallError::LostRace) => {}
                Ok(Installed::Again(id)) => return self.settled_again(wanted, id).await,
                other => return other,
            }
        }
        Err(install::lost_too_often())
    }

    /// What the product says now may be more than it said when the installation was new.
    async fn settled_again(&self, wanted: &ForgeInstall, id: Id) -> Result<Installed, InstallError> {
        let (name, issued_at) = (&wanted.installation.installation_id, wanted.delivery.issued_at);
        match self.settle_forge(name, &wanted.belongs, issued_at).await? {
            Settled::Moved { into, .. } => Ok(Installed::Again(into)),
            _ => Ok(Installed::Again(id)),
        }
    }

    async fn prepare_forge(&self, wanted: &ForgeInstall) -> Result<Prepared, InstallError> {
        let index = self.forge_index(&wanted.installation.installation_id);
        let identity_index = wanted.belongs.identity().map(|identity| self.identity_index(identity));
        let (row, tenant) = self.standing_forge(index.clone(), identity_index.clone()).await?;
        let (id, is_new) =
            tenant.as_ref().map_or_else(|| (Id::new(self.clock.now()), true), |row| (row.id, false));
        let key =
            if is_new { self.vault.create_data_key(id).await? } else { self.vault.data_key(id).await? };
        let row_id = row.as_ref().map_or_else(|| Id::new(self.clock.now()), |row| row.id);
        let former = row.map(|row| ForgeInstallation::open(&key, &row)).transpose().map_err(unreadable)?;
        let installation = with_former(wanted.installation.clone(), former)?;
        let account = match &tenant {
            None => wanted.account.clone(),
            Some(row) => joined(wanted, row, self.open_account(row).await?),
        };
        let account =
            serde_json::to_vec(&account).map_err(|error| Error::new(Code::Internal).because(error))?;
        Ok(Prepared {
            id,
            is_new,
            index,
            site_index: self.site_index(&wanted.site),
            identity_index,
            account: key.seal(ACCOUNT, id, &account),
            row_id,
            sealed: installation.seal(&key, row_id).map_err(unreadable)?,
            mapping: wanted.belongs.mapping(),
            is_there: wanted.is_there,
            delivery: wanted.delivery.clone(),
        })
    }

    /// The installation if it is known, and its tenant; or the tenant that the product says it belongs to.
    async fn standing_forge(
        &self,
        index: Vec<u8>,
        identity_index: Option<Vec<u8>>,
    ) -> Result<(Option<ForgeRow>, Option<TenantRow>), DbError> {
        self.db
            .read(move |conn| {
                if let Some(row) = forge_installations::by_index(conn, &index)? {
                    let tenant = tenants::by_id(conn, row.tenant_id)?;
                    return Ok((Some(row), tenant));
                }
                let Some(identity_index) = identity_index else { return Ok((None, None)) };
                Ok((None, tenants::by_identity(conn, &identity_index)?))
            })
            .await
    }
}

#[track_caller]
fn unreadable(error: Unsealable) -> InstallError {
    InstallError::from(crate::vault::VaultError::from(error))
}

fn with_former(
    installation: ForgeInstallation,
    former: Option<ForgeInstallation>,
) -> Result<ForgeInstallation, InstallError> {
    match former {
        Some(former) if installation.contradicts(&former) => {
            let cause = anyhow::anyhow!("the installation is known in another environment");
            Err(Error::new(Code::TenantMismatch).because(cause).into())
        }
        Some(former) => Ok(installation.over(former)),
        None => Ok(installation),
    }
}

/// What the product said under the tenant's name of before is more than Forge says; only the installation's id is news there.
fn joined(wanted: &ForgeInstall, tenant: &TenantRow, former: Account) -> Account {
    match &tenant.identity_index {
        Some(_) => former.with_field_of(wanted.name_field, &wanted.account),
        None => wanted.account.clone().over_all(former),
    }
}

fn store_in(
    tx: &mut Conn,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    tenants::lock_site(tx, &prepared.site_index)?;
    match store::bind(tx, now, &prepared.delivery)? {
        Binding::First => {}
        Binding::Repeated => return Ok(Installed::Ignored),
        Binding::OtherBody => return Err(InstallError::OtherBody),
    }
    if let Some((row, tenant)) = locked(tx, &prepared.index)? {
        return again(tx, row, tenant, prepared, now, policy);
    }
    let named = match &prepared.identity_index {
        Some(identity_index) => tenants::lock_by_identity(tx, identity_index)?,
        None => None,
    };
    match named {
        Some(tenant) => join(tx, tenant, prepared, now, policy),
        None if prepared.is_new => begin(tx, prepared, now, policy),
        None => Err(InstallError::LostRace),
    }
}

/// The installation is known.
fn again(
    tx: &mut Conn,
    row: ForgeRow,
    tenant: TenantRow,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    if tenant.id != prepared.id {
        return Err(InstallError::LostRace);
    }
    let is_stale = prepared.delivery.issued_at < row.issued_at;
    // An id is not given twice, so what says that a removed one was installed is a late try of an old call.
    if is_stale || row.removed_at.is_some() || is_under_way(&tenant, prepared.delivery.issued_at)? {
        return Ok(Installed::Ignored);
    }
    let issued_at = prepared.delivery.issued_at;
    let known = ForgeRow { sealed: prepared.sealed, issued_at, seen_at: Some(now.into()), ..row };
    forge_installations::update(tx, &known)?;
    stand(tx, tenant, prepared.account, now, policy)
}

/// Another installation of a tenant that the product knew by another name before.
fn join(
    tx: &mut Conn,
    tenant: TenantRow,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    if tenant.id != prepared.id {
        return Err(InstallError::LostRace);
    }
    if !is_return(&tenant, prepared.delivery.issued_at, prepared.is_there)? {
        return Ok(Installed::Ignored);
    }
    if !forge_installations::insert(tx, &new_row(&prepared, now))? {
        return Err(InstallError::LostRace);
    }
    stand(tx, tenant, prepared.account, now, policy)
}

/// A tenant of its own, until the product says more.
fn begin(
    tx: &mut Conn,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    let (id, row, site_index) = (prepared.id, new_row(&prepared, now), prepared.site_index);
    // Where nobody has a name of before, there is nobody to belong to.
    let is_alone = !forge_installations::is_any_named_before(tx)?;
    let mapping = if is_alone { Mapping::Settled.as_str().to_owned() } else { row.mapping.clone() };
    let tenant = FirstRow {
        id,
        identity_index: None,
        site_index: site_index.clone(),
        account: prepared.account,
        secret: None,
        issued_at: prepared.delivery.issued_at,
    };
    first::insert(tx, tenant, now, policy)?;
    if !forge_installations::insert(tx, &ForgeRow { mapping, ..row })? {
        return Err(InstallError::LostRace);
    }
    install::supersede_others(tx, &site_index, id, now, policy)?;
    Ok(Installed::First(id))
}

/// The tenant stands, or comes back.
fn stand(
    tx: &mut Conn,
    tenant: TenantRow,
    account: Vec<u8>,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    let mut edited = TenantRow { account, refused_since: None, ..tenant.clone() };
    if tenant.standing != "active" {
        edited.installed_at = now.into();
    }
    let after = store::apply(tx, &tenant, edited, Event::Installed, now, policy)?;
    super::super::presence::begin(tx, after.id, after.generation, now)?;
    Ok(Installed::Again(after.id))
}

fn new_row(prepared: &Prepared, now: Timestamp) -> ForgeRow {
    ForgeRow {
        tenant_id: prepared.id,
        id: prepared.row_id,
        installation_index: Some(prepared.index.clone()),
        mapping: prepared.mapping.as_str().to_owned(),
        issued_at: prepared.delivery.issued_at,
        installed_at: now.into(),
        seen_at: Some(now.into()),
        removed_at: None,
        sealed: prepared.sealed.clone(),
    }
}

/// Whether a call was issued so short after the customer left that it says nothing of a return.
pub(super) fn is_under_way(tenant: &TenantRow, issued_at: i64) -> Result<bool, DbError> {
    Ok(!is_return(tenant, issued_at, false)?)
}

/// Whether an installation that nobody heard of shows that whoever left is back. What was issued before they left never does;
/// what was issued right after may be another try of that, unless the product says that the app is there.
fn is_return(tenant: &TenantRow, issued_at: i64, is_there: bool) -> Result<bool, DbError> {
    let left_at = match store::to_state(tenant, &[])?.standing {
        Standing::Active => return Ok(true),
        Standing::Marked(mark) | Standing::Erasing(mark) => mark.at,
    };
    let issued_at = Timestamp::from_seconds(issued_at);
    Ok(issued_at >= left_at.plus(UNDER_WAY) || (is_there && issued_at >= left_at))
}

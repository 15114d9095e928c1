//! An installation goes to the tenant that it belongs to. What stood in between, if it is empty, was never anybody's and goes.

use super::super::install::InstallError;
use super::super::state::Event;
use super::super::store::{self, Tenancy};
use super::super::{Account, presence};
use super::carry;
use super::{ForgeInstallation, Settled};
use crate::clock::Timestamp;
use crate::db::erase::{self, TenantTable};
use crate::db::forge_installations::{self, ForgeRow, Mapping};
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id, operation_records};
use crate::policy::Policy;
use crate::policy::datamap::DataMap;
use crate::vault::SealingKey;

/// What a tenant has before anybody has used the app.
const OWN: [&str; 5] = ["tenants", "forge_installations", "timeline", "suspicions", "jobs"];
/// Records of which only those of one kind are the installation's own: what the product says of the licence.
const RECORDS: &str = "operation_records";
const LICENCE: &str = "licence";

/// An installation sealed for the tenant that it goes to.
pub(in super::super) struct Move {
    pub from: Id,
    pub id: Id,
    pub sealed: Vec<u8>,
}

/// The installation that the product's own `installed` names, made ready for the tenant that it is stored for.
pub(in super::super) struct Alias {
    index: Vec<u8>,
    id: Id,
    sealed: Vec<u8>,
    /// The other tenant that has it.
    from: Option<Id>,
}

/// Which tenant an installation's name leads to.
pub(in super::super) struct Led {
    pub row: ForgeRow,
    pub tenant: TenantRow,
}

impl Tenancy {
    /// The tenant behind the installation that an account names.
    pub(in super::super) async fn led_by(&self, name: Option<&str>) -> Result<Option<Led>, DbError> {
        let Some(index) = name.map(|name| self.forge_index(name)) else { return Ok(None) };
        let found = self.db.read(move |conn| {
            let Some(row) = forge_installations::by_index(conn, &index)? else { return Ok(None) };
            Ok::<_, DbError>(tenants::by_id(conn, row.tenant_id)?.map(|tenant| Led { row, tenant }))
        });
        found.await
    }

    /// Seals the installation that `account` names for `tenant`, whose key this is.
    pub(in super::super) async fn prepare_alias(
        &self,
        (account, field): (&Account, &str),
        led: Option<&Led>,
        tenant: Id,
        key: &SealingKey,
    ) -> Result<Option<Alias>, InstallError> {
        let Some(name) = account.name(field) else { return Ok(None) };
        let index = self.forge_index(name);
        match led {
            Some(led) if led.tenant.id != tenant => {
                let former = ForgeInstallation::open(&*self.vault.data_key(led.tenant.id).await?, &led.row);
                // One that cannot be read is named anew.
                let known = former.unwrap_or_else(|_| ForgeInstallation::named(name));
                Ok(Some(alias(index, &known, Some(led.tenant.id), key, self.clock.now())?))
            }
            _ => Ok(Some(alias(index, &ForgeInstallation::named(name), None, key, self.clock.now())?)),
        }
    }
}

fn alias(
    index: Vec<u8>,
    known: &ForgeInstallation,
    from: Option<Id>,
    key: &SealingKey,
    now: Timestamp,
) -> Result<Alias, InstallError> {
    let id = Id::new(now);
    let sealed =
        known.seal(key, id).map_err(|error| InstallError::from(crate::vault::VaultError::from(error)))?;
    Ok(Alias { index, id, sealed, from })
}

/// Makes the installation lead to the tenant whose row the transaction holds, which lives on this site. Returns the tenant that
/// is gone for it.
pub(in super::super) fn bind(
    tx: &mut Conn,
    (tenant, site_index): (Id, &[u8]),
    alias: Alias,
    issued_at: i64,
    now: Timestamp,
    policy: &Policy,
) -> Result<Option<Id>, InstallError> {
    let row = ForgeRow {
        tenant_id: tenant,
        id: alias.id,
        installation_index: Some(alias.index.clone()),
        mapping: Mapping::Settled.as_str().to_owned(),
        issued_at,
        installed_at: now.into(),
        seen_at: None,
        removed_at: None,
        sealed: alias.sealed,
    };
    match super::locked(tx, &alias.index)? {
        None => inserted(tx, &row).map(|()| None),
        Some((known, _)) if known.tenant_id == tenant => {
            // The product says that it is there. What else is known of it stays.
            let mapping = Mapping::Settled.as_str().to_owned();
            let removed_at = known.removed_at.filter(|_| known.issued_at >= issued_at);
            let issued_at = issued_at.max(known.issued_at);
            forge_installations::update(tx, &ForgeRow { mapping, removed_at, issued_at, ..known })?;
            Ok(None)
        }
        Some((known, other)) if alias.from == Some(other.id) => {
            take_over(tx, (&row, site_index), (&known, &other), now, policy)
        }
        Some(_) => Err(InstallError::LostRace),
    }
}

fn inserted(tx: &mut Conn, row: &ForgeRow) -> Result<(), InstallError> {
    if forge_installations::insert(tx, row)? { Ok(()) } else { Err(InstallError::LostRace) }
}

/// The installation leads to another tenant so far.
fn take_over(
    tx: &mut Conn,
    (row, site_index): (&ForgeRow, &[u8]),
    (known, other): (&ForgeRow, &TenantRow),
    now: Timestamp,
    policy: &Policy,
) -> Result<Option<Id>, InstallError> {
    let moved = ForgeRow { installed_at: known.installed_at, seen_at: known.seen_at, ..row.clone() };
    let is_named = other.identity_index.is_some();
    if is_named && other.site_index == site_index {
        // Another site's data was put over it: its own name still leads to it, and nothing is lost.
        forge_installations::delete(tx, known)?;
        return inserted(tx, &moved).map(|()| None);
    }
    // Two names of before at two addresses are two customers, whatever an installation says.
    if is_named || !may_go(tx, other)? {
        split(tx, known, row.tenant_id)?;
        return Ok(None);
    }
    carry::over(tx, other, row.tenant_id, now, policy)?;
    discard(tx, other.id)?;
    inserted(tx, &moved).map(|()| Some(other.id))
}

/// The installation of an open past goes to the tenant of before.
pub(super) fn settle_into(
    tx: &mut Conn,
    before: TenantRow,
    account: Vec<u8>,
    (row, tenant): (&ForgeRow, &TenantRow),
    moving: Move,
    now: Timestamp,
    policy: &Policy,
) -> Result<Settled, InstallError> {
    if !may_go(tx, tenant)? {
        split(tx, row, before.id)?;
        return Ok(Settled::Split { tenant: tenant.id, belongs_to: before.id });
    }
    carry::over(tx, tenant, before.id, now, policy)?;
    discard(tx, tenant.id)?;
    let before = tenants::by_id(tx, before.id)?.unwrap_or(before);
    let mapping = Mapping::Settled.as_str().to_owned();
    let Move { from, id, sealed } = moving;
    inserted(tx, &ForgeRow { tenant_id: before.id, id, sealed, mapping, ..row.clone() })?;
    if row.removed_at.is_none() {
        let mut edited = TenantRow { account, refused_since: None, ..before.clone() };
        if before.standing != "active" {
            edited.installed_at = now.into();
        }
        let after = store::apply(tx, &before, edited, Event::Installed, now, policy)?;
        presence::begin(tx, after.id, after.generation, now)?;
    }
    Ok(Settled::Moved { from, into: before.id })
}

/// Both have data. Which belongs to what is for people to find out.
fn split(tx: &mut Conn, row: &ForgeRow, belongs_to: Id) -> Result<(), InstallError> {
    let mapping = Mapping::Split.as_str().to_owned();
    forge_installations::update(tx, &ForgeRow { mapping, ..row.clone() })?;
    tracing::error!(
        tenant.id = %row.tenant_id,
        belongs_to = %belongs_to,
        "an installation belongs to a tenant of before and has data of its own by now: both stay; `kept tenants show` has what each holds"
    );
    Ok(())
}

/// Whether nothing is lost when this tenant goes: it holds nothing, and nobody asked for the erasure of what it holds. What else
/// was said of it goes along (`carry.rs`).
fn may_go(tx: &mut Conn, tenant: &TenantRow) -> Result<bool, InstallError> {
    Ok(!Tenancy::state(tx, tenant)?.is_asked() && is_empty(tx, tenant.id)?)
}

fn is_empty(tx: &mut Conn, tenant: Id) -> Result<bool, InstallError> {
    let map = DataMap::builtin().map_err(crate::error::Error::from)?;
    let is_used = |name: &str| !OWN.contains(&name) && name != RECORDS;
    let used = map.tenant_tables().filter(|table| is_used(&table.name));
    let used: Vec<_> = used.map(|table| TenantTable { name: &table.name, key: "tenant_id" }).collect();
    let is_unused = erase::counts(tx, &used, tenant)?.iter().all(|count| *count == 0);
    Ok(is_unused && !operation_records::has_other_than(tx, tenant, LICENCE)?)
}

/// Removes a tenant that holds nothing. Its key goes after the commit.
fn discard(tx: &mut Conn, tenant: Id) -> Result<(), InstallError> {
    Ok(tenants::discard(tx, tenant)?)
}

//! What administrators set for their installation: whom to tell, in which language, a shorter retention, and when the
//! subscription ends, and what problem reports may hold. Contact, billing address, language and the rules for reports are
//! sealed; days and date are the tenant's own state.

use serde::{Deserialize, Serialize};

use super::state::Event;
use super::timeline::{self, TimelineKind};
use super::{Address, ReportRules, Tenancy, store, subscription};
use crate::clock::Timestamp;
use crate::db::settings::{self, SettingsRow};
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id, text_enum};
use crate::error::{Code, Error};
use crate::policy::{Language, Policy};
use crate::vault::{Label, SealingKey, Unsealable, VaultError};

const SETTINGS: Label = Label("tenant.settings");

text_enum! {
    /// Whether a notice would reach anybody.
    pub enum ContactState {
        Missing = "missing",
        Set = "set",
        /// The last notice to this contact came back.
        Undeliverable = "undeliverable",
    }
}

/// Everything that is set, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSettings {
    pub contact: Option<Address>,
    pub billing_cc: Option<Address>,
    pub language: Language,
    pub retention_days: Option<u32>,
    pub subscription_ends_at: Option<Timestamp>,
    pub contact_state: ContactState,
    pub reports: ReportRules,
    /// Names this version of the addresses, for [`contact_is_undeliverable`].
    pub version: Id,
}

/// What an administrator wants to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedSettings {
    pub contact: Option<Address>,
    pub billing_cc: Option<Address>,
    pub language: Language,
    pub retention_days: Option<u32>,
    pub subscription_ends_at: Option<Timestamp>,
    /// `None` leaves what stands.
    pub reports: Option<ReportRules>,
}

/// The sealed part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entered {
    contact: Option<Address>,
    billing_cc: Option<Address>,
    language: Language,
    #[serde(default, skip_serializing_if = "ReportRules::is_default")]
    reports: ReportRules,
}

impl Tenancy {
    /// What is set for this tenant; `None` when there is no such tenant.
    pub async fn settings(&self, id: Id) -> Result<Option<TenantSettings>, Error> {
        let found = self.db.read(move |conn| {
            let Some(row) = tenants::by_id(conn, id)? else { return Ok(None) };
            Ok::<_, DbError>(Some((row, settings::of_tenant(conn, id)?)))
        });
        let Some((row, stored)) = found.await? else { return Ok(None) };
        let Some(stored) = stored else { return Ok(Some(stand(&row, Entered::default(), Id::NONE))) };
        let key = self.vault.data_key(id).await?;
        Ok(Some(stand(&row, open(&key, &stored)?, stored.id)))
    }

    /// What stands in the rules for reports, in the caller's transaction, which holds that the tenant may be written for: they do not
    /// change before it ends.
    pub fn report_rules(&self, tx: &mut Conn, id: Id, key: &SealingKey) -> Result<ReportRules, Error> {
        match settings::of_tenant(tx, id)? {
            Some(stored) => Ok(open(key, &stored)?.reports),
            None => Ok(ReportRules::default()),
        }
    }

    /// Sets everything at once. Whoever enters what stands already changes nothing.
    pub async fn change_settings(&self, id: Id, wanted: WantedSettings) -> Result<TenantSettings, Error> {
        let key = self.vault.data_key(id).await?;
        let (policy, now) = (self.policy.clone(), self.clock.now());
        check_days(wanted.retention_days, &policy)?;
        check_reports(wanted.reports.as_ref())?;
        self.db.write(move |tx| change(tx, id, &wanted, &key, now, &policy)).await
    }
}

fn change(
    tx: &mut Conn,
    id: Id,
    wanted: &WantedSettings,
    key: &SealingKey,
    now: Timestamp,
    policy: &Policy,
) -> Result<TenantSettings, Error> {
    let row = lock_open(tx, id)?;
    let former = row.clone();
    let stored = settings::of_tenant(tx, id)?;
    let entered = stored.as_ref().map(|stored| open(key, stored)).transpose()?.unwrap_or_default();
    subscription::check_end(wanted.subscription_ends_at, former.ends_at.map(Timestamp::from), now)?;
    let wants = Entered {
        contact: wanted.contact.clone(),
        billing_cc: wanted.billing_cc.clone(),
        language: wanted.language,
        reports: wanted.reports.clone().unwrap_or_else(|| entered.reports.clone()),
    };
    let mut version = stored.map_or(Id::NONE, |stored| stored.id);
    let is_entered_anew = wants != entered;
    if is_entered_anew {
        version = store_sealed(tx, id, &wants, key, now)?;
    }
    let row = set_contact_state(tx, row, state_of_contact(&former, &entered, &wants), now)?;
    let row = choose(tx, row, wanted, now, policy)?;
    if is_entered_anew || row.own_days != former.own_days || row.ends_at != former.ends_at {
        let expires_at = timeline::expires_at(policy, now);
        timeline::record(tx, id, now, TimelineKind::SettingsChanged, None, expires_at)?;
    }
    Ok(stand(&row, wants, version))
}

/// Days and date are events of the tenant's life: what follows from them is stored with them.
fn choose(
    tx: &mut Conn,
    mut row: TenantRow,
    wanted: &WantedSettings,
    now: Timestamp,
    policy: &Policy,
) -> Result<TenantRow, Error> {
    if row.own_days != wanted.retention_days.map(i64::from) {
        row = store::applied(tx, row, Event::ChoseDays(wanted.retention_days), now, policy)?;
    }
    if row.ends_at.map(Timestamp::from) != wanted.subscription_ends_at {
        row = store::applied(tx, row, Event::EndsOn(wanted.subscription_ends_at), now, policy)?;
    }
    Ok(row)
}

/// Marks the contact as one that mail does not reach, unless it was changed since `version` was read. Returns whether it
/// did. The caller's transaction holds nothing of the tenant yet.
pub fn contact_is_undeliverable(
    tx: &mut Conn,
    tenant: Id,
    version: Id,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(row) = tenants::lock_by_id(tx, tenant)? else { return Ok(false) };
    let stands = settings::of_tenant(tx, tenant)?.is_some_and(|stored| stored.id == version);
    let is_set = row.contact_state == ContactState::Set.as_str();
    if !stands || !is_set || !tenants::fence(tx, tenant)? {
        return Ok(false);
    }
    set_contact_state(tx, row, ContactState::Undeliverable, now)?;
    Ok(true)
}

/// The tenant's row, held; an error when its erasure has begun.
pub(super) fn lock_open(tx: &mut Conn, id: Id) -> Result<TenantRow, Error> {
    let row = tenants::lock_by_id(tx, id)?;
    let is_open = tenants::fence(tx, id)?;
    row.filter(|_| is_open).ok_or_else(|| {
        Error::new(Code::StateChanged).with_detail("The data of this installation is being erased.")
    })
}

fn set_contact_state(
    tx: &mut Conn,
    row: TenantRow,
    state: ContactState,
    now: Timestamp,
) -> Result<TenantRow, Error> {
    if row.contact_state == state.as_str() {
        return Ok(row);
    }
    let changed = TenantRow { contact_state: state.as_str().to_owned(), updated_at: now.into(), ..row };
    tenants::update(tx, &changed)?;
    Ok(changed)
}

/// Another contact may be reached; the same one is believed as little as before.
fn state_of_contact(row: &TenantRow, entered: &Entered, wants: &Entered) -> ContactState {
    match &wants.contact {
        None => ContactState::Missing,
        Some(_) if wants.contact == entered.contact => contact_state(row),
        Some(_) => ContactState::Set,
    }
}

pub(super) fn contact_state(row: &TenantRow) -> ContactState {
    row.contact_state.parse().unwrap_or(ContactState::Missing)
}

fn store_sealed(
    tx: &mut Conn,
    tenant: Id,
    entered: &Entered,
    key: &SealingKey,
    now: Timestamp,
) -> Result<Id, Error> {
    let id = Id::new(now);
    let plain = serde_json::to_vec(entered).map_err(|error| Error::new(Code::Internal).because(error))?;
    let sealed = key.seal(SETTINGS, id, &plain);
    settings::replace(tx, &SettingsRow { tenant_id: tenant, id, updated_at: now.into(), sealed })?;
    Ok(id)
}

fn open(key: &SealingKey, stored: &SettingsRow) -> Result<Entered, VaultError> {
    let plain = key.open(SETTINGS, stored.id, &stored.sealed)?;
    serde_json::from_slice(&plain).map_err(|_| VaultError::Unsealable(Unsealable))
}

fn stand(row: &TenantRow, entered: Entered, version: Id) -> TenantSettings {
    TenantSettings {
        contact: entered.contact,
        billing_cc: entered.billing_cc,
        language: entered.language,
        retention_days: row.own_days.and_then(|days| u32::try_from(days).ok()),
        subscription_ends_at: row.ends_at.map(Timestamp::from),
        contact_state: contact_state(row),
        reports: entered.reports,
        version,
    }
}

fn check_days(days: Option<u32>, policy: &Policy) -> Result<(), Error> {
    let most = policy.own_days_max();
    match days {
        Some(days) if !(1..=most).contains(&days) => {
            Err(refused(format!("retentionDays: expected null or a number from 1 to {most}.")))
        }
        _ => Ok(()),
    }
}

fn check_reports(rules: Option<&ReportRules>) -> Result<(), Error> {
    let fault = rules.and_then(ReportRules::fault);
    fault.map_or(Ok(()), |(member, right)| Err(refused(format!("reports.{member}: expected {right}."))))
}

fn refused(detail: String) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}

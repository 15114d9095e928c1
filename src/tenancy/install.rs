//! An installation: the first one, an upgrade, a rotated secret, a renamed site, a return after leaving.
//!
//! Keys come first, because sealed values need them: the data key under an id that was made up, the key of the new
//! secret. Then one transaction decides. Whoever loses a race against another first installation of the same name takes
//! its keys back and starts again with the tenant that stands.

use std::time::Duration;

use super::settings::ContactState;
use super::state::{self, Event, Reason, Standing};
use super::store::{self, ACCOUNT, Delivery, IDENTITY, SECRET, SITE, Tenancy};
use super::timeline::{self, TimelineKind};
use super::{Account, presence};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::lifecycle_tokens::Binding;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::policy::Policy;
use crate::vault::{TenantKeys, VaultError};

/// Each lost race finds the winner's row, so the second try succeeds unless that tenant goes at the same moment.
const ATTEMPTS_MAX: usize = 5;
/// How often keys that nothing was stored under are tried to be removed, and the pause between.
const TAKE_BACK_MAX: u32 = 5;
const TAKE_BACK_PAUSE: Duration = Duration::from_millis(200);

/// What an installation brings. The caller has proven it, and `account` holds only what the policy lists.
pub struct Installation {
    /// The product's name for the installation.
    pub identity: String,
    /// Product and normalised base URL: one tenant at a time is believed to live there.
    pub site: [String; 2],
    pub account: Account,
    /// A field of the account that stays known when a later installation leaves it out.
    pub lasting_field: &'static str,
    pub secret: Secret,
    pub delivery: Delivery,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// A tenant that was not known before.
    First(Id),
    /// A tenant that stood, or had left and came back.
    Again(Id),
    /// The same installation came before, or a newer event did; nothing changed.
    Ignored,
}

#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error("the life-cycle token came before with another body")]
    OtherBody,
    #[error("another first installation of the same name was faster")]
    LostRace,
    /// The database was too busy to begin: certainly nothing was stored.
    #[error(transparent)]
    NotBegun(Error),
    /// It may have been stored all the same, when only the word of it was lost.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<DbError> for InstallError {
    #[track_caller]
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy => Self::NotBegun(error.into()),
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<diesel::result::Error> for InstallError {
    #[track_caller]
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<VaultError> for InstallError {
    #[track_caller]
    fn from(error: VaultError) -> Self {
        Self::Failed(error.into())
    }
}

/// An installation ready to be stored for one particular tenant id.
struct Prepared {
    id: Id,
    identity_index: Vec<u8>,
    site_index: Vec<u8>,
    account: Vec<u8>,
    secret: Vec<u8>,
    secret_key_id: Id,
    delivery: Delivery,
}

impl Tenancy {
    pub async fn install(&self, installation: &Installation) -> Result<Installed, InstallError> {
        for _ in 0..ATTEMPTS_MAX {
            let (prepared, is_new) = self.prepare(installation).await?;
            let (id, secret_key_id) = (prepared.id, prepared.secret_key_id);
            let (policy, now) = (self.policy.clone(), self.clock.now());
            let stored = self.db.write(move |tx| store_in(tx, prepared, now, &policy)).await;
            // A row whose keys are gone could never be opened again: where the outcome is not certain the keys stay, and go
            // with the orphans if nothing was stored.
            let is_certain = !matches!(stored, Err(InstallError::Failed(_)));
            if is_certain && !matches!(stored, Ok(Installed::First(_) | Installed::Again(_))) {
                self.take_back(id, is_new, secret_key_id).await;
            }
            match stored {
                Err(InstallError::LostRace) => {}
                other => return other,
            }
        }
        let cause = anyhow::anyhow!("an installation lost {ATTEMPTS_MAX} races");
        Err(Error::new(Code::Unavailable).because(cause).into())
    }

    /// Seals the installation for the tenant that stands, or for a new id.
    async fn prepare(&self, installation: &Installation) -> Result<(Prepared, bool), InstallError> {
        let Installation { identity, site, account, lasting_field, secret, delivery } = installation;
        let identity_index = self.vault.index().of(IDENTITY, &[identity.as_bytes()]);
        let [product, base_url] = site;
        let site_index = self.vault.index().of(SITE, &[product.as_bytes(), base_url.as_bytes()]);
        let index = identity_index.clone();
        let standing =
            self.db.read(move |conn| Ok::<_, DbError>(tenants::by_identity(conn, &index)?)).await?;
        let (id, is_new, account) = match &standing {
            Some(row) => (row.id, false, account.clone().over(self.open_account(row).await?, lasting_field)),
            None => (Id::new(self.clock.now()), true, account.clone()),
        };
        let data_key = if is_new { None } else { Some(self.vault.data_key(id).await?) };
        let TenantKeys { data_key, secret_key_id, secret_key } =
            self.vault.create_tenant_keys(id, data_key).await?;
        let account =
            serde_json::to_vec(&account).map_err(|error| Error::new(Code::Internal).because(error))?;
        let prepared = Prepared {
            id,
            identity_index,
            site_index,
            account: data_key.seal(ACCOUNT, id, &account),
            secret: secret_key.seal(SECRET, secret_key_id, secret.expose().as_bytes()),
            secret_key_id,
            delivery: delivery.clone(),
        };
        Ok((prepared, is_new))
    }

    /// Removes keys that nothing was stored under. What is left behind by a crash goes with the orphans, and they are few:
    /// many at once would look like a wrong database. So a keyring that is busy is asked again.
    async fn take_back(&self, id: Id, is_new: bool, secret_key_id: Id) {
        for attempt in 1..=TAKE_BACK_MAX {
            let gone = match is_new {
                true => self.vault.shred(id).await,
                false => self.vault.destroy_secret_key(id, secret_key_id).await,
            };
            match gone {
                Ok(_) => return,
                Err(error) if attempt == TAKE_BACK_MAX => {
                    tracing::warn!(%error, "keys of a lost installation stay until the orphans are dropped");
                }
                Err(_) => tokio::time::sleep(TAKE_BACK_PAUSE).await,
            }
        }
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
    let (id, site_index) = (prepared.id, prepared.site_index.clone());
    let installed = match tenants::lock_by_identity(tx, &prepared.identity_index)? {
        None => insert_first(tx, prepared, now, policy)?,
        Some(row) if row.id != prepared.id => return Err(InstallError::LostRace),
        Some(row) => update_standing(tx, row, prepared, now, policy)?,
    };
    if installed != Installed::Ignored {
        supersede_others(tx, &site_index, id, now, policy)?;
    }
    Ok(installed)
}

fn insert_first(
    tx: &mut Conn,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    let id = prepared.id;
    let row = TenantRow {
        id,
        identity_index: Some(prepared.identity_index),
        site_index: prepared.site_index,
        account: prepared.account,
        secret: Some(prepared.secret),
        secret_key_id: Some(prepared.secret_key_id),
        former_secret: None,
        former_secret_key_id: None,
        former_secret_until: None,
        lifecycle_issued_at: prepared.delivery.issued_at,
        installed_at: now.into(),
        updated_at: now.into(),
        // The state's part; replaced below.
        generation: 0,
        standing: String::new(),
        enabled: false,
        marked_at: None,
        due_at: None,
        asked_due_at: None,
        due_policy: None,
        ends_at: None,
        mark_reason: None,
        own_days: None,
        refused_since: None,
        contact_state: ContactState::Missing.as_str().to_owned(),
    };
    let first = state::first(id);
    let inserted = tenants::insert(tx, &store::with_state(row, &first))?;
    if !inserted {
        return Err(InstallError::LostRace);
    }
    presence::begin(tx, id, first.generation, now)?;
    timeline::record(tx, id, now, TimelineKind::Installed, None, timeline::expires_at(policy, now))?;
    Ok(Installed::First(id))
}

/// The tenant stands: all fields are replaced, the former secret proves requests under way for a short time.
fn update_standing(
    tx: &mut Conn,
    stored: TenantRow,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    if prepared.delivery.issued_at < stored.lifecycle_issued_at {
        return Ok(Installed::Ignored);
    }
    let (id, mut row) = (stored.id, stored.clone());
    replace_secret(tx, &mut row, &prepared, now, policy)?;
    row.site_index = prepared.site_index;
    row.account = prepared.account;
    row.lifecycle_issued_at = prepared.delivery.issued_at;
    row.refused_since = None;
    if row.standing != "active" {
        row.installed_at = now.into();
    }
    let after = store::apply(tx, &stored, row, Event::Installed, now, policy)?;
    // A tenant that is being erased keeps no name, so its name cannot lead here; never store a secret for it anyway.
    if matches!(after.standing, Standing::Active) {
        presence::begin(tx, id, after.generation, now)?;
        Ok(Installed::Again(id))
    } else {
        Err(InstallError::LostRace)
    }
}

fn replace_secret(
    tx: &mut Conn,
    row: &mut TenantRow,
    prepared: &Prepared,
    now: Timestamp,
    policy: &Policy,
) -> diesel::QueryResult<()> {
    if let Some(dropped) = row.former_secret_key_id.take() {
        store::destroy_secret_later(tx, row, dropped, now, now)?;
    }
    row.former_secret = row.secret.replace(prepared.secret.clone());
    row.former_secret_key_id = row.secret_key_id.replace(prepared.secret_key_id);
    row.former_secret_until = None;
    if let Some(former) = row.former_secret_key_id {
        let until = policy.former_secret_until(now);
        row.former_secret_until = Some(until.into());
        store::destroy_secret_later(tx, row, former, until, now)?;
    }
    Ok(())
}

/// A site import puts another site's data over this one and says nothing to the old installation (connect.md §2.3).
fn supersede_others(
    tx: &mut Conn,
    site_index: &[u8],
    id: Id,
    now: Timestamp,
    policy: &Policy,
) -> Result<(), Error> {
    for other in tenants::others_on_site(tx, site_index, id)? {
        store::apply(tx, &other, other.clone(), Event::Suspected(Reason::Superseded), now, policy)?;
    }
    Ok(())
}

//! An installation: the first one, an upgrade, a rotated secret, a renamed site, a return after leaving.
//!
//! Keys come first, because sealed values need them: the data key under an id that was made up, the key of the new
//! secret. Then one transaction decides. Whoever loses a race against another first installation of the same name takes
//! its keys back and starts again with the tenant that stands.

use std::time::Duration;

use super::first::{self, FirstRow};
use super::state::{Event, Reason, Standing};
use super::store::{self, ACCOUNT, Delivery, SECRET, Tenancy};
use super::{Account, forge, presence};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::lifecycle_tokens::Binding;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::policy::Policy;
use crate::vault::{TenantKeys, VaultError};

/// Each lost race finds the winner's row, so the second try succeeds unless that tenant goes at the same moment.
pub(super) const ATTEMPTS_MAX: usize = 5;
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
    /// A field of the account that stays known when a later installation leaves it out. It names the same tenant under Forge,
    /// which finds it by that name from then on.
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
    /// The tenant was known by its installation under Forge alone, and gets the product's own name now.
    is_named: bool,
    alias: Option<forge::Alias>,
}

/// What was stored, and which empty tenant went for it.
struct Stored {
    installed: Installed,
    discarded: Option<Id>,
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
            if let Ok(Stored { discarded: Some(discarded), .. }) = stored {
                self.take_back(discarded, true, Id::NONE).await;
            }
            let stored = stored.map(|stored| stored.installed);
            if is_certain && !matches!(stored, Ok(Installed::First(_) | Installed::Again(_))) {
                self.take_back(id, is_new, secret_key_id).await;
            }
            match stored {
                Err(InstallError::LostRace) => {}
                other => return other,
            }
        }
        Err(lost_too_often())
    }

    /// Seals the installation for the tenant that stands, or for a new id.
    async fn prepare(&self, installation: &Installation) -> Result<(Prepared, bool), InstallError> {
        let Installation { identity, site, account, lasting_field, secret, delivery } = installation;
        let identity_index = self.identity_index(identity);
        let index = identity_index.clone();
        let standing =
            self.db.read(move |conn| Ok::<_, DbError>(tenants::by_identity(conn, &index)?)).await?;
        let led = self.led_by(account.name(lasting_field)).await?;
        // A tenant that only Forge has named so far is this one.
        let nameless = led.as_ref().map(|led| &led.tenant).filter(|tenant| tenant.identity_index.is_none());
        let is_named = standing.is_none() && nameless.is_some();
        let standing = standing.or_else(|| nameless.cloned());
        let (id, is_new, account) = match &standing {
            Some(row) => (row.id, false, account.clone().over(self.open_account(row).await?, lasting_field)),
            None => (Id::new(self.clock.now()), true, account.clone()),
        };
        let data_key = if is_new { None } else { Some(self.vault.data_key(id).await?) };
        let TenantKeys { data_key, secret_key_id, secret_key } =
            self.vault.create_tenant_keys(id, data_key).await?;
        let account =
            serde_json::to_vec(&account).map_err(|error| Error::new(Code::Internal).because(error))?;
        let named = (&installation.account, *lasting_field);
        let prepared = Prepared {
            id,
            identity_index,
            site_index: self.site_index(site),
            account: data_key.seal(ACCOUNT, id, &account),
            secret: secret_key.seal(SECRET, secret_key_id, secret.expose().as_bytes()),
            secret_key_id,
            delivery: delivery.clone(),
            is_named,
            alias: self.prepare_alias(named, led.as_ref(), id, &data_key).await?,
        };
        Ok((prepared, is_new))
    }

    /// Removes keys that nothing was stored under. What is left behind by a crash goes with the orphans, and they are few:
    /// many at once would look like a wrong database. So a keyring that is busy is asked again.
    pub(super) async fn take_back(&self, id: Id, is_new: bool, secret_key_id: Id) {
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

pub(super) fn lost_too_often() -> InstallError {
    let cause = anyhow::anyhow!("an installation lost {ATTEMPTS_MAX} races");
    Error::new(Code::Unavailable).because(cause).into()
}

fn store_in(
    tx: &mut Conn,
    mut prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Stored, InstallError> {
    let ignored = Stored { installed: Installed::Ignored, discarded: None };
    tenants::lock_site(tx, &prepared.site_index)?;
    match store::bind(tx, now, &prepared.delivery)? {
        Binding::First => {}
        Binding::Repeated => return Ok(ignored),
        Binding::OtherBody => return Err(InstallError::OtherBody),
    }
    let (id, site_index, issued_at) = (prepared.id, prepared.site_index.clone(), prepared.delivery.issued_at);
    let alias = prepared.alias.take();
    let installed = match tenants::lock_by_identity(tx, &prepared.identity_index)? {
        None if prepared.is_named => name_standing(tx, prepared, now, policy)?,
        None => insert_first(tx, prepared, now, policy)?,
        Some(row) if row.id != prepared.id => return Err(InstallError::LostRace),
        Some(row) => update_standing(tx, row, prepared, now, policy)?,
    };
    if installed == Installed::Ignored {
        return Ok(ignored);
    }
    let discarded = match alias {
        Some(alias) => forge::bind(tx, (id, &site_index), alias, issued_at, now, policy)?,
        None => None,
    };
    supersede_others(tx, &site_index, id, now, policy)?;
    Ok(Stored { installed, discarded })
}

/// The tenant that Forge has named gets the product's own name too, unless it has one or is gone by now.
fn name_standing(
    tx: &mut Conn,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    let standing = tenants::lock_by_id(tx, prepared.id)?;
    let Some(row) = standing.filter(|row| row.identity_index.is_none() && row.standing != "erasing") else {
        return Err(InstallError::LostRace);
    };
    update_standing(tx, row, prepared, now, policy)
}

fn insert_first(
    tx: &mut Conn,
    prepared: Prepared,
    now: Timestamp,
    policy: &Policy,
) -> Result<Installed, InstallError> {
    let id = prepared.id;
    let row = FirstRow {
        id,
        identity_index: Some(prepared.identity_index),
        site_index: prepared.site_index,
        account: prepared.account,
        secret: Some((prepared.secret_key_id, prepared.secret)),
        issued_at: prepared.delivery.issued_at,
    };
    first::insert(tx, row, now, policy)?;
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
    row.identity_index = Some(prepared.identity_index);
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
pub(super) fn supersede_others(
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

//! The tenant in the database: rows to states and back, and every event but the installation, which has its own file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::moving::Hold;
use super::settings::{self, ContactState};
use super::state::{Effect, Event, Mark, Standing, Suspicion, Tenant};
use super::{Account, InstallError, Reason, brake, timeline};
use crate::clock::{Clock, Timestamp};
use crate::config::Secret;
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::lifecycle_tokens::{self, Binding};
use crate::db::tenants::{self, SuspicionRow, TenantRow};
use crate::db::{Conn, Db, DbError, Id, forge_installations};
use crate::error::Error;
use crate::policy::Policy;
use crate::vault::{Label, Vault, VaultError};

pub(super) const IDENTITY: Label = Label("tenant.identity");
pub(super) const SITE: Label = Label("tenant.site");
pub(super) const ACCOUNT: Label = Label("tenant.account");
pub(super) const SECRET: Label = Label("tenant.secret");

/// Tenants, with everything that a change of one needs. Cheap to clone.
#[derive(Clone)]
pub struct Tenancy {
    pub(super) db: Db,
    pub(super) vault: Vault,
    pub(super) policy: Arc<Policy>,
    pub(super) clock: Clock,
}

/// Proof that an event was delivered, good for one body only.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub token_hash: Vec<u8>,
    pub body_hash: Vec<u8>,
    pub expires_at: Timestamp,
    /// When the product issued it, in seconds: an older event never undoes a newer one.
    pub issued_at: i64,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done(Id),
    /// Nobody of that name; nothing to do.
    Unknown,
    /// The same event came before, or a newer one did.
    Ignored,
}

/// A tenant as requests need it: state, account, and the secrets that prove requests.
#[derive(Clone)]
pub struct KnownTenant {
    pub tenant: Tenant,
    pub account: Account,
    pub installed_at: Timestamp,
    pub secrets: Vec<SecretInUse>,
    pub contact_state: ContactState,
    /// Whether its host refused us when it was last asked.
    pub is_refused: bool,
    /// Until when it is not known whether this is a tenant of before under another name: nothing is stored for it meanwhile.
    /// Asked of those that were found by an installation under Forge.
    pub held_until: Option<Timestamp>,
    /// What its move to another deployment means for whoever asks for it.
    pub hold: Option<Hold>,
}

impl KnownTenant {
    /// Whether it is not known how things stand with it: it is suspected of having left, or its host refuses us.
    pub fn is_in_doubt(&self) -> bool {
        let is_guess = |reason: &Reason| *reason != Reason::Asked;
        self.is_refused || self.tenant.suspicions.keys().any(is_guess)
    }
}

/// A tenant as far as it can be read: once its key is gone, nothing of its account can.
pub struct ListedTenant {
    pub tenant: Tenant,
    pub account: Option<Account>,
    pub installed_at: Timestamp,
    /// How many secrets prove requests of it.
    pub secrets: usize,
}

impl From<KnownTenant> for ListedTenant {
    fn from(known: KnownTenant) -> Self {
        let KnownTenant { tenant, account, installed_at, secrets, .. } = known;
        Self { tenant, account: Some(account), installed_at, secrets: secrets.len() }
    }
}

#[derive(Clone)]
pub struct SecretInUse {
    pub secret: Secret,
    /// Set for a former secret: it proves requests until then.
    pub until: Option<Timestamp>,
}

impl Tenancy {
    /// The tenant on this product and base URL.
    pub async fn on_site(&self, product: &str, base_url: &str) -> Result<Option<Id>, DbError> {
        let index = self.vault.index().of(SITE, &[product.as_bytes(), base_url.as_bytes()]);
        self.db.read(move |conn| Ok::<_, DbError>(tenants::on_site(conn, &index)?)).await
    }

    pub fn new(db: Db, vault: Vault, policy: Arc<Policy>, clock: Clock) -> Self {
        Self { db, vault, policy, clock }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub fn shared_policy(&self) -> Arc<Policy> {
        self.policy.clone()
    }

    /// The state of a tenant whose row the transaction holds.
    pub fn state(tx: &mut Conn, row: &TenantRow) -> Result<Tenant, DbError> {
        let suspicions = tenants::suspicions_of(tx, row.id)?;
        to_state(row, &suspicions)
    }

    /// Applies an event to a tenant whose row the transaction holds, with its effects. Returns the new state.
    pub fn apply_to(
        tx: &mut Conn,
        row: &TenantRow,
        event: Event,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Tenant, Error> {
        apply(tx, row, row.clone(), event, now, policy)
    }

    /// Finds a tenant by the product's name for it.
    pub async fn find(&self, identity: &str) -> Result<Option<KnownTenant>, VaultError> {
        let index = self.identity_index(identity);
        let found = self.db.read(move |conn| read(conn, |conn| tenants::by_identity(conn, &index))).await?;
        self.open(found).await
    }

    /// The blind index of the product's name for a tenant.
    pub(super) fn identity_index(&self, identity: &str) -> Vec<u8> {
        self.vault.index().of(IDENTITY, &[identity.as_bytes()])
    }

    /// The blind index of a product at an address.
    pub(super) fn site_index(&self, [product, base_url]: &[String; 2]) -> Vec<u8> {
        self.vault.index().of(SITE, &[product.as_bytes(), base_url.as_bytes()])
    }

    pub async fn find_by_id(&self, id: Id) -> Result<Option<KnownTenant>, VaultError> {
        let found = self.db.read(move |conn| read(conn, |conn| tenants::by_id(conn, id))).await?;
        self.open(found).await
    }

    /// Tenants in order of their ids, after `after`.
    pub async fn page(&self, after: Id, limit: i64) -> Result<Vec<ListedTenant>, VaultError> {
        let rows = self.db.read(move |conn| Ok::<_, DbError>(tenants::page(conn, after, limit)?)).await?;
        let mut page = Vec::with_capacity(rows.len());
        for row in rows {
            page.extend(self.listed(row.id).await?);
        }
        Ok(page)
    }

    /// The tenant as far as it can be read.
    pub async fn listed(&self, id: Id) -> Result<Option<ListedTenant>, VaultError> {
        let found = self.db.read(move |conn| read(conn, |conn| tenants::by_id(conn, id))).await?;
        let unopened =
            found.as_ref().map(|(row, suspicions)| Ok((to_state(row, suspicions)?, row.installed_at)));
        let unopened = unopened.transpose().map_err(VaultError::Database)?;
        match self.open(found).await {
            Err(VaultError::Shredded) => Ok(unopened.map(|(tenant, installed_at)| ListedTenant {
                tenant,
                account: None,
                installed_at: installed_at.into(),
                secrets: 0,
            })),
            opened => Ok(opened?.map(ListedTenant::from)),
        }
    }

    pub(super) async fn open(
        &self,
        found: Option<(TenantRow, Vec<SuspicionRow>)>,
    ) -> Result<Option<KnownTenant>, VaultError> {
        let Some((row, suspicions)) = found else { return Ok(None) };
        let secrets = self.open_secrets(&row).await?;
        let account = self.open_account(&row).await?;
        let (installed_at, contact_state) = (row.installed_at.into(), settings::contact_state(&row));
        let tenant = to_state(&row, &suspicions)?;
        let is_refused = row.refused_since.is_some();
        let (held_until, hold) = (None, self.hold_of(&row).await?);
        Ok(Some(KnownTenant {
            tenant,
            account,
            installed_at,
            secrets,
            contact_state,
            is_refused,
            held_until,
            hold,
        }))
    }

    pub(super) async fn open_account(&self, row: &TenantRow) -> Result<Account, VaultError> {
        let key = self.vault.data_key(row.id).await?;
        let plain = key.open(ACCOUNT, row.id, &row.account)?;
        serde_json::from_slice(&plain).map_err(|_| VaultError::Unsealable(crate::vault::Unsealable))
    }

    async fn open_secrets(&self, row: &TenantRow) -> Result<Vec<SecretInUse>, VaultError> {
        let current = (row.secret_key_id, &row.secret, None);
        let former = (row.former_secret_key_id, &row.former_secret, row.former_secret_until);
        let mut secrets = Vec::with_capacity(2);
        for (key_id, sealed, until) in [current, former] {
            let (Some(key_id), Some(sealed)) = (key_id, sealed) else { continue };
            let Some(key) = self.vault.secret_key(row.id, key_id).await? else { continue };
            let plain = key.open(SECRET, key_id, sealed)?;
            let text = String::from_utf8_lossy(&plain).into_owned();
            secrets.push(SecretInUse { secret: Secret::new(text), until: until.map(Timestamp::from) });
        }
        Ok(secrets)
    }

    /// The customer removed the app. The mark, the end of the secrets and the jobs are one transaction.
    pub async fn uninstall(&self, identity: &str, delivery: Delivery) -> Result<Outcome, InstallError> {
        let index = self.identity_index(identity);
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let outcome = self.db.write(move |tx| {
            match bind(tx, now, &delivery)? {
                Binding::First => {}
                Binding::Repeated => return Ok(Outcome::Ignored),
                Binding::OtherBody => return Err(InstallError::OtherBody),
            }
            let Some(row) = tenants::lock_by_identity(tx, &index)? else { return Ok(Outcome::Unknown) };
            if delivery.issued_at < row.lifecycle_issued_at {
                return Ok(Outcome::Ignored);
            }
            let edited = TenantRow { lifecycle_issued_at: delivery.issued_at, ..row.clone() };
            apply(tx, &row, edited, Event::Uninstalled, now, &policy)?;
            Ok(Outcome::Done(row.id))
        });
        outcome.await
    }

    /// Any event that needs no proof of its own: the caller has one.
    pub async fn happened(&self, id: Id, event: Event) -> Result<Outcome, Error> {
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let outcome = self.db.write(move |tx| match tenants::lock_by_id(tx, id)? {
            Some(row) => {
                let mut edited = row.clone();
                if event == Event::Verified {
                    edited.refused_since = None;
                }
                apply(tx, &row, edited, event, now, &policy).map(|_| Outcome::Done(id))
            }
            None => Ok(Outcome::Unknown),
        });
        outcome.await
    }
}

pub(super) fn read(
    conn: &mut Conn,
    find: impl FnOnce(&mut Conn) -> diesel::QueryResult<Option<TenantRow>>,
) -> Result<Option<(TenantRow, Vec<SuspicionRow>)>, DbError> {
    let Some(row) = find(conn)? else { return Ok(None) };
    let suspicions = tenants::suspicions_of(conn, row.id)?;
    Ok(Some((row, suspicions)))
}

pub(super) fn bind(tx: &mut Conn, now: Timestamp, delivery: &Delivery) -> diesel::QueryResult<Binding> {
    lifecycle_tokens::bind(tx, now, &delivery.token_hash, &delivery.body_hash, delivery.expires_at)
}

/// Applies `event` to a tenant whose row the transaction holds. `edited` is that row with what the event itself brought;
/// the result and its effects are stored if anything differs from `stored`. Returns the new state.
pub(super) fn apply(
    tx: &mut Conn,
    stored: &TenantRow,
    edited: TenantRow,
    event: Event,
    now: Timestamp,
    policy: &Policy,
) -> Result<Tenant, Error> {
    // What happened to it now would not go along.
    if stored.held_by.is_some() {
        return Err(tenants::Held.into());
    }
    let suspicions = tenants::suspicions_of(tx, stored.id)?;
    let before = to_state(stored, &suspicions)?;
    let (after, effects) = brake::next_if_let(tx, &before, event, now, policy)?;
    let mut changed = with_state(edited, &after);
    if effects.contains(&Effect::DropSecrets) {
        drop_secrets(tx, &mut changed, now)?;
    }
    if matches!(after.standing, Standing::Erasing(_)) && after != before {
        // As the product's own name in `with_state`: no other name leads here any more.
        forge_installations::forget_names(tx, after.id)?;
    }
    if changed != *stored || after != before {
        changed.updated_at = now.into();
        tenants::update(tx, &changed)?;
    }
    if after.suspicions != before.suspicions {
        tenants::replace_suspicions(tx, after.id, &suspicion_rows(&after))?;
    }
    for effect in effects {
        enqueue(tx, &after, effect, now)?;
    }
    timeline::record_transition(tx, (&before, &after), event, now, policy)?;
    Ok(after)
}

/// As [`apply`] to a row as it stands; gives the row as it is then.
pub(super) fn applied(
    tx: &mut Conn,
    row: TenantRow,
    event: Event,
    now: Timestamp,
    policy: &Policy,
) -> Result<TenantRow, Error> {
    apply(tx, &row, row.clone(), event, now, policy)?;
    Ok(tenants::by_id(tx, row.id)?.unwrap_or(row))
}

/// Takes the sealed secrets out of the row, and has their keys destroyed.
pub(super) fn drop_secrets(tx: &mut Conn, row: &mut TenantRow, now: Timestamp) -> diesel::QueryResult<()> {
    for key_id in [row.secret_key_id.take(), row.former_secret_key_id.take()].into_iter().flatten() {
        destroy_secret_later(tx, row, key_id, now, now)?;
    }
    (row.secret, row.former_secret, row.former_secret_until) = (None, None, None);
    Ok(())
}

/// Queues the destruction of one secret's key; the job looks again whether the row still names it.
pub(super) fn destroy_secret_later(
    tx: &mut Conn,
    row: &TenantRow,
    key_id: Id,
    at: Timestamp,
    now: Timestamp,
) -> diesel::QueryResult<()> {
    let job = NewJob {
        kind: JobKind::DestroySecret,
        tenant: row.id,
        generation: row.generation,
        discriminator: key_id.to_string(),
        run_at: at,
    };
    jobs::enqueue(tx, now, &job)
}

pub(super) fn enqueue(
    tx: &mut Conn,
    tenant: &Tenant,
    effect: Effect,
    now: Timestamp,
) -> diesel::QueryResult<()> {
    let (kind, discriminator, run_at) = match effect {
        Effect::Erase { at, because } => (JobKind::Erase, because, at),
        Effect::Notice { at, about } => (JobKind::Notice, about, at),
        Effect::DropSecrets => return Ok(()),
    };
    let discriminator = discriminator.to_owned();
    let job = NewJob { kind, tenant: tenant.id, generation: tenant.generation, discriminator, run_at };
    jobs::enqueue(tx, now, &job)
}

/// A row that no version of this program wrote.
fn unreadable(what: &str) -> DbError {
    DbError::Query(diesel::result::Error::DeserializationError(format!("tenants: unreadable {what}").into()))
}

pub(super) fn to_state(row: &TenantRow, suspicions: &[SuspicionRow]) -> Result<Tenant, DbError> {
    let standing = match row.standing.as_str() {
        "active" => Standing::Active,
        "marked" => Standing::Marked(mark_of(row)?),
        "erasing" => Standing::Erasing(mark_of(row)?),
        _ => return Err(unreadable("standing")),
    };
    let suspicions = suspicions.iter().map(|row| {
        let reason: Reason = row.reason.parse().map_err(|_| unreadable("suspicion"))?;
        let (since, due_at) = (row.since.into(), row.due_at.into());
        Ok((reason, Suspicion { since, due_at, policy: row.due_policy.clone() }))
    });
    Ok(Tenant {
        id: row.id,
        generation: row.generation,
        standing,
        enabled: row.enabled,
        suspicions: suspicions.collect::<Result<BTreeMap<_, _>, DbError>>()?,
        ends_at: row.ends_at.map(Timestamp::from),
        own_days: row.own_days.and_then(|days| u32::try_from(days).ok()),
    })
}

fn mark_of(row: &TenantRow) -> Result<Mark, DbError> {
    match (row.marked_at, row.due_at, &row.due_policy) {
        (Some(at), Some(due_at), Some(policy)) => Ok(Mark {
            at: at.into(),
            due_at: due_at.into(),
            asked_due_at: row.asked_due_at.map(Timestamp::from),
            policy: policy.clone(),
            reason: row
                .mark_reason
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(|_| unreadable("reason"))?,
        }),
        _ => Err(unreadable("mark")),
    }
}

/// The row with the state's part replaced. Destructured without `..`, so that a new part cannot be forgotten.
pub(super) fn with_state(row: TenantRow, tenant: &Tenant) -> TenantRow {
    let Tenant { id: _, generation, standing, enabled, suspicions: _, ends_at, own_days } = tenant;
    let (word, mark) = match standing {
        Standing::Active => ("active", None),
        Standing::Marked(mark) => ("marked", Some(mark)),
        Standing::Erasing(mark) => ("erasing", Some(mark)),
    };
    TenantRow {
        // A name that leads to a tenant being erased would keep a re-install from starting anew.
        identity_index: row.identity_index.filter(|_| !matches!(standing, Standing::Erasing(_))),
        generation: *generation,
        standing: word.to_owned(),
        enabled: *enabled,
        marked_at: mark.map(|mark| mark.at.into()),
        due_at: mark.map(|mark| mark.due_at.into()),
        asked_due_at: mark.and_then(|mark| mark.asked_due_at).map(Into::into),
        due_policy: mark.map(|mark| mark.policy.clone()),
        mark_reason: mark.and_then(|mark| mark.reason).map(|reason| reason.as_str().to_owned()),
        ends_at: ends_at.map(Into::into),
        own_days: own_days.map(i64::from),
        ..row
    }
}

fn suspicion_rows(tenant: &Tenant) -> Vec<SuspicionRow> {
    let row = |(reason, suspicion): (&Reason, &Suspicion)| SuspicionRow {
        tenant_id: tenant.id,
        reason: reason.as_str().to_owned(),
        since: suspicion.since.into(),
        due_at: suspicion.due_at.into(),
        due_policy: suspicion.policy.clone(),
    };
    tenant.suspicions.iter().map(row).collect()
}

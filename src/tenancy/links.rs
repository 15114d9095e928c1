//! Signed links for mails: each works once, for one purpose, and ends with the state that it was made for.

use std::time::Duration;

use super::state::{Standing, Tenant};
use super::{Tenancy, settings, store};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::links::{self, LinkRow};
use crate::db::{Conn, DbError, Id, tenants, text_enum};
use crate::error::{Code, Error};
use crate::vault::{Vault, VaultError};

/// How long somebody who asked for a file may take to fetch it.
const FETCHED_WITHIN: Duration = Duration::from_secs(15 * 60);

text_enum! {
    /// What a link is good for.
    pub enum Purpose {
        /// Ask for an early erasure.
        Erase = "erase",
        /// Take that back.
        Undo = "undo",
        /// Download everything that is stored.
        Export = "export",
    }
}

/// A link that works.
#[derive(Debug, Clone)]
pub struct Link {
    pub id: Id,
    pub tenant: Id,
    pub purpose: Purpose,
    pub expires_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It does not work. Why is for the log alone: whoever tries tokens must not learn which of them once was one.
    #[error("the link does not work: {0}")]
    Dead(&'static str),
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<DbError> for LinkError {
    #[track_caller]
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<diesel::result::Error> for LinkError {
    #[track_caller]
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<VaultError> for LinkError {
    #[track_caller]
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Shredded => Self::Dead("the tenant is being erased"),
            other => Self::Failed(other.into()),
        }
    }
}

/// Makes a link for the tenant as it is now. The token is in nobody's hands but those of whoever gets the mail: it is
/// never stored and never logged.
pub fn issue(
    tx: &mut Conn,
    vault: &Vault,
    tenant: &Tenant,
    purpose: Purpose,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Secret, Error> {
    let (id, key_id) = (Id::new(now), vault.newest_link_key());
    let row = LinkRow {
        tenant_id: tenant.id,
        id,
        purpose: purpose.as_str().to_owned(),
        generation: tenant.generation,
        due_at: date_of(tenant).into(),
        expires_at: expires_at.into(),
        used_at: None,
        key_id: key_id.into(),
    };
    links::insert(tx, &row)?;
    let unsigned = || Error::new(Code::Internal).because(anyhow::anyhow!("the vault has no key for links"));
    vault.sign_link_by(key_id, tenant.id, id).ok_or_else(unsigned)
}

/// The date that a link is about: asking for an earlier one, or taking that back, leaves it as it is, so that the links
/// of one mail go on working beside each other. Without any date it is the beginning of time.
pub fn date_of(tenant: &Tenant) -> Timestamp {
    match &tenant.standing {
        Standing::Marked(mark) | Standing::Erasing(mark) => mark.due_at,
        Standing::Active => {
            let not_asked = tenant.suspicions.iter().filter(|(reason, _)| **reason != super::Reason::Asked);
            let suspected = not_asked.map(|(_, suspicion)| suspicion.due_at).min();
            suspected.or(tenant.ends_at).unwrap_or_default()
        }
    }
}

impl Tenancy {
    /// Whether a token was signed by us, whatever became of its link since. Nothing but the keys for links is asked.
    pub async fn has_signed(&self, token: &str) -> Result<bool, Error> {
        Ok(self.vault.prove_link(token).await?.is_some())
    }

    /// A link that hands out everything of the tenant as a file, once, to whoever asked for it just now.
    pub async fn export_link(&self, id: Id) -> Result<(Secret, Timestamp), Error> {
        let (tenancy, now) = (self.clone(), self.clock.now());
        let until = now.plus(FETCHED_WITHIN);
        let issued = self.db.write(move |tx| {
            let row = settings::lock_open(tx, id)?;
            let tenant = store::to_state(&row, &tenants::suspicions_of(tx, id)?)?;
            issue(tx, &tenancy.vault, &tenant, Purpose::Export, now, until)
        });
        Ok((issued.await?, until))
    }

    /// The link that this token is, if it works now. Nothing is used up by looking.
    pub async fn link(&self, token: &str) -> Result<Link, LinkError> {
        let name = self.vault.prove_link(token).await?.ok_or(LinkError::Dead("no token of ours"))?;
        let now = self.clock.now();
        self.db.read(move |conn| find(conn, name.tenant, name.link, now)).await?.map_err(LinkError::Dead)
    }
}

/// Whether the link works still, in the transaction that would use it.
pub fn check_alive(conn: &mut Conn, link: &Link, now: Timestamp) -> Result<(), LinkError> {
    find(conn, link.tenant, link.id, now)?.map(drop).map_err(LinkError::Dead)
}

/// Uses the link up in the transaction that does what it is good for, which holds the tenant's row. Of many at once one
/// gets through.
pub fn take(tx: &mut Conn, link: &Link, now: Timestamp) -> Result<(), LinkError> {
    check_alive(tx, link, now)?;
    if links::take(tx, link.tenant, link.id, now)? { Ok(()) } else { Err(LinkError::Dead("used")) }
}

type Found = Result<Link, &'static str>;

fn find(conn: &mut Conn, tenant: Id, id: Id, now: Timestamp) -> Result<Found, DbError> {
    let Some(row) = links::find(conn, tenant, id)? else { return Ok(Err("unknown")) };
    let standing = match tenants::by_id(conn, tenant)? {
        Some(row) => Some(store::to_state(&row, &tenants::suspicions_of(conn, tenant)?)?),
        None => None,
    };
    Ok(check(&row, standing.as_ref(), now))
}

fn check(row: &LinkRow, tenant: Option<&Tenant>, now: Timestamp) -> Found {
    let purpose = row.purpose.parse().map_err(|_| "unknown purpose")?;
    if row.used_at.is_some() {
        return Err("used");
    }
    if Timestamp::from(row.expires_at) <= now {
        return Err("expired");
    }
    let tenant = tenant.ok_or("the tenant is gone")?;
    let is_same = tenant.generation == row.generation && date_of(tenant) == row.due_at.into();
    if !is_same || matches!(tenant.standing, Standing::Erasing(_)) {
        return Err("its state is over");
    }
    Ok(Link { id: row.id, tenant: row.tenant_id, purpose, expires_at: row.expires_at.into() })
}

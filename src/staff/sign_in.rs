//! Signing in: a name, a password and a one-time code, all three right or nothing at all.

use std::net::IpAddr;
use std::time::Duration;

use zeroize::Zeroizing;

use super::account::Sealed;
use super::throttle::wait_after;
use super::{Account, AccountState, SignedIn, Staff, StaffName, password};
use crate::audit::{AuditEvent, AuditKind};
use crate::clock::Timestamp;
use crate::db::staff::{self, StaffRow};
use crate::db::{DbError, Id};
use crate::error::{Code, Error};
use crate::vault::VaultError;

/// What somebody shows.
pub struct Credentials {
    pub name: String,
    pub password: Zeroizing<String>,
    pub code: String,
    /// Their own password, in the place of one that we made.
    pub new_password: Option<Zeroizing<String>>,
    /// Where they are; not known behind a proxy that we do not trust.
    pub address: Option<IpAddr>,
}

/// Why somebody is not let in.
#[derive(Debug)]
pub enum Refused {
    /// Something was wrong. What it was goes to the log and to the vendor's own chain of records.
    Wrong(&'static str),
    /// Too many were wrong from this address.
    TooMany(Duration),
    /// Everything was right, and a password that we made must be replaced.
    NeedsPassword,
    /// The new password is not one that we accept.
    BadPassword,
    Failed(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Refused> for Error {
    #[track_caller]
    fn from(refused: Refused) -> Self {
        let (least, most) = (password::LENGTH.start(), password::LENGTH.end());
        match refused {
            Refused::Wrong(why) => Self::unauthenticated(anyhow::anyhow!("{why}")),
            Refused::TooMany(wait) => Self::new(Code::TooManyRequests).retry_after(wait),
            Refused::NeedsPassword => Self::new(Code::PasswordChangeRequired)
                .with_detail(format!("newPassword: expected a password of {least} to {most} characters.")),
            Refused::BadPassword => Self::new(Code::InvalidBody).with_detail(format!(
                "newPassword: expected {least} to {most} characters, and not the password that you were given."
            )),
            Refused::Failed(error) => error,
        }
    }
}

impl Staff {
    /// Lets somebody in, or says no. A wrong name, password or code, a lock and an account that is over all look alike.
    pub async fn sign_in(&self, shown: Credentials) -> Result<SignedIn, Refused> {
        let now = self.clock.now();
        if let Some(wait) = shown.address.and_then(|address| self.throttle.wait(&address, now)) {
            return Err(Refused::TooMany(wait));
        }
        let entered = self.enter(&shown, now).await;
        match (&entered, shown.address) {
            (Err(Refused::Wrong(_)), Some(address)) => self.throttle.failed(address, now),
            (Ok(_), Some(address)) => self.throttle.succeeded(&address),
            _ => {}
        }
        entered
    }

    async fn enter(&self, shown: &Credentials, now: Timestamp) -> Result<SignedIn, Refused> {
        let row = match StaffName::parse(&shown.name) {
            Ok(name) => self.row_by_name(&name).await?,
            Err(_) => None,
        };
        let sealed = row.as_ref().map(|row| self.open(row)).transpose()?;
        let hash = sealed.as_ref().map(|sealed| sealed.password_hash.clone());
        let is_right = self.is_right(shown.password.clone(), hash).await?;
        let (Some(row), Some(sealed)) = (row, sealed) else {
            return self.refuse(None, "nobody has this name", now).await;
        };
        let account = self.account(&row)?;
        if row.locked_until.is_some_and(|until| Timestamp::from(until) > now) {
            return Err(Refused::Wrong("the account is locked for a while"));
        }
        let step = sealed.code_secret()?.step_of(&shown.code, now);
        let why = match step {
            _ if !is_right => "the password is wrong",
            None => "the code is wrong",
            Some(step) if step <= row.code_step => "the code was used before",
            Some(_) if !account.is_usable(now) => "the account is disabled, or its contract is over",
            Some(_) if is_invitation_over(&row, now) => "the password that we made is too old",
            Some(step) => return self.admit(shown, &account, &row, sealed, step, now).await,
        };
        self.refuse(Some(&account), why, now).await
    }

    /// Everything was right. Where a password of ours was shown, another one has to come with it.
    async fn admit(
        &self,
        shown: &Credentials,
        account: &Account,
        row: &StaffRow,
        sealed: Sealed,
        step: i64,
        now: Timestamp,
    ) -> Result<SignedIn, Refused> {
        let is_invited = account.state == AccountState::Invited;
        let sealed = match &shown.new_password {
            None if is_invited => return Err(Refused::NeedsPassword),
            None => None,
            Some(new) if !password::LENGTH.contains(&new.chars().count()) || *new == shown.password => {
                return Err(Refused::BadPassword);
            }
            Some(new) => {
                let password_hash = self.hash(new.clone()).await?;
                Some(self.seal(row.id, &sealed.with_password(password_hash))?)
            }
        };
        let (id, known_hash, until) = (row.id, row.sealed.clone(), self.until(now));
        let (session, fresh) = self.new_session(account, now);
        let event = AuditEvent::by(&account.who(), Id::NONE, AuditKind::SignedIn);
        let (this, audit, key) = (self.clone(), self.audit.clone(), self.audit.key(Id::NONE).await?);
        let admitted = self.db.write(move |tx| {
            // Looked at again under its lock: the same code may come twice at the same moment, and an account may end while its
            // password is hashed.
            let Some(row) = staff::lock_by_id(tx, id)? else { return Ok(false) };
            let is_usable = this.account(&row)?.is_usable(now);
            if row.code_step >= step || row.sealed != known_hash || !is_usable {
                return Ok::<_, Error>(false);
            }
            let state = if sealed.is_some() { AccountState::Active.as_str().to_owned() } else { row.state };
            let invited_until = if sealed.is_some() { None } else { row.invited_until };
            let row = StaffRow {
                state,
                invited_until,
                code_step: step,
                failures: 0,
                locked_until: None,
                updated_at: now.into(),
                expires_at: until.into(),
                sealed: sealed.unwrap_or(row.sealed),
                ..row
            };
            staff::update(tx, &row)?;
            crate::db::staff_sessions::insert(tx, &session)?;
            audit.record(tx, &key, &event)?;
            Ok(true)
        });
        if admitted.await? {
            Ok(fresh)
        } else {
            Err(Refused::Wrong("the code was used, or the account changed"))
        }
    }

    /// Counts the failure, and locks the account for longer and longer.
    async fn refuse<T>(
        &self,
        account: Option<&Account>,
        why: &'static str,
        now: Timestamp,
    ) -> Result<T, Refused> {
        let mut event = AuditEvent::of_nobody(AuditKind::SignInRefused).because(why);
        // A name that nobody has may be a password that was typed into the wrong field: it is not kept.
        if let Some(account) = account {
            event.staff = Some(account.id);
            event = event.about(account.name.as_str());
        }
        let id = account.map(|account| account.id);
        let (audit, key) = (self.audit.clone(), self.audit.key(Id::NONE).await?);
        self.db
            .write(move |tx| {
                if let Some(row) = id.map(|id| staff::lock_by_id(tx, id)).transpose()?.flatten() {
                    let failures = row.failures + 1;
                    let locked_until = wait_after(failures).map(|wait| now.plus(wait).into());
                    staff::update(tx, &StaffRow { failures, locked_until, ..row })?;
                    audit.record(tx, &key, &event)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        Err(Refused::Wrong(why))
    }

    async fn row_by_name(&self, name: &StaffName) -> Result<Option<StaffRow>, DbError> {
        let index = self.index(name);
        self.db.read(move |conn| Ok::<_, DbError>(staff::by_name(conn, &index)?)).await
    }

    pub(super) async fn hash(&self, password: Zeroizing<String>) -> Result<String, Error> {
        let hashed = self.hashing(move || password::hash(&password)).await?;
        hashed.map_err(|error| Error::new(Code::Internal).because(error))
    }

    async fn is_right(&self, password: Zeroizing<String>, hash: Option<String>) -> Result<bool, Error> {
        self.hashing(move || password::is_right(&password, hash.as_deref())).await
    }

    /// Hashing takes memory and a processor: a few at once, and whoever comes then has to come again.
    async fn hashing<T: Send + 'static>(
        &self,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let Ok(Ok(place)) = tokio::time::timeout(HASHING_WAIT, self.hashing.clone().acquire_owned()).await
        else {
            return Err(Error::new(Code::TooManyRequests));
        };
        let hashed = tokio::task::spawn_blocking(move || {
            let _place = place;
            hash()
        });
        hashed.await.map_err(|error| Error::new(Code::Internal).because(error))
    }
}

const HASHING_WAIT: Duration = Duration::from_secs(5);

fn is_invitation_over(row: &StaffRow, now: Timestamp) -> bool {
    row.invited_until.is_some_and(|until| Timestamp::from(until) <= now)
}

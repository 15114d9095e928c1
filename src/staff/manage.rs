//! Adding, resetting and disabling accounts.

use std::time::Duration;

use zeroize::Zeroizing;

use super::account::Sealed;
use super::{Account, AccountState, Role, Staff, StaffName, password};
use crate::audit::{AuditEvent, AuditKind, Who};
use crate::clock::Timestamp;
use crate::db::staff::{self, StaffRow};
use crate::db::{Conn, DbError, Id, staff_sessions};
use crate::error::{Code, Error};
use crate::vault::one_time::CodeSecret;

/// A password that we made is good for this long.
const INVITED_FOR: Duration = Duration::from_secs(3 * 86_400);
const ACCOUNTS_MAX: i64 = 1_000;
const ISSUER: &str = "Kept";

/// What a person needs to sign in for the first time. It is shown once and stored nowhere.
pub struct Invitation {
    pub account: Account,
    pub password: Zeroizing<String>,
    /// For the person's authenticator app.
    pub code_uri: Zeroizing<String>,
    pub until: Timestamp,
}

impl Staff {
    /// Makes an account. False names (taken already) are an error.
    pub async fn add(
        &self,
        name: StaffName,
        role: Role,
        contract_until: Option<Timestamp>,
    ) -> Result<Invitation, Error> {
        let now = self.clock.now();
        let fresh = self.fresh(&name).await?;
        let id = Id::new(now);
        let row = StaffRow {
            id,
            name_index: self.index(&name),
            role: role.as_str().to_owned(),
            state: AccountState::Invited.as_str().to_owned(),
            contract_until: contract_until.map(Into::into),
            invited_until: Some(now.plus(INVITED_FOR).into()),
            code_step: 0,
            failures: 0,
            locked_until: None,
            created_at: now.into(),
            updated_at: now.into(),
            expires_at: self.until(now).into(),
            sealed: self.seal(id, &fresh.sealed)?,
        };
        let account = self.account(&row)?;
        self.stored(AuditKind::AccountAdded, &account, None, move |tx| {
            if staff::insert(tx, &row)? { Ok(()) } else { Err(taken()) }
        })
        .await?;
        Ok(fresh.invitation(account, now))
    }

    /// A new password and a new secret for codes, for whoever lost theirs. All their sessions end.
    pub async fn reset(&self, name: &StaffName) -> Result<Invitation, Error> {
        let now = self.clock.now();
        let fresh = self.fresh(name).await?;
        let row = self.row(name).await?;
        let sealed = self.seal(row.id, &fresh.sealed)?;
        let (id, until) = (row.id, self.until(now));
        let invited = move |row: StaffRow| StaffRow {
            state: AccountState::Invited.as_str().to_owned(),
            invited_until: Some(now.plus(INVITED_FOR).into()),
            failures: 0,
            locked_until: None,
            updated_at: now.into(),
            expires_at: until.into(),
            sealed: sealed.clone(),
            ..row
        };
        let account = self.account(&invited(row))?;
        self.stored(AuditKind::AccountReset, &account, None, move |tx| change(tx, id, invited)).await?;
        Ok(fresh.invitation(account, now))
    }

    /// Ends an account and all of its sessions. `by` is whoever does it in the console.
    pub async fn disable(&self, name: &StaffName, by: Option<&Who>) -> Result<Account, Error> {
        let (now, row) = (self.clock.now(), self.row(name).await?);
        let (id, until) = (row.id, self.until(now));
        let disabled = move |row: StaffRow| StaffRow {
            state: AccountState::Disabled.as_str().to_owned(),
            updated_at: now.into(),
            expires_at: until.into(),
            ..row
        };
        let account = self.account(&disabled(row))?;
        self.stored(AuditKind::AccountDisabled, &account, by, move |tx| change(tx, id, disabled)).await?;
        Ok(account)
    }

    /// Ends all sessions of somebody.
    pub async fn end_sessions(&self, name: &StaffName, by: &Who) -> Result<(), Error> {
        let row = self.row(name).await?;
        let account = self.account(&row)?;
        self.stored(AuditKind::SignedOut, &account, Some(by), move |tx| {
            staff_sessions::delete_of(tx, row.id)?;
            Ok(())
        })
        .await
    }

    /// Everybody who has an account.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        let rows = self.db.read(|conn| Ok::<_, DbError>(staff::all(conn, ACCOUNTS_MAX)?)).await?;
        rows.iter().map(|row| self.account(row)).collect()
    }

    pub async fn by_name(&self, name: &StaffName) -> Result<Option<Account>, Error> {
        let index = self.index(name);
        let row = self.db.read(move |conn| Ok::<_, DbError>(staff::by_name(conn, &index)?)).await?;
        row.map(|row| self.account(&row)).transpose()
    }

    async fn row(&self, name: &StaffName) -> Result<StaffRow, Error> {
        let index = self.index(name);
        let row = self.db.read(move |conn| Ok::<_, DbError>(staff::by_name(conn, &index)?)).await?;
        row.ok_or_else(unknown)
    }

    /// Stores a change of an account with its row in the vendor's own chain.
    async fn stored(
        &self,
        kind: AuditKind,
        account: &Account,
        by: Option<&Who>,
        change: impl FnOnce(&mut Conn) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        let mut event =
            by.map_or_else(|| AuditEvent::of_nobody(kind), |by| AuditEvent::by(by, Id::NONE, kind));
        event = event.about(format!("{} ({})", account.name, account.role));
        let (audit, key) = (self.audit.clone(), self.audit.key(Id::NONE).await?);
        self.db
            .write(move |tx| {
                change(tx)?;
                audit.record(tx, &key, &event)?;
                Ok(())
            })
            .await
    }

    async fn fresh(&self, name: &StaffName) -> Result<Fresh, Error> {
        let (password, secret) = (password::make(), CodeSecret::random());
        if password.is_empty() {
            return Err(Error::new(Code::Unavailable).because(anyhow::anyhow!("there is no randomness")));
        }
        let hash = self.hash(password.clone()).await?;
        Ok(Fresh { sealed: Sealed::new(name.clone(), hash, &secret), password, secret })
    }
}

/// What was made for somebody, before it is stored.
struct Fresh {
    sealed: Sealed,
    password: Zeroizing<String>,
    secret: CodeSecret,
}

impl Fresh {
    fn invitation(self, account: Account, now: Timestamp) -> Invitation {
        let (name, secret) =
            (account.name.as_str().replace('@', "%40").replace('+', "%2B"), self.secret.to_base32());
        let code_uri = Zeroizing::new(format!(
            "otpauth://totp/{ISSUER}:{name}?secret={}&issuer={ISSUER}",
            secret.as_str()
        ));
        Invitation { account, password: self.password, code_uri, until: now.plus(INVITED_FOR) }
    }
}

/// Changes an account as it is under its lock, since somebody may sign in at this moment, and ends its sessions.
fn change(tx: &mut Conn, id: Id, changed: impl FnOnce(StaffRow) -> StaffRow) -> Result<(), Error> {
    let row = staff::lock_by_id(tx, id)?.ok_or_else(unknown)?;
    staff::update(tx, &changed(row))?;
    staff_sessions::delete_of(tx, id)?;
    Ok(())
}

fn unknown() -> Error {
    Error::new(Code::NotFound).with_detail("Nobody has this name.")
}

fn taken() -> Error {
    Error::new(Code::StateChanged).with_detail("Somebody has this name already.")
}

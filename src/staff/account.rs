//! An account as the database has it, opened.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::{Role, Staff, StaffName};
use crate::audit::Who;
use crate::clock::Timestamp;
use crate::db::staff::StaffRow;
use crate::db::{Id, text_enum};
use crate::error::{Code, Error};
use crate::policy::ClassName;
use crate::vault::Label;
use crate::vault::one_time::CodeSecret;

pub(super) const NAME: Label = Label("staff.name");
const ACCOUNT: Label = Label("staff.account");

text_enum! {
    pub enum AccountState {
        /// Has a password that we made, and has to choose another one.
        Invited = "invited",
        Active = "active",
        Disabled = "disabled",
    }
}

/// What is sealed of an account.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sealed {
    pub name: StaffName,
    pub password_hash: String,
    code_secret: String,
}

impl Sealed {
    pub fn new(name: StaffName, password_hash: String, secret: &CodeSecret) -> Self {
        Self { name, password_hash, code_secret: secret.to_base32().as_str().to_owned() }
    }

    /// The same with another password.
    pub fn with_password(&self, password_hash: String) -> Self {
        Self { name: self.name.clone(), password_hash, code_secret: self.code_secret.clone() }
    }

    pub fn code_secret(&self) -> Result<CodeSecret, Error> {
        let broken = || Error::new(Code::Internal).because(anyhow::anyhow!("a code secret cannot be read"));
        CodeSecret::from_base32(&self.code_secret).ok_or_else(broken)
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.code_secret.zeroize();
    }
}

/// Somebody at the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: Id,
    pub name: StaffName,
    pub role: Role,
    pub state: AccountState,
    pub contract_until: Option<Timestamp>,
    pub locked_until: Option<Timestamp>,
    pub created_at: Timestamp,
    /// When it was used or changed last.
    pub updated_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Account {
    /// Whether the person may do anything at `now`. A contract that is over ends an account, whatever its state says.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.state != AccountState::Disabled && self.contract_until.is_none_or(|until| until > now)
    }

    pub fn who(&self) -> Who {
        Who { id: self.id, name: self.name.as_str().to_owned(), role: self.role.as_str().to_owned() }
    }
}

impl Staff {
    pub(super) fn index(&self, name: &StaffName) -> Vec<u8> {
        self.vault.index().of(NAME, &[name.as_str().as_bytes()])
    }

    pub(super) fn seal(&self, id: Id, sealed: &Sealed) -> Result<Vec<u8>, Error> {
        let plain = serde_json::to_vec(sealed).map(Zeroizing::new);
        let plain = plain.map_err(|error| Error::new(Code::Internal).because(error))?;
        Ok(self.vault.vendor_key().seal(ACCOUNT, id, &plain))
    }

    pub(super) fn open(&self, row: &StaffRow) -> Result<Sealed, Error> {
        let plain = self.vault.vendor_key().open(ACCOUNT, row.id, &row.sealed);
        let plain = plain.map_err(|error| Error::new(Code::Internal).because(error))?;
        serde_json::from_slice(&plain).map_err(|error| Error::new(Code::Internal).because(error))
    }

    pub(super) fn account(&self, row: &StaffRow) -> Result<Account, Error> {
        let unknown = |error: String| Error::new(Code::Internal).because(anyhow::anyhow!(error));
        Ok(Account {
            id: row.id,
            name: self.open(row)?.name.clone(),
            role: row.role.parse().map_err(unknown)?,
            state: row.state.parse().map_err(unknown)?,
            contract_until: row.contract_until.map(Timestamp::from),
            locked_until: row.locked_until.map(Timestamp::from),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            expires_at: row.expires_at.into(),
        })
    }

    /// An account that was used or changed at `now` stays until then.
    pub(super) fn until(&self, now: Timestamp) -> Timestamp {
        self.policy.expires_at(ClassName::Staff, now).unwrap_or(Timestamp::from_millis(i64::MAX))
    }
}

//! Writes the mail and claims its notice, in one transaction that holds the tenant's row.

use std::sync::Arc;
use std::time::Duration;

use super::plan::{self, Plan};
use crate::clock::Timestamp;
use crate::db::notices::{self, NoticeKind, NoticeRow, NoticeState};
use crate::db::{Conn, Id, settings, tenants};
use crate::error::{Code, Error};
use crate::mail::{self, About, Address, Facts, Links, Mail};
use crate::policy::published::Announced;
use crate::policy::{AccountUse, Policy};
use crate::tenancy::links::{self, Purpose};
use crate::tenancy::settings::TenantSettings;
use crate::tenancy::timeline::{self, TimelineKind};
use crate::tenancy::{Account, Tenancy, Tenant};
use crate::vault::{Label, SealingKey, Unsealable, Vault, VaultError};

const NOTICE: Label = Label("notice");
/// How often to look for somebody to write to, until the date has come.
const LOOK_FOR_CONTACT: Duration = Duration::from_secs(86_400);

pub enum Claim {
    /// Nothing is due, or it is done.
    Nothing,
    Wait(Timestamp),
    Send(Box<Outgoing>),
}

/// A mail that is to leave now, and the row that says so.
pub struct Outgoing {
    pub row: NoticeRow,
    pub mail: Mail,
    pub kind: NoticeKind,
    /// Whether it goes to the registered contact, and not to the billing address in its place.
    pub is_to_contact: bool,
}

/// What is known before the transaction.
pub struct Claimant {
    pub tenant: Id,
    pub generation: i64,
    pub kind: NoticeKind,
    pub now: Timestamp,
    pub account: Account,
    pub settings: TenantSettings,
    pub key: Arc<SealingKey>,
    pub vault: Vault,
    pub policy: Arc<Policy>,
    /// What customers are told of, for a notice about it.
    pub announced: Option<Announced>,
    pub base_url: String,
}

impl Claimant {
    pub fn claim(&self, tx: &mut Conn) -> Result<Claim, Error> {
        let Some(row) = tenants::lock_by_id(tx, self.tenant)? else { return Ok(Claim::Nothing) };
        if row.generation != self.generation {
            return Ok(Claim::Nothing);
        }
        let state = Tenancy::state(tx, &row)?;
        let plan = match &self.announced {
            Some(announced) => plan::about_change(&state, announced.effective_at),
            None => plan::plan(&state, self.kind, self.now, &self.policy),
        };
        let (due_at, about) = match plan {
            Plan::Nothing => return Ok(Claim::Nothing),
            Plan::Wait(at) => return Ok(Claim::Wait(at)),
            Plan::Send { due_at, about } => (due_at, about),
        };
        let version = settings::of_tenant(tx, self.tenant)?.map_or(Id::NONE, |stored| stored.id);
        if version != self.settings.version {
            // Somebody has entered another address since we looked.
            return Ok(Claim::Wait(self.now));
        }
        let standing = notices::find(tx, self.tenant, self.kind, due_at)?;
        let former = standing.as_ref().map(|row| self.open(row)).transpose()?.flatten();
        match (standing, former, self.recipients()) {
            (Some(row), _, _) if row.is(NoticeState::Sent) => Ok(Claim::Nothing),
            (Some(row), Some(mail), Some(ours)) if (&mail.to, &mail.cc) == (&ours.0, &ours.1) => {
                // Those who refused it will not take it a second time.
                let is_open = row.is(NoticeState::Sending);
                Ok(if is_open { self.outgoing(row, mail) } else { self.look_again(due_at) })
            }
            (_, _, Some(recipients)) => self.write(tx, &state, due_at, &about, recipients),
            (Some(row), _, None) if row.is(NoticeState::NoContact) => Ok(self.look_again(due_at)),
            (_, _, None) => self.nobody(tx, due_at),
        }
    }

    fn outgoing(&self, row: NoticeRow, mail: Mail) -> Claim {
        let is_to_contact = mail_address(self.settings.contact.as_ref()) == Some(mail.to.clone());
        Claim::Send(Box::new(Outgoing { row, mail, kind: self.kind, is_to_contact }))
    }

    /// A contact that is entered before the date still gets the notice.
    fn look_again(&self, due_at: Timestamp) -> Claim {
        let at = self.now.plus(LOOK_FOR_CONTACT);
        if at < due_at { Claim::Wait(at) } else { Claim::Nothing }
    }

    /// Recipient and copy. Where there is a billing address alone, it gets the mail itself.
    fn recipients(&self) -> Option<(Address, Option<Address>)> {
        let contact = mail_address(self.settings.contact.as_ref());
        let billing = mail_address(self.settings.billing_cc.as_ref());
        let Some(contact) = contact else { return billing.map(|billing| (billing, None)) };
        let copy = billing.filter(|billing| self.policy.copies_billing() && *billing != contact);
        Some((contact, copy))
    }

    fn nobody(&self, tx: &mut Conn, due_at: Timestamp) -> Result<Claim, Error> {
        let row = NoticeRow { settled_at: Some(self.now.into()), ..self.row(NoticeState::NoContact, due_at) };
        notices::put(tx, &row)?;
        let (kind, expires_at) = (TimelineKind::NoticeWithoutContact, row.expires_at.into());
        timeline::record(tx, self.tenant, self.now, kind, Some(self.kind.as_str()), expires_at)?;
        tracing::warn!(tenant.id = %self.tenant, notice = self.kind.as_str(), "nobody is entered to send a notice to");
        Ok(self.look_again(due_at))
    }

    fn write(
        &self,
        tx: &mut Conn,
        state: &Tenant,
        due_at: Timestamp,
        about: &About,
        (to, cc): (Address, Option<Address>),
    ) -> Result<Claim, Error> {
        let (language, facts) = (self.settings.language, self.facts(tx, state, about)?);
        // A change is told in the words of the version that it leads to.
        let policy = self.announced.as_ref().map_or(&*self.policy, |announced| &announced.policy);
        let rendered = mail::render(about, &facts, language, policy).map_err(internal)?;
        let mut row = self.row(NoticeState::Sending, due_at);
        let mail = Mail {
            key: mail::notice_key(row.id),
            date: self.now,
            to,
            cc,
            language,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            attachment: None,
            thread: None,
        };
        let plain = serde_json::to_vec(&mail).map_err(internal)?;
        row.sealed = Some(self.key.seal(NOTICE, row.id, &plain));
        notices::put(tx, &row)?;
        Ok(self.outgoing(row, mail))
    }

    fn row(&self, state: NoticeState, due_at: Timestamp) -> NoticeRow {
        NoticeRow {
            tenant_id: self.tenant,
            kind: self.kind.as_str().to_owned(),
            due_at: due_at.into(),
            id: Id::new(self.now),
            generation: self.generation,
            state: state.as_str().to_owned(),
            recorded_at: self.now.into(),
            settled_at: None,
            expires_at: timeline::expires_at(&self.policy, self.now).into(),
            sealed: None,
        }
    }

    fn facts(&self, tx: &mut Conn, state: &Tenant, about: &About) -> Result<Facts, Error> {
        let account = |name| self.account.get(name, AccountUse::ContractAdministration).map(str::to_owned);
        let version = self.announced.as_ref().map(|announced| format!("/versions/{}", announced.number));
        let statement = format!("{}/privacy{}", self.base_url, version.unwrap_or_default());
        let mut links = Links { statement, ..Links::default() };
        if let About::Erasure { at, .. } = about {
            let until = state.ceiling(&self.policy).unwrap_or(*at).max(*at);
            let mut link = |purpose| self.link(tx, state, purpose, until).map(Some);
            links.export = link(Purpose::Export)?;
            links.erase = link(Purpose::Erase)?;
            links.undo = link(Purpose::Undo)?;
        }
        Ok(Facts { app_key: account("key").unwrap_or_default(), site: account("baseUrl"), links })
    }

    fn link(
        &self,
        tx: &mut Conn,
        state: &Tenant,
        purpose: Purpose,
        until: Timestamp,
    ) -> Result<String, Error> {
        let token = links::issue(tx, &self.vault, state, purpose, self.now, until)?;
        Ok(format!("{}/erasure/{}", self.base_url, token.expose()))
    }

    fn open(&self, row: &NoticeRow) -> Result<Option<Mail>, VaultError> {
        let Some(sealed) = &row.sealed else { return Ok(None) };
        let plain = self.key.open(NOTICE, row.id, sealed)?;
        serde_json::from_slice(&plain).map(Some).map_err(|_| VaultError::Unsealable(Unsealable))
    }
}

fn mail_address(entered: Option<&crate::tenancy::Address>) -> Option<Address> {
    entered.and_then(|address| address.as_str().parse().ok())
}

#[track_caller]
fn internal(cause: impl Into<anyhow::Error>) -> Error {
    Error::new(Code::Internal).because(cause)
}

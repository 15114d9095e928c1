//! Who is told of an erasure beside the ledger: processors, so that their copies go too (APPERNETIC-33), and the customer's
//! contact, when everything is gone. What has to outlive the tenant for that is sealed under a key of the erasure's own.
//!
//! A processor is told no more than what it finds its copy by. Whoever delivers our mail has the ids of the mails beside the
//! addresses; so the ids are enough, and no address ever leaves for this. A processor that has nothing to look for is not told:
//! it never had anything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{EraseError, Eraser};
use crate::clock::Timestamp;
use crate::db::erasures::ErasureRow;
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::notices::{self, NoticeState};
use crate::db::processor_erasures::{self, ConfirmationRow, RequestRow};
use crate::db::sink_copies::{self, SinkErasureRow};
use crate::db::{Conn, DbError, Id, ticket_mails};
use crate::mail::{self, Address};
use crate::policy::model::{Handle, Told};
use crate::policy::{AccountUse, ClassName, Language};
use crate::tenancy::KnownTenant;
use crate::tenancy::settings::ContactState;
use crate::tickets::forget;
use crate::vault::{Label, SealingKey};

pub(super) const REQUEST: Label = Label("erasure.request");
pub(super) const CONFIRMATION: Label = Label("erasure.confirmation");

/// What a processor finds its copy by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handles {
    /// Keys of mails that it has delivered, or will.
    pub messages: Vec<String>,
    pub tenant_number: Option<String>,
}

/// Where the mail goes that says that everything is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Addressee {
    pub to: Address,
    pub language: Language,
    pub app_key: String,
    pub site: Option<String>,
}

/// What outlives the tenant until everybody is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Outlasting {
    requests: Vec<RequestRow>,
    confirmation: Option<ConfirmationRow>,
    /// Copies of tickets in other systems.
    copies: Vec<SinkErasureRow>,
    /// One for each of those systems: done when nothing is left to delete there.
    sinks: Vec<RequestRow>,
}

impl Outlasting {
    /// Stores it, with the job that tells them.
    pub(super) fn keep(&self, tx: &mut Conn, tenant: Id, now: Timestamp) -> Result<(), EraseError> {
        for request in &self.requests {
            processor_erasures::insert(tx, request)?;
        }
        if let Some(confirmation) = &self.confirmation {
            processor_erasures::insert_confirmation(tx, confirmation)?;
        }
        for copy in &self.copies {
            forget::ask(tx, copy, now)?;
        }
        let pending = sink_copies::lock_erasures(tx, tenant)?;
        let waits =
            |request: &&RequestRow| pending.iter().any(|row| request.sink.as_ref() == Some(&row.sink));
        for request in self.sinks.iter().filter(waits) {
            processor_erasures::insert(tx, request)?;
        }
        // A confirmation waits for the receipt; who is asked is asked at once.
        let is_anybody_asked = !self.requests.is_empty() || !pending.is_empty();
        if is_anybody_asked { Ok(follow_soon(tx, tenant, now)?) } else { Ok(()) }
    }
}

/// The job of an erasure that goes on after its tenant: the tenant's own jobs go with it.
pub(super) fn follow_soon(tx: &mut Conn, tenant: Id, now: Timestamp) -> diesel::QueryResult<()> {
    let (kind, discriminator) = (JobKind::TellOfErasure, tenant.to_string());
    jobs::enqueue(tx, now, &NewJob { kind, tenant: Id::NONE, generation: 0, discriminator, run_at: now })
}

/// The part of the `Message-ID` of the mail that says that this erasure is over.
pub(super) fn confirmation_key(erasure: Id) -> String {
    format!("erased.{erasure}")
}

impl Eraser {
    /// What to keep for telling others, while the tenant's own key still opens what is known.
    pub(super) async fn outlasting(
        &self,
        row: &ErasureRow,
        known: Option<&KnownTenant>,
    ) -> Result<Outlasting, EraseError> {
        let addressee = self.addressee_of(row.tenant_id, known).await?;
        let told: Vec<(&str, &Told)> = self.policy.told().collect();
        let asks_for_mails = told.iter().any(|(_, told)| told.by.contains(&Handle::MessageIds));
        let mut messages = if asks_for_mails { self.mails_sent(row.tenant_id).await? } else { Vec::new() };
        messages.extend(addressee.as_ref().map(|_| confirmation_key(row.id)));
        let asked: Vec<_> = told
            .into_iter()
            .filter_map(|(name, told)| Some((name, told, handles(told, &messages, row.tenant_id)?)))
            .collect();
        let copies = self.copies(row.tenant_id).await?;
        let names: Vec<&str> = asked.iter().map(|(name, ..)| *name).collect();
        let sinks = self.sink_requests(row.tenant_id, &copies, &names).await?;
        if asked.is_empty() && addressee.is_none() {
            return Ok(Outlasting { copies, sinks, ..Outlasting::default() });
        }
        let (key, now) = (self.vault.create_erasure_key(row.tenant_id).await?, self.clock.now());
        let requests =
            asked.iter().map(|(name, told, handles)| self.request(row, name, told, handles, &key, now));
        let confirmation = addressee.map(|addressee| self.confirmation(row, &addressee, &key, now));
        Ok(Outlasting {
            requests: requests.collect::<Result<_, _>>()?,
            confirmation: confirmation.transpose()?,
            copies,
            sinks,
        })
    }

    /// Who has copies that are asked for now, or were before and are not gone yet: told by a call and not by a mail, so that it is
    /// asked neither again nor by a link.
    async fn sink_requests(
        &self,
        tenant: Id,
        copies: &[SinkErasureRow],
        names: &[&str],
    ) -> Result<Vec<RequestRow>, EraseError> {
        let read = self.db.read(move |conn| Ok::<_, DbError>(sink_copies::erasures_of_tenant(conn, tenant)?));
        let mut by_sink: BTreeMap<String, Timestamp> = BTreeMap::new();
        for row in read.await?.iter().chain(copies) {
            let due_at = by_sink.entry(row.sink.clone()).or_insert_with(|| row.due_at.into());
            *due_at = (*due_at).max(row.due_at.into());
        }
        let now = self.clock.now();
        let request = |(sink, due_at): (String, Timestamp)| {
            let name = self.sinks.get(&sink).unwrap_or(&sink);
            // Somebody who is told by mail too answers for the rest by themselves.
            let is_taken = names.contains(&name.as_str());
            let processor = if is_taken { format!("{name} (copies of reports)") } else { name.clone() };
            let expires_at = self.policy.expires_at(ClassName::Audit, now).unwrap_or(due_at).max(due_at);
            RequestRow {
                tenant_id: tenant,
                processor,
                id: Id::new(now),
                key_id: 0,
                recorded_at: now.into(),
                due_at: due_at.into(),
                told_at: Some(now.into()),
                told_again_at: Some(now.into()),
                silent_at: None,
                acknowledged_at: None,
                expires_at: expires_at.into(),
                sealed: None,
                sink: Some(sink),
            }
        };
        Ok(by_sink.into_iter().map(request).collect())
    }

    /// What other systems have of this tenant's tickets, while the key still opens what it is called there.
    async fn copies(&self, tenant: Id) -> Result<Vec<SinkErasureRow>, EraseError> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(sink_copies::of_tenant(conn, tenant)?)).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let (key, now) = (self.vault.data_key(tenant).await?, self.clock.now());
        let until = self.policy.expires_at(ClassName::Audit, now);
        let rows = found.iter().map(|copy| forget::erasure_of(copy, &key, &self.vault, now, until));
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// The contact, if there is one that takes mail.
    async fn addressee_of(
        &self,
        tenant: Id,
        known: Option<&KnownTenant>,
    ) -> Result<Option<Addressee>, EraseError> {
        let Some(known) = known.filter(|known| known.contact_state == ContactState::Set) else {
            return Ok(None);
        };
        let Some(settings) = self.tenancy.settings(tenant).await? else { return Ok(None) };
        let to = settings.contact.and_then(|contact| contact.as_str().parse().ok());
        Ok(to.map(|to| Addressee {
            to,
            language: settings.language,
            app_key: known
                .account
                .get("key", AccountUse::ContractAdministration)
                .unwrap_or_default()
                .to_owned(),
            site: known.account.get("baseUrl", AccountUse::ContractAdministration).map(str::to_owned),
        }))
    }

    async fn mails_sent(&self, tenant: Id) -> Result<Vec<String>, DbError> {
        let found = self.db.read(move |conn| {
            Ok::<_, DbError>((notices::of_tenant(conn, tenant)?, ticket_mails::sent_ids(conn, tenant)?))
        });
        let (rows, about_tickets) = found.await?;
        let sent = rows.iter().filter(|row| row.is(NoticeState::Sent) || row.is(NoticeState::Sending));
        let sent = sent.map(|row| mail::notice_key(row.id));
        Ok(sent.chain(about_tickets.into_iter().map(mail::ticket_key)).collect())
    }

    fn request(
        &self,
        row: &ErasureRow,
        name: &str,
        told: &Told,
        handles: &Handles,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<RequestRow, EraseError> {
        let (id, due_at) = (Id::new(now), self.policy.confirmed_by(told, now));
        let plain = serde_json::to_vec(handles).map_err(|_| EraseError::Unreadable)?;
        let expires_at = self.policy.expires_at(ClassName::Audit, now).unwrap_or(due_at).max(due_at);
        Ok(RequestRow {
            tenant_id: row.tenant_id,
            processor: name.to_owned(),
            id,
            key_id: self.vault.newest_link_key().into(),
            recorded_at: now.into(),
            due_at: due_at.into(),
            told_at: None,
            told_again_at: None,
            silent_at: None,
            acknowledged_at: None,
            expires_at: expires_at.into(),
            sealed: Some(key.seal(REQUEST, id, &plain)),
            sink: None,
        })
    }

    /// The address stays no longer than anything else that is due, whether the mail leaves or not.
    fn confirmation(
        &self,
        row: &ErasureRow,
        addressee: &Addressee,
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<ConfirmationRow, EraseError> {
        let plain = serde_json::to_vec(addressee).map_err(|_| EraseError::Unreadable)?;
        Ok(ConfirmationRow {
            tenant_id: row.tenant_id,
            id: row.id,
            recorded_at: now.into(),
            expires_at: now.plus(self.policy.sweep_lag()).into(),
            sealed: key.seal(CONFIRMATION, row.id, &plain),
        })
    }
}

/// What this processor is told; `None` when it has nothing to look for.
fn handles(told: &Told, messages: &[String], tenant: Id) -> Option<Handles> {
    let mut handles = Handles::default();
    for handle in &told.by {
        match handle {
            Handle::MessageIds => handles.messages = messages.to_vec(),
            Handle::TenantNumber => handles.tenant_number = Some(tenant.to_string()),
        }
    }
    (handles != Handles::default()).then_some(handles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_told_what_its_entry_names_and_not_at_all_when_that_is_nothing() {
        let told = |by: &[Handle]| Told {
            mail: "privacy@example.com".to_owned(),
            language: Language::En,
            within_days: 1,
            by: by.to_vec(),
        };
        let (messages, tenant) = (["notice.1".to_owned()], Id::from_i64(7));
        let by_mails = told(&[Handle::MessageIds]);
        assert_eq!(handles(&by_mails, &[], tenant), None, "it never delivered anything");
        let found = handles(&by_mails, &messages, tenant).unwrap();
        assert_eq!((found.messages, found.tenant_number), (messages.to_vec(), None));
        let found = handles(&told(&[Handle::TenantNumber]), &messages, tenant).unwrap();
        assert_eq!((found.messages.len(), found.tenant_number.as_deref()), (0, Some("7")));
    }
}

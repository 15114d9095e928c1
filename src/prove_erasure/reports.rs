//! A made-up user's problem report, with everything that a ticket can have.

use serde_json::json;

use super::world::World;
use crate::audit::{AuditKind, Subject, Who};
use crate::db::sink_copies::{self, CopyRow};
use crate::db::{DbError, Id, ticket_mails};
use crate::mail::Address;
use crate::policy::Language;
use crate::staff::Role;
use crate::support::{Accepted, Item, ItemName, Lacking, Media, Severity, Tier};
use crate::tickets::forget::COPY;
use crate::tickets::submit::{IdempotencyKey, Report, Request};
use crate::tickets::work::{After, Answer};
use crate::tickets::{Consent, Deed};

impl World {
    /// The mail about it is written and has not left yet.
    pub async fn report(&self, customer: usize) -> anyhow::Result<()> {
        let (tenant, tickets) = (self.tenant(customer)?, &self.services.tickets);
        let account_id = format!("{}-user-{customer}", self.tag);
        let key = IdempotencyKey::parse(&format!("{}-report-{customer}", self.tag));
        let key = key.ok_or_else(|| anyhow::anyhow!("not a key"))?;
        let request = Request::new(tenant, &account_id, key, self.tag.as_bytes());
        let submitted = tickets.submit(request, self.made_up(customer)?).await?;
        let who = Who { id: Id::NONE, name: format!("{}-staff", self.tag), role: Role::Lead.to_string() };
        let row = tickets.find(tenant, submitted.id).await?.ok_or_else(|| anyhow::anyhow!("no ticket"))?;
        let deed = Deed::new(&who, Role::Lead, &row, AuditKind::Replied)?;
        let text = format!("{} says support", self.tag);
        let answer = Answer { text, after: After::Asked, seen: None };
        tickets.answer(deed, answer).await?;
        self.copy_of(tenant, submitted.id).await?;
        let subject = Subject { tenant, ticket: submitted.id, number: submitted.number.clone() };
        self.services.audit.download(&who, &subject, &format!("{} is why", self.tag)).await?;
        let ticket = submitted.id;
        let mails = self
            .services
            .main
            .read(move |conn| Ok::<_, DbError>(ticket_mails::of_ticket(conn, tenant, ticket)?));
        for mail in mails.await? {
            tickets.claim_mail(tenant, mail.id).await?;
        }
        Ok(())
    }

    fn made_up(&self, customer: usize) -> anyhow::Result<Report> {
        let text = json!({"description": format!("{}-{customer} does not work", self.tag)}).to_string();
        let item = |name| Item::new(name, Tier::Full, Media::Json, text.clone().into_bytes(), Vec::new());
        Ok(Report {
            accepted: Accepted {
                tier: Tier::Full,
                severity: Severity::Normal,
                fingerprint: Some(format!("{}-error", self.tag)),
                items: vec![item(ItemName::Report), item(ItemName::Issue)],
                left_out: Vec::new(),
                missing: vec![Lacking {
                    name: ItemName::Errors,
                    code: None,
                    why: format!("{} is not there", self.tag),
                }],
                statement_version: 0,
                made_at: self.services.clock.now(),
            },
            email: Address::parse(&format!("{}.{customer}@example.com", self.tag))?,
            language: Language::En,
            consents: vec![Consent::Item(ItemName::Issue)],
            product: "jira".to_owned(),
            is_privacy: false,
            follow: false,
        })
    }

    /// What the copy is called in the other system.
    async fn copy_of(&self, tenant: Id, ticket: Id) -> anyhow::Result<()> {
        let (key, now) = (self.services.vault.data_key(tenant).await?, self.services.clock.now());
        let id = Id::new(now);
        let remote = json!({"key": format!("{}-1", self.tag)}).to_string();
        let row = CopyRow {
            tenant_id: tenant,
            ticket_id: ticket,
            sink: "made-up".to_owned(),
            id,
            state: "delivered".to_owned(),
            attempts: 1,
            updated_at: now.into(),
            expires_at: self.services.policy.ticket_expires_at(now, None).unwrap_or(now).into(),
            sealed: Some(key.seal(COPY, id, remote.as_bytes())),
        };
        self.services.main.write(move |tx| Ok::<_, DbError>(sink_copies::put(tx, &row)?)).await?;
        Ok(())
    }
}

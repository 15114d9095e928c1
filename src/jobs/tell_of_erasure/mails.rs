//! Writes the mails. Each is made of what is stored alone, so that it is the same at every try.

use super::super::{Environment, JobError};
use crate::db::processor_erasures::RequestRow;
use crate::erasure::receipt::Backups;
use crate::erasure::{Farewell, Receipt, half_time};
use crate::mail::{self, Attachment, Erased, Facts, Links, Mail, Rendered, Request};
use crate::policy::ClassName;
use crate::policy::model::Told;

/// What this processor is told; `None` when the policy no longer says how.
pub async fn request(
    environment: &Environment,
    row: &RequestRow,
    again: bool,
) -> Result<Option<Mail>, JobError> {
    let policy = environment.tenancy.policy();
    let Some(told) = policy.told().find(|(name, _)| *name == row.processor).map(|(_, told)| told) else {
        return Ok(None);
    };
    let request = facts(environment, row, again).await?;
    let Rendered { subject, text, html } =
        mail::render_request(&request, told.language, policy).map_err(JobError::retry)?;
    let (kind, date) = if again { ("asked", half_time(row)) } else { ("told", row.recorded_at.into()) };
    Ok(Some(Mail {
        key: format!("{kind}.{}", row.id),
        date,
        to: address(told)?,
        cc: None,
        language: told.language,
        subject,
        text,
        html,
        attachment: None,
        thread: None,
    }))
}

async fn facts(environment: &Environment, row: &RequestRow, again: bool) -> Result<Request, JobError> {
    let (handles, token) = environment.eraser.opened(row).await.map_err(JobError::retry)?;
    let ids = handles.messages.iter().map(|key| environment.mailer.message_id(key));
    Ok(Request {
        processor: row.processor.clone(),
        reference: row.id.to_string(),
        is_again: again,
        told_at: row.told_at.unwrap_or(row.recorded_at).into(),
        due_at: row.due_at.into(),
        messages: ids.map(|id| id.trim_matches(['<', '>']).to_owned()).collect(),
        tenant_number: handles.tenant_number,
        link: format!("{}/erasure/{}", environment.base_url, token.expose()),
    })
}

fn address(told: &Told) -> Result<mail::Address, JobError> {
    told.mail.parse().map_err(|error: mail::NoAddress| JobError::Fail(error.into()))
}

/// What the receipt says is retained, and the receipt itself.
fn kept(receipt: &Receipt) -> Vec<ClassName> {
    let retained = receipt.retained.iter().filter_map(|retained| retained.class.parse().ok());
    let others = retained.filter(|class| *class != ClassName::Ledger);
    others.chain([ClassName::Ledger]).collect()
}

/// What the customer is told in the end.
pub fn farewell(environment: &Environment, farewell: &Farewell) -> Result<Mail, JobError> {
    let (receipt, addressee) = (&farewell.receipt.receipt, &farewell.addressee);
    let erased = Erased {
        ended_at: receipt.ended_at,
        unreadable_at: receipt.unreadable_everywhere_at,
        backups_gone_at: match &receipt.backups {
            Backups::GoneAt { gone_at } => Some(*gone_at),
            Backups::NotConfigured(_) => None,
        },
        tenant_hash: receipt.tenant_hash.clone(),
        retained: kept(receipt),
        pending: receipt.pending_processors.clone(),
        keys: format!("{}/.well-known/kept-keys.json", environment.base_url),
    };
    let links = Links { statement: format!("{}/privacy", environment.base_url), ..Links::default() };
    let facts = Facts { app_key: addressee.app_key.clone(), site: addressee.site.clone(), links };
    let policy = environment.tenancy.policy();
    let Rendered { subject, text, html } =
        mail::render_erased(&erased, &facts, addressee.language, policy).map_err(JobError::retry)?;
    let content = farewell.document.clone();
    Ok(Mail {
        key: farewell.key.clone(),
        date: receipt.issued_at,
        to: addressee.to.clone(),
        cc: None,
        language: addressee.language,
        subject,
        text,
        html,
        attachment: Some(Attachment { name: "receipt.json".to_owned(), content }),
        thread: None,
    })
}

//! Reports as our pages show them: what there is about each, and what is in one to whoever may read it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::ticket_messages::MessageKind;
use crate::db::tickets::{Approval, TicketRow};
use crate::support::{Described, Severity};
use crate::tickets::read::{Message, Whole, earlier};
use crate::tickets::submit::EmailState;
use crate::tickets::{Decided, State};

/// What everybody may see who may see that there is one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportSummary")]
pub struct Listed {
    id: Id,
    number: String,
    #[schemars(with = "State")]
    state: String,
    #[schemars(with = "Severity")]
    severity: String,
    product: String,
    privacy: bool,
    /// Whether it is the caller's own.
    own: bool,
    address_confirmed: bool,
    /// What an administrator of the site said to it, or that it waits for that; nothing where none is needed.
    #[schemars(with = "Option<Approval>")]
    approval: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
    deleted_on: Timestamp,
}

impl Listed {
    pub fn of(row: &TicketRow, own: bool, site_goes_at: Option<Timestamp>) -> Self {
        Self {
            id: row.id,
            number: row.number.clone(),
            state: row.state.clone(),
            severity: row.severity.clone(),
            product: row.product.clone(),
            privacy: row.is_privacy,
            own,
            address_confirmed: EmailState::is_confirmed(&row.email_state),
            approval: row.approval.clone(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            closed_at: row.closed_at.map(Timestamp::from),
            deleted_on: earlier(row.expires_at.into(), site_goes_at),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportDetails")]
pub struct One {
    #[serde(flatten)]
    listed: Listed,
    consents: Vec<Agreed>,
    items: usize,
    bytes: u64,
    messages: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<Decision>,
    /// Absent for whoever may see that there is a report, and not what is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportConsent")]
struct Agreed {
    name: String,
    statement_version: i64,
    given_at: Timestamp,
    withdrawn_at: Option<Timestamp>,
}

/// Who let it leave the site, or did not.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportDecided")]
struct Decision {
    at: Timestamp,
    /// Whether that was the caller.
    by_you: bool,
    /// The account of the administrator, to administrators; absent once it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

impl Decision {
    fn of(decided: &Decided, caller: &str, is_own: bool) -> Self {
        let by_you = decided.by.as_deref() == Some(caller);
        Self { at: decided.at, by_you, by: decided.by.clone().filter(|_| !is_own || by_you) }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportContent")]
struct Content {
    /// The reporter's own address, to the reporter alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    items: Vec<Shown>,
    messages: Vec<Said>,
    close_reason: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportedItem")]
struct Shown {
    #[serde(flatten)]
    described: Described,
    /// In base64.
    content: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportMessage")]
struct Said {
    kind: MessageKind,
    at: Timestamp,
    text: String,
}

impl One {
    pub fn of(
        whole: &Whole,
        caller: &str,
        is_own: bool,
        may_read: bool,
        site_goes_at: Option<Timestamp>,
    ) -> Self {
        Self {
            listed: Listed::of(&whole.ticket, is_own, site_goes_at),
            consents: whole.consents.iter().map(Agreed::of).collect(),
            items: whole.items.len(),
            bytes: whole.items.iter().map(|item| item.described.bytes).sum(),
            messages: whole.conversation().count(),
            decided: whole.content.decided.as_ref().map(|decided| Decision::of(decided, caller, is_own)),
            content: may_read.then(|| Content::of(whole, is_own)),
        }
    }
}

impl Agreed {
    fn of(row: &crate::db::consents::ConsentRow) -> Self {
        Self {
            name: row.item.clone(),
            statement_version: row.statement_version,
            given_at: row.given_at.into(),
            withdrawn_at: row.withdrawn_at.map(Timestamp::from),
        }
    }
}

impl Content {
    fn of(whole: &Whole, is_own: bool) -> Self {
        let shown = whole
            .items
            .iter()
            .map(|item| Shown { described: item.described.clone(), content: item.encoded().to_owned() });
        Self {
            email: is_own.then(|| whole.content.email.as_str().to_owned()),
            items: shown.collect(),
            messages: whole.conversation().map(Said::of).collect(),
            close_reason: whole.content.close_reason.clone(),
        }
    }
}

impl Said {
    fn of(message: &Message) -> Self {
        Self { kind: message.kind, at: message.row.at.into(), text: message.text.clone() }
    }
}

//! Reports as our pages show them: what there is about each, and what is in one to whoever may read it.

use serde::Serialize;

use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::ticket_messages::MessageKind;
use crate::db::tickets::TicketRow;
use crate::support::Described;
use crate::tickets::read::{Message, Whole};

/// What everybody may see who may see that there is one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    id: Id,
    number: String,
    state: String,
    severity: String,
    product: String,
    privacy: bool,
    /// Whether it is the caller's own.
    own: bool,
    address_confirmed: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
    deleted_on: Timestamp,
}

impl Listed {
    pub fn of(row: &TicketRow, own: bool) -> Self {
        Self {
            id: row.id,
            number: row.number.clone(),
            state: row.state.clone(),
            severity: row.severity.clone(),
            product: row.product.clone(),
            privacy: row.is_privacy,
            own,
            address_confirmed: row.email_state == "confirmed",
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            closed_at: row.closed_at.map(Timestamp::from),
            deleted_on: row.expires_at.into(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct One {
    #[serde(flatten)]
    listed: Listed,
    consents: Vec<Agreed>,
    items: usize,
    bytes: u64,
    messages: usize,
    /// Absent for whoever may see that there is a report, and not what is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Agreed {
    name: String,
    statement_version: i64,
    given_at: Timestamp,
    withdrawn_at: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    /// The reporter's own address, to the reporter alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    items: Vec<Shown>,
    messages: Vec<Said>,
    close_reason: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(flatten)]
    described: Described,
    /// In base64.
    content: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    kind: MessageKind,
    at: Timestamp,
    text: String,
}

impl Serialize for MessageKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl One {
    pub fn of(whole: &Whole, is_own: bool, may_read: bool) -> Self {
        Self {
            listed: Listed::of(&whole.ticket, is_own),
            consents: whole.consents.iter().map(Agreed::of).collect(),
            items: whole.items.len(),
            bytes: whole.items.iter().map(|item| item.described.bytes).sum(),
            messages: whole.conversation().count(),
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

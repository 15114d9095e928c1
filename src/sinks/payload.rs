//! What leaves: a closed list, of the parts that the policy lists, of the class that the policy says this processor gets and of no other. What else a bundle holds
//! stays here, where whoever opens it leaves a trace.

use crate::policy::model::DeskPart;
use crate::policy::{ClassName, Policy};
use crate::support::{ItemName, Media};
use crate::tickets::read::Whole;
use crate::tickets::{Consent, ItemContent};

/// Everything that another system gets of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// One line. The number in it is what the copy is found by.
    pub summary: String,
    pub description: String,
    pub attachments: Vec<Attachment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub media: Media,
    pub content: Vec<u8>,
}

impl Payload {
    /// As the ticket is now: what a reporter has taken back is not in it (APPERNETIC-30).
    pub fn of(whole: &Whole, policy: &Policy) -> Self {
        let ticket = &whole.ticket;
        let summary = format!("[{}] Problem report ({}, {})", ticket.number, ticket.product, ticket.severity);
        let is_listed = policy.leaves_for_desk(DeskPart::Attachments);
        let leaves = whole.items.iter().filter(|item| is_listed && leaves(whole, item.described.name));
        let attachments = leaves.filter_map(|item| attachment(&ticket.number, item)).collect();
        let words = if policy.leaves_for_desk(DeskPart::Report) { words(whole) } else { String::new() };
        let rest = "Everything else that was sent with it is read in the console.";
        Self { summary, description: format!("{words}Report {}. {rest}", ticket.number), attachments }
    }
}

/// What an attachment is called that belongs to this ticket.
pub fn prefix(number: &str) -> String {
    format!("{number}-")
}

/// Whether an attachment leaves: one of the class of problem reports, that is agreed to at this moment.
fn leaves(whole: &Whole, name: ItemName) -> bool {
    matches!(name, ItemName::Attachment(_) | ItemName::ReplyFile(_))
        && name.class() == ClassName::Support
        && whole.agrees(Consent::Item(name))
}

fn attachment(number: &str, item: &ItemContent) -> Option<Attachment> {
    let item = item.item().ok()?;
    let ending = match item.media {
        Media::Json => "json",
        Media::Text => "txt",
        Media::Png => "png",
        Media::Jpeg => "jpg",
    };
    let name = format!("{}{}.{ending}", prefix(number), item.name);
    Some(Attachment { name, media: item.media, content: item.content })
}

/// The report as the user saw it in the preview, line by line.
fn words(whole: &Whole) -> String {
    let report = whole.items.iter().find(|item| item.described.name == ItemName::Report);
    let report = report.and_then(|item| item.item().ok());
    match report.and_then(|item| serde_json::from_slice(&item.content).ok()) {
        Some(serde_json::Value::Object(fields)) => {
            let texts = fields.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
            let texts = texts.filter(|(_, text)| !text.is_empty());
            texts.map(|(name, text)| format!("{name}: {text}\n\n")).collect()
        }
        _ => String::new(),
    }
}

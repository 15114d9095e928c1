//! Mails that were received, read as a mail program reads them.

use std::sync::{Mutex, PoisonError};

use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders};
use serde::Serialize;
use tokio::sync::Notify;

use crate::clock::Timestamp;

/// More than anybody reads; the oldest go first.
const KEPT: usize = 2_000;

/// Who a mail was sent by and to, as the server was told.
#[derive(Debug, Clone, Default)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
}

/// One mail that the sandbox received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedMail {
    /// 1 for the first.
    pub number: usize,
    pub at: Timestamp,
    /// Who it was really delivered to, whatever its header says.
    pub recipients: Vec<String>,
    pub message_id: String,
    pub date: String,
    pub from: Vec<String>,
    pub reply_to: Vec<String>,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Names and contents of what is attached.
    pub attachments: Vec<(String, String)>,
    /// Names and values as they came, in their order.
    pub headers: Vec<(String, String)>,
}

impl ReceivedMail {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The addresses of the links in its text, in their order.
    pub fn links(&self) -> Vec<String> {
        let words = self.text.split_whitespace();
        words.filter(|word| word.starts_with("http")).map(str::to_owned).collect()
    }
}

#[derive(Default)]
pub(super) struct Mails {
    received: Mutex<Vec<ReceivedMail>>,
    another: Notify,
}

impl Mails {
    /// Keeps a mail, and answers as a server does.
    pub(super) fn take(&self, envelope: Envelope, bytes: &[u8], at: Timestamp) -> &'static str {
        let Some(message) = MessageParser::default().parse(bytes) else { return "554 no mail" };
        let mut mails = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let number = mails.last().map_or(0, |last| last.number) + 1;
        if mails.len() == KEPT {
            mails.remove(0);
        }
        mails.push(ReceivedMail { number, at, ..read(&message, envelope) });
        self.another.notify_waiters();
        "250 taken"
    }

    pub(super) fn all(&self) -> Vec<ReceivedMail> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest so many, oldest first.
    pub(super) fn newest(&self, count: usize) -> Vec<ReceivedMail> {
        let all = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(all.len().saturating_sub(count)..).unwrap_or_default().to_vec()
    }

    /// All of them, once there are as many.
    pub(super) async fn wait_for(&self, count: usize) -> Vec<ReceivedMail> {
        loop {
            let another = self.another.notified();
            let all = self.all();
            if all.len() >= count {
                return all;
            }
            another.await;
        }
    }
}

fn read(message: &Message<'_>, envelope: Envelope) -> ReceivedMail {
    let body = |text: Option<std::borrow::Cow<'_, str>>| text.unwrap_or_default().replace("\r\n", "\n");
    ReceivedMail {
        number: 0,
        at: Timestamp::default(),
        recipients: envelope.to,
        message_id: message.message_id().unwrap_or_default().to_owned(),
        date: message.date().map(|date| date.to_rfc3339()).unwrap_or_default(),
        from: addresses(message.from()),
        reply_to: addresses(message.reply_to()),
        to: addresses(message.to()),
        cc: addresses(message.cc()),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: body(message.body_text(0)),
        html: body(message.body_html(0)),
        attachments: message.attachments().map(attachment).collect(),
        headers: message
            .headers_raw()
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect(),
    }
}

fn attachment(part: &MessagePart<'_>) -> (String, String) {
    let name = part.attachment_name().unwrap_or_default().to_owned();
    (name, String::from_utf8_lossy(part.contents()).into_owned())
}

fn addresses(found: Option<&Address<'_>>) -> Vec<String> {
    let all = found.into_iter().flat_map(Address::iter);
    all.filter_map(|one| one.address().map(str::to_owned)).collect()
}

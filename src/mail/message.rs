//! A mail as bytes (RFC 5322): plain text and HTML beside each other. The same mail makes the same bytes, so that whoever
//! gets it twice after a crash can tell that it is one.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use serde::{Deserialize, Serialize};

use super::wording::code;
use super::{Address, MailError};
use crate::clock::Timestamp;
use crate::policy::Language;

/// One mail, whole. Can be stored and sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The part of the `Message-ID` before the `@`: letters, digits, dots and hyphens. The same for every try.
    pub key: String,
    pub date: Timestamp,
    pub to: Address,
    pub cc: Option<Address>,
    pub language: Language,
    pub subject: String,
    pub text: String,
    pub html: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    /// The key of the mail that this one follows, so that mail programs show them together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
}

/// A file that goes with a mail, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    /// JSON.
    pub content: String,
}

/// Whom mail comes from, and where answers go.
pub(super) struct Sender {
    pub from: Mailbox,
    pub reply_to: Mailbox,
}

impl Mail {
    pub(super) fn bytes(&self, sender: &Sender) -> Result<Vec<u8>, MailError> {
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let mut keys = std::iter::once(&self.key).chain(&self.thread);
        if self.subject.contains(char::is_control) || !keys.all(|key| key.bytes().all(is_key)) {
            return Err(MailError::Malformed);
        }
        let millis = u64::try_from(self.date.as_millis()).unwrap_or(0);
        let mut message = Message::builder()
            .message_id(Some(id(&self.key, sender)))
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .from(sender.from.clone())
            .reply_to(sender.reply_to.clone())
            .to(self.to.inner().clone().into())
            .subject(self.subject.clone());
        if let Some(cc) = &self.cc {
            message = message.cc(cc.inner().clone().into());
        }
        if let Some(first) = &self.thread {
            let first = id(first, sender);
            message = message.in_reply_to(first.clone()).references(first);
        }
        // Whoever is away need not tell us (RFC 3834).
        let message = message
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", code(self.language)));
        let parts = match &self.attachment {
            Some(attachment) => {
                let mixed = MultiPart::mixed().boundary(format!("kept-all-{}", self.key));
                mixed.multipart(self.parts()).singlepart(attachment.part()?)
            }
            None => self.parts(),
        };
        let message = message.multipart(parts).map_err(|_| MailError::Malformed)?;
        Ok(message.formatted())
    }

    fn parts(&self) -> MultiPart {
        let part = |kind, text: &str| SinglePart::builder().header(kind).body(text.to_owned());
        MultiPart::alternative()
            .boundary(format!("kept-{}", self.key))
            .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
            .singlepart(part(ContentType::TEXT_HTML, &self.html))
    }
}

impl Attachment {
    /// In base64: mail programs change the ends of lines in whatever looks like text, and every byte of a receipt counts.
    fn part(&self) -> Result<SinglePart, MailError> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let kind: ContentType = "application/json".parse().map_err(|_| MailError::Malformed)?;
        let bytes = self.content.clone().into_bytes();
        let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64);
        match body {
            Ok(body) if self.name.bytes().all(is_name) => {
                Ok(lettre::message::Attachment::new(self.name.clone()).body(body, kind))
            }
            _ => Err(MailError::Malformed),
        }
    }
}

/// The `Message-ID` of a mail, the same for every try.
pub(super) fn id(key: &str, sender: &Sender) -> String {
    format!("<{key}@{}>", sender.from.email.domain())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            key: "notice.1".to_owned(),
            date: "2026-11-22T08:00:00Z".parse().unwrap(),
            to: "ada@example.com".parse().unwrap(),
            cc: Some("billing@example.com".parse().unwrap()),
            language: Language::De,
            subject: "Löschung am 2. Dezember 2026".to_owned(),
            text: "Grüße\n".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
            attachment: None,
            thread: None,
        }
    }

    fn bytes(mail: &Mail) -> Result<String, MailError> {
        let sender = Sender {
            from: "Example <kept@example.com>".parse().unwrap(),
            reply_to: "privacy@example.com".parse().unwrap(),
        };
        mail.bytes(&sender).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_mail_is_the_same_bytes_every_time() {
        let once = bytes(&mail()).unwrap();
        assert_eq!(once, bytes(&mail()).unwrap());
        assert!(once.is_ascii() && once.lines().all(|line| line.len() < 998), "{once}");
        for line in [
            "Message-ID: <notice.1@example.com>",
            "Date: Sun, 22 Nov 2026 08:00:00 +0000",
            "From: Example <kept@example.com>",
            "Reply-To: privacy@example.com",
            "To: ada@example.com",
            "Cc: billing@example.com",
            "Auto-Submitted: auto-generated",
            "Content-Language: de",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(once.contains(&format!("{line}\r\n")), "{line} in\n{once}");
        }
    }

    #[test]
    fn a_mail_that_follows_another_one_says_so() {
        let text = bytes(&Mail { thread: Some("ticket.1".to_owned()), ..mail() }).unwrap();
        for line in ["In-Reply-To: <ticket.1@example.com>", "References: <ticket.1@example.com>"] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in\n{text}");
        }
        let injected = Some("a>\r\nBcc: b".to_owned());
        assert_eq!(bytes(&Mail { thread: injected, ..mail() }), Err(MailError::Malformed));
    }

    #[test]
    fn no_text_becomes_a_header() {
        let injected = "Hello\r\nBcc: eve@example.com";
        assert_eq!(bytes(&Mail { subject: injected.to_owned(), ..mail() }), Err(MailError::Malformed));
        assert_eq!(bytes(&Mail { key: "a>\r\nBcc: b".to_owned(), ..mail() }), Err(MailError::Malformed));
        let text = bytes(&Mail { text: injected.to_owned(), html: injected.to_owned(), ..mail() }).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("eve@"), "{head}");
        assert!(serde_json::from_str::<Address>(r#""a@example.com\r\nBcc: b@example.com""#).is_err());
    }
}

//! Mail: what notices say, and the way to a mail server. Nothing else in the crate speaks SMTP.
//!
//! A mail is rendered from the policy and from what is known of a tenant ([`render`], a pure function), stored by whoever
//! sends it, and handed to a [`Mailer`]. Addresses never reach a log, and neither do a server's answers, which repeat them.

mod address;
mod blocks;
mod erasure;
mod message;
mod outbox;
mod render;
mod smtp;
mod staff;
mod ticket;
mod wording;

use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::Mailbox;

use crate::clock::Clock;
use crate::config::{SettingError, Settings};
use crate::db::Id;
use crate::policy::Policy;
pub use address::{Address, NoAddress};
pub use erasure::{Erased, Request, render_erased, render_request};
use message::Sender;
pub use message::{Attachment, Mail};
pub use render::{About, Because, Facts, Links, RenderError, Rendered, render};
use smtp::Server;
pub use staff::{LANGUAGE as STAFF_LANGUAGE, render_staff};
pub use ticket::{AboutTicket, render_ticket};

/// What became of a mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Those of its recipients that the server refused for good.
    pub refused: Vec<Address>,
}

/// Why a mail was not taken. Holds no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Every recipient was refused for good, or the mail itself was.
    #[error("the mail server refused it for good ({0})")]
    Undeliverable(u16),
    /// It may work later: the server is away, busy, or refuses us and not the recipient.
    #[error("the mail server did not take it: {0}")]
    Later(String),
    /// The same, but for the copy alone: the recipient would have been served.
    #[error("the mail server did not take its copy: {0}")]
    CopyLater(String),
    /// It cannot be written as a mail.
    #[error("the mail holds something that no mail can hold")]
    Malformed,
}

/// Hands mail over. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    sender: Sender,
    way: Way,
    clock: Clock,
}

enum Way {
    Smtp(Server),
    Outbox(PathBuf),
}

impl Mailer {
    /// Mail comes from `KEPT_MAIL_FROM` in the name of the policy's controller, and answers go to its privacy address.
    pub fn new(settings: &Settings, policy: &Policy) -> Result<Self, SettingError> {
        let controller = &policy.document().controller;
        let from = settings.smtp.as_ref().map_or(controller.email.as_str(), |smtp| smtp.from.as_str());
        let mut from = mailbox("KEPT_MAIL_FROM", from)?;
        from.name.get_or_insert_with(|| controller.name.clone());
        let reply_to = mailbox("KEPT_POLICY", &controller.privacy_email)?;
        let way = match &settings.smtp {
            Some(smtp) => Way::Smtp(
                Server::parse(smtp.url.expose(), from.email.domain(), !settings.is_production())
                    .map_err(|expected| SettingError::new("KEPT_SMTP_URL", expected))?,
            ),
            None => Way::Outbox(settings.data_dir.join("outbox")),
        };
        Ok(Self(Arc::new(Inner { sender: Sender { from, reply_to }, way, clock: settings.clock.clone() })))
    }

    /// The whole `Message-ID` of the mail with this key, as it goes out.
    pub fn message_id(&self, key: &str) -> String {
        message::id(key, &self.0.sender)
    }

    /// Hands one mail over. A copy that is refused holds nobody else's back.
    pub async fn send(&self, mail: &Mail) -> Result<Delivered, MailError> {
        let bytes = mail.bytes(&self.0.sender)?;
        match &self.0.way {
            Way::Smtp(server) => {
                let now = self.0.clock.now();
                server.deliver(&self.0.sender.from.email, mail, &bytes, now).await
            }
            Way::Outbox(folder) => {
                let (folder, key) = (folder.clone(), mail.key.clone());
                let written = tokio::task::spawn_blocking(move || outbox::write(&folder, &key, &bytes)).await;
                let failed = |cause: &dyn std::fmt::Display| MailError::Later(format!("the outbox: {cause}"));
                written.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
                Ok(Delivered { refused: Vec::new() })
            }
        }
    }
}

/// The part of a notice's `Message-ID` that names it.
pub fn notice_key(notice: Id) -> String {
    format!("notice.{notice}")
}

/// The part of the `Message-ID` of a mail about a ticket that names it.
pub fn ticket_key(mail: Id) -> String {
    format!("ticket.{mail}")
}

fn mailbox(setting: &'static str, text: &str) -> Result<Mailbox, SettingError> {
    let mailbox: Option<Mailbox> = text.parse().ok();
    mailbox
        .filter(|mailbox| AsRef::<str>::as_ref(&mailbox.email).is_ascii() && !text.contains(char::is_control))
        .ok_or_else(|| SettingError::new(setting, "expected a mail address such as kept@example.com"))
}

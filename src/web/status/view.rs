//! What the page of a report shows, in the words of one language. Whatever somebody wrote is escaped by the template.

use super::super::erasure::words::Words;
use super::{Failed, Found};
use crate::audit::{AuditKind, Entry};
use crate::clock::Timestamp;
use crate::db::ticket_messages::MessageKind;
use crate::error::Code;
use crate::policy::Language;
use crate::support::Media;
use crate::tickets::links::TicketPurpose;
use crate::tickets::read::{Message, Whole};
use crate::tickets::submit::EmailState;
use crate::tickets::{ItemContent, State};

/// Of a text that was sent, so much is shown on the page.
const TEXT_SHOWN: usize = 64 * 1024;

#[derive(Debug, Default)]
pub struct View {
    pub number: String,
    pub state: &'static str,
    pub facts: Vec<(&'static str, String)>,
    pub notice: Option<String>,
    /// What can be done about the address: confirm it, or be asked again.
    pub may_confirm: Option<String>,
    pub may_ask_again: bool,
    /// What stands in the field for another address, if there may be one.
    pub other_address: Option<String>,
    /// The texts; absent for whoever may not read them.
    pub conversation: Option<Conversation>,
    pub preview: Option<Vec<(&'static str, String)>>,
    /// What the reporter wrote and could not send: for the field that they wrote it into, if it is there.
    pub unsent: String,
    pub may_send_again: bool,
}

#[derive(Debug)]
pub struct Conversation {
    pub said: Vec<Said>,
    pub items: Vec<Listed>,
    pub consents: Vec<Agreed>,
    pub may_reply: bool,
    /// Who at the vendor looked at it: when, who, what, and why.
    pub looked: Vec<Looked>,
}

#[derive(Debug)]
pub struct Looked {
    pub at: String,
    pub who: String,
    pub what: &'static str,
    pub why: Option<String>,
}

impl Looked {
    fn of(entry: &Entry, words: &Words) -> Self {
        let what = match entry.kind {
            AuditKind::BundleOpened => {
                words.pick("looked into what you sent", "hat angesehen, was Sie gesendet haben")
            }
            AuditKind::BundleDownloaded => {
                words.pick("downloaded what you sent", "hat heruntergeladen, was Sie gesendet haben")
            }
            _ => words.pick("read the messages", "hat die Nachrichten gelesen"),
        };
        let who = entry.detail.who.clone().unwrap_or_else(|| "-".to_owned());
        Self { at: words.date(entry.at), who, what, why: entry.detail.reason.clone() }
    }
}

#[derive(Debug)]
pub struct Said {
    pub who: &'static str,
    pub at: String,
    pub text: String,
}

#[derive(Debug)]
pub struct Listed {
    pub name: String,
    pub bytes: u64,
    pub text: Option<String>,
}

#[derive(Debug)]
pub struct Agreed {
    pub name: String,
    pub given: String,
    pub withdrawn: Option<String>,
}

/// How much would go.
pub struct Preview {
    items: usize,
    bytes: u64,
    messages: usize,
}

impl Preview {
    pub fn of(whole: &Whole) -> Self {
        Self {
            items: whole.items.len(),
            bytes: whole.items.iter().map(|item| item.described.bytes).sum(),
            messages: whole.messages.len(),
        }
    }
}

impl View {
    pub fn of(
        found: &Found,
        preview: Option<Preview>,
        failed: Option<Failed<'_>>,
        language: Language,
    ) -> Self {
        let words = Words::of(language);
        let overview = &found.overview;
        let state = overview.ticket.as_ref().and_then(|ticket| ticket.state.parse().ok());
        let is_mailed = found.link.purpose == TicketPurpose::Conversation;
        let is_open = overview.ticket.is_some() && !overview.is_confirmed();
        let conversation = found.whole.as_ref().map(|whole| Conversation::of(whole, &found.looked, &words));
        let may_confirm = is_open && is_mailed && overview.now < overview.confirm_until;
        Self {
            number: overview.frame.number.clone(),
            state: state_in(state, &words),
            facts: facts(found, &words),
            notice: notice(found, failed.as_ref(), &words),
            may_confirm: may_confirm.then(|| words.date(overview.confirm_until)),
            may_ask_again: is_open && !may_confirm,
            other_address: overview.may_correct.then(|| typed_address(failed.as_ref())),
            may_send_again: conversation.as_ref().is_some_and(|conversation| conversation.may_reply),
            conversation,
            preview: preview.map(|preview| what_goes(&preview, &words)),
            unsent: failed.map(|failed| failed.unsent).unwrap_or_default(),
        }
    }
}

fn typed_address(failed: Option<&Failed<'_>>) -> String {
    failed.and_then(|failed| failed.address.clone()).unwrap_or_default()
}

fn state_in(state: Option<State>, words: &Words) -> &'static str {
    match state {
        Some(State::Received) => words.pick("received", "eingegangen"),
        Some(State::Triaged) => words.pick("being worked on", "in Bearbeitung"),
        Some(State::Waiting) => words.pick("waiting for you", "wartet auf Sie"),
        Some(State::Solved) => words.pick("solved", "gelöst"),
        Some(State::Closed) => words.pick("closed", "abgeschlossen"),
        None => words.pick("deleted", "gelöscht"),
    }
}

fn facts(found: &Found, words: &Words) -> Vec<(&'static str, String)> {
    let (overview, frame) = (&found.overview, &found.overview.frame);
    let mut facts = vec![(words.pick("Received", "Eingegangen"), words.date(frame.recorded_at.into()))];
    if let Some(closed_at) = frame.closed_at {
        facts.push((words.pick("Closed", "Abgeschlossen"), words.date(closed_at.into())));
    }
    // By the policy what is due goes within the sweep's lag, so a day that is over is said to be over only when it is done.
    let label = if overview.ticket.is_some() {
        words.pick("Deleted on", "Wird gelöscht am")
    } else {
        words.pick("Deleted on", "Gelöscht am")
    };
    facts.push((label, words.date(overview.gone_at())));
    if overview.ticket.is_none() {
        let (items, bytes, messages) = (frame.items, frame.bytes, frame.messages);
        let counts = words.say(
            &format!("{items} items ({bytes} bytes), {messages} messages"),
            &format!("{items} Teile ({bytes} Byte), {messages} Nachrichten"),
        );
        facts.push((words.pick("There were", "Es waren"), counts));
    }
    if let Some(whole) = &found.whole {
        facts.push((words.pick("Your address", "Ihre Adresse"), whole.content.email.as_str().to_owned()));
        if let Some(reason) = &whole.content.close_reason {
            facts.push((words.pick("Why it was closed", "Grund des Abschlusses"), reason.clone()));
        }
    }
    facts
}

fn notice(found: &Found, failed: Option<&Failed<'_>>, words: &Words) -> Option<String> {
    if let Some(Failed { error, address, .. }) = failed {
        return Some(match error.code() {
            Code::TooManyRequests if address.is_some() => words.say(
                "An address can be corrected three times a day. Please try again tomorrow.",
                "Eine Adresse lässt sich dreimal am Tag berichtigen. Bitte versuchen Sie es morgen wieder.",
            ),
            Code::InvalidBody if address.is_some() => words.say(
                "Nothing was changed: that is not one mail address such as name@example.com.",
                "Es wurde nichts geändert: Das ist nicht eine E-Mail-Adresse wie name@example.com.",
            ),
            Code::TooManyRequests => words.say(
                "That was too often. Please try again later.",
                "Das war zu oft. Bitte versuchen Sie es später wieder.",
            ),
            Code::StateChanged | Code::NotFound => words.say(
                "That is not possible any more, or not yet. This is how things are now.",
                "Das geht nicht mehr oder noch nicht. So ist der Stand jetzt.",
            ),
            Code::LimitReached => words.say(
                "There is no room for more messages. Please report the problem anew.",
                "Für weitere Nachrichten ist kein Platz. Bitte melden Sie das Problem neu.",
            ),
            Code::SecretInReport => words.say(
                "Your answer was not sent: a secret or the address of a contact of your site stands in it. Please take it out and try again.",
                "Ihre Antwort wurde nicht gesendet: Ein Geheimnis oder die Adresse eines Kontakts Ihrer Site steht darin. Bitte nehmen Sie es heraus und versuchen Sie es noch einmal.",
            ),
            code if code.status() >= 500 => words.say(
                "Your answer was not sent, and that is our fault. Please try again.",
                "Ihre Antwort wurde nicht gesendet, und das liegt an uns. Bitte versuchen Sie es noch einmal.",
            ),
            _ => words.say(
                "Nothing was changed: the text is missing or too long.",
                "Es wurde nichts geändert: Der Text fehlt oder ist zu lang.",
            ),
        });
    }
    (found.overview.ticket.is_some() && found.whole.is_none()).then(|| waits_for_address(found, words))
}

/// What is missing while no address is confirmed, and where the way to it is.
fn waits_for_address(found: &Found, words: &Words) -> String {
    let overview = &found.overview;
    let state = overview.ticket.as_ref().map(|ticket| ticket.email_state.as_str());
    if overview.may_correct && state == Some(EmailState::Undeliverable.as_str()) {
        return words.say(
            "Our mail to your address came back. Texts, answers and deletion need a confirmed address: please correct it.",
            "Unsere E-Mail an Ihre Adresse kam zurück. Texte, Antworten und Löschen brauchen eine bestätigte Adresse: Bitte berichtigen Sie sie.",
        );
    }
    if overview.may_correct && overview.is_corrected {
        return words.say(
            "The address was corrected. Texts, answers and deletion need it confirmed: the link for that is in our mail to it.",
            "Die Adresse wurde berichtigt. Texte, Antworten und Löschen brauchen ihre Bestätigung: Der Link dafür steht in unserer E-Mail an sie.",
        );
    }
    words.say(
        "Texts, answers and deletion need a confirmed address. The link for that is in our mail.",
        "Texte, Antworten und Löschen brauchen eine bestätigte Adresse. Der Link dafür steht in unserer E-Mail.",
    )
}

fn what_goes(preview: &Preview, words: &Words) -> Vec<(&'static str, String)> {
    vec![
        (words.pick("Items that were sent", "Gesendete Teile"), preview.items.to_string()),
        (words.pick("Bytes in them", "Byte darin"), preview.bytes.to_string()),
        (words.pick("Messages", "Nachrichten"), preview.messages.to_string()),
    ]
}

impl Conversation {
    fn of(whole: &Whole, looked: &[Entry], words: &Words) -> Self {
        Self {
            said: whole.conversation().map(|message| Said::of(message, words)).collect(),
            items: whole.items.iter().map(Listed::of).collect(),
            consents: whole
                .consents
                .iter()
                .map(|row| Agreed {
                    name: row.item.clone(),
                    given: words.say(
                        &format!("{}, statement {}", words.date(row.given_at.into()), row.statement_version),
                        &format!("{}, Fassung {}", words.date(row.given_at.into()), row.statement_version),
                    ),
                    withdrawn: row.withdrawn_at.map(|at| words.date(Timestamp::from(at))),
                })
                .collect(),
            may_reply: whole.ticket.closed_at.is_none(),
            looked: looked.iter().map(|entry| Looked::of(entry, words)).collect(),
        }
    }
}

impl Said {
    fn of(message: &Message, words: &Words) -> Self {
        let who = match message.kind {
            MessageKind::UserReply => words.pick("You", "Sie"),
            MessageKind::StaffReply => words.pick("Support", "Support"),
            MessageKind::Note | MessageKind::State => words.pick("State", "Stand"),
        };
        let text = match message.kind {
            MessageKind::State => state_in(message.text.parse().ok(), words).to_owned(),
            _ => message.text.clone(),
        };
        Self { who, at: words.date(message.row.at.into()), text }
    }
}

impl Listed {
    fn of(item: &ItemContent) -> Self {
        let described = &item.described;
        let is_text = matches!(described.media, Media::Json | Media::Text);
        let text = is_text.then(|| item.item().ok()).flatten();
        let text = text.map(|item| {
            let shown = item.content.get(..TEXT_SHOWN).unwrap_or(&item.content);
            String::from_utf8_lossy(shown).into_owned()
        });
        Self { name: described.name.to_string(), bytes: described.bytes, text }
    }
}

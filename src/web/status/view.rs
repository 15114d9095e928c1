//! What the page of a report shows, in the words of one language. Whatever somebody wrote is escaped by the template.

use super::super::erasure::words::Words;
use super::{Failed, Found};
use crate::audit::{AuditKind, Entry};
use crate::clock::Timestamp;
use crate::db::consents::ConsentRow;
use crate::db::ticket_messages::MessageKind;
use crate::db::tickets::{Approval, FrameRow, TicketRow};
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::support::{ItemName, Media};
use crate::tickets::links::TicketPurpose;
use crate::tickets::read::{Message, Whole};
use crate::tickets::submit::EmailState;
use crate::tickets::{Consent, ItemContent, State};

/// Of each text that was sent, so many bytes are shown on the page, which comes quickly over any line.
pub const BEGINNINGS: usize = 4 * 1024;
/// And so many for whoever wants to read more of them.
pub const MORE: usize = 64 * 1024;

#[derive(Debug, Default)]
pub struct View {
    pub number: String,
    pub state: &'static str,
    /// The version in which it is fixed.
    pub fixed_in: Option<String>,
    pub facts: Vec<(&'static str, String)>,
    pub notice: Option<String>,
    /// What its site has to do with where it is.
    pub site: Option<String>,
    /// What was just done, for whoever did it.
    pub thanks: Option<&'static str>,
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
    /// Whether more of their texts is shown where it is asked for.
    pub has_more: bool,
    pub consents: Vec<Agreed>,
    pub may_reply: bool,
    /// Nobody has written anything yet.
    pub is_first: bool,
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
    /// Names of what came with it, with their sizes.
    pub files: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct Listed {
    pub name: String,
    pub size: String,
    pub text: Option<String>,
    /// Whether that is its beginning alone.
    pub is_cut: bool,
}

#[derive(Debug)]
pub struct Agreed {
    pub name: String,
    pub title: String,
    /// What happens when it is taken back.
    pub then: &'static str,
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
        thanks: Option<&str>,
        language: Language,
    ) -> Self {
        let words = Words::of(language);
        let overview = &found.overview;
        let state = shown_state(overview.ticket.as_ref(), &words);
        let is_mailed = found.link.purpose == TicketPurpose::Conversation;
        let is_open = overview.ticket.is_some() && !overview.is_confirmed();
        let conversation = found.whole.as_ref().map(|whole| Conversation::of(whole, found, &words));
        let may_confirm = is_open && is_mailed && overview.now < overview.confirm_until;
        Self {
            number: overview.frame.number.clone(),
            state,
            facts: facts(found, &words),
            notice: notice(found, failed.as_ref(), may_confirm, &words),
            site: overview.ticket.as_ref().and_then(|ticket| said_at_site(ticket, &words)),
            thanks: thanks.filter(|_| failed.is_none()).and_then(|done| said_thanks(done, &words)),
            fixed_in: found.whole.as_ref().and_then(|whole| whole.content.development.fixed_in.clone()),
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

fn said_at_site(ticket: &TicketRow, words: &Words) -> Option<String> {
    if ticket.is(Approval::Waiting) {
        return Some(words.say(
            "The administrators of your site let reports leave it once one of them has approved them. Until then nobody of our support can see it, and they can do nothing about it.",
            "Die Administration Ihrer Site lässt Meldungen erst hinaus, wenn sie zugestimmt hat. Bis dahin kann niemand von unserem Support sie sehen oder etwas dafür tun.",
        ));
    }
    ticket.is(Approval::Refused).then(|| {
        words.say(
            "An administrator of your site did not let it leave. Nobody of our support has seen it, and what was sent with it was deleted. If they said why, whoever has confirmed the address reads it here.",
            "Die Administration Ihrer Site hat sie nicht hinausgelassen. Niemand von unserem Support hat sie gesehen, und was mit ihr gesendet wurde, ist gelöscht. Wurde ein Grund genannt, so liest ihn hier, wer die Adresse bestätigt hat.",
        )
    })
}

/// What waits for its site, or was held back there, is in no state of the vendor's.
fn shown_state(ticket: Option<&TicketRow>, words: &Words) -> &'static str {
    match ticket {
        Some(ticket) if ticket.is(Approval::Waiting) => {
            words.pick("waits for an administrator of your site", "wartet auf die Administration Ihrer Site")
        }
        Some(ticket) if ticket.is(Approval::Refused) => words.pick(
            "held back by an administrator of your site",
            "von der Administration Ihrer Site zurückgehalten",
        ),
        ticket => state_in(ticket.and_then(|ticket| ticket.state.parse().ok()), words),
    }
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
        words.pick("Will be deleted on", "Wird gelöscht am")
    } else {
        words.pick("Deleted on", "Gelöscht am")
    };
    facts.push((label, words.date(overview.gone_at())));
    if overview.ticket.is_none() {
        facts.push((words.pick("There were", "Es waren"), counts(frame, words)));
    }
    if let Some(whole) = &found.whole {
        facts.push((words.pick("Your address", "Ihre Adresse"), whole.content.email.as_str().to_owned()));
        if let Some(decided) = &whole.content.decided {
            facts.push((
                words.pick("Decided at your site", "Auf Ihrer Site entschieden"),
                words.date(decided.at),
            ));
        }
        if let Some(reason) = &whole.content.close_reason {
            let is_refused = whole.ticket.is(Approval::Refused);
            let label = match is_refused {
                true => words.pick("Why it was held back", "Warum sie zurückgehalten wurde"),
                false => words.pick("Why it was closed", "Grund des Abschlusses"),
            };
            facts.push((label, reason.clone()));
        }
    }
    facts
}

fn counts(frame: &FrameRow, words: &Words) -> String {
    let [items, bytes, messages] =
        [frame.items, frame.bytes, frame.messages].map(|number| u64::try_from(number).unwrap_or_default());
    let items = words.count(items, ["item", "items"], ["Teil", "Teile"]);
    let messages = words.count(messages, ["message", "messages"], ["Nachricht", "Nachrichten"]);
    format!("{items} ({}), {messages}", words.bytes(bytes))
}

fn notice(found: &Found, failed: Option<&Failed<'_>>, may_confirm: bool, words: &Words) -> Option<String> {
    if let Some(Failed { error, address, had_files, .. }) = failed {
        let chosen = had_files.then(|| choose_again(words));
        let why = match error.code() {
            Code::AttachmentRefused | Code::BodyTooLarge => files_refused(error, words),
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
                "There is no room for more messages or files. Please report the problem anew.",
                "Für weitere Nachrichten oder Dateien ist kein Platz. Bitte melden Sie das Problem neu.",
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
        };
        return Some([Some(why), chosen].into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    let waits = found.overview.ticket.is_some() && found.whole.is_none();
    waits.then(|| if may_confirm { confirm_below(words) } else { waits_for_address(found, words) })
}

/// Whoever came by the mail's link has what they need right below.
fn confirm_below(words: &Words) -> String {
    words.say(
        "Confirm your address below; then you see your texts and our answers here, can reply and delete the report.",
        "Bestätigen Sie unten Ihre Adresse; dann sehen Sie hier Ihre Texte und unsere Antworten, können antworten und die Meldung löschen.",
    )
}

/// What the address of the page says after a button was used. It is said once: the next page load has another address.
fn said_thanks(done: &str, words: &Words) -> Option<&'static str> {
    Some(match done {
        "confirm" => words.pick("Address confirmed, thank you.", "Adresse bestätigt, danke."),
        "reply" => words.pick("Your message was sent.", "Ihre Nachricht wurde gesendet."),
        "withdraw" => words.pick("Your consent was taken back.", "Ihre Zustimmung ist zurückgenommen."),
        _ => return None,
    })
}

/// The sentence of the service is English, and says which file it was and why.
fn files_refused(error: &Error, words: &Words) -> String {
    let detail = if error.code() == Code::AttachmentRefused { format!(" ({error})") } else { String::new() };
    words.say(
        &format!("Your answer was not sent: a file is not of a kind or size that is taken{detail}. Pictures (PNG, JPEG, WebP) and plain texts are, three of 2 MiB each with one answer."),
        "Ihre Antwort wurde nicht gesendet: Eine Datei hat eine Art oder Größe, die nicht geht. Es gehen Bilder (PNG, JPEG, WebP) und reine Texte, drei von je 2 MiB mit einer Antwort.",
    )
}

fn choose_again(words: &Words) -> String {
    words.say(
        "Your text is still here; choose the files anew.",
        "Ihr Text ist noch da; wählen Sie die Dateien bitte neu.",
    )
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
    fn of(whole: &Whole, found: &Found, words: &Words) -> Self {
        let items: Vec<Listed> =
            whole.items.iter().map(|item| Listed::of(item, found.texts_max, words)).collect();
        Self {
            has_more: found.texts_max < MORE && items.iter().any(|item| item.is_cut),
            said: whole.conversation().map(|message| Said::of(message, whole, words)).collect(),
            items,
            consents: whole
                .consents
                .iter()
                .map(|row| Agreed {
                    name: row.item.clone(),
                    title: consent_title(&row.item, words),
                    then: what_goes_back(&row.item, words),
                    given: given(row, words),
                    withdrawn: row.withdrawn_at.map(|at| words.date(Timestamp::from(at))),
                })
                .collect(),
            may_reply: whole.ticket.closed_at.is_none(),
            is_first: !whole.conversation().any(is_written),
            looked: found.looked.iter().map(|entry| Looked::of(entry, words)).collect(),
        }
    }
}

/// When it was given, and to which version of the statement, if one was published by then.
fn given(row: &ConsentRow, words: &Words) -> String {
    let (date, version) = (words.date(row.given_at.into()), row.statement_version);
    if version == 0 {
        return date;
    }
    words.say(&format!("{date}, statement {version}"), &format!("{date}, Fassung {version}"))
}

fn is_written(message: &Message) -> bool {
    matches!(message.kind, MessageKind::UserReply | MessageKind::StaffReply)
}

/// An item by the name that the page for reports has for it.
fn item_title(name: ItemName, words: &Words) -> String {
    let title = match name {
        ItemName::Report => words.pick("Your report", "Ihre Meldung"),
        ItemName::Account => words.pick("Installation", "Installation"),
        ItemName::Licence => words.pick("Licence", "Lizenz"),
        ItemName::Issue => words.pick("The issue or page at hand", "Der Vorgang oder die Seite"),
        ItemName::Records => words.pick("Newest records", "Neueste Datensätze"),
        ItemName::Settings => words.pick("Settings", "Einstellungen"),
        ItemName::Errors => words.pick("Errors", "Fehler"),
        ItemName::Versions => words.pick("Versions", "Versionen"),
        ItemName::Browser => words.pick("Your browser", "Ihr Browser"),
        ItemName::Attachment(number) => {
            return words.say(&format!("File {number}"), &format!("Datei {number}"));
        }
        ItemName::ReplyFile(number) => {
            return words
                .say(&format!("File {number} of your answers"), &format!("Datei {number} Ihrer Antworten"));
        }
    };
    title.to_owned()
}

fn consent_title(word: &str, words: &Words) -> String {
    match word.parse() {
        Ok(Consent::Item(name)) => item_title(name, words),
        Ok(Consent::Administrators) => words
            .pick("Administrators of your site may read it", "Administratoren Ihrer Site dürfen sie lesen")
            .to_owned(),
        Ok(Consent::Experts) => words
            .pick("Experts from outside may see it too", "Auch Fachleute von außen dürfen sie sehen")
            .to_owned(),
        Err(_) => word.to_owned(),
    }
}

fn what_goes_back(word: &str, words: &Words) -> &'static str {
    match word.parse() {
        Ok(Consent::Item(_)) => words.pick(
            "If you take this back, it is deleted here and wherever else a copy is. The rest of the report stays.",
            "Nehmen Sie das zurück, so wird es hier und überall gelöscht, wo es eine Kopie gibt. Der Rest der Meldung bleibt.",
        ),
        _ => words.pick(
            "If you take this back, they may not see it from then on.",
            "Nehmen Sie das zurück, so dürfen diese es von da an nicht mehr sehen.",
        ),
    }
}

impl Said {
    fn of(message: &Message, whole: &Whole, words: &Words) -> Self {
        let who = match message.kind {
            MessageKind::UserReply => words.pick("You", "Sie"),
            MessageKind::StaffReply => words.pick("Support", "Support"),
            MessageKind::Note | MessageKind::State => words.pick("State", "Stand"),
        };
        let text = match message.kind {
            MessageKind::State => state_in(message.text.parse().ok(), words).to_owned(),
            _ => message.text.clone(),
        };
        let files = whole.files_of(message.row.id);
        let files = files.map(|file| (file.name.to_string(), words.bytes(file.bytes))).collect();
        Self { who, at: words.date(message.row.at.into()), text, files }
    }
}

impl Listed {
    fn of(item: &ItemContent, most: usize, words: &Words) -> Self {
        let described = &item.described;
        let is_text = matches!(described.media, Media::Json | Media::Text);
        let whole = is_text.then(|| item.item().ok()).flatten();
        let whole = whole.map(|item| String::from_utf8_lossy(&item.content).into_owned());
        let is_cut = whole.as_ref().is_some_and(|whole| whole.len() > most);
        let text = whole.map(|mut whole| {
            whole.truncate(whole.floor_char_boundary(most));
            whole
        });
        Self { name: item_title(described.name, words), size: words.bytes(described.bytes), text, is_cut }
    }
}

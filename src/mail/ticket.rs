//! Mails about a problem report. They hold its number, its state and a link, and no text of anybody.

use askama::Template;

use super::render::{Facts, RenderError, Rendered, View, templates, whole};
use super::wording::{day, moment};
use crate::clock::Timestamp;
use crate::policy::{Language, Policy};

/// What a mail about a ticket says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutTicket {
    /// `confirm`, `corrected`, `state`, `reply`, `approved`, `refused` or `deleted`.
    pub kind: String,
    pub number: String,
    pub state: String,
    /// The day on which everything of it goes.
    pub goes_at: Timestamp,
    pub confirm_until: Timestamp,
    /// To its page.
    pub link: String,
}

impl AboutTicket {
    /// Whether it asks whether the address is the reporter's.
    fn asks(&self) -> bool {
        self.kind == "confirm" || self.is_corrected()
    }

    /// Whether another address was there before.
    fn is_corrected(&self) -> bool {
        self.kind == "corrected"
    }

    /// The state in the words of the page.
    fn state_in(&self, language: Language) -> &str {
        let [en, de] = match self.state.as_str() {
            "received" => ["received", "eingegangen"],
            "triaged" => ["being worked on", "in Bearbeitung"],
            "waiting" => ["waiting for your answer", "wartet auf Ihre Antwort"],
            "solved" => ["solved", "gelöst"],
            "closed" => ["closed", "abgeschlossen"],
            other => [other, other],
        };
        match language {
            Language::En => en,
            Language::De => de,
        }
    }
}

pub fn render_ticket(
    about: &AboutTicket,
    facts: &Facts,
    language: Language,
    policy: &Policy,
) -> Result<Rendered, RenderError> {
    let view = &View { facts, policy, language };
    let (goes_on, until) = (day(about.goes_at, language), moment(about.confirm_until, language));
    let state = about.state_in(language);
    let text = match language {
        Language::En => TicketEn { view, about, state, goes_on, until }.render()?,
        Language::De => TicketDe { view, about, state, goes_on, until }.render()?,
    };
    whole(&text, language)
}

templates! {
    TicketEn, "mail/ticket.en.txt", TicketDe, "mail/ticket.de.txt" {
        about: &'a AboutTicket, state: &'a str, goes_on: String, until: String
    }
}

//! Numbers, dates and closed words in the languages of the statement.

use jiff::civil::Date;

use super::super::model::{Basis, Bound, Count, Handle, Language, Origin, Role, Text, Transfer};

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
];

#[derive(Debug, Clone, Copy)]
pub enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
    Years,
}

/// Says things in one language.
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Language);

impl Words {
    pub fn say(self, en: impl Into<String>, de: impl Into<String>) -> String {
        match self.0 {
            Language::En => en.into(),
            Language::De => de.into(),
        }
    }

    pub fn text(self, text: &Text) -> String {
        text.in_language(self.0).to_owned()
    }

    pub fn texts(self, texts: &[Text]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    /// `1 day`, `2 days`. German sentences are built so that the accusative fits.
    pub fn count(self, number: u32, unit: Unit) -> String {
        let [one, many] = match (self.0, unit) {
            (Language::En, Unit::Seconds) => ["second", "seconds"],
            (Language::De, Unit::Seconds) => ["Sekunde", "Sekunden"],
            (Language::En, Unit::Minutes) => ["minute", "minutes"],
            (Language::En, Unit::Hours) => ["hour", "hours"],
            (Language::En, Unit::Days) => ["day", "days"],
            (Language::En, Unit::Years) => ["year", "years"],
            (Language::De, Unit::Minutes) => ["Minute", "Minuten"],
            (Language::De, Unit::Hours) => ["Stunde", "Stunden"],
            (Language::De, Unit::Days) => ["Tag", "Tage"],
            (Language::De, Unit::Years) => ["Jahr", "Jahre"],
        };
        format!("{number} {}", if number == 1 { one } else { many })
    }

    /// `within 2 days`.
    pub fn within(self, number: u32) -> String {
        let days = if number == 1 { "Tag" } else { "Tagen" };
        self.say(format!("within {}", self.days(number)), format!("innerhalb von {number} {days}"))
    }

    pub fn days(self, number: u32) -> String {
        self.count(number, Unit::Days)
    }

    pub fn hours(self, number: u32) -> String {
        self.count(number, Unit::Hours)
    }

    pub fn date(self, date: Date) -> String {
        let month = usize::try_from(date.month() - 1).unwrap_or_default();
        let [english, german] = MONTHS.map(|months| months.get(month).copied().unwrap_or_default());
        let (day, year) = (date.day(), date.year());
        self.say(format!("{day} {english} {year}"), format!("{day}. {german} {year}"))
    }

    /// `a, b and c`.
    pub fn list(self, items: &[String]) -> String {
        match items {
            [] => self.say("nothing", "nichts"),
            [one] => one.clone(),
            [first @ .., last] => {
                format!("{} {} {last}", first.join(", "), self.say("and", "und"))
            }
        }
    }

    /// How long a browser keeps a cookie.
    pub fn cookie(self, days: Option<u32>) -> String {
        let session = || self.say("until you close the browser", "bis Sie den Browser schließen");
        days.map_or_else(session, |days| self.days(days))
    }

    pub fn bound(self, bound: Bound, period: &str) -> String {
        match bound {
            Bound::AtLatest => self.say(format!("at most {period}"), format!("höchstens {period}")),
            Bound::Exactly => self.say(format!("exactly {period}"), format!("genau {period}")),
        }
    }

    pub fn counted_from(self, clock: Count) -> String {
        match clock {
            Count::Left => self.say("the day you left", "dem Tag Ihres Weggangs"),
            Count::SubscriptionEnd => self
                .say("the end of the subscription or trial", "dem Ende des Abonnements oder der Testphase"),
            Count::ContractEnd => self.say("the end of the contract", "dem Ende des Vertrags"),
            Count::Recorded => self.say("the moment it was recorded", "der Aufzeichnung"),
        }
    }

    pub fn basis(self, basis: Basis) -> String {
        match basis {
            Basis::Consent => self.say("your consent", "Ihre Einwilligung"),
            Basis::Contract => self.say("the contract with you", "der Vertrag mit Ihnen"),
            Basis::LegalObligation => self.say("a legal obligation", "eine rechtliche Verpflichtung"),
            Basis::LegitimateInterest => self.say(
                "our legitimate interest, which you may object to",
                "unser berechtigtes Interesse, dem Sie widersprechen können",
            ),
        }
    }

    pub fn role(self, role: Role) -> String {
        match role {
            Role::Controller => {
                self.say("we decide about it (controller)", "wir entscheiden darüber (Verantwortlicher)")
            }
            Role::Processor => self.say(
                "you decide, we act on your behalf (processor)",
                "Sie entscheiden, wir handeln in Ihrem Auftrag (Auftragsverarbeiter)",
            ),
        }
    }

    pub fn origin(self, origin: Origin) -> String {
        match origin {
            Origin::Product => {
                self.say("the product that the app runs in", "das Produkt, in dem die App läuft")
            }
            Origin::Admin => self.say(
                "entered by an administrator",
                "von einer Administratorin oder einem Administrator eingegeben",
            ),
            Origin::User => self.say("entered by a user", "von einer Nutzerin oder einem Nutzer eingegeben"),
            Origin::Use => self.say("comes about by use", "entsteht bei der Nutzung"),
            Origin::Vendor => self.say("made by us", "von uns erstellt"),
        }
    }

    /// What a processor finds its copy by; it fits behind "by" and "anhand von".
    pub fn handle(self, handle: Handle) -> String {
        match handle {
            Handle::MessageIds => self.say(
                "the ids of the mails that we sent you through it",
                "den Kennungen der E-Mails, die wir Ihnen darüber geschickt haben",
            ),
            Handle::TenantNumber => {
                self.say("our own number of your installation", "unserer eigenen Nummer Ihrer Installation")
            }
        }
    }

    pub fn transfer(self, transfer: Transfer) -> String {
        match transfer {
            Transfer::InsideEea => {
                self.say("stays inside the European Economic Area", "bleibt im Europäischen Wirtschaftsraum")
            }
            Transfer::AdequacyDecision => self.say(
                "adequacy decision of the European Commission",
                "Angemessenheitsbeschluss der Europäischen Kommission",
            ),
            Transfer::StandardContractualClauses => {
                self.say("standard contractual clauses", "Standardvertragsklauseln")
            }
            Transfer::BindingCorporateRules => {
                self.say("binding corporate rules", "verbindliche interne Datenschutzvorschriften")
            }
            Transfer::DataPrivacyFramework => {
                self.say("EU-US Data Privacy Framework", "EU-US-Datenschutzrahmen")
            }
            // No checked policy has one of these.
            Transfer::PrivacyShield | Transfer::SafeHarbor => {
                self.say("none that is in force", "keine, die in Kraft ist")
            }
        }
    }
}

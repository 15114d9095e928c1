//! What the pages behind links say, in English and German.

use super::super::plain::{Form, Page, Table};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::policy::ClassName;
use crate::policy::{Language, Policy};
use crate::tenancy::links::Purpose;
use crate::tenancy::summary::ClassSummary;

const MONTHS: [(&str, &str); 12] = [
    ("January", "Januar"),
    ("February", "Februar"),
    ("March", "März"),
    ("April", "April"),
    ("May", "Mai"),
    ("June", "Juni"),
    ("July", "Juli"),
    ("August", "August"),
    ("September", "September"),
    ("October", "Oktober"),
    ("November", "November"),
    ("December", "Dezember"),
];

/// One of the two languages.
pub struct Words(Language);

impl Words {
    pub const fn of(language: Language) -> Self {
        Self(language)
    }

    pub fn erase(&self, site: &str, due_at: Timestamp, planned: Option<Timestamp>) -> Page {
        let at = self.date(due_at);
        let mut paragraphs = vec![
            self.say(
                &format!("This is about the data that the app has stored for {site}."),
                &format!("Es geht um die Daten, die die App für {site} gespeichert hat."),
            ),
            self.say(
                &format!("If you confirm, all of it is deleted on {at}. Until then you can take that back; afterwards nobody can bring the data back."),
                &format!("Wenn Sie bestätigen, werden sie alle am {at} gelöscht. Bis dahin können Sie das zurücknehmen; danach kann niemand sie wiederherstellen."),
            ),
        ];
        if let Some(planned) = planned.map(|planned| self.date(planned)) {
            paragraphs.push(self.say(
                &format!("Without you doing anything it is deleted on {planned}."),
                &format!("Ohne Ihr Zutun werden sie am {planned} gelöscht."),
            ));
        }
        let label = self.pick("Delete all data", "Alle Daten löschen");
        let form = Form { confirm: Purpose::Erase.as_str(), label, takes_away: true };
        let title = self.say("Delete all data early?", "Alle Daten vorzeitig löschen?");
        Page { title, paragraphs, form: Some(form), ..Page::default() }
    }

    pub fn asked_already(&self, due_at: Timestamp) -> Page {
        let at = self.date(due_at);
        let text = self.say(
            &format!("All data is deleted on {at}. There is nothing left to do."),
            &format!("Alle Daten werden am {at} gelöscht. Es ist nichts mehr zu tun."),
        );
        let title = self.say("The deletion was asked for already", "Die Löschung ist schon veranlasst");
        Page { title, paragraphs: vec![text], ..Page::default() }
    }

    pub fn asked(&self, due_at: Timestamp, undo: &Secret) -> Page {
        let at = self.date(due_at);
        let texts = vec![
            self.say(
                &format!("All data is deleted on {at}. You get no further notice before that."),
                &format!("Alle Daten werden am {at} gelöscht. Davor bekommen Sie keinen weiteren Hinweis."),
            ),
            self.say(
                "Until then you can change your mind. Keep this page open or its link somewhere safe: it is shown once.",
                "Bis dahin können Sie es sich anders überlegen. Lassen Sie diese Seite offen oder bewahren Sie den Link auf: Er wird nur einmal gezeigt.",
            ),
        ];
        let label = self.pick("Keep the data after all", "Die Daten doch behalten");
        let link = Some((undo.expose().to_owned(), label));
        let title = self.say("The data will be deleted", "Die Daten werden gelöscht");
        Page { title, paragraphs: texts, link, ..Page::default() }
    }

    pub fn undo(&self, due_at: Timestamp) -> Page {
        let at = self.date(due_at);
        let text = self.say(
            &format!("An early deletion was asked for: all data is deleted on {at}. If you confirm, that is taken back."),
            &format!("Eine vorzeitige Löschung ist veranlasst: Alle Daten werden am {at} gelöscht. Wenn Sie bestätigen, wird das zurückgenommen."),
        );
        let label = self.pick("Keep the data", "Die Daten behalten");
        let form = Form { confirm: Purpose::Undo.as_str(), label, takes_away: false };
        let title = self.say("Keep the data?", "Die Daten behalten?");
        Page { title, paragraphs: vec![text], form: Some(form), ..Page::default() }
    }

    pub fn undone(&self, due_at: Option<Timestamp>, erase: &Secret) -> Page {
        let label = self.pick("Delete the data early after all", "Die Daten doch vorzeitig löschen");
        let link = Some((erase.expose().to_owned(), label));
        let title = self.say("The data is kept", "Die Daten bleiben erhalten");
        let taken_back =
            self.say("The early deletion was taken back.", "Die vorzeitige Löschung wurde zurückgenommen.");
        Page { title, paragraphs: vec![taken_back, self.stays_until(due_at)], link, ..Page::default() }
    }

    pub fn nothing_to_undo(&self, due_at: Option<Timestamp>) -> Page {
        let title = self.say("There is nothing to take back", "Es gibt nichts zurückzunehmen");
        let text =
            self.say("No early deletion is asked for.", "Es ist keine vorzeitige Löschung veranlasst.");
        Page { title, paragraphs: vec![text, self.stays_until(due_at)], ..Page::default() }
    }

    pub fn export(&self) -> Page {
        let text = self.say(
            "An administrator can download all data on the app's own page, under “Stored data”.",
            "Alle Daten kann eine Administratorin oder ein Administrator auf der Seite der App unter „Stored data“ herunterladen.",
        );
        let title = self.say("Download your data", "Ihre Daten herunterladen");
        Page { title, paragraphs: vec![text], ..Page::default() }
    }

    /// The same for every link that does not work, so that it tells nothing about any of them.
    pub fn dead(&self, contact: &str) -> Page {
        let texts = vec![
            self.say(
                "It may have been used before, its time may be over, or the installation that it was made for may have changed since.",
                "Vielleicht wurde er schon benutzt, seine Zeit ist um, oder die Installation, für die er gemacht war, hat sich seither geändert.",
            ),
            self.say(
                "As long as the app is installed, an administrator finds everything on the app's own page: what is stored, how to download it and how to delete it.",
                "Solange die App installiert ist, findet eine Administratorin oder ein Administrator alles auf der Seite der App: was gespeichert ist, wie man es herunterlädt und wie man es löscht.",
            ),
            self.say(
                &format!("Otherwise write to {contact}; we help you."),
                &format!("Sonst schreiben Sie an {contact}; wir helfen Ihnen."),
            ),
        ];
        let title = self.say("This link does not work (any more)", "Dieser Link funktioniert nicht (mehr)");
        Page { title, paragraphs: texts, ..Page::default() }
    }

    pub fn counts(&self, classes: &[ClassSummary], policy: &Policy) -> Table {
        let title = |name: ClassName| {
            policy
                .class(name)
                .map_or_else(|| name.to_string(), |class| class.title.in_language(self.0).to_owned())
        };
        Table {
            caption: self.pick("What is stored", "Was gespeichert ist"),
            head: (self.pick("Kind of data", "Art der Daten"), self.pick("Records", "Datensätze")),
            rows: classes.iter().map(|class| (title(class.class), class.records)).collect(),
        }
    }

    fn stays_until(&self, due_at: Option<Timestamp>) -> String {
        match due_at.map(|due_at| self.date(due_at)) {
            Some(at) => self.say(
                &format!("As planned, all data is deleted on {at}. Whoever installs the app again before that keeps it."),
                &format!("Wie vorgesehen werden alle Daten am {at} gelöscht. Wer die App davor wieder installiert, behält sie."),
            ),
            None => self.say(
                "The data stays for as long as the app is installed.",
                "Die Daten bleiben, solange die App installiert ist.",
            ),
        }
    }

    fn date(&self, at: Timestamp) -> String {
        let Ok(at) = jiff::Timestamp::from_millisecond(at.as_millis()) else { return at.to_string() };
        let at = at.to_zoned(jiff::tz::TimeZone::UTC);
        let month = usize::try_from(at.month()).unwrap_or_default().saturating_sub(1);
        let (english, german) = MONTHS.get(month).copied().unwrap_or_default();
        let (day, year, hour, minute) = (at.day(), at.year(), at.hour(), at.minute());
        self.say(
            &format!("{day} {english} {year}, {hour:02}:{minute:02} UTC"),
            &format!("{day}. {german} {year}, {hour:02}:{minute:02} Uhr UTC"),
        )
    }

    fn say(&self, english: &str, german: &str) -> String {
        match self.0 {
            Language::En => english.to_owned(),
            Language::De => german.to_owned(),
        }
    }

    const fn pick(&self, english: &'static str, german: &'static str) -> &'static str {
        match self.0 {
            Language::En => english,
            Language::De => german,
        }
    }
}

//! What the pages behind links say, in English and German.

use super::super::public;
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::policy::ClassName;
use crate::policy::{Language, Policy, statement};
use crate::tenancy::links::Purpose;
use crate::tenancy::summary::ClassSummary;

/// What a page says, in the words of one language.
#[derive(Debug, Default)]
pub struct Content {
    pub title: String,
    pub paragraphs: Vec<String>,
    pub table: Option<Table>,
    pub form: Option<Form>,
    /// An address, or one relative to this one, and what it is called.
    pub link: Option<(String, &'static str)>,
}

#[derive(Debug)]
pub struct Table {
    pub caption: &'static str,
    pub head: (&'static str, &'static str),
    pub rows: Vec<(String, i64)>,
}

/// One button; what it means is sent along.
#[derive(Debug)]
pub struct Form {
    pub confirm: &'static str,
    pub label: &'static str,
    pub takes_away: bool,
}

/// One of the two languages.
pub struct Words(Language);

impl Words {
    pub const fn of(language: Language) -> Self {
        Self(language)
    }

    pub fn erase(&self, site: &str, due_at: Timestamp, planned: Option<Timestamp>) -> Content {
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
        Content { title, paragraphs, form: Some(form), ..Content::default() }
    }

    pub fn asked_already(&self, due_at: Timestamp) -> Content {
        let at = self.date(due_at);
        let text = self.say(
            &format!("All data is deleted on {at}. There is nothing left to do."),
            &format!("Alle Daten werden am {at} gelöscht. Es ist nichts mehr zu tun."),
        );
        let title = self.say("The deletion was asked for already", "Die Löschung ist schon veranlasst");
        Content { title, paragraphs: vec![text], ..Content::default() }
    }

    pub fn asked(&self, due_at: Timestamp, undo: &Secret) -> Content {
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
        Content { title, paragraphs: texts, link, ..Content::default() }
    }

    pub fn undo(&self, due_at: Timestamp) -> Content {
        let at = self.date(due_at);
        let text = self.say(
            &format!("An early deletion was asked for: all data is deleted on {at}. If you confirm, that is taken back."),
            &format!("Eine vorzeitige Löschung ist veranlasst: Alle Daten werden am {at} gelöscht. Wenn Sie bestätigen, wird das zurückgenommen."),
        );
        let label = self.pick("Keep the data", "Die Daten behalten");
        let form = Form { confirm: Purpose::Undo.as_str(), label, takes_away: false };
        let title = self.say("Keep the data?", "Die Daten behalten?");
        Content { title, paragraphs: vec![text], form: Some(form), ..Content::default() }
    }

    pub fn undone(&self, due_at: Option<Timestamp>, erase: &Secret) -> Content {
        let label = self.pick("Delete the data early after all", "Die Daten doch vorzeitig löschen");
        let link = Some((erase.expose().to_owned(), label));
        let title = self.say("The data is kept", "Die Daten bleiben erhalten");
        let taken_back =
            self.say("The early deletion was taken back.", "Die vorzeitige Löschung wurde zurückgenommen.");
        Content { title, paragraphs: vec![taken_back, self.stays_until(due_at)], link, ..Content::default() }
    }

    pub fn nothing_to_undo(&self, due_at: Option<Timestamp>) -> Content {
        let title = self.say("There is nothing to take back", "Es gibt nichts zurückzunehmen");
        let text =
            self.say("No early deletion is asked for.", "Es ist keine vorzeitige Löschung veranlasst.");
        Content { title, paragraphs: vec![text, self.stays_until(due_at)], ..Content::default() }
    }

    pub fn export(&self, site: &str) -> Content {
        let text = self.say(
            &format!("You get a zip file with everything that the app has stored for {site}. This link works once, so keep the file."),
            &format!("Sie erhalten eine Zip-Datei mit allem, was die App für {site} gespeichert hat. Dieser Link funktioniert einmal; bewahren Sie die Datei auf."),
        );
        let label = self.pick("Download", "Herunterladen");
        let form = Form { confirm: Purpose::Export.as_str(), label, takes_away: false };
        let title = self.say("Download your data", "Ihre Daten herunterladen");
        Content { title, paragraphs: vec![text], form: Some(form), ..Content::default() }
    }

    /// The same for every link that does not work, so that it tells nothing about any of them.
    /// The data that a link is about lives in another region.
    pub fn moved(&self, region: &str, address: Option<String>) -> Content {
        let mut paragraphs = vec![self.say(
            &format!("The data that this link is about has moved to the region {region}. Nothing was changed here."),
            &format!("Die Daten, um die es geht, sind in die Region {region} umgezogen. Hier wurde nichts geändert."),
        )];
        if address.is_none() {
            paragraphs.push(self.say(
                "As long as the app is installed, an administrator finds everything on the app's own page, and a report on the page on which it was sent.",
                "Solange die App installiert ist, findet eine Administratorin oder ein Administrator alles auf der Seite der App, und eine Meldung steht auf der Seite, auf der sie gesendet wurde.",
            ));
        }
        let label = self.pick("Go on there", "Dort weitermachen");
        let title = self.say("The data has moved", "Die Daten sind umgezogen");
        Content { title, paragraphs, link: address.map(|address| (address, label)), ..Content::default() }
    }

    pub fn dead(&self, contact: &str) -> Content {
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
        Content { title, paragraphs: texts, ..Content::default() }
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

    pub fn date(&self, at: Timestamp) -> String {
        let Ok(at) = jiff::Timestamp::from_millisecond(at.as_millis()) else { return at.to_string() };
        let at = at.to_zoned(jiff::tz::TimeZone::UTC);
        let (day, hour, minute) = (statement::Words(self.0).date(at.date()), at.hour(), at.minute());
        self.say(
            &format!("{day}, {hour:02}:{minute:02} UTC"),
            &format!("{day}, {hour:02}:{minute:02} Uhr UTC"),
        )
    }

    /// A number of things: how one is called, and how many are.
    pub fn count(&self, number: u64, english: [&str; 2], german: [&str; 2]) -> String {
        let form = |[one, many]: [&str; 2]| format!("{number} {}", if number == 1 { one } else { many });
        self.say(&form(english), &form(german))
    }

    pub fn bytes(&self, number: u64) -> String {
        self.count(number, ["byte", "bytes"], ["Byte", "Byte"])
    }

    pub fn say(&self, english: &str, german: &str) -> String {
        public::say(self.0, english, german).to_owned()
    }

    pub const fn pick(&self, english: &'static str, german: &'static str) -> &'static str {
        public::say(self.0, english, german)
    }
}

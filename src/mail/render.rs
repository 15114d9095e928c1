//! What each kind of mail says: a pure function of the policy and of what is known of a tenant. Every number and date in
//! a mail comes from there; the templates hold none.

use askama::Template;

use super::blocks::{self, Block};
use super::wording::{basis, code, date, day, days, days_since, hours, moment, retention};
use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::policy::model::{ClassName, Language};
use crate::policy::{Departure, Policy};

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The subscription or trial ends.
    End { ends_at: Timestamp, own_days: Option<u32> },
    /// The data is due to go.
    Erasure { at: Timestamp, because: Because },
    /// The statement changes in a way that matters.
    Policy,
}

text_enum! {
    /// Why data is due to go.
    pub enum Because {
        Left = "left",
        Lapsed = "lapsed",
        Unreachable = "unreachable",
        Superseded = "superseded",
    }
}

/// What all kinds say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The app's key, whose name the policy knows.
    pub app_key: String,
    /// The address of the customer's site.
    pub site: Option<String>,
    pub links: Links,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    pub statement: String,
    pub erase: Option<String>,
    pub export: Option<String>,
    pub undo: Option<String>,
}

/// A mail but for its recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

pub type RenderError = askama::Error;

pub fn render(
    about: &About,
    facts: &Facts,
    language: Language,
    policy: &Policy,
) -> Result<Rendered, RenderError> {
    let view = View { facts, policy, language };
    let template = match (about, language) {
        (About::End { ends_at, own_days }, _) => view.end(*ends_at, *own_days)?,
        (About::Erasure { at, because }, _) => view.erasure(*at, *because)?,
        (About::Policy, Language::En) => PolicyEn { view: &view }.render()?,
        (About::Policy, Language::De) => PolicyDe { view: &view }.render()?,
    };
    let footer = match language {
        Language::En => FooterEn { view: &view }.render()?,
        Language::De => FooterDe { view: &view }.render()?,
    };
    whole(&format!("{template}\n\n{footer}"), language)
}

/// Both forms of a rendered template.
pub(super) fn whole(template: &str, language: Language) -> Result<Rendered, RenderError> {
    let (subject, blocks) = blocks::read(template);
    let html = Layout { lang: code(language), subject: &subject, blocks: &blocks }.render()?;
    Ok(Rendered { subject, text: blocks::text(&blocks), html })
}

/// What every template may use.
pub(super) struct View<'a> {
    pub(super) facts: &'a Facts,
    pub(super) policy: &'a Policy,
    pub(super) language: Language,
}

impl View<'_> {
    pub(super) fn app(&self) -> &str {
        let apps = &self.policy.document().apps;
        let known = apps.iter().find(|app| app.key == self.facts.app_key).or(apps.first());
        known.map_or(self.facts.app_key.as_str(), |app| app.name.as_str())
    }

    pub(super) fn version(&self) -> &str {
        self.policy.version().as_str()
    }

    fn effective(&self) -> String {
        date(self.policy.document().effective, self.language)
    }

    /// How long backups are kept; absent where none are made.
    fn backup_days(&self) -> Option<String> {
        let keep_days = self.policy.document().backup.keep_days;
        (keep_days > 0).then(|| days(u64::from(keep_days), self.language))
    }

    fn undo_hours(&self) -> String {
        hours(u64::from(self.policy.document().life_cycle.early_erasure_delay_hours), self.language)
    }

    fn unreachable_days(&self) -> String {
        days_since(u64::from(self.policy.document().life_cycle.unreachable_days), self.language)
    }

    /// In how many days everything is gone after leaving, backups included; absent where a statement has no such number.
    fn promised_days(&self) -> Option<String> {
        let leaving = self.policy.document().life_cycle.after_leaving.as_ref()?;
        Some(days(u64::from(leaving.promised_days), self.language))
    }

    /// The titles of all classes that go with their tenant.
    fn going(&self) -> Vec<&str> {
        let classes = self.policy.document().classes.values().filter(|class| class.with_tenant);
        classes.map(|class| class.title.in_language(self.language)).collect()
    }

    /// What is kept of the customer nevertheless: title, for how long, and why.
    fn staying(&self) -> Vec<[String; 3]> {
        self.staying_of(&[ClassName::Order, ClassName::Ledger])
    }

    /// The same for those of these classes that do not go with their tenant.
    pub(super) fn staying_of(&self, classes: &[ClassName]) -> Vec<[String; 3]> {
        let classes = classes.iter().map(|name| self.policy.class(*name));
        let staying = classes.flatten().filter(|class| !class.with_tenant);
        let line = |class: &crate::policy::model::Class| {
            let purposes = class.purposes.iter().filter_map(|name| self.policy.document().purposes.get(name));
            let why: Vec<&str> = purposes.map(|purpose| purpose.in_language(self.language)).collect();
            let why = format!("{} ({})", why.join(", "), basis(class.basis, self.language));
            let kept = class.retention.map(|kept| retention(kept, self.language)).unwrap_or_default();
            [class.title.in_language(self.language).to_owned(), kept, why]
        };
        staying.map(line).collect()
    }

    /// The date of deletion is the one that the erasure will obey.
    fn end(&self, ends_at: Timestamp, own_days: Option<u32>) -> Result<String, RenderError> {
        let departure = Departure { left_at: ends_at, subscription_end: Some(ends_at), own_days };
        let deleted_at = self.policy.due(&departure).at;
        let after = days(deleted_at.since(ends_at).as_secs() / 86_400, self.language);
        let (ends_on, deleted_on) = (day(ends_at, self.language), day(deleted_at, self.language));
        let ends_at = moment(ends_at, self.language);
        let is_own = own_days.is_some();
        match self.language {
            Language::En => EndEn { view: self, ends_on, ends_at, after, deleted_on, is_own }.render(),
            Language::De => EndDe { view: self, ends_on, ends_at, after, deleted_on, is_own }.render(),
        }
    }

    fn erasure(&self, at: Timestamp, because: Because) -> Result<String, RenderError> {
        let on = day(at, self.language);
        let unreadable_on = day(self.policy.unreadable_everywhere_at(at), self.language);
        let gone_on = self.policy.backups_gone_at(at).map(|gone_at| day(gone_at, self.language));
        let at = moment(at, self.language);
        match self.language {
            Language::En => ErasureEn { view: self, on, at, unreadable_on, gone_on, because }.render(),
            Language::De => ErasureDe { view: self, on, at, unreadable_on, gone_on, because }.render(),
        }
    }
}

/// A template for each kind and language, with the same fields in both.
macro_rules! templates {
    ($($en:ident, $en_path:literal, $de:ident, $de_path:literal { $($field:ident: $type:ty),* })*) => {$(
        #[derive(Template)]
        #[template(path = $en_path, escape = "none")]
        struct $en<'a> { view: &'a View<'a>, $($field: $type),* }

        #[derive(Template)]
        #[template(path = $de_path, escape = "none")]
        struct $de<'a> { view: &'a View<'a>, $($field: $type),* }
    )*};
}

pub(super) use templates;

templates! {
    EndEn, "mail/end.en.txt", EndDe, "mail/end.de.txt" {
        ends_on: String, ends_at: String, after: String, deleted_on: String, is_own: bool
    }
    ErasureEn, "mail/erasure.en.txt", ErasureDe, "mail/erasure.de.txt" {
        on: String, at: String, unreadable_on: String, gone_on: Option<String>, because: Because
    }
    PolicyEn, "mail/policy.en.txt", PolicyDe, "mail/policy.de.txt" {}
    FooterEn, "mail/footer.en.txt", FooterDe, "mail/footer.de.txt" {}
}

/// Everything that it shows is escaped.
#[derive(Template)]
#[template(path = "mail/layout.html")]
struct Layout<'a> {
    lang: &'a str,
    subject: &'a str,
    blocks: &'a [Block],
}

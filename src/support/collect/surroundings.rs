//! Which versions ran, and what the browser was.

use super::{Collected, Gathered};
use crate::support::bundle_safe;
use crate::support::item::Tier;
use crate::support::redact::{Redacted, Redactor};
use crate::support::safe::Word;

bundle_safe! {
    struct Versions {
        service: Word,
        policy: Redacted,
        statement: i64,
        database: Word,
    }
}

bundle_safe! {
    struct Browser {
        browser: Option<Redacted>,
        system: Option<Redacted>,
        language: Option<Redacted>,
        width: Option<u16>,
        height: Option<u16>,
        is_dark: Option<bool>,
        is_online: Option<bool>,
        page: Option<Word>,
    }
}

pub fn versions(gathered: &Gathered, _: Tier, redactor: &mut Redactor) -> Collected {
    Ok(Box::new(Versions {
        service: Word(env!("CARGO_PKG_VERSION")),
        policy: redactor.text(&gathered.policy_version),
        statement: gathered.statement_version,
        database: Word(gathered.database),
    }))
}

pub fn browser(gathered: &Gathered, _: Tier, redactor: &mut Redactor) -> Collected {
    let browser = gathered.draft.browser;
    let system = browser.agent.map(|agent| agent.system.as_str());
    Ok(Box::new(Browser {
        browser: browser.agent.map(|agent| redactor.text(&agent.to_string())),
        system: system.map(|system| redactor.text(system)),
        language: browser.language.map(|language| redactor.text(&language.to_string())),
        width: browser.width,
        height: browser.height,
        is_dark: browser.is_dark,
        is_online: browser.is_online,
        page: browser.page.map(|page| Word(page.as_str())),
    }))
}

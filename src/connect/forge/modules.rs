//! The modules of the app's manifest, and which of them may call which of our addresses. The one table: a token that was
//! made for one module opens no address of another.
//!
//! Atlassian names the module in `app.module`. For pages and triggers that is the module itself; where an `endpoint` module
//! stands between, it may be that one (`core:endpoint`). So both are here, each with its own key.

/// An address, or a group of addresses, that modules call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// What our pages ask for.
    Ui,
    /// Installed, upgraded.
    Lifecycle,
    /// About to go. It says so by coming here: what its body holds is not documented.
    PreUninstall,
    /// Events of Jira.
    JiraEvents,
    /// Events of Confluence.
    ConfluenceEvents,
    /// Once a day for each installation.
    Daily,
    /// What is stored of the site moves to another region.
    Migration,
}

/// A module of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module {
    /// Unique in the app.
    pub key: &'static str,
    /// What an invocation may call its type.
    pub types: &'static [&'static str],
    pub door: Door,
}

/// The pages that any user opens. Their tokens open nothing that is for administrators, whoever has the page open.
const OF_EVERYBODY: [&str; 2] = ["kept-report-jira", "kept-report-confluence"];

/// Whether a page of this module may ask for what is for administrators.
pub fn is_for_administrators(key: &str) -> bool {
    !OF_EVERYBODY.contains(&key)
}

const ENDPOINT: &[&str] = &["core:endpoint"];
const TRIGGER: &[&str] = &["core:trigger"];

pub const MODULES: [Module; 16] = [
    module("kept-admin-jira", &["jira:adminPage"], Door::Ui),
    module("kept-admin-confluence", &["confluence:globalSettings"], Door::Ui),
    module("kept-report-jira", &["jira:globalPage"], Door::Ui),
    module("kept-report-confluence", &["confluence:globalPage"], Door::Ui),
    module("kept-api-endpoint", ENDPOINT, Door::Ui),
    module("kept-lifecycle", TRIGGER, Door::Lifecycle),
    module("kept-lifecycle-endpoint", ENDPOINT, Door::Lifecycle),
    module("kept-pre-uninstall", &["core:preUninstall", "core:trigger"], Door::PreUninstall),
    module("kept-pre-uninstall-endpoint", ENDPOINT, Door::PreUninstall),
    module("kept-jira-events", TRIGGER, Door::JiraEvents),
    module("kept-jira-events-endpoint", ENDPOINT, Door::JiraEvents),
    module("kept-confluence-events", TRIGGER, Door::ConfluenceEvents),
    module("kept-confluence-events-endpoint", ENDPOINT, Door::ConfluenceEvents),
    module("kept-daily", &["core:scheduledTrigger", "core:trigger"], Door::Daily),
    module("kept-daily-endpoint", ENDPOINT, Door::Daily),
    module("kept-data-residency", &["migration:dataResidency"], Door::Migration),
];

const fn module(key: &'static str, types: &'static [&'static str], door: Door) -> Module {
    Module { key, types, door }
}

impl Door {
    pub const ALL: [Self; 7] = [
        Self::Ui,
        Self::Lifecycle,
        Self::PreUninstall,
        Self::JiraEvents,
        Self::ConfluenceEvents,
        Self::Daily,
        Self::Migration,
    ];

    /// The address; for pages and moves what all their addresses begin with.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Ui => "/forge/api/v1",
            Self::Lifecycle => "/forge/lifecycle",
            Self::PreUninstall => "/forge/pre-uninstall",
            Self::JiraEvents => "/forge/events/jira",
            Self::ConfluenceEvents => "/forge/events/confluence",
            Self::Daily => "/forge/daily",
            Self::Migration => "/forge/data-residency",
        }
    }

    /// The door at an address of ours, without the path of the base URL.
    pub fn at(path: &str) -> Option<Self> {
        let is_here = |door: &Self| match path.strip_prefix(door.path()) {
            Some("") => true,
            Some(rest) => matches!(door, Self::Ui | Self::Migration) && rest.starts_with('/'),
            None => false,
        };
        Self::ALL.into_iter().find(is_here)
    }

    /// Whether this module may call here.
    pub fn admits(self, kind: &str, key: &str) -> bool {
        let is_it = |module: &Module| module.key == key && module.types.contains(&kind);
        MODULES.iter().any(|module| module.door == self && is_it(module))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_module_opens_one_door_under_a_key_that_a_manifest_takes() {
        let keys: BTreeSet<&str> = MODULES.iter().map(|module| module.key).collect();
        assert_eq!(keys.len(), MODULES.len());
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        assert!(keys.iter().all(|key| key.len() <= 40 && key.bytes().all(is_plain)));
        for module in MODULES {
            for door in Door::ALL {
                let opened = module.types.iter().filter(|kind| door.admits(kind, module.key)).count();
                assert_eq!(opened, if door == module.door { module.types.len() } else { 0 }, "{module:?}");
            }
        }
        assert!(!Door::Ui.admits("core:trigger", "kept-admin-jira"));
    }

    #[test]
    fn every_page_for_everybody_is_a_module_and_opens_nothing_for_administrators() {
        let pages = MODULES.iter().filter(|module| module.door == Door::Ui);
        let for_everybody: Vec<&str> =
            pages.map(|module| module.key).filter(|key| !is_for_administrators(key)).collect();
        assert_eq!(for_everybody, OF_EVERYBODY);
    }

    #[test]
    fn an_address_has_the_door_that_it_begins_with_only_where_there_are_more_addresses() {
        for door in Door::ALL {
            assert_eq!(Door::at(door.path()), Some(door));
        }
        assert_eq!(Door::at("/forge/api/v1/data/summary"), Some(Door::Ui));
        for nothing in ["/forge/api/v10", "/forge", "/forge/lifecycle/x", "/api/v1/session", ""] {
            assert_eq!(Door::at(nothing), None, "{nothing}");
        }
    }
}

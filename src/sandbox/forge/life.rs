//! The app's life at a site under Forge: installed, upgraded, moved there from Connect, removed; once a day; and what happens to
//! issues and pages.

use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::people::Who;
use super::super::site::Site;
use super::call::ForgeEvent;
use super::{Module, installation_id};

const LIFECYCLE: &str = "/forge/lifecycle";

/// What a site keeps about the app under Forge, beside its installation.
#[derive(Debug, Clone, Default)]
pub(in crate::sandbox) struct ForgeRecord {
    pub is_installed: bool,
    /// The site had the app under Connect and moves: its product tells under which name.
    pub is_moving: bool,
    /// The administrator has not approved yet what the app may ask for.
    pub withholds_name: bool,
    /// How the Installation Details API fails for this site.
    pub details_fault: Option<u16>,
}

impl Site {
    /// Installs the app under Forge and sends the event for it. Forge does not wait for the answer: the app is installed.
    pub async fn install_on_forge(&self) -> Answer {
        let id = installation_id(&self.world.random);
        {
            let mut record = self.place.record();
            if !record.forge.is_installed {
                record.forge_installation = Some(id);
            }
            record.forge.is_installed = true;
        }
        self.send_forge_event(&self.lifecycle_event("avi:forge:installed:app")).await
    }

    /// A major version, which an administrator has approved.
    pub async fn upgrade_on_forge(&self) -> Answer {
        self.send_forge_event(&self.lifecycle_event("avi:forge:upgraded:app")).await
    }

    /// The app is about to go, and then it is gone, whatever the answer. The next installation has another id.
    pub async fn uninstall_on_forge(&self) -> Answer {
        let answer = self.send_forge_event(&self.pre_uninstall()).await;
        self.place.record().forge.is_installed = false;
        answer
    }

    /// The app's listing became a Forge app under the same key: from now on the product tells the name of before, and what it
    /// sends under Connect names the installation. The calls for it are the caller's to make, in the order that it wants.
    pub fn begin_move_to_forge(&self) {
        let id = installation_id(&self.world.random);
        let mut record = self.place.record();
        record.forge.is_moving = true;
        record.forge.is_installed = true;
        record.forge_installation.get_or_insert(id);
    }

    /// As a whole: the call of Connect, and the event of Forge.
    pub async fn move_to_forge(&self) -> Answer {
        self.begin_move_to_forge();
        let under_connect = self.upgrade().await;
        let under_forge = self.send_forge_event(&self.lifecycle_event("avi:forge:installed:app")).await;
        if under_connect.is_good() { under_forge } else { under_connect }
    }

    /// Whether the product refuses to tell the name of before.
    pub fn withhold_client_key(&self, withholds: bool) {
        self.place.record().forge.withholds_name = withholds;
    }

    /// How the Installation Details API fails for this site.
    pub fn set_installation_details(&self, fault: Option<u16>) {
        self.place.record().forge.details_fault = fault;
    }

    /// Forge speaks of this installation from now on.
    pub fn set_forge_installation(&self, id: &str) {
        self.place.record().forge_installation = Some(id.to_owned());
    }

    pub fn is_on_forge(&self) -> bool {
        self.place.record().forge.is_installed
    }

    /// The call that comes once a day.
    pub async fn call_daily(&self) -> Answer {
        let event = ForgeEvent { module: Module::DAILY, path: "/forge/daily".to_owned(), body: json!({}) };
        self.send_forge_event(&event).await
    }

    /// `avi:forge:…`, to be bent further.
    pub fn lifecycle_event(&self, name: &str) -> ForgeEvent {
        let app = self.world.forge.state().app_id.clone();
        let body = json!({
            "id": self.forge_installation_id(),
            "installerAccountId": self.user(Who::Admin),
            "app": {"id": app, "version": "1.0.0", "name": "Kept"},
            "eventType": name,
        });
        ForgeEvent { module: Module::LIFECYCLE, path: LIFECYCLE.to_owned(), body }
    }

    pub fn pre_uninstall(&self) -> ForgeEvent {
        let body = json!({"context": {"cloudId": self.cloud_id()}});
        ForgeEvent { module: Module::PRE_UNINSTALL, path: "/forge/pre-uninstall".to_owned(), body }
    }

    /// An event about an issue, as a trigger brings it: `body` is what a webhook would bring.
    pub fn issue_event(&self, name: &str, body: &Value) -> ForgeEvent {
        let mut event = json!({
            "eventType": name,
            "issue": body["issue"],
            "atlassianId": self.user(Who::Member),
            "associatedUsers": [{"accountId": self.user(Who::Admin)}],
            "selfGenerated": false,
        });
        if !body["changelog"].is_null() {
            event["changelog"] = body["changelog"].clone();
        }
        ForgeEvent { module: Module::JIRA_EVENTS, path: "/forge/events/jira".to_owned(), body: event }
    }

    /// An event about a page, likewise.
    pub fn page_event(&self, name: &str, id: &str, title: &str, version: u32) -> ForgeEvent {
        let account_id = self.user(Who::Member);
        let body = json!({
            "eventType": name,
            "atlassianId": account_id,
            "content": {
                "id": id, "type": "page", "status": "current", "title": title,
                "space": {"id": 1, "key": "DEMO", "name": "Demo"},
                "history": {"createdBy": {"accountId": account_id, "displayName": "Somebody"}},
                "version": {"number": version, "when": self.world.clock.now(), "by": {"accountId": account_id}},
            },
        });
        ForgeEvent { module: Module::CONFLUENCE_EVENTS, path: "/forge/events/confluence".to_owned(), body }
    }
}

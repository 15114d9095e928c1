//! What a host tells about its content: the bodies of webhooks.
//!
//! An issue in a webhook has the shape of REST version 2, with plain text. Who did it and everybody in the issue are
//! named, so that an app which promises not to store people can be seen to drop them.

use serde_json::{Value, json};

use super::issues::{Edit, Issue};
use super::site::Site;

impl Site {
    pub fn issues(&self) -> Vec<Issue> {
        self.place.record().issues.clone()
    }

    pub fn issue(&self, id_or_key: &str) -> Option<Issue> {
        self.issues().into_iter().find(|issue| issue.id == id_or_key || issue.key == id_or_key)
    }

    /// Changes an issue and returns the body of the webhook that tells of it; none when there is no such issue.
    pub fn edit_issue(&self, id_or_key: &str, edit: &Edit) -> Option<Value> {
        let items = {
            let mut record = self.place.record();
            let issue =
                record.issues.iter_mut().find(|issue| issue.id == id_or_key || issue.key == id_or_key)?;
            issue.apply(edit)
        };
        let mut body = self.issue_body("jira:issue_updated", id_or_key)?;
        body["changelog"] = json!({"id": self.world.clock.now().as_millis().to_string(), "items": items});
        Some(body)
    }

    /// The body of a webhook about an issue: who did it, and the issue with everybody in it.
    pub fn issue_body(&self, event: &str, id_or_key: &str) -> Option<Value> {
        let issue = self.issue(id_or_key)?;
        let base_url = self.base_url();
        let actor = self.viewer().person().map(|person| person.to_json(&base_url));
        let mut body = json!({
            "timestamp": self.world.clock.now().as_millis(),
            "webhookEvent": event,
            "user": actor,
            "issue": issue.to_json(&base_url, &json!(issue.description)),
        });
        match event {
            "jira:issue_created" => body["issue_event_type_name"] = json!("issue_created"),
            "jira:issue_updated" => body["issue_event_type_name"] = json!("issue_generic"),
            event if event.starts_with("comment_") => {
                body["comment"] =
                    json!({"id": "10101", "author": actor, "updateAuthor": actor, "body": "A comment."});
            }
            _ => {}
        }
        Some(body)
    }

    /// The body of a Confluence webhook about a page.
    pub fn content_body(&self, id: &str, title: &str) -> Value {
        let base_url = self.base_url();
        let account_id = self.viewer().person().map(|person| person.account_id);
        json!({
            "timestamp": self.world.clock.now().as_millis(),
            "userAccountId": account_id,
            "accountType": "customer",
            "page": {"id": id, "title": title, "spaceKey": "DEMO", "contentType": "page", "version": 2,
                "creatorAccountId": account_id, "lastModifierAccountId": account_id,
                "self": format!("{base_url}/spaces/DEMO/pages/{id}")},
        })
    }
}

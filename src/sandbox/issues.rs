//! The issues of the demo site.
//!
//! They carry the people involved with names and addresses, as the real ones do.

use serde_json::{Value, json};

use super::people::{Person, Who};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub id: String,
    pub key: String,
    pub summary: String,
    pub description: String,
    pub status: String,
    pub assignee: Who,
    pub reporter: Who,
}

/// A change to an issue: what is given is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    pub summary: Option<String>,
    pub description: Option<String>,
    pub status: Option<String>,
    pub assignee: Option<Who>,
}

const STATUSES: [(&str, &str); 3] = [("1", "To Do"), ("3", "In Progress"), ("5", "Done")];

impl Issue {
    pub(super) fn first_ones() -> Vec<Self> {
        let issue = |number: u32, summary: &str, status: &str, assignee| Self {
            id: (10_000 + number).to_string(),
            key: format!("DEMO-{number}"),
            summary: summary.to_owned(),
            description: format!("What this is about: {}.", summary.to_lowercase()),
            status: status.to_owned(),
            assignee,
            reporter: Who::Admin,
        };
        vec![
            issue(1, "Install the app", "In Progress", Who::Admin),
            issue(2, "Read what the app stores about us", "To Do", Who::Member),
            issue(3, "Report a problem and follow its status", "To Do", Who::Member),
            issue(4, "Decide how long to keep operation data", "Done", Who::Anonymous),
        ]
    }

    /// Sets what the edit gives and returns the items of the changelog.
    pub(super) fn apply(&mut self, edit: &Edit) -> Vec<Value> {
        let mut items = Vec::new();
        if let Some(summary) = edit.summary.as_ref().filter(|new| **new != self.summary) {
            items.push(change("summary", (None, &self.summary), (None, summary)));
            self.summary.clone_from(summary);
        }
        if let Some(description) = edit.description.as_ref().filter(|new| **new != self.description) {
            items.push(change("description", (None, &self.description), (None, description)));
            self.description.clone_from(description);
        }
        if let Some(status) = edit.status.as_ref().filter(|new| **new != self.status) {
            items.push(change(
                "status",
                (status_id(&self.status), &self.status),
                (status_id(status), status),
            ));
            self.status.clone_from(status);
        }
        if let Some(assignee) = edit.assignee.filter(|new| *new != self.assignee) {
            items.push(change("assignee", named(self.assignee), named(assignee)));
            self.assignee = assignee;
        }
        items
    }

    /// `description` is the text, or the document of REST version 3.
    pub(super) fn to_json(&self, base_url: &str, description: &Value) -> Value {
        let person = |who: Who| who.person().map(|person| person.to_json(base_url));
        json!({
            "id": self.id,
            "key": self.key,
            "self": format!("{base_url}/rest/api/2/issue/{}", self.id),
            "fields": {
                "summary": self.summary,
                "description": description,
                "status": {"id": status_id(&self.status), "name": self.status},
                "issuetype": {"id": "10001", "name": "Task", "subtask": false},
                "project": {"id": "10000", "key": "DEMO", "name": "Demonstration", "projectTypeKey": "software"},
                "priority": {"id": "3", "name": "Medium"},
                "labels": ["sandbox"],
                "creator": person(self.reporter),
                "reporter": person(self.reporter),
                "assignee": person(self.assignee),
                "watches": {"watchCount": 1, "isWatching": true, "watchers": [person(self.reporter)]},
                "comment": {"comments": [{"id": "10100", "author": person(self.reporter), "body": "A first comment."}]},
                "created": "2026-01-05T09:00:00.000+0000",
                "updated": "2026-01-06T10:30:00.000+0000",
            },
        })
    }

    pub(super) fn document(&self) -> Value {
        let text = json!({"type": "text", "text": self.description});
        json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]})
    }
}

fn change(field: &str, from: (Option<&str>, &str), to: (Option<&str>, &str)) -> Value {
    json!({"field": field, "fieldtype": "jira", "fieldId": field,
        "from": from.0, "fromString": from.1, "to": to.0, "toString": to.1})
}

fn status_id(name: &str) -> Option<&'static str> {
    STATUSES.into_iter().find(|(_, known)| *known == name).map(|(id, _)| id)
}

fn named(who: Who) -> (Option<&'static str>, &'static str) {
    who.person()
        .map_or((None, ""), |Person { account_id, display_name, .. }| (Some(account_id), display_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_tells_what_changed_and_only_that() {
        let mut issue = Issue::first_ones().remove(1);
        let same = issue.summary.clone();
        let edit = Edit {
            status: Some("Done".into()),
            summary: Some(same),
            assignee: Some(Who::Admin),
            ..Edit::default()
        };
        let items = issue.apply(&edit);
        let fields: Vec<_> = items.iter().map(|item| item["fieldId"].as_str().unwrap()).collect();
        assert_eq!(fields, ["status", "assignee"]);
        assert_eq!((&items[0]["from"], &items[0]["toString"]), (&json!("1"), &json!("Done")));
    }
}

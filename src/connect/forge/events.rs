//! Events of the products as triggers bring them, turned into what the same events look like as webhooks of Connect, so that
//! one reader understands both (connect.md §12.4).

use serde_json::{Map, Value, json};

/// What happened, as Forge and as Connect call it.
const NAMES: [(&str, &str); 17] = [
    ("avi:jira:created:issue", "jira:issue_created"),
    ("avi:jira:updated:issue", "jira:issue_updated"),
    ("avi:jira:deleted:issue", "jira:issue_deleted"),
    ("avi:jira:created:issuelink", "issuelink_created"),
    ("avi:jira:deleted:issuelink", "issuelink_deleted"),
    ("avi:jira:commented:issue", "comment_created"),
    ("avi:jira:deleted:comment", "comment_deleted"),
    ("avi:confluence:created:page", "page_created"),
    ("avi:confluence:updated:page", "page_updated"),
    ("avi:confluence:restored:page", "page_updated"),
    ("avi:confluence:trashed:page", "page_trashed"),
    ("avi:confluence:deleted:page", "page_removed"),
    ("avi:confluence:created:blogpost", "blog_created"),
    ("avi:confluence:updated:blogpost", "blog_updated"),
    ("avi:confluence:restored:blogpost", "blog_updated"),
    ("avi:confluence:trashed:blogpost", "blog_trashed"),
    ("avi:confluence:deleted:blogpost", "blog_removed"),
];
const LINK: [&str; 4] = ["id", "sourceIssueId", "destinationIssueId", "issueLinkType"];
/// How often it was tried is no part of what happened.
const OF_DELIVERY: [&str; 2] = ["retryContext", "contextToken"];

/// The event as its webhook would bring it. One that has no webhook stays as it is, under its own name.
#[must_use]
pub fn as_webhook(mut event: Value) -> Value {
    let Some(members) = event.as_object_mut() else { return event };
    for name in OF_DELIVERY {
        members.remove(name);
    }
    let told = members.get("eventType").and_then(Value::as_str).unwrap_or_default();
    let known = NAMES.iter().find(|(forge, _)| *forge == told);
    let Some((_, name)) = known else { return event };
    members.insert("webhookEvent".to_owned(), json!(name));
    members.remove("eventType");
    match *name {
        "issuelink_created" | "issuelink_deleted" => wrap_link(members),
        name if name.starts_with("page_") => replace_content(members, "page"),
        name if name.starts_with("blog_") => replace_content(members, "blog"),
        _ => {}
    }
    event
}

/// A link is the event itself there, and a member of it here.
fn wrap_link(event: &mut Map<String, Value>) {
    let members = LINK.into_iter().filter_map(|name| Some((name.to_owned(), event.remove(name)?)));
    let link: Map<String, Value> = members.collect();
    event.insert("issueLink".to_owned(), Value::Object(link));
}

fn replace_content(event: &mut Map<String, Value>, name: &str) {
    event.remove("prevContent");
    let Some(content) = event.remove("content") else { return };
    let page = json!({
        "id": content["id"],
        "title": content["title"],
        "spaceKey": content["space"]["key"],
        "contentType": content["type"],
        "version": content["version"]["number"],
        "modificationDate": content["version"]["when"],
    });
    event.insert(name.to_owned(), page);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_a_trigger_becomes_the_webhook_that_tells_the_same() {
        let issue = json!({"eventType": "avi:jira:updated:issue", "issue": {"id": "10001"}, "changelog": {"id": "7"},
            "retryContext": {"retryCount": 1}});
        assert_eq!(
            as_webhook(issue),
            json!({"webhookEvent": "jira:issue_updated", "issue": {"id": "10001"}, "changelog": {"id": "7"}})
        );
        let link = json!({"eventType": "avi:jira:created:issuelink", "id": "1", "sourceIssueId": "2",
            "destinationIssueId": "3", "issueLinkType": {"name": "Cloners"}});
        assert_eq!(as_webhook(link)["issueLink"]["destinationIssueId"], "3");
        let page = json!({"eventType": "avi:confluence:trashed:page", "content": {"id": "77", "type": "page",
            "title": "T", "space": {"key": "DEMO", "id": 1}, "version": {"number": 3}, "history": {"x": 1}}});
        let page = as_webhook(page);
        assert_eq!(
            (&page["webhookEvent"], &page["page"]["spaceKey"]),
            (&json!("page_trashed"), &json!("DEMO"))
        );
        assert_eq!((&page["page"]["version"], page.get("content")), (&json!(3), None));
    }

    #[test]
    fn what_has_no_webhook_keeps_its_name() {
        let other = json!({"eventType": "avi:jira:viewed:issue", "issue": {"id": "1"}});
        assert_eq!(as_webhook(other.clone()), other);
    }
}

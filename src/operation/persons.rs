//! Takes people out of a product's event before anything is stored: nothing here needs to know who did it.

use serde_json::Value;

/// Members that hold a person, by the names that the products give them.
const PERSON_FIELDS: [&str; 24] = [
    "user",
    "author",
    "updateAuthor",
    "assignee",
    "reporter",
    "creator",
    "lead",
    "owner",
    "createdBy",
    "updatedBy",
    "lastModifier",
    "by",
    "actor",
    "watches",
    "watchers",
    "votes",
    "voters",
    "accountType",
    "emailAddress",
    "avatarUrls",
    "atlassianId",
    "associatedUsers",
    "ownedBy",
    "lastUpdatedBy",
];

/// Members that only a person has.
const MARKS_OF_A_PERSON: [&str; 4] = ["accountId", "emailAddress", "accountType", "userKey"];

/// Changed fields whose values are people.
const PERSON_CHANGES: [&str; 4] = ["assignee", "reporter", "creator", "lead"];

/// Removes every person from `event`: known members, anything that looks like one, mentions, and account ids in changes.
pub fn remove(event: &mut Value) {
    match event {
        Value::Object(members) => {
            members.retain(|name, value| !names_a_person(name) && !is_person(value));
            if members.get("type").is_some_and(|kind| kind == "mention") {
                members.remove("attrs");
            }
            if is_change_of_person(members) {
                ["from", "to", "fromString", "toString", "tmpFromAccountId", "tmpToAccountId"]
                    .iter()
                    .for_each(|name| drop(members.remove(*name)));
            }
            members.values_mut().for_each(remove);
        }
        Value::Array(items) => {
            items.retain(|item| !is_person(item));
            items.iter_mut().for_each(remove);
        }
        Value::String(text) if text.contains("accountid:") => *text = without_mentions(text),
        Value::String(text) if is_account_id(text) => text.clear(),
        _ => {}
    }
}

/// Also `creatorAccountId`, `lastModifierAccountId` and whatever else the products come to call an account's id.
fn names_a_person(name: &str) -> bool {
    let name_of_id = name.to_ascii_lowercase();
    PERSON_FIELDS.contains(&name) || name_of_id.ends_with("accountid") || name_of_id.ends_with("accountids")
}

fn is_person(value: &Value) -> bool {
    value.as_object().is_some_and(|members| MARKS_OF_A_PERSON.iter().any(|mark| members.contains_key(*mark)))
}

fn is_change_of_person(members: &serde_json::Map<String, Value>) -> bool {
    let names = ["fieldId", "field"].iter().filter_map(|name| members.get(*name)?.as_str());
    let known =
        names.into_iter().any(|name| PERSON_CHANGES.iter().any(|field| name.eq_ignore_ascii_case(field)));
    let values = ["from", "to"].iter().filter_map(|name| members.get(*name)?.as_str());
    let mut parts = values.flat_map(|value| value.split([',', ' ', '[', ']']));
    known || members.contains_key("fieldId") && parts.any(is_account_id)
}

/// The forms of an Atlassian account id: 24 hexadecimal digits; a number, a colon and a UUID; `qm:` or `ug:` and more for
/// customers of a portal.
fn is_account_id(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid =
        |text: &str| text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match text.split_once(':') {
        Some(("qm" | "ug", customer)) => !customer.is_empty() && !customer.contains(char::is_whitespace),
        Some((site, user)) => {
            site.bytes().all(|byte| byte.is_ascii_digit()) && !site.is_empty() && is_uuid(user)
        }
        None => text.len() == 24 && is_hex(text) && text.bytes().any(|byte| byte.is_ascii_digit()),
    }
}

/// `[~accountid:…]` in a text becomes `[~]`: somebody was mentioned, and nobody says who.
fn without_mentions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("[~accountid:") {
        out.push_str(rest.get(..start).unwrap_or_default());
        out.push_str("[~]");
        let after = rest.get(start..).unwrap_or_default();
        rest = after.find(']').and_then(|end| after.get(end + 1..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_person_is_left_in_an_event() {
        let person = json!({"accountId": "5b10a2844c20165700ede21g", "displayName": "Mia Krystof", "emailAddress": "mia@example.com"});
        let mut event = json!({
            "timestamp": 1, "webhookEvent": "jira:issue_updated", "user": person,
            "issue": {"id": "10001", "fields": {
                "summary": "A title", "assignee": person, "reporter": person, "creator": person,
                "customfield_10100": person, "customfield_10101": [person, person],
                "comment": {"comments": [{"author": person, "body": "ask [~accountid:557058:f58131cb-b67d-43c7-b30d-6b58d40bd077] please"}]},
                "votes": {"votes": 1, "voters": [person]}
            }},
            "changelog": {"id": "1", "items": [
                {"field": "assignee", "fieldId": "assignee", "from": "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077", "fromString": "Mia Krystof", "to": null, "toString": null},
                {"field": "Approver", "fieldId": "customfield_10102", "from": "", "to": "5be24ad8b1653240376955d2", "toString": "Mia Krystof"},
                {"field": "status", "fieldId": "status", "from": "1", "fromString": "To Do", "to": "3", "toString": "Done"}
            ]}
        });
        remove(&mut event);
        let text = event.to_string();
        for trace in
            ["Mia", "mia@example.com", "5b10a2844c20165700ede21g", "557058", "5be24ad8b1653240376955d2"]
        {
            assert!(!text.contains(trace), "{trace} in {text}");
        }
        assert_eq!(event["issue"]["fields"]["summary"], "A title");
        assert_eq!(event["changelog"]["items"][2]["toString"], "Done");
        assert_eq!(event["issue"]["fields"]["comment"]["comments"][0]["body"], "ask [~] please");
    }

    #[test]
    fn an_id_goes_whatever_its_member_is_called_and_a_mention_in_a_document_names_nobody() {
        let mut event = json!({
            "page": {"creatorAccountId": "unknown-form-of-id", "id": "77"}, "watcherAccountIds": ["a", "b"],
            "text": {"type": "doc", "content": [
                {"type": "mention", "attrs": {"id": "5b10a2844c20165700ede21g", "text": "@Mia Krystof"}},
                {"type": "text", "text": "please"}
            ]},
            "changelog": {"items": [{"field": "Customer", "fieldId": "customfield_10103",
                "to": "qm:5f:1c2d-mia", "toString": "Mia Krystof"}]}
        });
        remove(&mut event);
        let left = json!({
            "page": {"id": "77"},
            "text": {"type": "doc", "content": [{"type": "mention"}, {"type": "text", "text": "please"}]},
            "changelog": {"items": [{"field": "Customer", "fieldId": "customfield_10103"}]}
        });
        assert_eq!(event, left);
    }

    #[test]
    fn a_mention_that_never_ends_takes_the_rest_with_it() {
        assert_eq!(without_mentions("a [~accountid:1"), "a [~]");
    }
}

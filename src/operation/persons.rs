//! How a person is known in a product's event (decision 15): nothing here needs to know who did it.

use std::borrow::Cow;

/// Members that hold a person, by the names that the products give them.
pub fn holds_person(name: &str) -> bool {
    matches!(
        name,
        "user"
            | "author"
            | "updateAuthor"
            | "assignee"
            | "reporter"
            | "creator"
            | "lead"
            | "owner"
            | "createdBy"
            | "updatedBy"
            | "lastModifier"
            | "by"
            | "actor"
            | "watches"
            | "watchers"
            | "votes"
            | "voters"
            | "userAccountId"
            | "accountId"
            | "accountType"
            | "emailAddress"
            | "avatarUrls"
    )
}

/// Members that only a person has.
pub fn marks_person(name: &str) -> bool {
    matches!(name, "accountId" | "emailAddress" | "accountType" | "userKey")
}

/// Whether a change of this field is about people.
pub fn is_person_field(field: &str) -> bool {
    ["assignee", "reporter", "creator", "lead"].iter().any(|known| field.eq_ignore_ascii_case(known))
}

/// A text without mentions; nothing when it is an account id.
pub fn without_ids(text: &str) -> Cow<'_, str> {
    if text.contains("accountid:") {
        Cow::Owned(without_mentions(text))
    } else if is_account_id(text) {
        Cow::Borrowed("")
    } else {
        Cow::Borrowed(text)
    }
}

/// The two forms of an Atlassian account id: 24 hexadecimal digits, or a number, a colon and a UUID.
pub fn is_account_id(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid =
        |text: &str| text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match text.split_once(':') {
        Some((site, user)) => {
            site.bytes().all(|byte| byte.is_ascii_digit()) && !site.is_empty() && is_uuid(user)
        }
        None => text.len() == 24 && is_hex(text) && text.bytes().any(|byte| byte.is_ascii_digit()),
    }
}

/// `[~accountid:…]` in a text becomes `[~]`: somebody was mentioned, and nobody says who.
pub fn without_mentions(text: &str) -> String {
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

    #[test]
    fn a_mention_that_never_ends_takes_the_rest_with_it() {
        assert_eq!(without_mentions("a [~accountid:1"), "a [~]");
    }
}

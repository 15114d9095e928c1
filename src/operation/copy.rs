//! Copies a product's event without the people in it, from JSON to JSON in one pass: what turns out to be a person is cut
//! off again. There is no tree to build, walk and write, which would take several times as long.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::persons::{holds_person, is_account_id, is_person_field, marks_person, without_ids};

/// Copies an event without every person in it: known members, anything that looks like one, mentions, and account ids in
/// changes.
pub fn without_people(event: &[u8]) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(event.len());
    let mut source = serde_json::Deserializer::from_slice(event);
    Copier { out: &mut out, role: Role::Other }.deserialize(&mut source)?;
    source.end()?;
    Ok(out)
}

/// What a value is to the object that it is a member of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The name of a changed field.
    ChangedField,
    /// What it was changed from or to.
    ChangedValue,
    /// How people are shown in a change, beside `from` and `to`.
    ChangedText,
    Other,
}

impl Role {
    fn of(name: &str) -> Self {
        match name {
            "field" | "fieldId" => Self::ChangedField,
            "from" | "to" => Self::ChangedValue,
            "fromString" | "toString" | "tmpFromAccountId" | "tmpToAccountId" => Self::ChangedText,
            _ => Self::Other,
        }
    }
}

/// What was copied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    Value,
    /// An object with a mark of a person.
    Person,
    /// A text that says, in its role, that a change is about people.
    PersonChange,
}

/// Copies one value to the end of `out`.
struct Copier<'o> {
    out: &'o mut Vec<u8>,
    role: Role,
}

impl Copier<'_> {
    fn scalar<E: Error>(self, value: &impl serde::Serialize) -> Result<Copied, E> {
        serde_json::to_writer(self.out, value).map_err(E::custom)?;
        Ok(Copied::Value)
    }

    fn tells_of_person(&self, text: &str) -> bool {
        match self.role {
            Role::ChangedField => is_person_field(text),
            Role::ChangedValue => text.split([',', ' ', '[', ']']).any(is_account_id),
            Role::ChangedText | Role::Other => false,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Copier<'_> {
    type Value = Copied;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Copied, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Copier<'_> {
    type Value = Copied;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Copied, E> {
        self.scalar(&())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Copied, E> {
        self.scalar(&value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Copied, E> {
        self.scalar(&value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Copied, E> {
        self.scalar(&value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Copied, E> {
        self.scalar(&value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Copied, E> {
        let tells = self.tells_of_person(text);
        self.scalar(&without_ids(text))?;
        Ok(if tells { Copied::PersonChange } else { Copied::Value })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Copied, A::Error> {
        let begin = self.out.len();
        loop {
            let before = self.out.len();
            self.out.push(b',');
            match items.next_element_seed(Copier { out: self.out, role: Role::Other })? {
                Some(Copied::Person) => self.out.truncate(before),
                Some(_) => {}
                None => break self.out.truncate(before),
            }
        }
        enclose(self.out, begin, *b"[]");
        Ok(Copied::Value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Copied, A::Error> {
        let (begin, mut change, mut is_person) = (self.out.len(), Change::default(), false);
        while let Some(Name(name)) = members.next_key()? {
            is_person |= marks_person(&name);
            if holds_person(&name) {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            let (before, role) = (self.out.len(), Role::of(&name));
            self.out.push(b',');
            serde_json::to_writer(&mut *self.out, &name).map_err(A::Error::custom)?;
            self.out.push(b':');
            match members.next_value_seed(Copier { out: self.out, role })? {
                Copied::Person => self.out.truncate(before),
                copied => change.note(&name, role, copied, before..self.out.len()),
            }
        }
        if change.is_of_person() {
            cut(self.out, &change.values);
        }
        enclose(self.out, begin, *b"{}");
        Ok(if is_person { Copied::Person } else { Copied::Value })
    }
}

/// What an object says if it is an item of a changelog.
#[derive(Default)]
struct Change {
    of_known_field: bool,
    has_field_id: bool,
    has_account_id: bool,
    /// Where the values of the change stand.
    values: Vec<Range<usize>>,
}

impl Change {
    fn note(&mut self, name: &str, role: Role, copied: Copied, place: Range<usize>) {
        self.has_field_id |= name == "fieldId";
        self.of_known_field |= role == Role::ChangedField && copied == Copied::PersonChange;
        self.has_account_id |= role == Role::ChangedValue && copied == Copied::PersonChange;
        if matches!(role, Role::ChangedValue | Role::ChangedText) {
            self.values.push(place);
        }
    }

    fn is_of_person(&self) -> bool {
        self.of_known_field || self.has_field_id && self.has_account_id
    }
}

/// Members and items are written with a comma before each; the first one's place is that of the opening bracket.
fn enclose(out: &mut Vec<u8>, begin: usize, [open, close]: [u8; 2]) {
    match out.get_mut(begin) {
        Some(comma) => *comma = open,
        None => out.push(open),
    }
    out.push(close);
}

/// Removes these places, which stand in order, in one pass.
fn cut(out: &mut Vec<u8>, places: &[Range<usize>]) {
    let Some(first) = places.first() else { return };
    let mut end = first.start;
    for (index, place) in places.iter().enumerate() {
        let kept = place.end..places.get(index + 1).map_or(out.len(), |next| next.start);
        out.copy_within(kept.clone(), end);
        end += kept.len();
    }
    out.truncate(end);
}

/// A member's name, borrowed from the source where it can be.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a member's name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::super::persons::without_mentions;
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

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
        event = serde_json::from_slice(&without_people(event.to_string().as_bytes()).unwrap()).unwrap();
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
    fn what_is_no_single_json_value_is_refused() {
        for malformed in ["", "{", "{}{}", "{\"a\":}", "[1,]", "{\"user\":{]}"] {
            assert!(without_people(malformed.as_bytes()).is_err(), "{malformed}");
        }
        assert_eq!(without_people(b" { } ").unwrap(), b"{}");
    }

    /// The same rules on a tree: slower, and easier to believe.
    fn remove(event: &mut Value) {
        match event {
            Value::Object(members) => {
                members.retain(|name, value| !holds_person(name) && !is_person(value));
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

    fn is_person(value: &Value) -> bool {
        value.as_object().is_some_and(|members| members.keys().any(|name| marks_person(name)))
    }

    fn is_change_of_person(members: &serde_json::Map<String, Value>) -> bool {
        let names = ["fieldId", "field"].iter().filter_map(|name| members.get(*name)?.as_str());
        let known = names.into_iter().any(|name| is_person_field(name));
        let values = ["from", "to"].iter().filter_map(|name| members.get(*name)?.as_str());
        let mut parts = values.flat_map(|value| value.split([',', ' ', '[', ']']));
        known || members.contains_key("fieldId") && parts.any(is_account_id)
    }

    fn any_text() -> impl Strategy<Value = String> {
        const TELLING: &[&str] = &[
            "assignee",
            "Reporter",
            "5b10a2844c20165700ede21a",
            "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077",
            "[5b10a2844c20165700ede21a, 5be24ad8b1653240376955d2]",
            "ask [~accountid:557058:f58131cb] \"now\"",
        ];
        prop_oneof![prop::sample::select(TELLING).prop_map(str::to_owned), ".{0,8}"]
    }

    fn any_name() -> impl Strategy<Value = String> {
        const TELLING: &[&str] =
            &["user", "assignee", "accountId", "userKey", "field", "fieldId", "from", "to", "fromString"];
        prop_oneof![3 => prop::sample::select(TELLING).prop_map(str::to_owned), 1 => ".{0,4}"]
    }

    fn any_event() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any_text().prop_map(Value::from),
        ];
        let tree = leaf.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any_name(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        });
        prop::collection::btree_map(any_name(), tree, 0..6)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn the_copy_is_what_is_left_of_the_tree(event in any_event()) {
            let copied = without_people(event.to_string().as_bytes()).unwrap();
            let mut tree: Value = serde_json::from_str(&event.to_string()).unwrap();
            remove(&mut tree);
            prop_assert_eq!(String::from_utf8(copied).unwrap(), tree.to_string());
        }
    }
}

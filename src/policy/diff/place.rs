//! Which part of the statement a place of the policy is, in words.

use serde_json::Value;

use super::super::model::{ClassName, Document, Handle, Text};
use super::super::statement::Words;
use super::{Change, names, value};

/// Below these stand members by their names.
const LISTS: [&str; 16] = [
    "apps",
    "by",
    "classes",
    "cookies",
    "desk",
    "fields",
    "hosts",
    "kinds",
    "limitations",
    "measures",
    "never",
    "processors",
    "products",
    "purposes",
    "records",
    "reportable",
];

/// A place, with the names in it apart from the keys.
pub struct Place<'a> {
    change: &'a Change,
    /// The keys alone, as `names` has them.
    keys: Vec<&'a str>,
    /// Lists by their place in `keys`, each with the member that it is about.
    members: Vec<(usize, &'a str)>,
    /// The language of a text that stands in several.
    language: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub fn of(change: &'a Change) -> Self {
        let mut place = Self { change, keys: Vec::new(), members: Vec::new(), language: None };
        let mut is_in_list = false;
        for key in change.at.iter().map(String::as_str) {
            if is_in_list {
                place.members.push((place.keys.len() - 1, key));
                is_in_list = false;
            } else if ["en", "de"].contains(&key) {
                place.language = Some(key);
            } else {
                place.keys.push(key);
                is_in_list = LISTS.contains(&key);
            }
        }
        place
    }

    /// The last key, which says what a value is.
    pub fn key(&self) -> &'a str {
        self.keys.last().copied().unwrap_or_default()
    }

    /// Whether the change is about a whole member of a list, whose name says what it is.
    pub fn is_member(&self) -> bool {
        self.language.is_none() && self.members.last().is_some_and(|(list, _)| list + 1 == self.keys.len())
    }

    pub fn said(&self, document: &Document, words: Words) -> String {
        let mut parts: Vec<String> = Vec::new();
        let is_owner = |list: usize| list == 0 || self.keys[list] == "kinds";
        for &(list, member) in self.members.iter().filter(|(list, _)| is_owner(*list)) {
            parts.push(self.owner(list, member, document, words));
        }
        parts.extend(names::of(&self.keys.join(".")).map(|[en, de]| words.say(en, de)));
        for &(list, member) in self.members.iter().filter(|(list, _)| !is_owner(*list)) {
            parts.push(self.listed(self.keys[list], member, document, words));
        }
        if parts.is_empty() {
            parts.push(self.change.at.join(" › "));
        }
        let language = self.language.map(|language| match language {
            "de" => words.say(" (German text)", " (deutscher Text)"),
            _ => words.say(" (English text)", " (englischer Text)"),
        });
        parts.join(": ") + &language.unwrap_or_default()
    }

    /// What has facts of its own: a class, somebody who gets data, and so on.
    fn owner(&self, list: usize, member: &str, document: &Document, words: Words) -> String {
        let titled = |title: Option<&Text>| match title {
            Some(title) => words.text(title),
            None => self.title_in_change(words).unwrap_or_else(|| member.to_owned()),
        };
        match self.keys[list] {
            "classes" => titled(class(member, document).map(|class| &class.title)),
            "kinds" => titled(self.kind(member, document)),
            "purposes" => {
                let purpose = titled(document.purposes.get(member));
                words.say(format!("Purpose “{purpose}”"), format!("Zweck „{purpose}“"))
            }
            "records" => {
                let record = document.records.iter().find(|record| record.title.en == member);
                titled(record.map(|record| &record.title))
            }
            "processors" => words.say(format!("Recipient {member}"), format!("Empfänger {member}")),
            "cookies" => format!("Cookie {member}"),
            _ => format!("App {member}"),
        }
    }

    fn kind<'d>(&self, kind: &str, document: &'d Document) -> Option<&'d Text> {
        let &(_, name) = self.members.first()?;
        Some(&class(name, document)?.kinds.get(kind)?.title)
    }

    /// The title of something that is in the newer policy no more.
    fn title_in_change(&self, words: Words) -> Option<String> {
        let whole = self.change.before.as_ref()?;
        value::text(whole.get("title").unwrap_or(whole), words)
    }

    /// What is in the list of something else.
    fn listed(&self, list: &str, member: &str, document: &Document, words: Words) -> String {
        let own = match list {
            "classes" => class(member, document).map(|class| words.text(&class.title)),
            "purposes" => document.purposes.get(member).map(|purpose| words.text(purpose)),
            "by" => read::<Handle>(member).map(|handle| words.handle(handle)),
            "desk" => names::of_desk(member).map(|[en, de]| words.say(en, de)),
            _ => {
                let whole = self.change.after.as_ref().or(self.change.before.as_ref());
                whole.and_then(|whole| value::text(whole, words))
            }
        };
        let member = own.unwrap_or_else(|| member.to_owned());
        words.say(format!("“{member}”"), format!("„{member}“"))
    }
}

fn class<'d>(name: &str, document: &'d Document) -> Option<&'d super::super::model::Class> {
    document.classes.get(&name.parse::<ClassName>().ok()?)
}

fn read<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::from(word)).ok()
}

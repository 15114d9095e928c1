//! What a value of the policy says, in words.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::model::{Bound, Count, Language, Origin, RecordKind, Retention, Text};
use super::super::statement::{Unit, Words};

/// In words, by the key that the value stands under; nothing where it has no words by itself.
pub fn said(key: &str, value: &Value, words: Words) -> Option<String> {
    match value {
        Value::Number(number) => Some(counted(key, u32::try_from(number.as_u64()?).ok()?, words)),
        Value::Bool(true) => Some(words.say("yes", "ja")),
        Value::Bool(false) => Some(words.say("no", "nein")),
        Value::String(word) => Some(closed(key, value, words).unwrap_or_else(|| word.clone())),
        Value::Object(_) => text(value, words).or_else(|| retention(value, words)),
        Value::Null | Value::Array(_) => None,
    }
}

/// A text that stands in several languages, in this one.
pub fn text(value: &Value, words: Words) -> Option<String> {
    Some(words.text(&read::<Text>(value)?))
}

/// The unit of a number is at the end of its key.
fn counted(key: &str, number: u32, words: Words) -> String {
    let has = |unit: &str| key.to_lowercase().ends_with(unit);
    if has("days") {
        words.days(number)
    } else if has("minutes") {
        words.count(number, Unit::Minutes)
    } else if has("hours") || ["blocking", "high", "normal", "low"].contains(&key) {
        words.hours(number)
    } else if has("bits") {
        words.say(format!("{number} bits"), format!("{number} Bit"))
    } else if has("percent") {
        format!("{number} %")
    } else {
        number.to_string()
    }
}

/// A word of a closed list, or a date.
fn closed(key: &str, value: &Value, words: Words) -> Option<String> {
    match key {
        "basis" => read(value).map(|basis| words.basis(basis)),
        "role" => read(value).map(|role| words.role(role)),
        "origin" => read::<Origin>(value).map(|origin| words.origin(origin)),
        "transfer" => read(value).map(|transfer| words.transfer(transfer)),
        "clock" => read::<Count>(value).map(|clock| words.counted_from(clock)),
        "bound" => read::<Bound>(value).map(|bound| match bound {
            Bound::AtLatest => words.say("at the latest", "spätestens"),
            Bound::Exactly => words.say("exactly", "genau"),
        }),
        "effective" | "expires" => read(value).map(|date| words.date(date)),
        "language" => read::<Language>(value).map(|language| match language {
            Language::En => words.say("English", "Englisch"),
            Language::De => words.say("German", "Deutsch"),
        }),
        "kind" => read::<RecordKind>(value).map(|kind| match kind {
            RecordKind::Contract => words.say("contract", "Vertrag"),
            RecordKind::Review => words.say("review", "Überprüfung"),
            RecordKind::Training => words.say("training", "Schulung"),
        }),
        _ => None,
    }
}

fn retention(value: &Value, words: Words) -> Option<String> {
    let Retention { days, years, bound, clock } = read(value)?;
    let period = match years {
        Some(years) => words.count(years, Unit::Years),
        None => words.days(days?),
    };
    let (period, clock) = (words.bound(bound, &period), words.counted_from(clock));
    Some(words.say(format!("{period} from {clock}"), format!("{period} ab {clock}")))
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

//! Texts: said in every language, and without numbers that nothing obeys.

use super::super::fault::{Fault, Text};

/// Units of time in the languages of the statement, as words begin with them.
const UNITS: [&str; 12] =
    ["minute", "hour", "day", "week", "month", "year", "stunde", "tag", "woche", "monat", "jahr", "quartal"];

pub fn check(text: &Text<'_>, found: &mut Vec<Fault>) {
    let Ok(file) = toml::from_str::<toml::Table>(text.as_str()) else { return };
    walk(&toml::Value::Table(file), &mut Vec::new(), text, found);
}

fn walk(value: &toml::Value, at: &mut Vec<String>, text: &Text<'_>, found: &mut Vec<Fault>) {
    match value {
        toml::Value::Table(inside) if inside.contains_key("en") => {
            for (language, said) in inside {
                check_text(&format!("{}.{language}", at.join(".")), said.as_str().unwrap_or(""), text, found);
            }
        }
        toml::Value::Table(inside) => {
            for (key, value) in inside {
                at.push(key.clone());
                walk(value, at, text, found);
                at.pop();
            }
        }
        toml::Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                at.push(index.to_string());
                walk(value, at, text, found);
                at.pop();
            }
        }
        _ => {}
    }
}

fn check_text(at: &str, said: &str, text: &Text<'_>, found: &mut Vec<Fault>) {
    if said.trim().is_empty() {
        found.push(text.fault(at, "is empty", "say it in every language"));
    }
    if let Some(promise) = promised_time(said) {
        let problem = format!("promises {promise:?} in words, which nothing obeys");
        found.push(text.fault(at, problem, "take the number out; its own key makes the sentence about it"));
    }
}

/// A number with a unit of time behind it.
fn promised_time(said: &str) -> Option<String> {
    let words: Vec<&str> =
        said.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_unit = |word: &str| UNITS.iter().any(|unit| word.to_lowercase().starts_with(unit));
    let pairs = words.iter().zip(words.iter().skip(1));
    pairs
        .filter(|(number, unit)| is_number(number) && is_unit(unit))
        .map(|(number, unit)| format!("{number} {unit}"))
        .next()
}

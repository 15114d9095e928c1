//! One record as a line of JSON: what it is, why it is there, who gets it, until when, and all that stands in it.

use std::io::Write;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::ExportError;
use crate::clock::Timestamp;
use crate::policy::datamap::{Form, Recorded, Table};
use crate::policy::model::{Basis, Origin};
use crate::policy::{ClassName, Policy};
use crate::rights::reader::Item;

/// What all lines of a class have in common.
pub struct About<'a> {
    class: ClassName,
    origin: Origin,
    purposes: &'a [String],
    legal_basis: Basis,
    recipients: Vec<&'a str>,
}

impl<'a> About<'a> {
    /// `None` for a class that the policy lacks.
    pub fn of(class: ClassName, policy: &'a Policy) -> Option<Self> {
        let stated = policy.class(class)?;
        let processors = policy.document().processors.iter();
        let recipients = processors.filter(|processor| processor.classes.contains(&class));
        Some(Self {
            class,
            origin: stated.origin,
            purposes: &stated.purposes,
            legal_basis: stated.basis,
            recipients: recipients.map(|processor| processor.name.as_str()).collect(),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    class: ClassName,
    kind: &'a str,
    origin: Origin,
    purposes: &'a [String],
    legal_basis: Basis,
    recipients: &'a [&'a str],
    recorded_at: Timestamp,
    expires_at: Option<Timestamp>,
    data: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    withheld: Vec<Withheld<'a>>,
}

/// An opened value: JSON as it was given to us, or a text.
#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Json(&'a RawValue),
    Text(std::borrow::Cow<'a, str>),
}

/// Something that is there and not shown.
#[derive(Serialize)]
struct Withheld<'a> {
    name: String,
    fields: &'a [String],
    reason: &'a str,
}

pub fn write(out: &mut impl Write, about: &About<'_>, mut item: Item) -> Result<(), ExportError> {
    let mut content = item.content.take();
    if let Some(plain) = &mut content {
        on_one_line(plain);
    }
    let line = Line {
        class: about.class,
        kind: &item.kind,
        origin: about.origin,
        purposes: about.purposes,
        legal_basis: about.legal_basis,
        recipients: &about.recipients,
        recorded_at: item.recorded_at,
        expires_at: item.expires_at,
        withheld: withheld(item.table, &item.row.values),
        data: shown(item.table, std::mem::take(&mut item.row.values)),
        content: content.as_deref().map(|plain| match serde_json::from_slice::<&RawValue>(plain) {
            Ok(json) => Content::Json(json),
            Err(_) => Content::Text(String::from_utf8_lossy(plain)),
        }),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n").map_err(zip::result::ZipError::from)?;
    Ok(())
}

/// Line breaks in JSON stand between its values only, where a blank does as well.
fn on_one_line(plain: &mut [u8]) {
    if serde_json::from_slice::<&RawValue>(plain).is_ok() {
        plain.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }
}

fn withheld<'a>(table: &'a Table, values: &Map<String, Value>) -> Vec<Withheld<'a>> {
    let is_there = |column: &str| values.get(column) == Some(&Value::Bool(true));
    let all = table.columns.keys().filter_map(|column| match table.form(column) {
        Form::Withheld { why, .. } if is_there(column) => {
            let fields = table.fields.get(column).map(Vec::as_slice).unwrap_or_default();
            Some(Withheld { name: camel_case(column), fields, reason: why })
        }
        _ => None,
    });
    all.collect()
}

/// The values of the columns that may be shown, with names and times as everywhere in our JSON.
fn shown(table: &Table, values: Map<String, Value>) -> Map<String, Value> {
    let is_shown = |column: &String| matches!(table.form(column), Form::Plain | Form::Flag);
    let values = values.into_iter().filter(|(column, _)| is_shown(column));
    values.map(|(column, value)| (camel_case(&column), readable(table, &column, value))).collect()
}

fn readable(table: &Table, column: &str, value: Value) -> Value {
    let Some(number) = value.as_i64() else { return value };
    if table.recorded == Some(Recorded::Days(column.to_owned())) {
        let began = Timestamp::from_seconds(number.saturating_mul(86_400)).to_string();
        return began.split('T').next().unwrap_or_default().into();
    }
    let is_time = matches!(column, "at" | "since")
        || ["_at", "_since", "_until"].iter().any(|ending| column.ends_with(ending));
    if is_time { Timestamp::from_millis(number).to_string().into() } else { value }
}

fn camel_case(column: &str) -> String {
    let mut words = column.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_texts_keep_their_breaks() {
        let mut json = b"{\n \"a\":\r\n \"x\\ny\" }".to_vec();
        on_one_line(&mut json);
        assert_eq!(json, b"{  \"a\":   \"x\\ny\" }");
        let mut text = b"Hello,\nyou".to_vec();
        on_one_line(&mut text);
        assert_eq!(text, b"Hello,\nyou");
    }

    #[test]
    fn names_are_as_everywhere_in_our_json() {
        for (column, name) in
            [("at", "at"), ("due_policy", "duePolicy"), ("former_secret_until", "formerSecretUntil")]
        {
            assert_eq!(camel_case(column), name);
        }
    }
}

//! Holds what goes over the wire to the description of the interface. Answers may have no member that it does not name, and what
//! is taken must be what it says is taken.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

/// A request and its answer.
pub struct Exchange<'a> {
    pub method: &'a str,
    /// Without the query.
    pub path: &'a str,
    pub sent: Option<&'a [u8]>,
    pub status: u16,
    /// What the answer says of its content.
    pub kind: &'a str,
    pub body: &'a str,
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| kept::routes::table().description());
/// Where answers are looked at: what somebody else may not know of is refused there.
static STRICT: LazyLock<Value> = LazyLock::new(|| closed(&DOCUMENT["components"]["schemas"]));
static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

pub fn document() -> &'static Value {
    &DOCUMENT
}

/// What is not as described, if anything is. What is no JSON only has to be of a kind that is spoken of.
pub fn fault(exchange: &Exchange<'_>) -> Option<String> {
    let place = format!("{} {}, {}", exchange.method, exchange.path, exchange.status);
    let (template, operation) = operation(exchange.method, exchange.path)?;
    // To somewhere else, or to what is known already: there is no body.
    if (300..400).contains(&exchange.status) {
        return None;
    }
    let (responses, status) = (&operation["responses"], exchange.status.to_string());
    if exchange.status < 300 && responses.get(&status).is_none() {
        return Some(format!("{place}: nobody speaks of this status"));
    }
    let response = responses.get(&status).unwrap_or(&responses["default"]);
    let kind = exchange.kind.split(';').next().unwrap_or_default().trim();
    let schema = response["content"].get(kind).map(|content| &content["schema"]);
    match (schema, serde_json::from_str::<Value>(exchange.body)) {
        (Some(schema), Ok(answer)) if kind.ends_with("json") => {
            let fault = unlike(schema, &answer, &STRICT, &format!("{template} {status}"));
            if let Some(fault) = fault {
                return Some(format!("{place}: {fault}\n{answer:#}"));
            }
        }
        (None, _) if exchange.status < 300 && !exchange.body.is_empty() => {
            return Some(format!("{place}: nobody speaks of {kind}"));
        }
        (None, _) if kind.ends_with("json") => return Some(format!("{place}: nobody speaks of {kind}")),
        (Some(_), Err(_)) if kind.ends_with("json") => return Some(format!("{place}: no JSON")),
        _ => {}
    }
    taken(exchange, operation, &template).map(|fault| format!("{place}: taken was {fault}"))
}

/// What was taken although it is not as described.
fn taken(exchange: &Exchange<'_>, operation: &Value, template: &str) -> Option<String> {
    let schema = &operation["requestBody"]["content"].get("application/json")?["schema"];
    let sent = serde_json::from_slice(exchange.sent.filter(|_| exchange.status < 300)?).ok()?;
    unlike(schema, &sent, &DOCUMENT["components"]["schemas"], &format!("{template} body"))
}

fn unlike(schema: &Value, value: &Value, schemas: &Value, name: &str) -> Option<String> {
    let faults: Vec<String> = validator(schema, schemas, name)
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    (!faults.is_empty()).then(|| faults.join("\n"))
}

fn validator(schema: &Value, schemas: &Value, name: &str) -> &'static Validator {
    let mut known = VALIDATORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    known.entry(name.to_owned()).or_insert_with(|| {
        let whole = json!({ "allOf": [schema], "components": { "schemas": schemas } });
        let made = jsonschema::options().should_validate_formats(true).build(&whole);
        Box::leak(Box::new(made.expect("a schema")))
    })
}

/// The operation behind an address, and its name. A path that is written out wins over one with a part that varies.
fn operation(method: &str, path: &str) -> Option<(String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let (mut wanted, mut given) = (template.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if one == other || one.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let template = paths
        .keys()
        .filter(|template| fits(template))
        .min_by_key(|template| template.matches('{').count())?;
    let operation = paths[template].get(method.to_ascii_lowercase())?;
    Some((format!("{method} {template}"), operation))
}

/// Objects with named members have no others.
fn closed(schema: &Value) -> Value {
    match schema {
        Value::Array(parts) => parts.iter().map(closed).collect(),
        Value::Object(members) => {
            let mut members: serde_json::Map<String, Value> =
                members.iter().map(|(name, part)| (name.clone(), closed(part))).collect();
            let has_members =
                members.get("properties").is_some_and(Value::is_object) && members.contains_key("type");
            if has_members {
                members.entry("unevaluatedProperties").or_insert(json!(false));
            }
            Value::Object(members)
        }
        other => other.clone(),
    }
}

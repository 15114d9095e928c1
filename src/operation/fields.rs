//! What a copy or a trace may hold: fields on the policy's list, and of a field that is an object only what identifies and
//! names it (UTILITAS-08).

use serde_json::{Map, Value};

use crate::policy::Policy;
use crate::policy::model::ClassName;

/// Members that identify and name: a status has them, a project, a version, an option.
const NAMING: [&str; 4] = ["id", "key", "name", "value"];
/// A longer text is cut: a copy says what an issue was, it does not archive it.
const TEXT_CHARS_MAX: usize = 32_768;

/// The fields of `source` that the policy lists, in the order of its list: equal content makes equal copies.
pub fn keep(policy: &Policy, source: &Map<String, Value>) -> Map<String, Value> {
    let listed = policy.class(ClassName::Operation).into_iter().flat_map(|class| &class.fields);
    let kept = listed.filter_map(|name| Some((name.clone(), reduced(source.get(name)?)?)));
    kept.collect()
}

/// Whether a change of this field may be kept.
pub fn is_kept(policy: &Policy, field: &str) -> bool {
    policy.keeps_field(ClassName::Operation, field)
}

/// None for what is empty or says nothing that may be kept.
fn reduced(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(members) => {
            let naming = |name: &&str| Some(((*name).to_owned(), scalar(members.get(*name)?)?));
            let kept: Map<_, _> = NAMING.iter().filter_map(naming).collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let kept: Vec<Value> = items.iter().filter(|item| !item.is_array()).filter_map(reduced).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        other => scalar(other),
    }
}

/// A text, a number or a truth value.
pub fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(Value::String(text.chars().take(TEXT_CHARS_MAX).collect())),
        Value::Number(_) | Value::Bool(_) => Some(value.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_an_object_what_identifies_and_names_it_is_kept() {
        let status = json!({"self": "https://example.atlassian.net/3", "id": "3", "name": "Done", "statusCategory": {"id": 4}});
        assert_eq!(reduced(&status), Some(json!({"id": "3", "name": "Done"})));
        let parent = json!({"id": "1", "key": "A-1", "fields": {"summary": "of another issue"}});
        assert_eq!(reduced(&json!([parent, [parent], null])), Some(json!([{"id": "1", "key": "A-1"}])));
        for nothing in
            [json!(null), json!([]), json!({}), json!({"displayName": "Mia"}), json!({"name": {"a": 1}})]
        {
            assert_eq!(reduced(&nothing), None, "{nothing}");
        }
    }
}

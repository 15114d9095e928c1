//! Problem reports as the page makes them.

use data_encoding::BASE64;
use kept::sandbox::{Answer, Site, Who};
use serde_json::{Value, json};

use super::TestApp;
use super::admin::call_as;

pub const PREVIEW: &str = "/api/v1/problem-reports/preview";

/// A report with little in it.
pub fn draft(changed: Value) -> Value {
    let mut draft = json!({"description": "The board does not load."});
    changed.as_object().unwrap().iter().for_each(|(name, value)| draft[name] = value.clone());
    draft
}

/// Asks for a preview as a member of the site.
pub async fn preview(app: &TestApp, site: &Site, changed: Value) -> Answer {
    call_as(app, site, Who::Member, "POST", PREVIEW, Some(draft(changed).to_string())).await
}

/// A file as the page sends it.
pub fn file(name: &str, content: &[u8]) -> Value {
    json!({"name": name, "base64": BASE64.encode(content)})
}

/// The names of what a preview shows.
pub fn names(preview: &Value) -> Vec<String> {
    let items = preview["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// The bytes of an item.
pub fn content(preview: &Value, name: &str) -> Vec<u8> {
    let items = preview["items"].as_array().unwrap();
    let item =
        items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no {name} in {preview}"));
    BASE64.decode(item["content"].as_str().unwrap().as_bytes()).unwrap()
}

/// The same as JSON.
pub fn json_of(preview: &Value, name: &str) -> Value {
    serde_json::from_slice(&content(preview, name)).unwrap()
}

//! Reads the app's descriptor as a host does: where to call, and which modules there are.

use serde_json::{Value, json};

/// A descriptor, as the app published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor(Value);

/// One module that shows a page in an iframe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The name of the list it stands in: `adminPages`, `generalPages`, `dialogs` …
    pub kind: String,
    pub key: String,
    pub name: String,
    /// Relative to the app's base URL; may hold `{issue.key}` and the like.
    pub url: String,
    pub options: Value,
}

impl Descriptor {
    /// What is not a descriptor is refused with a sentence for the person who installs.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        for field in ["key", "baseUrl"] {
            if value[field].as_str().is_none_or(str::is_empty) {
                return Err(format!("it has no {field:?}"));
            }
        }
        Ok(Self(value))
    }

    pub fn key(&self) -> &str {
        self.0["key"].as_str().unwrap_or_default()
    }

    pub fn name(&self) -> &str {
        self.0["name"].as_str().unwrap_or_else(|| self.key())
    }

    pub fn base_url(&self) -> &str {
        self.0["baseUrl"].as_str().unwrap_or_default()
    }

    /// Regions with an address of their own, where the app moves sites.
    pub fn regions(&self) -> Vec<String> {
        if self.lifecycle("dare-migration").is_none() {
            return Vec::new();
        }
        self.0["regionBaseUrls"].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
    }

    /// Where sites of a region are called.
    pub fn region(&self, realm: &str) -> Option<&str> {
        self.0["regionBaseUrls"][realm].as_str()
    }

    /// The path of a life-cycle call, relative to the base URL.
    pub fn lifecycle(&self, event: &str) -> Option<&str> {
        self.0["lifecycle"][event].as_str()
    }

    /// The paths that want to hear of an event.
    pub fn webhooks(&self, event: &str) -> Vec<String> {
        let wants = |webhook: &&Value| webhook["event"] == event;
        let url = |webhook: &Value| webhook["url"].as_str().map(ToOwned::to_owned);
        self.0["modules"]["webhooks"].as_array().into_iter().flatten().filter(wants).filter_map(url).collect()
    }

    /// All modules with a page, in the order of the descriptor.
    pub fn modules(&self) -> Vec<Module> {
        let kinds = self.0["modules"].as_object().into_iter().flatten();
        kinds
            .flat_map(|(kind, value)| {
                let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                list.iter().filter_map(move |module| Module::parse(kind, module))
            })
            .collect()
    }

    pub fn module(&self, key: &str) -> Option<Module> {
        self.modules().into_iter().find(|module| module.key == key)
    }
}

impl Module {
    fn parse(kind: &str, value: &Value) -> Option<Self> {
        let url = value["url"].as_str().or_else(|| value["target"]["url"].as_str())?;
        let key = value["key"].as_str()?;
        (kind != "webhooks").then(|| Self {
            kind: kind.to_owned(),
            key: key.to_owned(),
            name: value["name"]["value"].as_str().unwrap_or(key).to_owned(),
            url: url.to_owned(),
            options: value["options"].clone(),
        })
    }

    pub(super) fn to_json(&self) -> Value {
        json!({"kind": self.kind, "key": self.key, "name": self.name, "options": self.options})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"key": "kept", "baseUrl": "https://app.example.com", "lifecycle": {"installed": "/connect/installed"},
        "modules": {
            "postInstallPage": {"key": "hello", "url": "/app/hello", "name": {"value": "Hello"}},
            "adminPages": [{"key": "admin", "url": "/app/admin", "name": {"value": "Privacy"}}],
            "webhooks": [{"event": "jira:issue_updated", "url": "/connect/webhooks/jira"}]}}"#;

    #[test]
    fn modules_are_read_from_lists_and_single_objects() {
        let descriptor = Descriptor::parse(TEXT).unwrap();
        let keys: Vec<_> = descriptor.modules().into_iter().map(|module| module.key).collect();
        assert_eq!(keys.len(), 2);
        assert!(keys.contains(&"hello".to_owned()) && keys.contains(&"admin".to_owned()));
        assert_eq!(descriptor.lifecycle("installed"), Some("/connect/installed"));
        assert_eq!(descriptor.webhooks("jira:issue_updated"), ["/connect/webhooks/jira"]);
        assert!(descriptor.webhooks("jira:issue_deleted").is_empty());
    }

    #[test]
    fn what_is_not_a_descriptor_is_refused_with_a_reason() {
        assert!(Descriptor::parse("<html>").unwrap_err().contains("not JSON"));
        assert!(Descriptor::parse(r#"{"key": "kept"}"#).unwrap_err().contains("baseUrl"));
    }
}

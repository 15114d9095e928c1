//! One method of one address.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::parameter::Parameter;
use crate::error::Code;

pub const JSON: &str = "application/json";
pub const PROBLEM: &str = "application/problem+json";

/// What is sent along.
#[derive(Debug)]
pub struct Body {
    pub media: &'static str,
    pub schema: Value,
    pub bytes_max: usize,
}

/// What comes back when all went well.
#[derive(Debug)]
pub struct Response {
    pub about: &'static str,
    /// Kinds of content with their schemas; none for an answer without a body.
    pub content: Vec<(&'static str, Value)>,
}

/// Put together by the types of a handler's signature.
#[derive(Debug, Default)]
pub struct Operation {
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub other_body: Option<Body>,
    pub responses: BTreeMap<u16, Response>,
    /// What can be refused before the handler has anything to say.
    pub codes: BTreeSet<&'static str>,
    /// What refusals are called, where whoever carries them wants another name than [`PROBLEM`].
    pub refused_as: Option<&'static str>,
}

impl Operation {
    pub fn may_fail(&mut self, codes: &[Code]) {
        self.codes.extend(codes.iter().map(|code| code.as_str()));
    }

    /// A body is read up to this size, after its caller was proven.
    pub fn takes_body(&mut self, media: &'static str, schema: Value, bytes_max: usize) {
        self.body = Some(Body { media, schema, bytes_max });
        self.may_fail(&[Code::InvalidBody, Code::BodyTooLarge]);
    }

    /// The same as another kind of content, which may have more bytes.
    pub fn also_takes(&mut self, media: &'static str, schema: Value, bytes_max: usize) {
        self.other_body = Some(Body { media, schema, bytes_max });
    }

    pub fn answers(&mut self, status: u16, about: &'static str, content: Vec<(&'static str, Value)>) {
        self.responses.insert(status, Response { about, content });
    }

    pub fn answers_json(&mut self, status: u16, about: &'static str, schema: Value) {
        self.answers(status, about, vec![(JSON, schema)]);
    }

    /// The member `requestBody`.
    pub(super) fn request_body(&self) -> Option<Value> {
        self.body.as_ref().map(|body| {
            let mut description = format!("At most {} bytes.", body.bytes_max);
            let mut content = json!({ body.media: { "schema": body.schema } });
            if let Some(other) = &self.other_body {
                description = format!("{description} As {}: at most {}.", other.media, other.bytes_max);
                content[other.media] = json!({ "schema": other.schema });
            }
            json!({ "description": description, "required": true, "content": content })
        })
    }

    /// The member `responses`: each success, each refusal that the signature knows of, and any other one.
    pub(super) fn all_responses(&self) -> Value {
        let mut all = Map::new();
        for (status, Response { about, content }) in &self.responses {
            let mut response = json!({ "description": about });
            if !content.is_empty() {
                let content: Map<String, Value> = content
                    .iter()
                    .map(|(media, schema)| ((*media).to_owned(), json!({ "schema": schema })))
                    .collect();
                response["content"] = content.into();
            }
            all.insert(status.to_string(), response);
        }
        for (status, codes) in self.refusals() {
            all.insert(status.to_string(), self.refusal(&codes.join(", ")));
        }
        all.insert("default".to_owned(), self.refusal("Any other problem."));
        all.into()
    }

    fn refusal(&self, about: &str) -> Value {
        let media = self.refused_as.unwrap_or(PROBLEM);
        json!({ "description": about, "content": { media: { "schema": { "$ref": "#/components/schemas/Problem" } } } })
    }

    fn refusals(&self) -> BTreeMap<u16, Vec<String>> {
        let mut refusals: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for code in Code::ALL.iter().filter(|code| self.codes.contains(code.as_str())) {
            refusals.entry(code.status()).or_default().push(format!("`{}`", code.as_str()));
        }
        refusals
    }
}

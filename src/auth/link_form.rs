//! Whoever has a link, with a form that may hold files. Strangers may send as little as anybody: room for files is given only to a
//! link that we have signed, which is looked at before the body is read.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use serde_json::json;

use super::body::Body;
use super::multipart::{self, Part};
use super::tenant::declared_length;
use super::{Caller, Gate, ProvesCaller, extract_by_proof};
use crate::error::{Code, Error};
use crate::openapi::{Operation, Schemas, Takes};

/// Fields of at most `LIMIT` bytes; with a link of ours, and files, of [`FILES_MAX`].
pub struct LinkForm<const LIMIT: usize> {
    body: Body,
    boundary: Option<String>,
    /// Whether there was more than was read.
    pub is_cut: bool,
}

/// As many files as an answer may have, each of the most bytes, and the fields beside them.
pub const FILES_MAX: usize = 7 * 1024 * 1024;

impl<const LIMIT: usize> LinkForm<LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        let Some(boundary) = kind.and_then(multipart::boundary).map(str::to_owned) else {
            let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
            return Ok(Self { body, boundary: None, is_cut: false });
        };
        let token = request.match_info().get("token").unwrap_or_default();
        let most = if gate.tenancy.has_signed(token).await? { FILES_MAX } else { LIMIT };
        let (body, is_cut) = gate.budget.read_beginning(&mut payload, most).await?;
        let form = Self { body, boundary: Some(boundary), is_cut };
        // What is no form is refused here, as a body that is no JSON is.
        if form.parts().is_none() {
            return Err(Error::new(Code::InvalidBody).with_detail("The body is not a form."));
        }
        Ok(form)
    }

    /// The one value of this field; none if there are two.
    pub fn value(&self, name: &str) -> Option<String> {
        let values: Vec<String> = match self.parts() {
            None => {
                let fields = url::form_urlencoded::parse(&self.body.bytes);
                fields.filter(|(field, _)| field == name).map(|(_, value)| value.into_owned()).collect()
            }
            Some(parts) => {
                let fields = parts.into_iter().filter(|part| part.file.is_none() && part.name == name);
                fields.filter_map(|part| String::from_utf8(part.content.to_vec()).ok()).collect()
            }
        };
        <[String; 1]>::try_from(values).ok().map(|[value]| value)
    }

    /// The files of this field that were chosen: their names and contents.
    pub fn files(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let parts = self.parts().unwrap_or_default().into_iter().filter(|part| part.name == name);
        let chosen = parts.filter_map(|part| Some((part.file?, part.content.to_vec())));
        chosen.filter(|(name, content)| !name.is_empty() || !content.is_empty()).collect()
    }

    fn parts(&self) -> Option<Vec<Part<'_>>> {
        multipart::parts(&self.body.bytes, self.boundary.as_deref()?, self.is_cut)
    }
}

impl<const LIMIT: usize> ProvesCaller for LinkForm<LIMIT> {
    const CALLER: Caller = Caller::Public;
}

extract_by_proof!(LinkForm<LIMIT>, LIMIT);

impl<const LIMIT: usize> Takes for LinkForm<LIMIT> {
    fn takes(operation: &mut Operation, _: &mut Schemas) {
        let fields = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        operation.takes_body("application/x-www-form-urlencoded", fields, LIMIT);
        let file = json!({ "type": "array", "items": { "type": "string", "contentMediaType": "application/octet-stream" } });
        let with_files = json!({ "type": "object", "properties": { "file": file } });
        operation.also_takes("multipart/form-data", with_files, FILES_MAX);
    }
}

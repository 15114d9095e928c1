//! The names of what stands in a call: of its query, of its headers, and of its body.

use actix_web::HttpRequest;
use serde_json::Value;

use super::PATH;

/// Headers that say nothing of anybody, and the credentials.
const PLAIN: [&str; 7] =
    ["accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"];

/// Each with the path of the call, below the desk's own.
pub(super) fn names(request: &HttpRequest, body: &[u8]) -> Vec<(String, String)> {
    let path = request.path().strip_prefix(PATH).unwrap_or_default();
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let query = query.map(|(name, _)| format!("query.{name}"));
    let headers = request.headers().keys().map(|name| name.as_str());
    let headers = headers.filter(|name| !PLAIN.contains(name)).map(|name| format!("header.{name}"));
    let all = query.chain(headers).chain(in_body(body));
    all.map(|name| (path.to_owned(), name)).collect()
}

fn in_body(body: &[u8]) -> Vec<String> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut fields)) => {
            let inner = fields.remove("requestFieldValues");
            let inner = inner.as_ref().and_then(Value::as_object).into_iter().flat_map(|inner| inner.keys());
            fields.keys().chain(inner).cloned().collect()
        }
        _ if body.starts_with(b"--") => vec!["file".to_owned(), "filename".to_owned()],
        _ if body.is_empty() => Vec::new(),
        _ => vec!["something else".to_owned()],
    }
}

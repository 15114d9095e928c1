//! The platform below the desk: the search, and what is deleted.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{Held, INDEX_LAG, error};
use crate::clock::Timestamp;

/// `POST /rest/api/3/search/jql`, for the one clause `summary ~ "\"…\""`. What was made just now is not found yet.
pub(super) fn search(held: &Held, body: &[u8], now: Timestamp) -> HttpResponse {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let jql = asked["jql"].as_str().unwrap_or_default();
    let text = jql.strip_prefix("summary ~ \"\\\"").and_then(|rest| rest.strip_suffix("\\\"\""));
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return HttpResponse::BadRequest()
            .json(json!({"errorMessages": ["The sandbox does not understand this JQL."], "errors": {}}));
    };
    let found = held.requests.iter().filter(|request| request.summary.contains(text));
    let found = found.filter(|request| request.created_at.plus(INDEX_LAG) <= now);
    let issues: Vec<Value> = found
        .map(|request| json!({"id": request.id, "key": request.key, "fields": {"summary": request.summary}}))
        .collect();
    HttpResponse::Ok().json(json!({"issues": issues, "isLast": true}))
}

/// `DELETE /rest/api/3/issue/{issueIdOrKey}`: with everything that hangs on it.
pub(super) fn delete(held: &mut Held, key: &str) -> HttpResponse {
    let before = held.requests.len();
    held.requests.retain(|request| request.key != key && request.id != key);
    if held.requests.len() == before {
        return error(404, "Issue does not exist or you do not have permission to see it.");
    }
    HttpResponse::NoContent().finish()
}

/// `DELETE /rest/api/3/attachment/{id}`
pub(super) fn delete_attachment(held: &mut Held, id: &str) -> HttpResponse {
    for request in &mut held.requests {
        if let Some(at) = request.attachments.iter().position(|attachment| attachment.id == id) {
            request.attachments.remove(at);
            return HttpResponse::NoContent().finish();
        }
    }
    error(404, "The attachment is not found.")
}

//! The platform below the desk: the search, and what is deleted.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{DeskRequest, Held, error};
use crate::clock::Timestamp;

/// `POST /rest/api/3/search/jql`, for one clause of two: `summary ~ "\"…\""` and `reporter = "…"`. What was made just now is not
/// found yet, and what was deleted just now still is.
pub(super) fn search(held: &Held, body: &[u8], now: Timestamp) -> HttpResponse {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let jql = asked["jql"].as_str().unwrap_or_default();
    let between = |start: &str, end: &str| {
        let found = jql.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        found.filter(|text| !text.is_empty())
    };
    let (text, reporter) = (between("summary ~ \"\\\"", "\\\"\""), between("reporter = \"", "\""));
    if text.is_none() && reporter.is_none() {
        return HttpResponse::BadRequest()
            .json(json!({"errorMessages": ["The sandbox does not understand this JQL."], "errors": {}}));
    }
    let fits = |request: &&DeskRequest| {
        text.is_some_and(|text| request.summary.contains(text))
            || reporter.is_some_and(|reporter| request.reporter == reporter)
    };
    let standing = held.requests.iter().filter(|request| request.created_at.plus(held.index_lag) <= now);
    let deleted =
        held.deleted.iter().filter(|(at, _)| now < at.plus(held.index_lag)).map(|(_, request)| request);
    let found = standing.chain(deleted).filter(fits);
    let issues: Vec<Value> = found
        .map(|request| json!({"id": request.id, "key": request.key, "fields": {"summary": request.summary}}))
        .collect();
    HttpResponse::Ok().json(json!({"issues": issues, "isLast": true}))
}

/// `DELETE /rest/api/3/issue/{issueIdOrKey}`: with everything that hangs on it.
pub(super) fn delete(held: &mut Held, key: &str, now: Timestamp) -> HttpResponse {
    let is_it = |request: &DeskRequest| request.key == key || request.id == key;
    let Some(at) = held.requests.iter().position(is_it) else {
        return error(404, "Issue does not exist or you do not have permission to see it.");
    };
    let request = held.requests.remove(at);
    held.deleted.push((now, request));
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

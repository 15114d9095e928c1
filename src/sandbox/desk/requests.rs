//! Requests: made, on somebody's behalf or not, and read with their status.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{DeskRequest, EMAIL, Held, REQUEST_TYPE, SERVICE_DESK, error};
use crate::clock::Timestamp;
use crate::sandbox::faults::Desk as Fault;

/// Letters of a summary: one line.
const SUMMARY_MAX: usize = 255;

/// `POST /rest/servicedeskapi/request`
pub(super) fn create(held: &mut Held, body: &[u8], fault: Fault, now: Timestamp) -> HttpResponse {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    if asked["serviceDeskId"] != SERVICE_DESK || asked["requestTypeId"] != REQUEST_TYPE {
        return error(400, "There is no such service desk, or it has no such type of request.");
    }
    let fields = &asked["requestFieldValues"];
    let summary = fields["summary"].as_str().unwrap_or_default();
    if summary.is_empty() || summary.chars().count() > SUMMARY_MAX || summary.contains('\n') {
        return error(
            400,
            "Your request could not be created. Please check the fields have been filled in correctly.",
        );
    }
    let on_behalf = asked["raiseOnBehalfOf"].as_str();
    if on_behalf.is_some() && fault == Fault::OnBehalfFails {
        return error(500, "Internal server error.");
    }
    if on_behalf.is_some() && fault == Fault::NoOnBehalf {
        return error(403, "You do not have permission to raise a request on behalf of others.");
    }
    let is_customer =
        |id: &str| held.customers.iter().any(|known| known.is_of_the_desk && known.account_id == id);
    if !on_behalf.is_none_or(is_customer) {
        return error(400, "The customer cannot be found.");
    }
    let number = held.next();
    let request = DeskRequest {
        id: number.to_string(),
        key: format!("HELP-{number}"),
        summary: summary.to_owned(),
        description: fields["description"].as_str().unwrap_or_default().to_owned(),
        reporter: on_behalf.unwrap_or(EMAIL).to_owned(),
        status: "Waiting for support".to_owned(),
        category: "NEW".to_owned(),
        attachments: Vec::new(),
        comments: Vec::new(),
        created_at: now,
    };
    let answer = HttpResponse::Created().json(shown(&request));
    held.requests.push(request);
    answer
}

/// `GET /rest/servicedeskapi/request/{issueIdOrKey}`
pub(super) fn read(held: &mut Held, key: &str) -> HttpResponse {
    match held.request(key) {
        Some(request) => HttpResponse::Ok().json(shown(request)),
        None => error(404, "The request does not exist, or you may not see it."),
    }
}

fn shown(request: &DeskRequest) -> Value {
    json!({
        "issueId": request.id, "issueKey": request.key,
        "requestTypeId": REQUEST_TYPE, "serviceDeskId": SERVICE_DESK,
        "createdDate": {"iso8601": request.created_at},
        "reporter": {"accountId": request.reporter},
        "requestFieldValues": [
            {"fieldId": "summary", "label": "Summary", "value": request.summary},
            {"fieldId": "description", "label": "Description", "value": request.description},
        ],
        "currentStatus": {"status": request.status, "statusCategory": request.category},
    })
}

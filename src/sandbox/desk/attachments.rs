//! Attachments, in two steps: kept for a while, then attached to a request.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{DeskAttachment, Held, error, page};

/// `POST /rest/servicedeskapi/servicedesk/{id}/attachTemporaryFile`: parts named `file`, past the protection against requests of
/// other sites.
pub(super) fn keep(held: &mut Held, request: &HttpRequest, body: &[u8]) -> HttpResponse {
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("x-atlassian-token") != "no-check" {
        return error(403, "XSRF check failed");
    }
    let Some((_, boundary)) = header("content-type").split_once("boundary=") else {
        return error(415, "A multipart body is expected.");
    };
    let mut kept = Vec::new();
    for (name, media, content) in parts(body, boundary.trim_matches('"')) {
        let id = format!("temp{}", held.next());
        kept.push(json!({"temporaryAttachmentId": id, "fileName": name}));
        held.temporary.push(DeskAttachment { id, name, media, content });
    }
    if kept.is_empty() {
        return error(400, "There is no part named file.");
    }
    HttpResponse::Created().json(json!({"temporaryAttachments": kept}))
}

/// The parts named `file` of a multipart body (RFC 7578): name, kind and content.
fn parts(body: &[u8], boundary: &str) -> Vec<(String, String, Vec<u8>)> {
    let delimiter = format!("\r\n--{boundary}");
    let whole = [b"\r\n", body].concat();
    split(&whole, delimiter.as_bytes()).into_iter().skip(1).filter_map(part).collect()
}

fn part(bytes: &[u8]) -> Option<(String, String, Vec<u8>)> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..at)?).into_owned();
    let quoted = |name: &str| {
        let (_, rest) = head.split_once(&format!("; {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let media = head.lines().find_map(|line| line.strip_prefix("Content-Type: ")).unwrap_or_default();
    (quoted("name")? == "file").then_some(())?;
    Some((quoted("filename")?, media.to_owned(), bytes.get(at + 4..)?.to_vec()))
}

fn split<'a>(mut bytes: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = bytes.windows(by.len()).position(|window| window == by) {
        let (piece, rest) = bytes.split_at(at);
        pieces.push(piece);
        bytes = rest.get(by.len()..).unwrap_or_default();
    }
    pieces.push(bytes);
    pieces
}

/// `POST /rest/servicedeskapi/request/{issueIdOrKey}/attachment`
pub(super) fn attach(held: &mut Held, key: &str, body: &[u8]) -> HttpResponse {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let ids: Vec<&str> =
        asked["temporaryAttachmentIds"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if held.request(key).is_none() {
        return error(404, "The request does not exist, or you may not see it.");
    }
    if ids.is_empty() || !ids.iter().all(|id| held.temporary.iter().any(|kept| kept.id == *id)) {
        return error(400, "A temporary attachment cannot be found.");
    }
    let (mut found, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut held.temporary).into_iter().partition(|kept| ids.contains(&kept.id.as_str()));
    held.temporary = rest;
    for attachment in &mut found {
        attachment.id = held.next().to_string();
    }
    let values: Vec<Value> = found.iter().map(shown).collect();
    if let Some(request) = held.request(key) {
        request.attachments.extend(found);
    }
    HttpResponse::Created().json(json!({"attachments": {"isLastPage": true, "values": values}}))
}

/// `GET /rest/servicedeskapi/request/{issueIdOrKey}/attachment?start=…&limit=…`: a page.
pub(super) fn list(held: &mut Held, key: &str, query: &str) -> HttpResponse {
    let Some(request) = held.request(key) else {
        return error(404, "The request does not exist, or you may not see it.");
    };
    page(query, request.attachments.iter().map(shown).collect())
}

fn shown(attachment: &DeskAttachment) -> Value {
    let rest = format!("https://vendor.example/rest/api/2/attachment/{}", attachment.id);
    json!({
        "filename": attachment.name, "size": attachment.content.len(), "mimeType": attachment.media,
        "_links": {"jiraRest": rest},
    })
}

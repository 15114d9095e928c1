//! The vendor's desk on the page: what stands there, moving a request on as its agent does, and what is attached.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, error};
use serde_json::{Value, json};

use super::super::desk::{self, DeskAttachment, DeskComment, DeskCustomer, DeskRequest};
use super::super::world::World;

/// As many requests as somebody looks at.
const REQUESTS: usize = 30;

/// Somebody who works at the desk, and is not the account that the app calls with.
const AGENT: &str = "dana@vendor.example";

/// The ways of a request, with what the platform calls each of them.
const STATUSES: [(&str, &str); 4] = [
    ("Waiting for support", "NEW"),
    ("In progress", "INDETERMINATE"),
    ("Waiting for customer", "INDETERMINATE"),
    ("Resolved", "DONE"),
];

/// The newest first.
pub(super) fn describe(world: &World) -> Value {
    let (requests, customers) = (world.desk.requests(), world.desk.customers());
    let newest = requests.iter().rev().take(REQUESTS);
    json!({
        "count": requests.len(),
        "requests": newest.map(|request| shown(request, &customers)).collect::<Vec<_>>(),
        "statuses": STATUSES.map(|(status, _)| status),
    })
}

fn shown(request: &DeskRequest, customers: &[DeskCustomer]) -> Value {
    let customer = customers.iter().find(|known| known.account_id == request.reporter);
    let attachment = |one: &DeskAttachment| json!({"id": one.id, "name": one.name, "media": one.media, "bytes": one.content.len()});
    let comment = |one: &DeskComment| {
        let author = customers.iter().find(|known| known.account_id == one.author);
        let author = author.map_or(&one.author, |known| &known.email);
        json!({"author": author, "body": one.body, "isPublic": one.is_public, "at": one.created_at})
    };
    json!({
        "key": request.key,
        "summary": request.summary,
        "description": request.description,
        "onBehalfOf": customer.map(|known| &known.email),
        "madeBy": desk::EMAIL,
        "status": request.status,
        "category": request.category,
        "createdAt": request.created_at,
        "attachments": request.attachments.iter().map(attachment).collect::<Vec<_>>(),
        "comments": request.comments.iter().map(comment).collect::<Vec<_>>(),
    })
}

/// As if an agent had moved it.
pub(super) fn set_status(world: &World, body: &Value) -> actix_web::Result<HttpResponse> {
    let (key, asked) = (body["key"].as_str().unwrap_or_default(), body["status"].as_str());
    let known = STATUSES.iter().find(|(status, _)| Some(*status) == asked);
    let (status, category) = known.ok_or_else(|| error::ErrorBadRequest("there is no such status"))?;
    check_is_there(world, key)?;
    world.desk.set_status(key, status, category);
    let message = format!(
        "It is “{status}” now. The app asks the desk every few minutes, and then its ticket follows."
    );
    Ok(HttpResponse::Ok().json(json!({"ok": true, "message": message})))
}

/// As if an agent had written it.
pub(super) fn comment(world: &World, body: &Value) -> actix_web::Result<HttpResponse> {
    let (key, text) = (body["key"].as_str().unwrap_or_default(), body["text"].as_str().unwrap_or_default());
    if text.trim().is_empty() {
        return Err(error::ErrorBadRequest("the text is missing"));
    }
    check_is_there(world, key)?;
    let is_public = body["isPublic"] != false;
    world.desk.comment(key, AGENT, text, is_public, world.clock.now());
    let message = if is_public {
        "The app asks the desk every few minutes, and then shows it to the reporter."
    } else {
        "It is internal: nobody but agents of the desk sees it."
    };
    Ok(HttpResponse::Ok().json(json!({"ok": true, "message": message})))
}

fn check_is_there(world: &World, key: &str) -> actix_web::Result<()> {
    let is_there = world.desk.requests().iter().any(|request| request.key == key);
    is_there.then_some(()).ok_or_else(|| error::ErrorNotFound("there is no such request"))
}

/// `GET /sandbox/api/attachment/{id}`: as it was received. Whatever it is, it cannot act on this page.
pub(super) async fn attachment(world: Data<World>, id: Path<String>) -> HttpResponse {
    let all = world.desk.requests().into_iter().flat_map(|request| request.attachments);
    let Some(found) = all.into_iter().find(|attachment| attachment.id == *id) else {
        return HttpResponse::NotFound().body("There is no such attachment; it may be deleted.");
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, found.media))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(found.content)
}

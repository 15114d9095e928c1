//! What the page needs to open a module of the app: its signed URL, and tokens for what runs in it.

use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, error};
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded::byte_serialize;

use super::super::world::World;
use super::site;

#[derive(Deserialize)]
pub(super) struct Asked {
    site: String,
    module: String,
    /// The issue that is open, for URLs with `{issue.key}` in them.
    #[serde(default)]
    issue: String,
    /// What the address of the page hands on to URLs with `{ac.errorId}` in them.
    #[serde(default, rename = "errorId")]
    error_id: String,
}

#[derive(Deserialize)]
pub(super) struct OfSite {
    site: String,
    /// How many seconds ago the token was made: a page that slept may be handed one that has expired.
    #[serde(default)]
    age: i64,
}

/// `GET /sandbox/api/page-url?site=…&module=…`
pub(super) async fn page_url(world: Data<World>, asked: Query<Asked>) -> actix_web::Result<HttpResponse> {
    let site = site(&world, &asked.site)?;
    let module = site.descriptor().and_then(|read| read.module(&asked.module));
    let module = module.ok_or_else(|| error::ErrorNotFound("the app has no such module"))?;
    let issue = site.issue(&asked.issue);
    let url = module
        .url
        .replace("{issue.key}", issue.as_ref().map_or("", |issue| &issue.key))
        .replace("{issue.id}", issue.as_ref().map_or("", |issue| &issue.id))
        .replace("{ac.errorId}", &byte_serialize(asked.error_id.as_bytes()).collect::<String>())
        .replace("{project.key}", "DEMO")
        .replace("{space.key}", "DEMO");
    let user = site.user(site.viewer());
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(json!({
        "url": site.page_url(&url, user.as_deref()),
        "addonKey": world.app_key,
        "key": module.key,
        "kind": module.kind,
        "name": module.name,
        "options": module.options,
    })))
}

/// `GET /sandbox/api/context?site=…`: what `AP.context` gives.
pub(super) async fn context(world: Data<World>, asked: Query<OfSite>) -> actix_web::Result<HttpResponse> {
    let site = site(&world, &asked.site)?;
    let user = site.user(site.viewer());
    let mut claims = site.context_claims(user.as_deref());
    for time in ["iat", "exp"] {
        claims[time] = json!(claims[time].as_i64().unwrap_or_default().saturating_sub(asked.age));
    }
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .json(json!({"token": site.sign(&claims), "context": site.context()})))
}

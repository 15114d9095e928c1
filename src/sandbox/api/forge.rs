//! `GET /sandbox/api/forge?site=…` and `POST /sandbox/api/forge/{action}`: Forge's side, for whoever tries it by hand.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, error};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::forge::{ForgeEvent, MODULES, Module};
use super::super::people::Who;
use super::super::site::Site;
use super::super::world::World;
use super::{site, told};

#[derive(Deserialize)]
pub(super) struct OfSite {
    site: String,
}

pub(super) async fn describe(world: Data<World>, asked: Query<OfSite>) -> actix_web::Result<HttpResponse> {
    let site = site(&world, &asked.site)?;
    let claims = site.forge_page_claims(site.viewer());
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(json!({
        "app": claims["app"],
        "jwksUrl": format!("{}/.well-known/jwks.json", world.origin),
        "eventsToRetry": site.forge_events_to_retry().len(),
    })))
}

pub(super) async fn post(
    action: Path<String>,
    world: Data<World>,
    body: Json<Value>,
) -> actix_web::Result<HttpResponse> {
    let site = site(&world, body["site"].as_str().unwrap_or_default())?;
    match action.as_str() {
        "install" => Ok(told(&site.install_on_forge().await)),
        "upgrade" => Ok(told(&site.upgrade_on_forge().await)),
        "move" => Ok(told(&site.move_to_forge().await)),
        "uninstall" => Ok(told(&site.uninstall_on_forge().await)),
        "daily" => Ok(told(&site.call_daily().await)),
        // With tokens, or as `requestRemote` without.
        "invoke" => invoke(&site, &body).await,
        "event" => event(&site, &body).await,
        "retry-events" => {
            let answers = site.retry_forge_events().await;
            let last = answers.into_iter().last();
            Ok(told(&last.unwrap_or_else(|| Answer::none("No event waits for another try."))))
        }
        "renew" => {
            Ok(HttpResponse::Ok()
                .json(json!({"ok": true, "installationId": site.renew_forge_installation()})))
        }
        _ => Err(error::ErrorNotFound("there is no such action")),
    }
}

async fn invoke(site: &Site, asked: &Value) -> actix_web::Result<HttpResponse> {
    let path = path(asked)?;
    let method = asked["method"].as_str().unwrap_or("GET");
    let who = asked["who"].as_str().map_or(Some(site.viewer()), Who::parse);
    let who = who.ok_or_else(|| error::ErrorBadRequest("nobody is called so"))?;
    let body = asked.get("body").filter(|body| !body.is_null());
    let answer = if asked["tokens"] == false {
        site.request_remote(who, method, path, body).await
    } else {
        site.invoke_from(page(site, asked)?, who, method, path, &headers(asked), body).await
    };
    let message =
        format!("The app answered {}: {}", answer.status, answer.body.chars().take(200).collect::<String>());
    Ok(HttpResponse::Ok().json(json!({"ok": answer.is_good(), "status": answer.status, "message": message,
        "headers": answer.headers, "body": answer.body})))
}

/// The page that asks: the one for administrators, as long as nobody says otherwise.
fn page(site: &Site, asked: &Value) -> actix_web::Result<Module> {
    let pages = [Module::admin_page(site.product()), Module::report_page(site.product())];
    let key = asked["module"].as_str().unwrap_or(pages[0].1);
    let found = pages.into_iter().find(|page| page.1 == key);
    found.ok_or_else(|| error::ErrorBadRequest("the app has no such page"))
}

/// What a page may add. What Forge says itself it does not.
fn headers(asked: &Value) -> Vec<(String, String)> {
    let is_own =
        |name: &str| !matches!(name, "authorization" | "content-type") && !name.starts_with("x-forge-");
    let headers = asked["headers"].as_object().into_iter().flatten();
    headers
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())))
        .filter(|(name, _)| is_own(name))
        .collect()
}

async fn event(site: &Site, asked: &Value) -> actix_web::Result<HttpResponse> {
    let key = asked["module"].as_str().unwrap_or_default();
    let module = MODULES.into_iter().find(|module| module.1 == key);
    let module = module.ok_or_else(|| error::ErrorBadRequest("the app has no such module"))?;
    let event = ForgeEvent { module, path: path(asked)?.to_owned(), body: asked["body"].clone() };
    Ok(told(&site.send_forge_event(&event).await))
}

fn path(asked: &Value) -> actix_web::Result<&str> {
    let path = asked["path"].as_str().filter(|path| path.starts_with('/'));
    path.ok_or_else(|| error::ErrorBadRequest("a path begins with a slash"))
}

//! `POST /sandbox/api/{action}`: what the page's buttons do. Each answers with what the app said.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, error};
use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::issues::Edit;
use super::super::migration::MoveProof;
use super::super::people::Who;
use super::super::site::{Product, Site};
use super::super::world::World;
use super::{desk, site, told};

pub(super) async fn post(
    action: Path<String>,
    world: Data<World>,
    body: Json<Value>,
) -> actix_web::Result<HttpResponse> {
    let site = site(&world, body["site"].as_str().unwrap_or_default())?;
    let answer = match action.as_str() {
        "install" | "reinstall" => then_enable(&site, site.install().await).await,
        "rotate-secret" => site.rotate_secret().await,
        "rename" => site.rename(&new_name(&body)?).await,
        "import" => then_enable(&site, site.import().await).await,
        "enable" => site.enable().await,
        "disable" => site.disable().await,
        "uninstall" => uninstall(&site).await,
        "issue" => edit_issue(&site, &body).await?,
        "webhook" => webhook(&site, &body).await?,
        "retry-webhooks" => retry_webhooks(&site).await,
        "move" => move_to_region(&site, &body).await?,
        "user" => return set_viewer(&site, &body),
        "licence" => return set_licence(&site, &body),
        "desk-status" => return desk::set_status(&world, &body),
        "desk-comment" => return desk::comment(&world, &body),
        "clock" => return set_clock(&world, &body),
        _ => return Err(error::ErrorNotFound("there is no such action")),
    };
    Ok(told(&answer))
}

/// One step of a move to another region, by the service that moves.
async fn move_to_region(site: &Site, body: &Value) -> actix_web::Result<Answer> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let proof = if site.is_on_forge() { MoveProof::Forge } else { MoveProof::InstallKey };
    let migration = text("migration");
    if migration.is_empty() {
        return Err(error::ErrorBadRequest("the move has no name"));
    }
    Ok(match text("step") {
        "schedule" => site.schedule_move(proof, migration, text("location")).await,
        "start" => site.start_move(proof, migration).await,
        "status" => site.move_status(proof, migration).await,
        "commit" => site.commit_move(proof, migration).await,
        "rollback" => site.roll_back_move(proof, migration).await,
        _ => return Err(error::ErrorNotFound("there is no such step")),
    })
}

/// A host enables an app once it is installed. What counts for the person who clicked is the install.
async fn then_enable(site: &Site, installed: Answer) -> Answer {
    if installed.is_good() {
        site.enable().await;
    }
    installed
}

/// A host sends both calls at once and minds the order of neither.
async fn uninstall(site: &Site) -> Answer {
    let (_, uninstalled) = tokio::join!(site.disable(), site.uninstall());
    uninstalled
}

/// A name that can stand in a path.
fn new_name(body: &Value) -> actix_web::Result<String> {
    let is_name = |name: &&str| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=40).contains(&name.len()) && name.bytes().all(allowed)
    };
    let name = body["name"].as_str().filter(is_name);
    name.map(ToOwned::to_owned)
        .ok_or_else(|| error::ErrorBadRequest("a name has small letters, digits and -"))
}

/// Jira: sets the fields given and tells the app, by a trigger where it is there under Forge. Confluence: its one page is edited.
async fn edit_issue(site: &Site, body: &Value) -> actix_web::Result<Answer> {
    if site.product() == Product::Confluence {
        let title = body["summary"].as_str().unwrap_or("Retention of operation data");
        if site.is_on_forge() {
            let event = site.page_event("avi:confluence:updated:page", "30001", title, 2);
            return Ok(site.send_forge_event(&event).await);
        }
        return Ok(site.webhook("page_updated", site.content_body("30001", title)).await);
    }
    let text = |name: &str| body[name].as_str().map(ToOwned::to_owned);
    let edit = Edit {
        summary: text("summary"),
        description: text("description"),
        status: text("status"),
        assignee: body["assignee"].as_str().and_then(Who::parse),
    };
    let event = site.edit_issue(body["key"].as_str().unwrap_or_default(), &edit);
    let event = event.ok_or_else(|| error::ErrorNotFound("there is no such issue"))?;
    if site.is_on_forge() {
        return Ok(site.send_forge_event(&site.issue_event("avi:jira:updated:issue", &event)).await);
    }
    Ok(site.webhook("jira:issue_updated", event).await)
}

/// Any other event about an issue, or with a body of the caller's.
async fn webhook(site: &Site, body: &Value) -> actix_web::Result<Answer> {
    let event = body["event"].as_str().ok_or_else(|| error::ErrorBadRequest("the event is missing"))?;
    let content = match (&body["body"], site.product()) {
        (Value::Null, Product::Confluence) => site.content_body("30001", "Retention of operation data"),
        (Value::Null, Product::Jira) => {
            let content = site.issue_body(event, body["key"].as_str().unwrap_or("DEMO-1"));
            content.ok_or_else(|| error::ErrorNotFound("there is no such issue"))?
        }
        (given, _) => given.clone(),
    };
    Ok(site.webhook(event, content).await)
}

async fn retry_webhooks(site: &Site) -> Answer {
    let answers = site.retry_webhooks().await;
    answers.into_iter().last().unwrap_or_else(|| Answer::none("No webhook waits for another try."))
}

fn set_viewer(site: &Site, body: &Value) -> actix_web::Result<HttpResponse> {
    let who = body["who"]
        .as_str()
        .and_then(Who::parse)
        .ok_or_else(|| error::ErrorBadRequest("nobody is called so"))?;
    site.set_viewer(who);
    Ok(HttpResponse::Ok()
        .json(json!({"ok": true, "message": format!("You look at the site as {}.", who.name())})))
}

/// Moves the site's time, for whoever moves the app's: tokens of another time are believed by neither.
fn set_clock(world: &World, body: &Value) -> actix_web::Result<HttpResponse> {
    let at = body["at"].as_str().and_then(|at| at.parse().ok());
    world.clock.set(at.ok_or_else(|| error::ErrorBadRequest("the time is missing"))?);
    Ok(HttpResponse::Ok().json(json!({"ok": true, "message": format!("It is {} here.", world.clock.now())})))
}

fn set_licence(site: &Site, body: &Value) -> actix_web::Result<HttpResponse> {
    let licence = |active: bool, evaluation: bool| {
        Some(json!({"active": active, "type": "COMMERCIAL", "evaluation": evaluation,
            "supportEntitlementNumber": "SEN-1234567"}))
    };
    site.set_licence(match body["licence"].as_str().unwrap_or_default() {
        "active" => licence(true, false),
        "evaluation" => licence(true, true),
        "inactive" => licence(false, false),
        "none" => None,
        _ => return Err(error::ErrorBadRequest("there is no such licence")),
    });
    Ok(HttpResponse::Ok()
        .json(json!({"ok": true, "message": "The licence is changed. A host does not tell; apps ask."})))
}

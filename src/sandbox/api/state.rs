//! `GET /sandbox/api/state`: everything that the page shows.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::super::assets;
use super::super::issues::Issue;
use super::super::site::Site;
use super::super::world::World;
use super::{desk, fault_names, site};

/// As many lines of the journal as somebody reads.
const LOG_LINES: usize = 60;
/// As many mails as somebody looks at.
const MAILS: usize = 50;

pub(super) async fn get(world: Data<World>) -> actix_web::Result<HttpResponse> {
    let (jira, confluence) = (site(&world, "jira")?, site(&world, "confluence")?);
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(json!({
        "origin": world.origin,
        "appUrl": world.app_url(),
        "appKey": world.app_key,
        "now": world.clock.now(),
        "missingVendorFiles": assets::missing_vendor_files(),
        "sites": {"jira": describe(&jira), "confluence": describe(&confluence)},
        "faults": fault_names::describe(&world.faults),
        "smtpUrl": format!("smtp://{}", world.smtp),
        "mails": world.mails.newest(MAILS),
        "desk": desk::describe(&world),
        "log": log(&world),
    })))
}

fn describe(site: &Site) -> Value {
    let modules = site.descriptor().map(|read| read.modules()).unwrap_or_default();
    let former: Vec<String> = site.former().into_iter().map(|former| former.client_key).collect();
    json!({
        "name": site.name(),
        "product": site.product().name(),
        "baseUrl": site.base_url(),
        "clientKey": site.client_key(),
        "formerClientKeys": former,
        "isInstalled": site.is_installed(),
        "isEnabled": site.is_enabled(),
        "isOnForge": site.is_on_forge(),
        "forgeEventsToRetry": site.forge_events_to_retry().len(),
        "appName": site.descriptor().map(|read| read.name().to_owned()),
        "viewer": viewer(site),
        "licence": site.licence(),
        "modules": modules.iter().map(|module| module.to_json()).collect::<Vec<_>>(),
        "issues": site.issues().iter().map(issue).collect::<Vec<_>>(),
        "webhooksToRetry": site.webhooks_to_retry().len(),
        "appUrl": site.app_url(),
        "regions": site.descriptor().map(|read| read.regions()).unwrap_or_default(),
    })
}

fn viewer(site: &Site) -> Value {
    let who = site.viewer();
    let person = who.person();
    json!({
        "who": who.name(),
        "accountId": person.map(|person| person.account_id),
        "displayName": person.map_or("Anonymous", |person| person.display_name),
    })
}

fn issue(issue: &Issue) -> Value {
    let name = |who: super::super::people::Who| who.person().map(|person| person.display_name);
    json!({
        "id": issue.id,
        "key": issue.key,
        "summary": issue.summary,
        "description": issue.description,
        "status": issue.status,
        "assignee": name(issue.assignee),
        "assigneeWho": issue.assignee.name(),
        "reporter": name(issue.reporter),
    })
}

/// Calls in both directions, oldest first.
fn log(world: &World) -> Vec<Value> {
    let sent = world.journal.sent().into_iter().map(|line| {
        let shown = json!({"direction": "sent", "at": line.at, "site": line.site, "what": line.what,
            "method": line.method, "target": line.url, "status": line.status, "answer": line.answer});
        (line.at, shown)
    });
    let received = world.journal.received().into_iter().map(|line| {
        let shown = json!({"direction": "received", "at": line.at, "what": "request",
            "method": line.method, "target": line.path, "status": line.status, "answer": ""});
        (line.at, shown)
    });
    let mut lines: Vec<_> = sent.chain(received).collect();
    lines.sort_by_key(|(at, _)| *at);
    let surplus = lines.len().saturating_sub(LOG_LINES);
    lines.into_iter().skip(surplus).map(|(_, shown)| shown).collect()
}

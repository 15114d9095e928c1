//! The resources themselves: permissions, users, issues, the add-on with its licence.

mod own;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::super::people::{Person, Who};
use super::super::site::{Place, Product};
use super::super::world::{Found, World};
use super::{Caller, error, ok};

/// Reserved by the product.
const CLIENT_KEY: &str = "connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8";

pub(in crate::sandbox) fn answer(
    request: &HttpRequest,
    body: &[u8],
    world: &World,
    found: &Found,
    caller: &Caller,
) -> HttpResponse {
    let place = &*found.place;
    let query = request.uri().query().unwrap_or_default();
    let segments: Vec<&str> = found.path.split('/').skip(2).collect();
    match (place.product, request.method().as_str(), segments.as_slice()) {
        (_, "GET", ["atlassian-connect", "1" | "latest", "addons", key]) => addon(world, place, key),
        (_, "GET", ["atlassian-connect", "1" | "latest", "addons", key, "properties", property]) => {
            property_of(world, place, key, property)
        }
        (_, "POST", ["atlassian-connect", "1" | "latest", "report-accounts"]) => {
            super::accounts::report(body, place, caller)
        }
        (Product::Jira, "POST", ["api", "2" | "3", "permissions", "check"]) => {
            permissions(body, place, caller)
        }
        (Product::Jira, "GET", ["api", "2" | "3", "mypermissions"]) => own::permissions(query, place, caller),
        (Product::Jira, "GET", ["api", "2" | "3", "myself"]) => myself(world, caller),
        (Product::Jira, "GET", ["api", version @ ("2" | "3"), "issue", key]) => {
            issue(world, place, version, key)
        }
        (Product::Confluence, "GET", ["api", "user", "current"]) if query.contains("operations") => {
            own::user(world, caller)
        }
        (Product::Confluence, "GET", ["api", "user", "current"]) => myself(world, caller),
        (Product::Confluence, "GET", ["api", "user"]) => user(world, query),
        (Product::Confluence, "POST", ["api", "content", id, "permission", "check"]) => {
            content_permission(body, place, id, caller)
        }
        _ => error(404, "The sandbox does not have this resource."),
    }
}

/// The one property that the product makes up itself: how it called the same customer under Connect.
fn property_of(world: &World, place: &Place, key: &str, property: &str) -> HttpResponse {
    let record = place.record();
    let is_there = key == world.app_key && property == CLIENT_KEY && record.forge.is_moving;
    match (record.forge.withholds_name, is_there) {
        (true, _) => error(403, "The app may not read this."),
        (false, false) => error(404, "There is no such property."),
        (false, true) => ok(&json!({"key": property, "value": record.client_key})),
    }
}

/// Which of the permissions asked for a person has. Only the app may ask about somebody else.
fn permissions(body: &[u8], place: &Place, caller: &Caller) -> HttpResponse {
    let Ok(asked) = serde_json::from_slice::<Value>(body) else { return error(400, "The body is not JSON.") };
    let who = match (asked["accountId"].as_str(), caller) {
        (Some(account_id), Caller::App) => Who::by_account(account_id),
        (_, Caller::Person(who)) => Some(*who),
        (None, Caller::App) => return error(400, "The account id is missing."),
    };
    let has = who.map_or::<&[&str], _>(&[], Who::global_permissions);
    let granted: Vec<&Value> = asked["globalPermissions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|asked| asked.as_str().is_some_and(|asked| has.contains(&asked)))
        .collect();
    let in_projects = asked["projectPermissions"].as_array().into_iter().flatten();
    let in_projects: Vec<Value> = in_projects.map(|asked| browsable(asked, place, who)).collect();
    ok(&json!({"globalPermissions": granted, "projectPermissions": in_projects}))
}

/// Of the issues asked about, those that a person may browse.
fn browsable(asked: &Value, place: &Place, who: Option<Who>) -> Value {
    let issues = asked["issues"].as_array().into_iter().flatten();
    let seen: Vec<&Value> =
        issues.filter(|id| who.is_some_and(|who| place.is_shown(&id.to_string(), who))).collect();
    json!({"permission": asked["permissions"][0], "issues": seen, "projects": []})
}

/// Confluence: whether a person may read a page.
fn content_permission(body: &[u8], place: &Place, id: &str, caller: &Caller) -> HttpResponse {
    let Ok(asked) = serde_json::from_slice::<Value>(body) else { return error(400, "The body is not JSON.") };
    let who = match (asked["subject"]["identifier"].as_str(), caller) {
        (Some(account_id), Caller::App) => Who::by_account(account_id),
        // Others than the app ask about themselves.
        (Some(account_id), Caller::Person(who)) => Who::by_account(account_id).filter(|asked| asked == who),
        _ => return error(400, "The subject is missing."),
    };
    ok(&json!({"hasPermission": who.is_some_and(|who| place.is_shown(id, who))}))
}

fn myself(world: &World, caller: &Caller) -> HttpResponse {
    match caller {
        Caller::Person(who) => who.person().map_or_else(
            || error(401, "You are not logged in."),
            |person| ok(&person.to_json(&world.origin)),
        ),
        Caller::App => {
            ok(&json!({"accountId": "557058:app", "accountType": "app", "displayName": world.app_key}))
        }
    }
}

/// Confluence: a person, with what they may do when `expand=operations` asks for it.
fn user(world: &World, query: &str) -> HttpResponse {
    let parameter = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let who = parameter("accountId").and_then(|account_id| Who::by_account(&account_id));
    let Some((who, person)) = who.and_then(|who| who.person().map(|person| (who, person))) else {
        return error(404, "There is no user with this account id.");
    };
    let expand = parameter("expand").unwrap_or_default();
    ok(&confluence_user(world, who, person, expand.split(',').any(|field| field == "operations")))
}

fn confluence_user(world: &World, who: Who, person: &Person, with_operations: bool) -> Value {
    let mut user = person.to_json(&world.origin);
    user["type"] = json!("known");
    user["publicName"] = json!(person.display_name);
    if with_operations {
        let on_application = |operation| json!({"operation": operation, "targetType": "application"});
        let mut operations = vec![on_application("use")];
        if who == Who::Admin {
            operations.push(on_application("administer"));
        }
        user["operations"] = json!(operations);
    }
    user
}

fn issue(world: &World, place: &Place, version: &str, key: &str) -> HttpResponse {
    let issue = place.record().issues.iter().find(|issue| issue.key == key || issue.id == key).cloned();
    let Some(issue) = issue else {
        return error(404, "Issue does not exist or you do not have permission to see it.");
    };
    let description = if version == "3" { issue.document() } else { json!(issue.description) };
    let base_url = format!("{}{}", world.origin, place.record().path);
    ok(&issue.to_json(&base_url, &description))
}

/// The app as this site has it, with its licence. The contacts are personal data, and are there for that reason.
fn addon(world: &World, place: &Place, key: &str) -> HttpResponse {
    if key != world.app_key {
        return error(404, "There is no such app here.");
    }
    let record = place.record();
    let contact =
        Who::Admin.person().map(|person| json!({"name": person.display_name, "email": person.email}));
    let mut addon = json!({
        "key": key,
        "version": "1.0.0",
        "state": if record.is_enabled { "ENABLED" } else { "DISABLED" },
        "host": {
            "product": if place.product == Product::Jira { "Jira" } else { "Confluence" },
            "contacts": [contact],
        },
        "links": {"self": [{"href": format!("{}{}/rest/atlassian-connect/1/addons/{key}", world.origin, record.path)}]},
    });
    if let Some(licence) = &record.licence {
        addon["license"] = licence.clone();
    }
    ok(&addon)
}

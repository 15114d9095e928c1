//! What whoever asks may do themselves.

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use super::super::super::people::Who;
use super::super::super::site::Place;
use super::super::super::world::World;
use super::super::{Caller, error, ok};

/// Jira's `mypermissions`: of those named, whether the caller has each; about an issue, whether they see it.
pub(super) fn permissions(query: &str, place: &Place, caller: &Caller) -> HttpResponse {
    let parameter = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let who = match caller {
        Caller::Person(who) => *who,
        // The app itself administers nothing.
        Caller::App => Who::Anonymous,
    };
    let issue = parameter("issueId");
    let Some(asked) = parameter("permissions") else { return error(400, "No permission is named.") };
    let has = |name: &str| match &issue {
        Some(id) if name == "BROWSE_PROJECTS" => place.is_shown(id, who),
        _ => who.global_permissions().contains(&name),
    };
    let answer = asked
        .split(',')
        .map(|name| (name.to_owned(), json!({"key": name, "type": "GLOBAL", "havePermission": has(name)})));
    ok(&json!({"permissions": answer.collect::<Map<String, Value>>()}))
}

/// Confluence's `user/current` with what they may do.
pub(super) fn user(world: &World, caller: &Caller) -> HttpResponse {
    let Caller::Person(who) = caller else { return error(403, "An app is nobody.") };
    match who.person() {
        Some(person) => ok(&super::confluence_user(world, *who, person, true)),
        None => error(401, "You are not logged in."),
    }
}

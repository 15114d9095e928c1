//! Apps report whose account ids they store ("User privacy developer guide" of Atlassian's documentation, in connect.md §7).

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::super::site::Place;
use super::{Caller, ok};

const AT_ONCE: usize = 90;
const ID_MAX: usize = 128;

pub(in crate::sandbox) fn report(body: &[u8], place: &Place, caller: &Caller) -> HttpResponse {
    if !matches!(caller, Caller::App) {
        return super::error(403, "Only apps report accounts.");
    }
    let Some(reported) = read(body) else {
        return HttpResponse::BadRequest()
            .json(json!({"errorType": "VALIDATION", "errorMessage": "These are no accounts."}));
    };
    let accounts = &mut place.record().accounts;
    let verdict = |(id, _): &(String, String)| {
        let state = accounts.states.get(id)?;
        Some(json!({"accountId": id, "status": state.name()}))
    };
    let verdicts: Vec<Value> = reported.iter().filter_map(verdict).collect();
    accounts.reported.push(reported);
    let mut answer = if verdicts.is_empty() {
        HttpResponse::NoContent().finish()
    } else {
        ok(&json!({"accounts": verdicts}))
    };
    if let Some(days) = accounts.cycle_days {
        let name = actix_web::http::header::HeaderName::from_static("cycle-period");
        answer.headers_mut().insert(name, days.into());
    }
    answer
}

/// Ids with their times; `None` when the host would refuse them.
fn read(body: &[u8]) -> Option<Vec<(String, String)>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let accounts = body["accounts"].as_array().filter(|all| (1..=AT_ONCE).contains(&all.len()))?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ':' | '-');
    let one = |account: &Value| {
        let (id, at) = (account["accountId"].as_str()?, account["updatedAt"].as_str()?);
        let is_one = (1..=ID_MAX).contains(&id.len()) && id.chars().all(is_plain);
        let is_time = at.parse::<crate::clock::Timestamp>().is_ok();
        (is_one && is_time).then(|| (id.to_owned(), at.to_owned()))
    };
    accounts.iter().map(one).collect()
}

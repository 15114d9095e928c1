//! Customers: found by their address, made, and added to the desk.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{DeskCustomer, Held, error};

/// `GET /rest/servicedeskapi/servicedesk/{id}/customer?query=…`: a page of those of the desk.
pub(super) fn search(held: &Held, query: &str) -> HttpResponse {
    let values: Vec<Value> = alike(held, query).filter(|known| known.is_of_the_desk).map(shown).collect();
    HttpResponse::Ok().json(json!({
        "size": values.len(), "start": 0, "limit": 50, "isLastPage": true, "values": values,
    }))
}

/// `GET /rest/api/3/user/search?query=…`: everybody who has an account, whether the desk knows them or not.
pub(super) fn users(held: &Held, query: &str) -> HttpResponse {
    HttpResponse::Ok().json(alike(held, query).map(shown).collect::<Vec<Value>>())
}

fn alike<'a>(held: &'a Held, query: &str) -> impl Iterator<Item = &'a DeskCustomer> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let asked =
        pairs.find(|(name, _)| name == "query").map(|(_, text)| text.to_lowercase()).unwrap_or_default();
    held.customers.iter().filter(move |known| known.email.to_lowercase().contains(&asked))
}

/// `POST /rest/servicedeskapi/customer?strictConflictStatusCode=true`
pub(super) fn create(held: &mut Held, body: &[u8]) -> HttpResponse {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let (Some(email), Some(_)) = (asked["email"].as_str(), asked["displayName"].as_str()) else {
        return error(400, "The address or the name is missing.");
    };
    if held.customers.iter().any(|known| known.email.eq_ignore_ascii_case(email)) {
        return error(409, "An account already exists for this email.");
    }
    let account_id = format!("qm:5a5a5a5a-0000-4000-8000-000000000000:{}", held.next());
    let customer = DeskCustomer { account_id, email: email.to_owned(), is_of_the_desk: false };
    let answer = HttpResponse::Created().json(shown(&customer));
    held.customers.push(customer);
    answer
}

/// `POST /rest/servicedeskapi/servicedesk/{id}/customer`
pub(super) fn add(held: &mut Held, body: &[u8]) -> HttpResponse {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let ids: Vec<&str> =
        asked["accountIds"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for customer in held.customers.iter_mut().filter(|known| ids.contains(&known.account_id.as_str())) {
        customer.is_of_the_desk = true;
    }
    HttpResponse::NoContent().finish()
}

/// `DELETE /rest/servicedeskapi/servicedesk/{id}/customer`: they keep their account, and are no customers of the desk any more.
/// Only a desk with closed access has a list that somebody can be taken off.
pub(super) fn remove(held: &mut Held, body: &[u8], is_open: bool) -> HttpResponse {
    if is_open {
        return error(400, "Cannot remove customers from a service desk with open access.");
    }
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let ids: Vec<&str> =
        asked["accountIds"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for customer in held.customers.iter_mut().filter(|known| ids.contains(&known.account_id.as_str())) {
        customer.is_of_the_desk = false;
    }
    HttpResponse::NoContent().finish()
}

fn shown(customer: &DeskCustomer) -> Value {
    json!({
        "accountId": customer.account_id, "emailAddress": customer.email, "displayName": customer.email,
        "active": true, "timeZone": "Europe/Paris",
    })
}

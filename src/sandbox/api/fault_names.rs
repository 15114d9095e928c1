//! `POST /sandbox/api/faults`: the fault panel, whose choices have names.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::faults::{Desk, Faults, KeyServer, MailServer, Rest, WebhookFaults};
use super::super::world::World;

/// Longer than an app waits for a key, shorter than a person waits.
const SLOW: Duration = Duration::from_secs(5);

/// What is given is set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Chosen {
    key_server: Option<String>,
    forge_keys: Option<String>,
    rest: Option<String>,
    desk: Option<String>,
    mail: Option<String>,
    duplicate: Option<bool>,
    out_of_order: Option<bool>,
}

pub(super) async fn post(world: Data<World>, chosen: Json<Chosen>) -> HttpResponse {
    let faults = &world.faults;
    let desk = chosen.desk.as_deref().map(desk);
    let mail = chosen.mail.as_deref().map(mail);
    let forge_keys = chosen.forge_keys.as_deref().map(key_server);
    if desk == Some(None) || mail == Some(None) || forge_keys == Some(None) {
        return HttpResponse::BadRequest().body("there is no such fault");
    }
    match (chosen.key_server.as_deref().map(key_server), chosen.rest.as_deref().map(rest)) {
        (Some(None), _) | (_, Some(None)) => {
            return HttpResponse::BadRequest().body("there is no such fault");
        }
        (key_server, rest) => {
            key_server.flatten().into_iter().for_each(|fault| faults.set_key_server(fault));
            rest.flatten().into_iter().for_each(|fault| faults.set_rest(fault));
        }
    }
    desk.flatten().into_iter().for_each(|fault| faults.set_desk(fault));
    forge_keys.flatten().into_iter().for_each(|fault| faults.set_forge_keys(fault));
    mail.flatten().into_iter().for_each(|fault| faults.set_mail(fault));
    let now = faults.webhooks();
    faults.set_webhooks(WebhookFaults {
        duplicate: chosen.duplicate.unwrap_or(now.duplicate),
        out_of_order: chosen.out_of_order.unwrap_or(now.out_of_order),
    });
    HttpResponse::Ok().json(describe(faults))
}

pub(super) fn describe(faults: &Faults) -> Value {
    let webhooks = faults.webhooks();
    json!({
        "keyServer": key_server_name(faults.key_server()),
        "forgeKeys": key_server_name(faults.forge_keys()),
        "rest": rest_name(faults.rest()),
        "desk": desk_name(faults.desk()),
        "mail": mail_name(faults.mail()),
        "duplicate": webhooks.duplicate,
        "outOfOrder": webhooks.out_of_order,
    })
}

fn key_server(name: &str) -> Option<KeyServer> {
    Some(match name {
        "up" => KeyServer::Up,
        "down" => KeyServer::Down,
        "slow" => KeyServer::Slow(SLOW),
        "wrong-key" => KeyServer::WrongKey,
        status => KeyServer::Status(status.parse().ok().filter(|status| (400..600).contains(status))?),
    })
}

fn key_server_name(fault: KeyServer) -> String {
    match fault {
        KeyServer::Up => "up".to_owned(),
        KeyServer::Down => "down".to_owned(),
        KeyServer::Slow(_) => "slow".to_owned(),
        KeyServer::WrongKey => "wrong-key".to_owned(),
        KeyServer::Status(status) => status.to_string(),
    }
}

fn rest(name: &str) -> Option<Rest> {
    Some(match name {
        "up" => Rest::Up,
        "down" => Rest::Down,
        "slow" => Rest::Slow(SLOW),
        "429" => Rest::TooManyRequests { retry_after: 5 },
        status => Rest::Status(status.parse().ok().filter(|status| (400..600).contains(status))?),
    })
}

fn rest_name(fault: Rest) -> String {
    match fault {
        Rest::Up => "up".to_owned(),
        Rest::Down => "down".to_owned(),
        Rest::Slow(_) => "slow".to_owned(),
        Rest::TooManyRequests { .. } => "429".to_owned(),
        Rest::Status(status) => status.to_string(),
    }
}

fn desk(name: &str) -> Option<Desk> {
    Some(match name {
        "up" => Desk::Up,
        "down" => Desk::Down,
        "slow" => Desk::Slow(SLOW),
        "fails-after" => Desk::FailAfter,
        "no-on-behalf" => Desk::NoOnBehalf,
        "on-behalf-fails" => Desk::OnBehalfFails,
        "open-access" => Desk::OpenAccess,
        "429" => Desk::TooManyRequests { retry_after: 5 },
        status => Desk::Status(status.parse().ok().filter(|status| (400..600).contains(status))?),
    })
}

fn desk_name(fault: Desk) -> String {
    match fault {
        Desk::Up => "up".to_owned(),
        Desk::Down => "down".to_owned(),
        Desk::Slow(_) => "slow".to_owned(),
        Desk::FailAfter => "fails-after".to_owned(),
        Desk::NoOnBehalf => "no-on-behalf".to_owned(),
        Desk::OnBehalfFails => "on-behalf-fails".to_owned(),
        Desk::OpenAccess => "open-access".to_owned(),
        Desk::TooManyRequests { .. } => "429".to_owned(),
        Desk::Status(status) => status.to_string(),
    }
}

fn mail(name: &str) -> Option<MailServer> {
    Some(match name {
        "up" => MailServer::Up,
        "down" => MailServer::Down,
        "slow" => MailServer::Slow(SLOW),
        "busy" => MailServer::Busy,
        "fails-after" => MailServer::FailAfter,
        _ => return None,
    })
}

const fn mail_name(fault: MailServer) -> &'static str {
    match fault {
        MailServer::Up => "up",
        MailServer::Down => "down",
        MailServer::Slow(_) => "slow",
        MailServer::Busy => "busy",
        MailServer::FailAfter => "fails-after",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_the_page_is_understood_and_named_alike() {
        for name in ["up", "down", "slow", "wrong-key", "500"] {
            assert_eq!(key_server(name).map(key_server_name).as_deref(), Some(name));
        }
        for name in ["up", "down", "slow", "fails-after", "no-on-behalf", "open-access", "429", "503"] {
            assert_eq!(desk(name).map(desk_name).as_deref(), Some(name));
        }
        for name in ["up", "down", "slow", "busy", "fails-after"] {
            assert_eq!(mail(name).map(mail_name), Some(name));
        }
        for name in ["up", "down", "slow", "401", "403", "429", "500", "503"] {
            assert_eq!(rest(name).map(rest_name).as_deref(), Some(name));
        }
        assert_eq!((key_server("200"), rest("sideways")), (None, None));
    }
}

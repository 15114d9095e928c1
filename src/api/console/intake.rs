//! `POST /console/api/v1/tickets`: a ticket for somebody who called or wrote a letter. Which installation it is about is said by the
//! address of their site.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::super::answer::Created;
use super::super::request_name::RequestName;
use super::understood;
use crate::auth::StaffCall;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::Language;
use crate::support::Severity;
use crate::tickets::intake::{Intake, Source, Told};
use crate::tickets::submit::Request;

const BODY_MAX: usize = 64 * 1024;
const SITE_MAX: usize = 300;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "TicketIntake")]
pub struct Body {
    /// `phone` or `letter`.
    source: String,
    product: String,
    /// The address of their site, or its host alone.
    site: String,
    email: String,
    language: Language,
    #[schemars(with = "Severity")]
    severity: String,
    text: String,
    #[serde(default)]
    is_privacy: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TicketTakenIn")]
pub struct Answer {
    number: String,
    goes_at: Timestamp,
}

pub async fn take_in(
    call: StaffCall<needs::Intake, Body, BODY_MAX>,
    named: RequestName,
    services: web::Data<Services>,
) -> Result<Created<Answer>, Error> {
    let intake = Intake::new(call.caller.who(), call.caller.account.role)?;
    let key = named.key()?;
    let body = understood(call.read())?;
    let tenant = tenant(&body, &services).await?;
    let told = told(body)?;
    services.support.check_reply(tenant, &told.text).await?;
    let request = Request::new(tenant, &intake.requester(), key, call.body());
    let made = services.tickets.take_in(intake, request, told).await?;
    services.wake.notify_one();
    Ok(Created(Answer { number: made.number, goes_at: made.goes_at }))
}

fn told(body: Body) -> Result<Told, Error> {
    let source: Option<Source> = body.source.parse().ok();
    Ok(Told {
        source: source
            .filter(|source| *source != Source::Report)
            .ok_or_else(|| wrong("source: expected phone or letter."))?,
        product: body.product,
        email: Address::parse(&body.email)
            .map_err(|_| wrong("email: expected a mail address such as name@example.com."))?,
        language: body.language,
        severity: body.severity.parse::<Severity>().map_err(|_| wrong("severity: expected a severity."))?,
        text: body.text,
        is_privacy: body.is_privacy,
    })
}

/// Whose site that is. Confluence stands below its host's root.
async fn tenant(body: &Body, services: &Services) -> Result<Id, Error> {
    if !["jira", "confluence"].contains(&body.product.as_str()) {
        return Err(wrong("product: expected jira or confluence."));
    }
    for base_url in base_urls(&body.site, &body.product)? {
        if let Some(tenant) = services.tenancy.on_site(&body.product, &base_url).await? {
            return Ok(tenant);
        }
    }
    Err(Error::new(Code::NotFound).with_detail("site: no installation has this address and product."))
}

fn base_urls(site: &str, product: &str) -> Result<Vec<String>, Error> {
    let unreadable = || wrong("site: expected the address of a site, such as example.atlassian.net.");
    let site = site.trim();
    if site.len() > SITE_MAX {
        return Err(unreadable());
    }
    let whole = if site.contains("://") { site.to_owned() } else { format!("https://{site}") };
    let url = url::Url::parse(&whole).map_err(|_| unreadable())?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() || !is_plain {
        return Err(unreadable());
    }
    let origin = url.origin().ascii_serialization();
    let typed = format!("{origin}{}", url.path().trim_end_matches('/'));
    let usual = if product == "confluence" { format!("{origin}/wiki") } else { origin };
    Ok(vec![typed, usual])
}

fn wrong(detail: &str) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_found_by_what_people_say_of_it() {
        let of = |site, product| base_urls(site, product).unwrap().pop().unwrap();
        for said in
            ["acme.atlassian.net", " https://acme.atlassian.net/ ", "https://ACME.atlassian.net/browse/A-1"]
        {
            assert_eq!(of(said, "jira"), "https://acme.atlassian.net", "{said}");
        }
        assert_eq!(of("acme.atlassian.net", "confluence"), "https://acme.atlassian.net/wiki");
        for wrong in ["", "ftp://acme.atlassian.net", "mailto:a@b.example", "://", "a b"] {
            assert!(base_urls(wrong, "jira").is_err(), "{wrong}");
        }
    }
}

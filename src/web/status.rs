//! `GET` and `POST /status/{token}`: the page of a report behind its signed link, without login and without scripts. Looking
//! never acts; each button says what it does and is answered with the page as it then is.
//!
//! Two links lead here. The one of the answer shows number, state and the day of deletion, and corrects an address that was typed
//! wrong. The one that was mailed confirms the address, and from then on shows the texts and takes answers (IDALKO-21).

mod view;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::erasure;
use super::public::{self, Page};
use crate::api::Services;
use crate::audit::Entry;
use crate::auth::{Public, PublicForm};
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::Language;
use crate::tenancy::links::LinkError;
use crate::tickets::links::{Followed, TicketLink, TicketPurpose};
use crate::tickets::read::{Overview, Whole};
use view::{Preview, View};

/// A message of the most letters, each of the most bytes, encoded.
const FORM_MAX: usize = 160 * 1024;

type Form = PublicForm<FORM_MAX>;

#[derive(Template)]
#[template(path = "status.html")]
struct Shown<'a> {
    page: Page<'a>,
    view: &'a View,
}

/// Why something was not done, and what was typed for it.
struct Failed<'a> {
    error: &'a Error,
    unsent: String,
    /// An address in the place of a mistyped one.
    address: Option<String>,
}

/// What there is to see behind a link.
struct Found {
    followed: Followed,
    link: TicketLink,
    overview: Overview,
    /// With the link of the mail, once the address is confirmed.
    whole: Option<Whole>,
    /// Who looked into it; for whoever may read it.
    looked: Vec<Entry>,
}

pub async fn show(
    _: Public,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    match look(&request, &services).await {
        Ok(found) => answer(StatusCode::OK, &found, None, None, &request, &services),
        Err(error) => erasure::refuse(error, &request, &services),
    }
}

pub async fn act(
    form: Form,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let found = match look(&request, &services).await {
        Ok(found) => found,
        Err(error) => return erasure::refuse(error, &request, &services),
    };
    if form.value("do").as_deref() == Some("delete") && found.whole.is_some() {
        let preview = found.whole.as_ref().map(Preview::of);
        return answer(StatusCode::OK, &found, preview, None, &request, &services);
    }
    match done(&form, &found, &services).await {
        Ok(()) => {
            services.wake.notify_one();
            Ok(back(&request))
        }
        Err(error) => failed(error, &form, &found, &request, &services),
    }
}

/// What went wrong on the user's side is said on the page. What they wrote is given back to them, whatever went wrong.
fn failed(
    error: Error,
    form: &Form,
    found: &Found,
    request: &HttpRequest,
    services: &Services,
) -> Result<HttpResponse, Error> {
    let what = form.value("do").unwrap_or_default();
    let unsent = form.value("text").filter(|_| what == "reply").unwrap_or_default();
    let address = (what == "correct-address").then(|| form.value("email").unwrap_or_default());
    let (code, tenant) = (error.code(), found.link.tenant);
    if code.status() >= 500 {
        if unsent.is_empty() {
            return Err(error);
        }
        let (code, cause) = (code.as_str(), error.log_line());
        tracing::error!(tenant.id = %tenant, code, cause, "a reply could not be stored");
    }
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    answer(status, found, None, Some(Failed { error: &error, unsent, address }), request, services)
}

async fn done(form: &Form, found: &Found, services: &Services) -> Result<(), Error> {
    let (tickets, link) = (&services.tickets, &found.link);
    let what = form.value("do").unwrap_or_default();
    match what.as_str() {
        "confirm" => tickets.confirm(&found.followed).await?,
        "ask-again" => tickets.ask_again(link).await?,
        "correct-address" => {
            let typed = form.value("email").unwrap_or_default();
            let address = Address::parse(&typed)
                .map_err(|error| Error::new(Code::InvalidBody).with_detail(format!("email: {error}.")))?;
            tickets.correct_address(link, address).await?;
        }
        "reply" => {
            let text = form.value("text").unwrap_or_default();
            // Nobody else is told what is a secret.
            if found.whole.is_some() {
                services.support.check_reply(link.tenant, &text).await?;
            }
            tickets.reply(link, &text).await?;
        }
        "withdraw" => {
            let consent = form.value("consent").and_then(|word| word.parse().ok());
            let consent = consent.ok_or_else(|| Error::new(Code::InvalidBody))?;
            tickets.withdraw(link, consent).await?;
        }
        "delete-now" => {
            tickets.delete_now(link).await?;
        }
        _ => return Err(Error::new(Code::InvalidBody).with_detail("Nothing was changed.")),
    }
    tracing::info!(tenant.id = %link.tenant, purpose = what, "a link to a report was followed");
    Ok(())
}

/// To the same page, so that loading it again sends nothing a second time.
fn back(request: &HttpRequest) -> HttpResponse {
    let token = request.match_info().get("token").unwrap_or_default();
    HttpResponse::SeeOther().insert_header((LOCATION, token.to_owned())).finish()
}

async fn look(request: &HttpRequest, services: &Services) -> Result<Found, LinkError> {
    let token = request.match_info().get("token").unwrap_or_default();
    let followed = services.tickets.link(token).await?;
    let link = followed.link;
    let overview = services.tickets.overview(&link).await?.ok_or(LinkError::Dead("the ticket is gone"))?;
    let may_read = link.purpose == TicketPurpose::Conversation && overview.is_confirmed();
    let whole = if may_read { services.tickets.whole(link.tenant, link.ticket).await? } else { None };
    let looked = match may_read {
        true => services.audit.accesses(link.tenant, link.ticket).await.map_err(LinkError::from)?,
        false => Vec::new(),
    };
    Ok(Found { followed, link, overview, whole, looked })
}

fn answer(
    status: StatusCode,
    found: &Found,
    preview: Option<Preview>,
    failed: Option<Failed<'_>>,
    request: &HttpRequest,
    services: &Services,
) -> Result<HttpResponse, Error> {
    let language = language(found, request);
    let view = View::of(found, preview, failed, language);
    let title = public::say(language, "Your report", "Ihre Meldung");
    let page = Page { language, title, base: services.settings.base_url.path() };
    public::private(status, Shown { page, view: &view }.render())
}

/// What the reporter chose, where we may know it; or what the browser likes best.
fn language(found: &Found, request: &HttpRequest) -> Language {
    found.whole.as_ref().map_or_else(|| public::language(request), |whole| whole.content.language)
}

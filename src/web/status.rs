//! `GET` and `POST /status/{token}`: the page of a report behind its signed link, without login and without scripts. Looking
//! never acts; each button says what it does and is answered with the page as it then is.
//!
//! Two links lead here. The one of the answer shows number, state and the day of deletion, and corrects an address that was typed
//! wrong. The one that was mailed confirms the address, and from then on shows the texts and takes answers (IDALKO-21).

mod view;

use actix_web::http::header::LOCATION;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::public::{self, Page, Visit};
use super::{erasure, moved_link};
use crate::api::Services;
use crate::api::answer::Html;
use crate::audit::Entry;
use crate::auth::{LinkForm, Public};
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::Language;
use crate::support::Attached;
use crate::tenancy::links::LinkError;
use crate::tickets::links::{Followed, TicketLink, TicketPurpose};
use crate::tickets::read::{Overview, Whole};
use crate::urls;
use view::{BEGINNINGS, MORE, Preview, View};

/// A message of the most letters, each of the most bytes, encoded. Files beside it are the form's own matter.
const FORM_MAX: usize = 160 * 1024;

/// What the address begins with.
const PLACE: &str = "status";
/// The field of the form that files are chosen in.
const FILES: &str = "file";

type Form = LinkForm<FORM_MAX>;
/// After these the page says that it was done.
const SAID: [&str; 3] = ["confirm", "reply", "withdraw"];

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
    /// Whether files were chosen, which a page cannot give back.
    had_files: bool,
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
    /// So many bytes of each text that was sent are shown.
    texts_max: usize,
}

pub async fn show(_: Public, request: HttpRequest, services: web::Data<Services>) -> Result<Html, Error> {
    if let Some(led) = moved_link::led(PLACE, &request, &services).await? {
        return Ok(led);
    }
    match look(&request, &services).await {
        Ok(found) => answer(StatusCode::OK, &found, None, None, &request, &services),
        Err(error) => erasure::refuse(error, &request, &services),
    }
}

pub async fn act(form: Form, request: HttpRequest, services: web::Data<Services>) -> Result<Html, Error> {
    if let Some(led) = moved_link::led(PLACE, &request, &services).await? {
        return Ok(led);
    }
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
            Ok(back(&form, &request))
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
) -> Result<Html, Error> {
    let what = form.value("do").unwrap_or_default();
    let unsent = form.value("text").filter(|_| what == "reply").unwrap_or_default();
    let address = (what == "correct-address").then(|| form.value("email").unwrap_or_default());
    let had_files = form.is_cut || !form.files(FILES).is_empty();
    let (code, tenant) = (error.code(), found.link.tenant);
    if code.status() >= 500 {
        if unsent.is_empty() {
            return Err(error);
        }
        let (code, cause) = (code.as_str(), error.log_line());
        tracing::error!(tenant.id = %tenant, code, cause, "a reply could not be stored");
    }
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    answer(status, found, None, Some(Failed { error: &error, unsent, address, had_files }), request, services)
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
            reply(form, found, services).await?;
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

/// Words and files of the reporter.
async fn reply(form: &Form, found: &Found, services: &Services) -> Result<(), Error> {
    let (link, text) = (&found.link, form.value("text").unwrap_or_default());
    if form.is_cut {
        return Err(Error::new(Code::BodyTooLarge));
    }
    // Nobody else is told what is a secret, and nobody else's files are worked on.
    let Some(whole) = &found.whole else { return services.tickets.reply(link, &text).await };
    services.support.check_reply(link.tenant, &text).await?;
    let files = form.files(FILES).into_iter().map(|(name, content)| Attached { name, content }).collect();
    let account_ids = whole.content.account_id.iter().cloned().collect();
    let files = services.support.reply_files(link.tenant, account_ids, files).await?;
    services.tickets.reply_with(link, &text, files).await
}

/// To the same page, so that loading it again sends nothing a second time.
fn back(form: &Form, request: &HttpRequest) -> Html {
    let token = request.match_info().get("token").unwrap_or_default();
    // Whoever chose a language for this page gets it in that language again.
    let language = Visit::of(request).asked.map(|language| format!("lang={}", language.tag()));
    let done =
        form.value("do").filter(|what| SAID.contains(&what.as_str())).map(|what| format!("done={what}"));
    let query: Vec<String> = [language, done].into_iter().flatten().collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let location = format!("{token}{mark}{}", query.join("&"));
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish().into()
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
    let more = request.uri().query().and_then(|query| urls::value_of(query, "texts"));
    let texts_max = if more.as_deref() == Some("more") { MORE } else { BEGINNINGS };
    Ok(Found { followed, link, overview, whole, looked, texts_max })
}

fn answer(
    status: StatusCode,
    found: &Found,
    preview: Option<Preview>,
    failed: Option<Failed<'_>>,
    request: &HttpRequest,
    services: &Services,
) -> Result<Html, Error> {
    let language = language(found, request);
    let done = request.uri().query().and_then(|query| urls::value_of(query, "done"));
    let done = done.as_deref().filter(|_| request.method() == Method::GET);
    let view = View::of(found, preview, failed, done, language);
    let title = public::say(language, "Your report", "Ihre Meldung");
    let (base, visit) = (services.settings.base_url.path(), Visit::of(request));
    let page = Page { language, title, base, visit };
    public::private(status, Shown { page, view: &view }.render())
}

/// What is asked for here; or what the reporter chose, where we may know it; or what the browser likes best.
fn language(found: &Found, request: &HttpRequest) -> Language {
    public::language_or(request, found.whole.as_ref().map(|whole| whole.content.language))
}

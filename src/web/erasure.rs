//! `GET` and `POST /erasure/{token}`: the page behind a signed link from a mail. Looking never acts, since mail scanners
//! open links too; the button acts, once.
//!
//! A link that does not work gets one and the same page, whatever is wrong with it. Processors have links of their own, at
//! the same address (`acknowledge`).

mod acknowledge;
pub(super) mod words;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use askama::Template;

use super::moved_link;
use super::public::{self, Page, Visit};
use crate::api::answer::{Raw, kinds};
use crate::api::{Services, data_export};
use crate::auth::{Public, PublicForm};
use crate::db::Change;
use crate::error::Error;
use crate::policy::{AccountUse, Language};
use crate::tenancy::early_erasure::{ErasurePreview, Followed};
use crate::tenancy::links::{Link, LinkError, Purpose};
use crate::tenancy::{KnownTenant, Tenant};
use words::{Content, Words};

const FORM_MAX: usize = 1024;
/// What the address begins with.
const PLACE: &str = "erasure";

type Form = PublicForm<FORM_MAX>;
/// A page, or the file behind a link.
type Answer = Raw<kinds::PageOrZip>;

#[derive(Template)]
#[template(path = "link.html")]
struct Whole<'a> {
    page: Page<'a>,
    content: &'a Content,
}

/// What a page about a link speaks of.
struct About {
    known: KnownTenant,
    preview: ErasurePreview,
    language: Language,
}

impl About {
    fn tenant(&self) -> &Tenant {
        &self.known.tenant
    }
}

pub async fn show(_: Public, request: HttpRequest, services: web::Data<Services>) -> Result<Answer, Error> {
    if let Some(page) = acknowledge::show(&request, &services).await? {
        return Ok(page);
    }
    if let Some(led) = moved_link::led(PLACE, &request, &services).await? {
        return Ok(led);
    }
    match look(&request, &services).await {
        Ok((link, about)) => {
            let words = Words::of(about.language);
            answer(
                Visit::of(&request),
                StatusCode::OK,
                about.language,
                &before(&link, &about, &words, &services),
                &services,
            )
        }
        Err(error) => refuse(error, &request, &services),
    }
}

pub async fn confirm(
    form: Form,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<Answer, Error> {
    if let Some(page) = acknowledge::confirm(&form, &request, &services).await? {
        return Ok(page);
    }
    if let Some(led) = moved_link::led(PLACE, &request, &services).await? {
        return Ok(led);
    }
    match act(&form, &request, &services).await {
        Ok(answer) => answer,
        Err(error) => refuse(error, &request, &services),
    }
}

async fn act(
    form: &Form,
    request: &HttpRequest,
    services: &Services,
) -> Result<Result<Answer, Error>, LinkError> {
    let (link, about) = look(request, services).await?;
    let words = Words::of(about.language);
    if form.value("confirm").as_deref() != Some(link.purpose.as_str()) {
        let content = before(&link, &about, &words, services);
        return Ok(answer(Visit::of(request), StatusCode::BAD_REQUEST, about.language, &content, services));
    }
    if link.purpose == Purpose::Export {
        return download(&link, services).await;
    }
    let (status, content) = match services.tenancy.follow(&link).await? {
        Followed::Asked { due_at, undo } => (StatusCode::OK, words.asked(due_at, &undo)),
        Followed::Undone { due_at, erase } => (StatusCode::OK, words.undone(due_at, &erase)),
        Followed::NothingToUndo => (StatusCode::CONFLICT, words.nothing_to_undo(about.tenant().due_at())),
        Followed::MayDownload => (StatusCode::OK, before(&link, &about, &words, services)),
    };
    services.tenants.changed(Change::Tenant(link.tenant));
    services.wake.notify_one();
    tracing::info!(tenant.id = %link.tenant, purpose = link.purpose.as_str(), "a link was followed");
    Ok(answer(Visit::of(request), status, about.language, &content, services))
}

/// There is room for the download before the link is used up.
async fn download(link: &Link, services: &Services) -> Result<Result<Answer, Error>, LinkError> {
    let prepared = services.export.prepare(link.tenant).await?;
    services.tenancy.follow(link).await?;
    tracing::info!(tenant.id = %link.tenant, purpose = link.purpose.as_str(), "a link was followed");
    Ok(Ok(data_export::answer(prepared.begin(), &format!("data-{}.zip", link.tenant)).into()))
}

/// The link, and what its page speaks of.
async fn look(request: &HttpRequest, services: &Services) -> Result<(Link, About), LinkError> {
    let token = request.match_info().get("token").unwrap_or_default();
    let link = services.tenancy.link(token).await?;
    let gone = || LinkError::Dead("the tenant is gone");
    let known = services.tenancy.find_by_id(link.tenant).await?.ok_or_else(gone)?;
    let preview = services.tenancy.preview_erasure(link.tenant).await?.ok_or_else(gone)?;
    let settings = services.tenancy.settings(link.tenant).await?.ok_or_else(gone)?;
    let language = public::language_or(request, Some(settings.language));
    Ok((link, About { known, preview, language }))
}

/// What the link would do.
fn before(link: &Link, about: &About, words: &Words, services: &Services) -> Content {
    let tenant = about.tenant();
    let site = about.known.account.get("baseUrl", AccountUse::ContractAdministration).unwrap_or_default();
    match link.purpose {
        Purpose::Erase if tenant.is_asked() => words.asked_already(about.preview.due_at),
        Purpose::Erase => {
            let content = words.erase(site, about.preview.due_at, tenant.due_at());
            Content { table: Some(words.counts(&about.preview.classes, &services.policy)), ..content }
        }
        Purpose::Undo if tenant.is_asked() => words.undo(about.preview.due_at),
        Purpose::Undo => words.nothing_to_undo(tenant.due_at()),
        Purpose::Export => words.export(site),
    }
}

/// One page and one status for everything that is not a working link.
pub(super) fn refuse<M>(
    error: LinkError,
    request: &HttpRequest,
    services: &Services,
) -> Result<Raw<M>, Error> {
    let why = match error {
        LinkError::Dead(why) => why,
        LinkError::Failed(error) => return Err(error),
    };
    tracing::info!(why, "a link did not work");
    // Nothing else says who is looking.
    let language = public::language(request);
    // Whoever opens it again gets the same, however they came to it.
    let visit = Visit { comes_again: true, ..Visit::of(request) };
    let contact = &services.policy.document().controller.privacy_email;
    answer(visit, StatusCode::NOT_FOUND, language, &Words::of(language).dead(contact), services)
}

pub(super) fn answer<M>(
    visit: Visit,
    status: StatusCode,
    language: Language,
    content: &Content,
    services: &Services,
) -> Result<Raw<M>, Error> {
    let base = services.settings.base_url.path();
    let page = Page { language, title: &content.title, base, visit };
    public::private(status, Whole { page, content }.render())
}

//! The public pages about privacy: the statement in force, the archive of all versions, the register of cookies, and the
//! same for machines. Rendered here, so they work without JavaScript, on paper, in light and in dark.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::civil::Date;

use super::public::{self, Page};
use crate::api::Services;
use crate::auth::Public;
use crate::clock::Timestamp;
use crate::db::{DbError, policy_versions};
use crate::error::{Code, Error};
use crate::policy::published::{self, Archived};
use crate::policy::statement::{Block, Statement};
use crate::policy::{Language, Policy};

#[derive(Template)]
#[template(path = "statement.html")]
struct StatementPage<'a> {
    page: Page<'a>,
    statement: &'a Statement,
    note: Option<String>,
}

#[derive(Template)]
#[template(path = "versions.html")]
struct VersionsPage<'a> {
    page: Page<'a>,
    versions: Vec<Version>,
}

/// One line of the archive.
struct Version {
    number: i64,
    effective: Date,
    published: Date,
    change: String,
    hash: String,
    previous_hash: String,
}

/// `GET /privacy`: the statement in force.
pub async fn privacy(
    _: Public,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let (language, today) = (public::language(&request), services.clock.now().day());
    let html = in_force(&services.policy, language, today, services.settings.base_url.path());
    public::answer(&request, html)
}

/// The page of the statement.
pub fn in_force(
    policy: &Policy,
    language: Language,
    today: Date,
    base: &str,
) -> Result<String, askama::Error> {
    render(&policy.statement(language, today), base, None)
}

fn render(statement: &Statement, base: &str, note: Option<String>) -> Result<String, askama::Error> {
    let page = Page { language: statement.language, title: &statement.title, base };
    StatementPage { page, statement, note }.render()
}

/// `GET /cookies`: the register of cookies.
pub async fn cookies(
    _: Public,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let register = services.policy.cookie_register(public::language(&request));
    public::answer(&request, render(&register, services.settings.base_url.path(), None))
}

/// `GET /privacy.json`: the whole policy, every number of it.
pub async fn machine_form(_: Public, services: web::Data<Services>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, public::CACHE)).json(services.policy.machine_form())
}

/// `GET /privacy/versions`: the archive.
pub async fn versions(
    _: Public,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    let language = public::language(&request);
    let summaries = services.main.read(|conn| Ok::<_, DbError>(policy_versions::summaries(conn)?)).await?;
    let page = Page {
        language,
        title: public::say(language, "All versions", "Alle Fassungen"),
        base: services.settings.base_url.path(),
    };
    let versions = summaries.into_iter().map(|summary| version(summary, &page)).collect();
    public::answer(&request, VersionsPage { page, versions }.render())
}

fn version(summary: policy_versions::Summary, page: &Page<'_>) -> Version {
    let change = match (summary.number, summary.material) {
        (1, _) => page.say("first version", "erste Fassung"),
        (_, true) => {
            page.say("a change that matters; customers were told", "von Bedeutung; Kunden wurden informiert")
        }
        (_, false) => page.say("a small change", "kleine Änderung"),
    };
    Version {
        number: summary.number,
        effective: Timestamp::from(summary.effective_at).day(),
        published: Timestamp::from(summary.published_at).day(),
        change: change.to_owned(),
        hash: data_encoding::HEXLOWER.encode(&summary.hash),
        previous_hash: data_encoding::HEXLOWER.encode(&summary.previous_hash),
    }
}

/// `GET /privacy/versions/{n}`: what that version said.
pub async fn archived(
    _: Public,
    request: HttpRequest,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let number: i64 = number.parse().map_err(|_| Error::new(Code::NotFound))?;
    let row =
        services.main.read(move |conn| Ok::<_, DbError>(policy_versions::by_number(conn, number)?)).await?;
    let row = row.ok_or_else(|| Error::new(Code::NotFound))?;
    let damaged =
        || Error::new(Code::Internal).because(anyhow::anyhow!("version {number} does not fit its hash"));
    if !published::is_intact(&row) {
        return Err(damaged());
    }
    let archived = Archived::read(&row).map_err(|_| damaged())?;
    let (language, hash) = (public::language(&request), data_encoding::HEXLOWER.encode(&row.hash));
    let note = match language {
        Language::En => format!("This is version {number} of the archive. Check sum: {hash}"),
        Language::De => format!("Das ist Fassung {number} des Archivs. Prüfsumme: {hash}"),
    };
    public::answer(
        &request,
        render(archived.statement(language), services.settings.base_url.path(), Some(note)),
    )
}

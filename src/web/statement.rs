//! The public pages about privacy: the statement in force, the archive of all versions, the register of cookies, and the
//! same for machines. Rendered here, so they work without JavaScript, on paper, in light and in dark.

use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::civil::Date;

use super::public::{self, Page, Visit};
use crate::api::Services;
use crate::api::answer::{Html, Raw, kinds};
use crate::auth::Public;
use crate::clock::Timestamp;
use crate::db::{DbError, policy_versions};
use crate::error::{Code, Error};
use crate::policy::published::{self, Archived};
use crate::policy::statement::{Block, Statement, Words};
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
    /// As readers write the two days.
    written: [String; 2],
    change: String,
    hash: String,
    previous_hash: String,
}

/// `GET /`: whoever types the service's name alone finds what there is for everybody.
pub async fn home(_: Public, services: web::Data<Services>) -> Html {
    let location = format!("{}/privacy", services.settings.base_url.path().trim_end_matches('/'));
    HttpResponse::Found().insert_header((LOCATION, location)).finish().into()
}

/// `GET /privacy`: the statement in force.
pub async fn privacy(_: Public, request: HttpRequest, services: web::Data<Services>) -> Result<Html, Error> {
    let (language, today) = (public::language(&request), services.clock.now().day());
    let statement = services.policy.statement(language, today);
    public::answer(&request, render(&statement, &request, &services, None))
}

/// `GET /stored`: what is stored, for how long, and when it goes, in the words of the statement.
pub async fn stored(_: Public, request: HttpRequest, services: web::Data<Services>) -> Result<Html, Error> {
    let stored = services.policy.stored(public::language(&request));
    public::answer(&request, render(&stored, &request, &services, None))
}

/// The page of the statement, for a file.
pub fn in_force(
    policy: &Policy,
    language: Language,
    today: Date,
    base: &str,
) -> Result<String, askama::Error> {
    let (statement, visit) = (policy.statement(language, today), Visit { asked: None, comes_again: true });
    let page = Page { language, title: &statement.title, base, visit };
    StatementPage { page, statement: &statement, note: None }.render()
}

fn render(
    statement: &Statement,
    request: &HttpRequest,
    services: &Services,
    note: Option<String>,
) -> Result<String, askama::Error> {
    let (language, visit) = (statement.language, Visit::of(request));
    let page = Page { language, title: &statement.title, base: services.settings.base_url.path(), visit };
    StatementPage { page, statement, note }.render()
}

/// `GET /cookies`: the register of cookies.
pub async fn cookies(_: Public, request: HttpRequest, services: web::Data<Services>) -> Result<Html, Error> {
    let register = services.policy.cookie_register(public::language(&request));
    public::answer(&request, render(&register, &request, &services, None))
}

/// `GET /privacy.json`: the whole policy, every number of it.
pub async fn machine_form(_: Public, services: web::Data<Services>) -> Raw<kinds::AnyJson> {
    let form = services.policy.machine_form();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, public::CACHE)).json(form).into()
}

/// `GET /privacy/versions`: the archive.
pub async fn versions(_: Public, request: HttpRequest, services: web::Data<Services>) -> Result<Html, Error> {
    let language = public::language(&request);
    let summaries = services.main.read(|conn| Ok::<_, DbError>(policy_versions::summaries(conn)?)).await?;
    let page = Page {
        language,
        title: public::say(language, "All versions", "Alle Fassungen"),
        base: services.settings.base_url.path(),
        visit: Visit::of(&request),
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
    let days = [summary.effective_at, summary.published_at].map(|at| Timestamp::from(at).day());
    let [effective, published] = days;
    Version {
        number: summary.number,
        effective,
        published,
        written: days.map(|day| Words(page.language).date(day)),
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
) -> Result<Html, Error> {
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
    public::answer(&request, render(archived.statement(language), &request, &services, Some(note)))
}

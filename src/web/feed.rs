//! `GET /privacy/versions.atom`: the archive as a feed (RFC 4287), so that a reader of feeds tells of a new version of the
//! statement. Nobody has to leave an address for that.

use actix_web::http::header::{CACHE_CONTROL, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::public::{self, say};
use crate::api::Services;
use crate::api::answer::{Raw, kinds};
use crate::auth::Public;
use crate::clock::Timestamp;
use crate::db::{DbError, policy_versions};
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::policy::statement::Words;

const ATOM: &str = "application/atom+xml; charset=utf-8";

/// A feed tells what is new; the archive has everything.
const ENTRIES_MOST: usize = 20;

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    language: Language,
    title: &'static str,
    author: String,
    /// The base URL, without a slash at its end.
    base: String,
    updated: Timestamp,
    entries: Vec<Entry>,
}

struct Entry {
    number: i64,
    title: String,
    published: Timestamp,
    summary: String,
}

pub async fn handle(
    _: Public,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<Raw<kinds::Feed>, Error> {
    let summaries = services.main.read(|conn| Ok::<_, DbError>(policy_versions::summaries(conn)?)).await?;
    let feed = feed(summaries, public::language(&request), &services);
    let xml = feed.render().map_err(|error| Error::new(Code::Internal).because(error))?;
    Ok(HttpResponse::Ok()
        .content_type(ATOM)
        .insert_header((CACHE_CONTROL, public::CACHE))
        .insert_header((VARY, "accept-language"))
        .body(xml)
        .into())
}

fn feed(summaries: Vec<policy_versions::Summary>, language: Language, services: &Services) -> Feed {
    let document = services.policy.document();
    let newest = summaries.first().map(|summary| Timestamp::from(summary.published_at));
    Feed {
        language,
        title: say(language, "Versions of the privacy statement", "Fassungen der Datenschutzerklärung"),
        author: document.controller.name.clone(),
        base: services.settings.base_url.as_str().trim_end_matches('/').to_owned(),
        updated: newest.unwrap_or_else(|| Timestamp::at_midnight(document.effective)),
        entries: summaries.into_iter().take(ENTRIES_MOST).map(|summary| entry(&summary, language)).collect(),
    }
}

fn entry(summary: &policy_versions::Summary, language: Language) -> Entry {
    let (number, words) = (summary.number, Words(language));
    let from = words.date(Timestamp::from(summary.effective_at).day());
    let change = match (number, summary.material) {
        (1, _) => say(language, "The first version.", "Die erste Fassung."),
        (_, true) => say(language, "A change that matters.", "Eine Änderung von Bedeutung."),
        (_, false) => say(language, "A small change.", "Eine kleine Änderung."),
    };
    let in_force = words.say(format!("In force from {from}."), format!("Gültig ab {from}."));
    Entry {
        number,
        title: words.say(format!("Version {number}"), format!("Fassung {number}")),
        published: summary.published_at.into(),
        summary: format!("{change} {in_force}"),
    }
}

//! Pages that are whole when they arrive: no script, one style sheet inside, readable on a phone, in the dark and on paper.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use askama::Template;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error};
use crate::policy::Language;

const STYLE: &str = include_str!("../../templates/plain/style.css");
pub const HTML: &str = "text/html; charset=utf-8";

/// Nothing is loaded, and nothing runs: the one style sheet is named by its hash.
static SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});

/// What a page says, in the words of one language.
#[derive(Debug, Default)]
pub struct Page {
    pub title: String,
    pub paragraphs: Vec<String>,
    pub table: Option<Table>,
    pub form: Option<Form>,
    /// An address relative to this one, and what it is called.
    pub link: Option<(String, &'static str)>,
}

#[derive(Debug)]
pub struct Table {
    pub caption: &'static str,
    pub head: (&'static str, &'static str),
    pub rows: Vec<(String, i64)>,
}

/// One button; what it means is sent along.
#[derive(Debug)]
pub struct Form {
    pub confirm: &'static str,
    pub label: &'static str,
    pub takes_away: bool,
}

#[derive(Template)]
#[template(path = "plain/page.html")]
struct Whole<'a> {
    lang: &'static str,
    style: &'static str,
    page: &'a Page,
}

impl Page {
    pub fn answer(&self, status: StatusCode, language: Language) -> Result<HttpResponse, Error> {
        let lang = match language {
            Language::En => "en",
            Language::De => "de",
        };
        let html = Whole { lang, style: STYLE, page: self }.render();
        let html = html.map_err(|error| Error::new(Code::Internal).because(error))?;
        Ok(HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, HeaderValue::from_static(HTML)))
            .insert_header((CONTENT_SECURITY_POLICY, SECURITY_POLICY.as_str()))
            .insert_header(("x-robots-tag", "noindex, nofollow"))
            .body(html))
    }
}

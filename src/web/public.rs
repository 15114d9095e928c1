//! What public pages have in common: language, look, headers, and a footer that leads to the statement and to the register
//! of cookies (WEBSITE-09). A template that extends `public.html` and names its [`Page`] `page` has all of it.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::coding;
use crate::api::answer::{Html, Raw};
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::urls;

/// A statement changes seldom, and then at a start of the service.
pub const CACHE: &str = "public, max-age=300";
const STYLE: &str = include_str!("../../templates/public.css");

/// Nothing is loaded from anywhere, no script runs, nobody may frame the page; the one style sheet is known by its hash.
static SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| security_policy("'none'", "'none'"));
/// The same for a page with a button: its form goes back to where it came from.
static FORM_POLICY: LazyLock<String> = LazyLock::new(|| security_policy("'self'", "'none'"));
pub const HTML: &str = "text/html; charset=utf-8";

/// For a page without a button that these may frame.
pub fn framed_policy(ancestors: &str) -> String {
    security_policy("'none'", ancestors)
}

fn security_policy(form_action: &str, ancestors: &str) -> String {
    let hash = data_encoding::BASE64.encode(&Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action {form_action}; \
             frame-ancestors {ancestors}"
    )
}

/// What every template gets.
pub struct Page<'a> {
    pub language: Language,
    pub title: &'a str,
    /// The path prefix of the base URL.
    pub base: &'a str,
    pub visit: Visit,
}

/// How somebody came to a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Visit {
    /// The language that they asked for, and not only their browser.
    pub asked: Option<Language>,
    /// Whether the page is there again in another language: it is not after a button was used, and not without what else
    /// stands in its address.
    pub comes_again: bool,
}

impl Visit {
    pub fn of(request: &HttpRequest) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let is_bare = query
            .split('&')
            .all(|piece| piece.is_empty() || piece.starts_with("lang=") || piece.starts_with("done="));
        Self { asked: asked(request), comes_again: request.method() == Method::GET && is_bare }
    }
}

impl Page<'_> {
    pub fn say<'t>(&self, en: &'t str, de: &'t str) -> &'t str {
        say(self.language, en, de)
    }

    pub fn style(&self) -> &'static str {
        STYLE
    }

    /// Keeps the language on the way to another page.
    pub fn query(&self) -> String {
        format!("?lang={}", self.language.tag())
    }

    /// The same on the way back to a page that knows by itself which language its reader has chosen.
    pub fn own_query(&self) -> String {
        self.visit.asked.map(|_| self.query()).unwrap_or_default()
    }

    /// The other languages that the page can be read in.
    pub fn others(&self) -> Vec<Language> {
        if !self.visit.comes_again {
            return Vec::new();
        }
        Language::ALL.into_iter().filter(|language| *language != self.language).collect()
    }

    pub fn name_of(&self, language: &Language) -> &'static str {
        say(*language, "English", "Deutsch")
    }

    /// Where a value leads that is a link or a mail address.
    pub fn target(value: &str) -> Option<String> {
        let is_mail = value.contains('@') && !value.contains(char::is_whitespace);
        match value {
            link if link.starts_with("https://") => Some(link.to_owned()),
            mail if is_mail => Some(format!("mailto:{mail}")),
            _ => None,
        }
    }
}

pub const fn say<'t>(language: Language, en: &'t str, de: &'t str) -> &'t str {
    match language {
        Language::En => en,
        Language::De => de,
    }
}

/// The language of a page: the query's `lang`, or what the browser likes best of those that we have.
pub fn language(request: &HttpRequest) -> Language {
    asked(request).unwrap_or_else(|| of_browser(request))
}

/// The language of a page for somebody who has chosen one elsewhere: they may choose another one here.
pub fn language_or(request: &HttpRequest, chosen: Option<Language>) -> Language {
    asked(request).or(chosen).unwrap_or_else(|| of_browser(request))
}

fn asked(request: &HttpRequest) -> Option<Language> {
    let tag = request.uri().query().and_then(|query| urls::value_of(query, "lang"));
    tag.and_then(|tag| tag.parse().ok())
}

fn of_browser(request: &HttpRequest) -> Language {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map(liked_best).unwrap_or_default()
}

/// The best of our languages by an `Accept-Language` header (RFC 9110 §12.5.4); the first of equals.
fn liked_best(header: &str) -> Language {
    let mut best = (0.0, Language::default());
    for entry in header.split(',').take(20) {
        let (tag, quality) = entry.split_once(";q=").unwrap_or((entry, "1"));
        let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let quality: f32 = quality.trim().parse().unwrap_or(0.0);
        if let Ok(language) = primary.parse()
            && quality > best.0
        {
            best = (quality, language);
        }
    }
    best.1
}

/// A page that anybody may read and keep for a while.
pub fn answer(request: &HttpRequest, html: Result<String, askama::Error>) -> Result<Html, Error> {
    let html = rendered(html)?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, HTML))
        .insert_header((CACHE_CONTROL, CACHE))
        .insert_header((VARY, "accept-language, accept-encoding"))
        .insert_header((CONTENT_SECURITY_POLICY, SECURITY_POLICY.as_str()));
    let smaller = coding::is_taken(request, "gzip").then(|| coding::gzip(&html)).flatten();
    Ok(match smaller {
        Some(smaller) => answer.insert_header((CONTENT_ENCODING, "gzip")).body(smaller),
        None => answer.body(html),
    }
    .into())
}

/// A page for whoever has the link to it: nobody keeps it, nothing finds it.
pub fn private<M>(status: StatusCode, html: Result<String, askama::Error>) -> Result<Raw<M>, Error> {
    let html = rendered(html)?;
    Ok(HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, HTML))
        .insert_header((CONTENT_SECURITY_POLICY, FORM_POLICY.as_str()))
        .insert_header(("x-robots-tag", "noindex, nofollow"))
        .body(html)
        .into())
}

fn rendered(html: Result<String, askama::Error>) -> Result<String, Error> {
    html.map_err(|error| Error::new(Code::Internal).because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_gets_the_language_that_it_likes_best() {
        for (header, language) in [
            ("de", Language::De),
            ("de-AT,de;q=0.9,en;q=0.8", Language::De),
            ("fr,en;q=0.5,de;q=0.4", Language::En),
            ("en;q=0.1, de;q=0.2", Language::De),
            ("fr", Language::En),
            ("", Language::En),
            ("de;q=0", Language::En),
            ("de;q=x", Language::En),
        ] {
            assert_eq!(liked_best(header), language, "{header:?}");
        }
    }

    #[test]
    fn only_links_and_addresses_lead_somewhere() {
        assert_eq!(Page::target("https://a.example"), Some("https://a.example".into()));
        assert_eq!(Page::target("a@b.example"), Some("mailto:a@b.example".into()));
        assert_eq!(Page::target("javascript:alert(1)"), None);
        assert_eq!(Page::target("ask a@b.example"), None);
    }
}

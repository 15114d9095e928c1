//! The shell of the console: one page for all of its addresses, so that any of them can be kept, shared and opened again. It is
//! open to anybody, since it holds nothing; whatever it shows, it fetches with the session of whoever is signed in.
//!
//! It stands in no frame and loads nothing from elsewhere: a page with a session cookie is worth more to others than the
//! pages in an iframe, which have none.

use std::fmt::Write;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{assets, pages, public};
use crate::api::answer::Html;
use crate::auth::Public;
use crate::config::Settings;
use crate::error::{Code, Error};
use crate::policy::Language;

/// Where the console is made from.
pub const CONSOLE: &str = "src/console/main.tsx";

/// Its addresses. Those of its API are none of them: there a caller comes first.
pub const ADDRESSES: [&str; 11] = [
    "/console",
    "/console/tickets/{ticket}",
    "/console/replies",
    "/console/downloads",
    "/console/reviews",
    "/console/audit",
    "/console/staff",
    "/console/tenants",
    "/console/tenants/{id}",
    "/console/jobs",
    "/console/due",
];

/// No inline script or style, nothing from elsewhere, pictures of a bundle from memory alone, and never in a frame.
const SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
    connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The shell in each language, made once at start. Absent when the front end was built without it. Registered as application
/// data.
#[derive(Clone)]
pub struct Console(Option<[web::Bytes; 2]>);

impl Console {
    pub fn new(settings: &Settings) -> Self {
        let html = |language, entry: &assets::Entry| html(settings.base_url.path(), language, entry).into();
        Self(
            assets::entry(CONSOLE)
                .map(|entry| [Language::En, Language::De].map(|language| html(language, &entry))),
        )
    }
}

pub async fn show(_: Public, request: HttpRequest, console: web::Data<Console>) -> Result<Html, Error> {
    let [english, german] = console.0.clone().ok_or_else(|| {
        Error::new(Code::Internal).because(anyhow::anyhow!("the front end was built without {CONSOLE}"))
    })?;
    let html = match public::language(&request) {
        Language::En => english,
        Language::De => german,
    };
    Ok(HttpResponse::Ok()
        .content_type(public::HTML)
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((CONTENT_SECURITY_POLICY, HeaderValue::from_static(SECURITY_POLICY)))
        // For whatever does not know `frame-ancestors`.
        .insert_header(("x-frame-options", "DENY"))
        // Pages that open it, or that it opens, get no hold of its window.
        .insert_header(("cross-origin-opener-policy", "same-origin"))
        .insert_header(("cross-origin-resource-policy", "same-origin"))
        .body(html)
        .into())
}

fn html(base: &str, language: Language, entry: &assets::Entry) -> String {
    let styles = entry.styles.iter().fold(String::new(), |mut styles, file| {
        let _ = writeln!(styles, "<link rel=\"stylesheet\" href=\"{base}/{file}\">");
        styles
    });
    let (tag, title) = (language.tag(), public::say(language, "Support console", "Support-Konsole"));
    let waiting = pages::waiting(language);
    format!(
        "<!doctype html>\n<html lang=\"{tag}\" data-color-mode=\"light\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<meta name=\"kept-base\" content=\"{base}\">\n\
         <title>{title}</title>\n{styles}\
         <script type=\"module\" src=\"{base}/{script}\"></script>\n</head>\n\
         <body>\n<div id=\"root\">{waiting}</div>\n\
         <footer class=\"shell-foot\"><a href=\"{base}/cookies\">Cookies</a></footer>\n</body>\n</html>\n",
        script = entry.script,
    )
}

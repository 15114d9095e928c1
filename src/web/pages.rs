//! Page shells: a verified page load gets the frame of a page; its script fetches everything else with a context token.
//! A shell calls no product and holds nothing of the tenant.

use std::fmt::Write;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use url::Url;

use super::assets;
use super::public::{language, say};
use crate::api::answer::Html;
use crate::auth::PageCaller;
use crate::config::Settings;
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::urls;

/// Where the admin page is made from.
pub const ADMIN: &str = "src/admin/main.tsx";
/// Where the page for problem reports is made from.
pub const REPORT: &str = "src/report/main.tsx";

/// Every page's shell, made once at start. Registered as application data.
pub struct Pages {
    admin: Shell,
    report: Shell,
}

impl Pages {
    pub fn new(settings: &Settings) -> Self {
        Self {
            admin: Shell::new(settings, ADMIN, |language| Spoken {
                title: say(language, "Stored data", "Gespeicherte Daten"),
                words: say(language, "src/admin/words/en/index.ts", "src/admin/words/de/index.ts"),
            }),
            report: Shell::new(settings, REPORT, |language| Spoken {
                title: say(language, "Report a problem", "Problem melden"),
                words: say(language, "src/report/words/en.ts", "src/report/words/de.ts"),
            }),
        }
    }
}

/// `GET /app/admin`: what is stored, until when.
pub async fn admin(_: PageCaller, request: HttpRequest, pages: web::Data<Pages>) -> Result<Html, Error> {
    pages.admin.answer(&request)
}

/// `GET /app/report`: a user describes a problem, sees exactly what would be sent, and sends it.
pub async fn report(_: PageCaller, request: HttpRequest, pages: web::Data<Pages>) -> Result<Html, Error> {
    pages.report.answer(&request)
}

/// A shell, but for who may frame it: that depends on the request.
struct Shell {
    source: &'static str,
    /// In each language; absent when the front end was built without this page, or not at all.
    html: Option<InEach>,
    /// A Content-Security-Policy that ends with the allowed ancestors.
    security_policy: String,
}

struct InEach {
    en: web::Bytes,
    de: web::Bytes,
}

/// What of a shell differs by language.
struct Spoken {
    title: &'static str,
    /// Where the words of the page are made from, which its script is going to load.
    words: &'static str,
}

impl Shell {
    fn new(settings: &Settings, source: &'static str, spoken: fn(Language) -> Spoken) -> Self {
        let html = assets::entry(source).map(|entry| {
            let of = |language| html(settings, source, language, &spoken(language), &entry).into();
            InEach { en: of(Language::En), de: of(Language::De) }
        });
        Self { source, html, security_policy: security_policy(settings) }
    }

    fn answer(&self, request: &HttpRequest) -> Result<Html, Error> {
        let html = self.html.as_ref().ok_or_else(|| {
            let cause = anyhow::anyhow!("the front end was built without {}", self.source);
            Error::new(Code::Internal).because(cause)
        })?;
        // The user's own choice is known to the product alone, which the page asks; until then it is as the browser likes it.
        let html = match language(request) {
            Language::En => html.en.clone(),
            Language::De => html.de.clone(),
        };
        let mut policy = String::with_capacity(self.security_policy.len() + 64);
        policy.push_str(&self.security_policy);
        if let Some(origin) = host_page_origin(request) {
            policy.push(' ');
            policy.push_str(&origin);
        }
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")))
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .insert_header((CONTENT_SECURITY_POLICY, policy))
            .body(html)
            .into())
    }
}

/// What a page says before its script is there, so that it is never blank; the script takes that away.
pub fn waiting(language: Language) -> String {
    let waiting = say(language, "Loading…", "Wird geladen …");
    let without = say(language, "This page needs JavaScript.", "Diese Seite braucht JavaScript.");
    format!("<p class=\"waiting\">{waiting}</p><noscript><p class=\"waiting\">{without}</p></noscript>")
}

fn html(
    settings: &Settings,
    source: &str,
    language: Language,
    spoken: &Spoken,
    entry: &assets::Entry,
) -> String {
    let base = settings.base_url.path();
    let all_js = escape(settings.all_js_url.as_str());
    let styles = entry.styles.iter().fold(String::new(), |mut styles, file| {
        let _ = writeln!(styles, "<link rel=\"stylesheet\" href=\"{base}/{file}\">");
        styles
    });
    let modules = preloaded(source, spoken.words, &entry.script);
    let modules = modules.iter().fold(String::new(), |mut links, file| {
        let _ = writeln!(links, "<link rel=\"modulepreload\" href=\"{base}/{file}\">");
        links
    });
    let (tag, title) = (language.tag(), spoken.title);
    let waiting = waiting(language);
    format!(
        "<!doctype html>\n<html lang=\"{tag}\" data-color-mode=\"light\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"kept-base\" content=\"{base}\">\n<title>{title}</title>\n\
         <script src=\"{all_js}\" data-options=\"sizeToParent:true\"></script>\n{styles}{modules}\
         <script type=\"module\" src=\"{base}/{script}\"></script>\n</head>\n\
         <body>\n<div id=\"root\" class=\"ac-content\">{waiting}</div>\n</body>\n</html>\n",
        script = entry.script,
    )
}

/// What the script of the page and its words import, so that all of it is asked for at once, and not one after the other as
/// scripts come and run.
fn preloaded(source: &str, words: &str, script: &str) -> Vec<String> {
    let mut files = assets::modules(source);
    let more: Vec<_> = assets::modules(words).into_iter().filter(|file| !files.contains(file)).collect();
    files.extend(more);
    files.retain(|file| file != script);
    files
}

/// No inline script, nothing from elsewhere but `all.js`, and framed only by allowed hosts and the verified host page.
fn security_policy(settings: &Settings) -> String {
    let all_js = settings.all_js_url.origin().ascii_serialization();
    let ancestors = settings.hosts.csp_sources();
    format!(
        "default-src 'none'; script-src 'self' {all_js}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
}

/// The origin that the host signed as `xdm_e`: with a custom domain it is on no list (connect.md §2.1). A sandbox without
/// https is on the list already.
fn host_page_origin(request: &HttpRequest) -> Option<String> {
    let named = urls::value_of(request.uri().query()?, "xdm_e")?;
    let url = Url::parse(&named).ok().filter(|url| url.scheme() == "https")?;
    // A URL may have `*` and `;` in its host, which mean something else in a policy: any host, and another directive.
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    if !url.host_str().is_some_and(|host| host.bytes().all(is_plain)) {
        return None;
    }
    let origin = url.origin().ascii_serialization();
    (origin == named.trim_end_matches('/')).then_some(origin)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

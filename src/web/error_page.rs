//! What a person sees who opens an address and gets an error: a page that says what to do, with the request's id. Programs
//! get the problem document.

use actix_web::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, VARY};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;

use super::public::{self, Page, Visit, say};
use crate::api::{Services, problem};
use crate::auth::ProvenSite;
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::policy::statement::{Unit, Words};
use crate::urls;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page<'a>,
    advice: &'static str,
    wait: Option<String>,
    request_id: &'a str,
    /// Where this can be reported, in the site that the page stands in; known once its token was proven.
    report: Option<String>,
}

/// The page for this error; nothing for a caller that is no browser with somebody before it.
pub fn of(error: &Error, request: &HttpRequest, request_id: &str) -> Option<HttpResponse> {
    let services = request.app_data::<web::Data<Services>>()?;
    if !is_opened_by_a_person(request) {
        return None;
    }
    let base = services.settings.base_url.path();
    let language = public::language(request);
    let (title, advice) = words(error.code(), language);
    let page = Page { language, title, base, visit: Visit::of(request) };
    let report = report(error, request, &services.settings.app_key, request_id);
    let html = ErrorPage { page, advice, wait: wait(error, language), request_id, report }.render().ok()?;
    // The headers that belong to the error are those of the document.
    let mut answer = problem::render(error, request_id).set_body(actix_web::body::BoxBody::new(html));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(public::HTML));
    headers.insert(VARY, HeaderValue::from_static("accept, accept-language"));
    let policy = public::framed_policy(&ancestors(request, base, services));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).ok()?);
    Some(answer)
}

/// Browsers name this type when somebody opens an address, and in no other request.
fn is_opened_by_a_person(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// The pages of the app are opened in a frame of the product, and so is what comes instead of them.
fn ancestors(request: &HttpRequest, base: &str, services: &Services) -> String {
    let path = urls::relative_path(request.path(), base);
    if path.starts_with("/app/") { services.settings.hosts.csp_sources() } else { "'none'".to_owned() }
}

/// What somebody may not do, or asked for wrongly, is no problem of the app.
fn report(error: &Error, request: &HttpRequest, app_key: &str, request_id: &str) -> Option<String> {
    let extensions = request.extensions();
    let site = extensions.get::<ProvenSite>().filter(|_| error.code().status() >= 500)?;
    site.report_address(app_key, request_id)
}

fn wait(error: &Error, language: Language) -> Option<String> {
    let seconds = u32::try_from(error.wait()?.as_secs().max(1)).unwrap_or(u32::MAX);
    let words = Words(language);
    let time = words.count(seconds, Unit::Seconds);
    Some(words.say(format!("Try again in {time}."), format!("Versuchen Sie es in {time} wieder.")))
}

/// What happened, and what to do about it.
fn words(code: Code, language: Language) -> (&'static str, &'static str) {
    let say = |en, de| say(language, en, de);
    match code.status() {
        401 => (
            say("This page was not opened by your site", "Diese Seite wurde nicht von Ihrer Site geöffnet"),
            say(
                "Pages of the app open inside Jira or Confluence. Reload the whole page there, and sign in again if that does not help.",
                "Seiten der App öffnen sich in Jira oder Confluence. Laden Sie dort die ganze Seite neu, und melden Sie sich wieder an, falls das nicht hilft.",
            ),
        ),
        403 => (
            say("You may not see this", "Das dürfen Sie nicht sehen"),
            say(
                "The app is switched off on your site, or only administrators may open this. Please ask one of them.",
                "Die App ist auf Ihrer Site abgeschaltet, oder nur die Administration darf das öffnen. Bitte fragen Sie dort nach.",
            ),
        ),
        404 => (
            say("There is nothing at this address", "Unter dieser Adresse gibt es nichts"),
            say(
                "Check the address. If a link brought you here, it is out of date.",
                "Prüfen Sie die Adresse. Wenn ein Link hierher führte, ist er veraltet.",
            ),
        ),
        429 | 503 => (
            say("The app cannot answer right now", "Die App kann gerade nicht antworten"),
            say("Nothing is lost.", "Es geht nichts verloren."),
        ),
        500.. => (
            say("Something went wrong on our side", "Bei uns ist etwas schiefgegangen"),
            say("Please try again.", "Bitte versuchen Sie es noch einmal."),
        ),
        _ => (
            say("This cannot be read", "Das lässt sich nicht lesen"),
            say(
                "Go back and try again from the page that you came from.",
                "Gehen Sie zurück und versuchen Sie es von der Seite aus, von der Sie kamen.",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_in_both_languages() {
        for code in Code::ALL {
            let (title, advice) = words(*code, Language::En);
            let (titel, rat) = words(*code, Language::De);
            assert!(title != titel && advice != rat, "{}", code.as_str());
        }
    }
}

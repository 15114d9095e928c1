//! Page shells: a verified page load gets the frame of a page; its script fetches everything else with a context token.
//! A shell calls no product and holds nothing of the tenant.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use url::Url;

use super::assets;
use crate::api::Services;
use crate::auth::PageCaller;
use crate::connect::qsh;
use crate::error::{Code, Error};

/// `GET /app/admin`: what is stored, until when.
pub async fn admin(
    _: PageCaller,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, Error> {
    shell(&services, &request, "Stored data", "src/admin/main.tsx")
}

fn shell(
    services: &Services,
    request: &HttpRequest,
    title: &str,
    source: &str,
) -> Result<HttpResponse, Error> {
    let entry = assets::entry(source).ok_or_else(|| {
        Error::new(Code::Internal).because(anyhow::anyhow!("the front end was built without {source}"))
    })?;
    let base = services.settings.base_url.path();
    let all_js = escape(services.settings.all_js_url.as_str());
    let styles: String = entry
        .styles
        .iter()
        .map(|file| format!("<link rel=\"stylesheet\" href=\"{base}/{file}\">\n"))
        .collect();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\" data-color-mode=\"light\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"kept-base\" content=\"{base}\">\n<title>{title}</title>\n\
         <script src=\"{all_js}\" data-options=\"sizeToParent:true\"></script>\n{styles}\
         <script type=\"module\" src=\"{base}/{script}\"></script>\n</head>\n\
         <body>\n<div id=\"root\" class=\"ac-content\"></div>\n</body>\n</html>\n",
        script = entry.script,
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, content_security_policy(services, request)))
        .body(html))
}

/// No inline script, nothing from elsewhere but `all.js`, and framed only by allowed hosts and the verified host page.
fn content_security_policy(services: &Services, request: &HttpRequest) -> String {
    let all_js = services.settings.all_js_url.origin().ascii_serialization();
    let mut ancestors = services.settings.hosts.csp_sources();
    if let Some(origin) = host_page_origin(request) {
        ancestors.push(' ');
        ancestors.push_str(&origin);
    }
    format!(
        "default-src 'none'; script-src 'self' {all_js}; style-src 'self' {all_js}; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
}

/// The origin that the host signed as `xdm_e`: with a custom domain it is on no list (connect.md §2.1).
fn host_page_origin(request: &HttpRequest) -> Option<String> {
    let values = qsh::values_of(request.uri().query()?, "xdm_e");
    let [value] = values.as_slice() else { return None };
    let decoded = url::form_urlencoded::parse(format!("v={value}").as_bytes()).next()?.1.into_owned();
    let url = Url::parse(&decoded).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    // A URL may have `*` and `;` in its host, which mean something else in a policy: any host, and another directive.
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    if !url.host_str().is_some_and(|host| host.bytes().all(is_plain)) {
        return None;
    }
    let origin = url.origin().ascii_serialization();
    (origin == decoded.trim_end_matches('/')).then_some(origin)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

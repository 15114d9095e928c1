//! The files of the page, and what Atlassian's content delivery network gives to apps.
//!
//! Our own files are in `page/`. Those of Atlassian (npm `atlassian-connect-js`) and jQuery are put into
//! `frontend/dist-sandbox` by the front-end build; without them the page says so. `all.js` is Atlassian's own, with the
//! network's address replaced by this sandbox's, so that no request leaves the machine.

use actix_web::http::header;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use rust_embed::RustEmbed;

use super::coding::Coded;
use super::rest::SESSION_COOKIE;
use super::world::World;

#[derive(RustEmbed)]
#[folder = "src/sandbox/page/"]
struct Page;

#[derive(RustEmbed)]
#[folder = "frontend/dist-sandbox/"]
#[allow_missing = true]
struct Vendor;

/// What the page cannot do without.
const NEEDED: [&str; 4] = ["connect-host.js", "iframe.js", "jquery.min.js", "tokens.css"];

const NETWORK: &str = "connect-cdn.atl-paas.net";

pub(super) fn configure(services: &mut ServiceConfig) {
    services
        .service(web::resource(["/", "/wiki", "/wiki/"]).route(web::get().to(index)))
        .route("/sandbox/page/{file}", web::get().to(page_file))
        .route("/plugins/servlet/ac/{app}/{module}", web::get().to(module_page))
        .route("/wiki/plugins/servlet/ac/{app}/{module}", web::get().to(module_page))
        .route("/vendor/{file:.*}", web::get().to(vendor_file))
        .route("/all.js", web::get().to(all_js))
        .service(
            web::resource(["/themes/{file}", "/surfaces.css", "/legacy-text-colors.css"])
                .route(web::get().to(network_file)),
        );
}

/// The names of the needed files that are not there.
pub(super) fn missing_vendor_files() -> Vec<&'static str> {
    NEEDED.into_iter().filter(|name| Vendor::get(name).is_none()).collect()
}

/// Where a product opens a page of an app; here it is a view of the one page. What begins with `ac.` goes to the app.
async fn module_page(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let error_id = query.into_iter().find(|(name, _)| name == "ac.errorId").map(|(_, value)| value);
    let site = if request.path().starts_with("/wiki/") { "/wiki" } else { "/" };
    let location = format!("{site}#/module/{}/{}", path.1, error_id.unwrap_or_default());
    HttpResponse::Found().insert_header((header::LOCATION, location)).finish()
}

/// The page, with the cookie that lets it read the site's REST API as a person.
///
/// A site has one address: what the app is told is what the browser must show, or the app refuses to be framed. Who
/// came by another name for this machine is sent there.
async fn index(request: HttpRequest, world: Data<World>) -> HttpResponse {
    if !world.origin.ends_with(&format!("//{}", request.connection_info().host())) {
        let location = format!("{}{}", world.origin, request.path());
        return HttpResponse::Found().insert_header((header::LOCATION, location)).finish();
    }
    let Some(page) = Page::get("index.html") else { return HttpResponse::NotFound().finish() };
    let session = format!("{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", world.session);
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::SET_COOKIE, session))
        .body(page.data.into_owned())
}

async fn page_file(file: Path<String>) -> HttpResponse {
    match Page::get(&file) {
        Some(found) => served(&file).body(found.data.into_owned()),
        None => HttpResponse::NotFound().finish(),
    }
}

async fn vendor_file(request: HttpRequest, file: Path<String>) -> HttpResponse {
    vendor(&request, &file)
}

/// A file under the path that it has at the network.
async fn network_file(request: HttpRequest) -> HttpResponse {
    vendor(&request, request.path().trim_start_matches('/'))
}

/// The front-end build puts the compressed form beside each file.
fn vendor(request: &HttpRequest, file: &str) -> HttpResponse {
    let Some(plain) = Vendor::get(file) else { return missing() };
    let gzip = Vendor::get(&format!("{file}.gz")).map(|found| found.data.into_owned());
    Coded::with(plain.data.into_owned(), gzip).answer(request, served(file))
}

async fn all_js(request: HttpRequest, world: Data<World>) -> HttpResponse {
    let script = world.all_js.get_or_init(|| {
        let script = Vendor::get("iframe.js")?;
        let text = String::from_utf8_lossy(&script.data);
        Some(Coded::new(without_network(&text, &world.origin).into_bytes()))
    });
    script.as_ref().map_or_else(missing, |script| script.answer(&request, served("all.js")))
}

/// Two places know the network: the address of the themes, and the search for the script's own element.
fn without_network(script: &str, origin: &str) -> String {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    script
        .replace("\"https://\" + CDN_DOMAIN", &format!("\"{origin}\""))
        .replace(&format!("https://{NETWORK}"), origin)
        .replace(NETWORK, host)
}

/// Pages of the app load these from another origin, as modules and with integrity checks too.
fn served(file: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, content_type(file)))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .insert_header((header::CACHE_CONTROL, "no-cache"));
    answer
}

fn missing() -> HttpResponse {
    HttpResponse::NotFound()
        .body("This file comes with the front-end build, which has not been made: run `make build`.")
}

pub(super) fn content_type(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_js_knows_the_sandbox_in_place_of_the_network() {
        let script = r#"var CDN_DOMAIN = "connect-cdn.atl-paas.net"; var CDN_URL = "https://" + CDN_DOMAIN;
            find("script[src*='/connect-cdn.atl-paas.net/all']")"#;
        let changed = without_network(script, "http://127.0.0.1:8081");
        assert!(changed.contains(r#"var CDN_URL = "http://127.0.0.1:8081";"#));
        assert!(changed.contains("script[src*='/127.0.0.1:8081/all']"));
        assert!(!changed.contains(NETWORK));
    }
}

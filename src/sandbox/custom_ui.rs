//! The pages that Forge serves for the app, as they were deployed: from `frontend/dist-forge`, where the front-end build leaves
//! them, with what Forge puts around such a page. It serves them under its own policy, and adds the script of the bridge.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Path, ServiceConfig};
use rust_embed::RustEmbed;

use super::assets::content_type;

#[derive(RustEmbed)]
#[folder = "frontend/dist-forge/"]
#[allow_missing = true]
struct Deployed;

/// Scripts, styles and pictures come from the resource alone, nothing stands in the page itself, and a page asks nobody but
/// through the bridge.
const SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const BRIDGE: &str = "<script src=\"/sandbox/page/bridge.js\"></script>";

pub(super) fn configure(services: &mut ServiceConfig) {
    services.route("/custom-ui/{file:.*}", web::get().to(file));
}

async fn file(file: Path<String>) -> HttpResponse {
    let name = file.into_inner();
    let Some(found) = Deployed::get(&name) else {
        return HttpResponse::NotFound().body("The page was not built: run `make build`.");
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, content_type(&name)))
        .insert_header((header::CACHE_CONTROL, "no-cache"));
    if !name.ends_with(".html") {
        return answer.body(found.data.into_owned());
    }
    let page = String::from_utf8_lossy(&found.data).replacen("<head>", &format!("<head>{BRIDGE}"), 1);
    answer.insert_header((header::CONTENT_SECURITY_POLICY, SECURITY_POLICY)).body(page)
}

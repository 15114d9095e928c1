//! The front end's files, embedded in the binary (read from disk in debug builds).

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::auth::Public;
use crate::error::{Code, Error};

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
#[allow_missing = true]
struct Files;

/// What Vite says of one entry.
#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
}

/// Script and style sheets of a page, as paths under the base URL.
pub struct Entry {
    pub script: String,
    pub styles: Vec<String>,
}

/// `GET /assets/{file}`. Names carry a hash of the content, so they never change.
pub async fn handle(_: Public, path: web::Path<String>) -> Result<HttpResponse, Error> {
    let name = format!("assets/{path}");
    let file = Files::get(&name).ok_or_else(|| Error::new(Code::NotFound))?;
    let etag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()));
    Ok(HttpResponse::Ok()
        .content_type(file.metadata.mimetype())
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((ETAG, etag))
        // Our pages run in a sandboxed frame of another origin.
        .insert_header(("access-control-allow-origin", "*"))
        .body(file.data.into_owned()))
}

/// The files of the page whose source is `source`; `None` when the front end was not built.
pub fn entry(source: &str) -> Option<Entry> {
    let manifest = Files::get(".vite/manifest.json")?;
    let chunks: std::collections::BTreeMap<String, Chunk> = serde_json::from_slice(&manifest.data).ok()?;
    let chunk = chunks.get(source)?;
    let shared = chunk.imports.iter().filter_map(|name| chunks.get(name)).flat_map(|chunk| &chunk.css);
    let styles = shared.chain(&chunk.css).cloned().collect();
    Some(Entry { script: chunk.file.clone(), styles })
}

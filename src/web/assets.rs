//! The front end's files, embedded in the binary (read from disk in debug builds).

use std::collections::BTreeMap;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::coding::{self, OF_FILES};
use crate::api::answer::{Raw, kinds};
use crate::auth::Public;
use crate::error::{Code, Error};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

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

type Chunks = BTreeMap<String, Chunk>;

/// Script and style sheets of a page, as paths under the base URL.
pub struct Entry {
    pub script: String,
    pub styles: Vec<String>,
}

/// `GET /assets/{file}`. Names carry a hash of the content, so they never change; only the licences' name does not.
pub async fn handle(
    _: Public,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<Raw<kinds::Asset>, Error> {
    let name = format!("assets/{path}");
    let plain = Files::get(&name).ok_or_else(|| Error::new(Code::NotFound))?;
    let kind = plain.metadata.mimetype().to_owned();
    let coded = OF_FILES
        .into_iter()
        .filter(|(coding, _)| coding::is_taken(&request, coding))
        .find_map(|(coding, end)| Some((coding, Files::get(&format!("{name}{end}"))?)));
    let (coding, file) = coded.unwrap_or(("identity", plain));
    // Another coding is another content.
    let etag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()));
    let mut answer = HttpResponse::Ok();
    if coding != "identity" {
        answer.insert_header((CONTENT_ENCODING, coding));
    }
    Ok(answer
        .content_type(kind)
        .insert_header((VARY, "accept-encoding"))
        .insert_header((CACHE_CONTROL, if name.ends_with(".md") { "public, max-age=3600" } else { FOR_EVER }))
        .insert_header((ETAG, etag))
        // Our pages run in a sandboxed frame of another origin.
        .insert_header(("access-control-allow-origin", "*"))
        .body(file.data.into_owned())
        .into())
}

/// The files of the page whose source is `source`; `None` when the front end was not built.
pub fn entry(source: &str) -> Option<Entry> {
    let manifest = Files::get(".vite/manifest.json")?;
    let chunks: Chunks = serde_json::from_slice(&manifest.data).ok()?;
    let chunk = chunks.get(source)?;
    let mut styles = Vec::new();
    collect_styles(&chunks, source, &mut Vec::new(), &mut styles);
    Some(Entry { script: chunk.file.clone(), styles })
}

/// The files of a part that a page loads for itself, as paths under the base URL: its own and those of its imports.
pub fn modules(source: &str) -> Vec<String> {
    let manifest = Files::get(".vite/manifest.json");
    let chunks = manifest.and_then(|manifest| serde_json::from_slice::<Chunks>(&manifest.data).ok());
    let mut files = Vec::new();
    if let Some(chunks) = chunks {
        collect_modules(&chunks, source, &mut files);
    }
    files
}

fn collect_modules(chunks: &Chunks, name: &str, files: &mut Vec<String>) {
    let Some(chunk) = chunks.get(name).filter(|chunk| !files.contains(&chunk.file)) else { return };
    files.push(chunk.file.clone());
    chunk.imports.iter().for_each(|import| collect_modules(chunks, import, files));
}

/// Style sheets of everything that `name` imports, and then its own.
fn collect_styles<'a>(chunks: &'a Chunks, name: &'a str, seen: &mut Vec<&'a str>, styles: &mut Vec<String>) {
    let Some(chunk) = chunks.get(name).filter(|_| !seen.contains(&name)) else { return };
    seen.push(name);
    chunk.imports.iter().for_each(|import| collect_styles(chunks, import, seen, styles));
    styles.extend(chunk.css.iter().cloned());
}

//! A bundle as a file that somebody takes along: its items, and a manifest that says whose copy it is and until when.

use std::io::{Cursor, Write};

use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::watermark::marked;
use crate::audit::Download;
use crate::error::{Code, Error};
use crate::tickets::read::Whole;

/// The whole file. A bundle is bounded, so it fits into memory.
pub fn zip(whole: &Whole, download: &Download, by: &str, expert: Option<&str>) -> Result<Vec<u8>, Error> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let (number, mark) = (&whole.ticket.number, format!("kept download {}", download.id));
    // Found by whoever looks at the file without unpacking it; within each file by whoever has that alone.
    zip.set_comment(mark.as_str()).map_err(broken)?;
    let folder = format!("{number}-download-{}", download.id);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut listed = Vec::new();
    for item in &whole.items {
        let item = item.item()?;
        let name = format!("{folder}/items/{}", item.name);
        zip.start_file(&name, options).map_err(broken)?;
        zip.write_all(&marked(item.media, &item.content, &mark)).map_err(|error| broken(error.into()))?;
        listed.push(json!({ "file": name, "item": item.described() }));
    }
    let manifest = json!({
        "download": download.id, "ticket": number, "by": by, "expert": expert, "at": download.at,
        "deleteBy": download.until, "items": listed,
        "duty": "This copy must be deleted by then, and its deletion confirmed in the console.",
    });
    zip.start_file(format!("{folder}/manifest.json"), options).map_err(broken)?;
    let manifest =
        serde_json::to_vec_pretty(&manifest).map_err(|error| Error::new(Code::Internal).because(error))?;
    zip.write_all(&manifest).map_err(|error| broken(error.into()))?;
    Ok(zip.finish().map_err(broken)?.into_inner())
}

#[track_caller]
fn broken(error: zip::result::ZipError) -> Error {
    Error::new(Code::Internal).because(error)
}

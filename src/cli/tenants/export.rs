//! `kept tenants export`: everything that is stored of one tenant, as a zip.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use futures_util::TryStreamExt;
use serde_json::json;

use super::super::output;
use super::find;
use crate::api::Services;
use crate::rights::export::ExportStream;

#[derive(Args)]
pub struct Export {
    /// The product's clientKey of the installation, its id under Forge, or our own id of it.
    tenant: String,
    /// The zip file to make. It must not be there yet; only its owner can read it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn export(services: &Services, arguments: &Export) -> anyhow::Result<()> {
    let known = find(services, &arguments.tenant).await?;
    let id = known.tenant.id;
    if known.tenant.state() == "erasing" {
        bail!("the erasure of tenant {id} has begun; nothing of it is read any more");
    }
    let stream = services.export.stream(id).await.map_err(|error| anyhow::anyhow!(error.log_line()))?;
    let out = arguments.out.as_path();
    let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(out);
    let file = file.with_context(|| format!("cannot make {}", out.display()))?;
    let bytes = match save(stream, file).await {
        Ok(bytes) => bytes,
        Err(error) => {
            // Half of an export must not be taken for all of it.
            let _ = fs::remove_file(out);
            return Err(error.context(format!("{} was not finished", out.display())));
        }
    };
    told(id, out, bytes, arguments.json)
}

async fn save(mut stream: ExportStream, mut file: File) -> anyhow::Result<u64> {
    let mut bytes = 0;
    while let Some(piece) = stream.try_next().await? {
        file.write_all(&piece)?;
        bytes += piece.len() as u64;
    }
    file.sync_all()?;
    Ok(bytes)
}

fn told(id: crate::db::Id, out: &Path, bytes: u64, is_json: bool) -> anyhow::Result<()> {
    if is_json {
        return output::json(&json!({ "id": id, "file": out, "bytes": bytes }));
    }
    output::line(&format!("everything of tenant {id} is in {} ({bytes} bytes)", out.display()))
}

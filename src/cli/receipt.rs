//! `kept receipt list`, `show` and `verify`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;

use super::output;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::ledger::{self, ReceiptRow};
use crate::db::{DbError, Id};
use crate::erasure::SignedReceipt;
use crate::vault::PublicKeys;

const PAGE: i64 = 1_000;

#[derive(Subcommand)]
pub enum ReceiptCommand {
    /// List all receipts, by the ids that their tenants had.
    List {
        /// Print a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Print a receipt, byte for byte as it was signed.
    Show {
        /// Our own id of the tenant that was erased.
        tenant: Id,
    },
    /// Verify a receipt: that every byte of it is as it was signed.
    ///
    /// With --keys this needs no database and no network: the file is what /.well-known/kept-keys.json of the service
    /// answers. Without it the public key of this deployment's keyring is used.
    Verify {
        /// The receipt.
        #[arg(value_parser = file)]
        file: PathBuf,
        /// The public keys, as a JSON Web Key Set.
        #[arg(long, value_parser = file)]
        keys: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    tenant_id: Id,
    number: i64,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

pub async fn run(settings: Settings, command: ReceiptCommand) -> anyhow::Result<()> {
    match command {
        ReceiptCommand::List { json } => list(settings, json).await,
        ReceiptCommand::Show { tenant } => show(settings, tenant).await,
        ReceiptCommand::Verify { file, keys, json } => verify(settings, &file, keys.as_deref(), json).await,
    }
}

async fn list(settings: Settings, json: bool) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let (mut views, mut after) = (Vec::new(), Id::NONE);
    loop {
        let page: Vec<ReceiptRow> =
            services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts(conn, after, PAGE)?)).await?;
        let Some(last) = page.last() else { break };
        after = last.tenant_id;
        views.extend(page.iter().map(|row| View {
            tenant_id: row.tenant_id,
            number: row.number,
            issued_at: row.issued_at.into(),
            expires_at: row.expires_at.into(),
        }));
    }
    if json {
        return output::json(&views);
    }
    let row = |view: &View| {
        [
            view.tenant_id.to_string(),
            view.number.to_string(),
            view.issued_at.to_string(),
            view.expires_at.to_string(),
        ]
    };
    output::table(["tenant", "number", "issued at", "kept until"], &views.iter().map(row).collect::<Vec<_>>())
}

async fn show(settings: Settings, tenant: Id) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let found =
        services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?)).await?;
    if found.is_empty() {
        bail!("no receipt for the tenant {tenant}; `kept receipt list` shows them");
    }
    // Whoever saves it to a file must get exactly the signed bytes.
    found.iter().try_for_each(|row| output::line(row.document.trim_end_matches('\n')))
}

async fn verify(settings: Settings, file: &Path, keys: Option<&Path>, json: bool) -> anyhow::Result<()> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    let keys = match keys {
        Some(path) => read_keys(path)?,
        None => app::open_services(settings, Databases::AsTheyAre).await?.vault.public_keys(),
    };
    let signed = SignedReceipt::verify(&text, &keys).with_context(|| format!("{shown} proves nothing"))?;
    if json {
        return output::json(&json!({"valid": true, "receipt": signed.receipt}));
    }
    let receipt = &signed.receipt;
    output::line(&format!("valid: signed by the key {}", signed.signature.key_id))?;
    output::line(&format!("erased {} (reason: {})", receipt.ended_at, receipt.reason))?;
    output::line(&format!("unreadable everywhere since or from {}", receipt.unreadable_everywhere_at))?;
    let kept = receipt.retained.iter();
    let mut kept = kept.map(|kept| format!("kept: {} ({}) until {}", kept.class, kept.basis, kept.until));
    kept.try_for_each(|line| output::line(&line))
}

/// A file that is not there is wrong use, and not a receipt that proves nothing.
fn file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => Ok(path),
        Ok(_) => Err("expected a file".to_owned()),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}

fn read_keys(path: &Path) -> anyhow::Result<PublicKeys> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    serde_json::from_str(&text).with_context(|| format!("{shown} is no JSON Web Key Set"))
}

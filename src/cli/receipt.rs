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
use crate::erasure::{Answer, Signed, SignedReceipt, SignedSupplement, document_hash};
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
    /// Print a receipt and its supplements, byte for byte as they were signed.
    ///
    /// Processors that had not confirmed an erasure stand in its receipt; a supplement says what became of them. It names
    /// the receipt by its hash.
    Show {
        /// Our own id of the tenant that was erased.
        tenant: Id,
        /// Print one document alone: 0 is the receipt, higher numbers are supplements.
        #[arg(long, value_name = "NUMBER")]
        number: Option<i64>,
    },
    /// Verify a receipt or a supplement: that every byte of it is as it was signed.
    ///
    /// With --keys this needs no database and no network: the file is what /.well-known/kept-keys.json of the service
    /// answers. Without it the public key of this deployment's keyring is used.
    Verify {
        /// The receipt, or the supplement.
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
        ReceiptCommand::Show { tenant, number } => show(settings, tenant, number).await,
        ReceiptCommand::Verify { file, keys, json } => verify(settings, &file, keys.as_deref(), json).await,
    }
}

async fn list(settings: Settings, json: bool) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let (mut views, mut after) = (Vec::new(), (Id::NONE, 0));
    loop {
        let page: Vec<ReceiptRow> =
            services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts(conn, after, PAGE)?)).await?;
        let Some(last) = page.last() else { break };
        after = (last.tenant_id, last.number);
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
    if views.is_empty() {
        output::note("No receipts yet: nothing was erased.")?;
    }
    output::table(["tenant", "number", "issued at", "kept until"], &views.iter().map(row).collect::<Vec<_>>())
}

async fn show(settings: Settings, tenant: Id, number: Option<i64>) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let found = services.keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?));
    let mut found = found.await?;
    found.retain(|row| number.is_none_or(|number| row.number == number));
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
    let signed = Signed::verify(&text, &keys).with_context(|| format!("{shown} proves nothing"))?;
    match (&signed, json) {
        (Signed::Receipt(signed), true) => {
            output::json(&json!({"valid": true, "hash": document_hash(&text), "receipt": signed.receipt}))
        }
        (Signed::Supplement(signed), true) => output::json(
            &json!({"valid": true, "hash": document_hash(&text), "supplement": signed.supplement}),
        ),
        (Signed::Receipt(signed), false) => print_receipt(signed, &document_hash(&text)),
        (Signed::Supplement(signed), false) => print_supplement(signed),
    }
}

fn print_receipt(signed: &SignedReceipt, hash: &str) -> anyhow::Result<()> {
    let receipt = &signed.receipt;
    output::line(&format!("valid: signed by the key {}", signed.signature.key_id))?;
    output::line(&format!("erased {} (reason: {})", receipt.ended_at, receipt.reason))?;
    output::line(&format!("unreadable everywhere since or from {}", receipt.unreadable_everywhere_at))?;
    let kept = receipt.retained.iter();
    let mut kept = kept.map(|kept| format!("kept: {} ({}) until {}", kept.class, kept.basis, kept.until));
    kept.try_for_each(|line| output::line(&line))?;
    for name in &receipt.pending_processors {
        output::line(&format!("not confirmed by {name} yet; a supplement follows"))?;
    }
    output::line(&format!("supplements name it {hash}"))
}

fn print_supplement(signed: &SignedSupplement) -> anyhow::Result<()> {
    let supplement = &signed.supplement;
    output::line(&format!("valid: signed by the key {}", signed.signature.key_id))?;
    output::line(&format!("supplement {} of the receipt {}", supplement.number, supplement.receipt_hash))?;
    for told in &supplement.processors {
        let state = match (told.state, told.acknowledged_at) {
            (Answer::Acknowledged, Some(at)) => format!("confirmed {at}"),
            (Answer::Acknowledged, None) => "confirmed".to_owned(),
            (Answer::Pending, _) => format!("not confirmed yet, due {}", told.due_at),
            (Answer::Silent, _) => format!("silent: not confirmed by {}", told.due_at),
        };
        output::line(&format!("{}: {state}", told.name))?;
    }
    Ok(())
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

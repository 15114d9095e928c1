//! `kept migrate`: brings both databases up to date.

use clap::Args;
use serde_json::json;

use super::output;
use crate::app::{self, Databases};
use crate::config::Settings;

#[derive(Args)]
pub struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let (main, keyring) = app::open_databases(&settings, Databases::PrepareAll).await?;
    let (main, keyring) = (main.url().to_string(), keyring.url().to_string());
    if arguments.json {
        return output::json(&json!({ "main": main, "keyring": keyring, "migrated": true }));
    }
    output::line(&format!("up to date: {main}"))?;
    output::line(&format!("up to date: {keyring}"))
}

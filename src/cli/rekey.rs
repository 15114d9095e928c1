//! `kept rekey`: wraps every key of the keyring with a new master key. Data stays as it is: only the wrapping changes.

use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::output;
use crate::app::{self, Databases};
use crate::config::Settings;
use crate::vault::{self, MasterKey};

#[derive(Args)]
pub struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    // First what must be there: a development key is made when it is loaded.
    let (_, keyring) = app::open_databases(&settings, Databases::AsTheyAre).await?;
    let master =
        Arc::new(MasterKey::load(&settings.master_key, settings.master_key_previous.as_ref(), false)?);
    let moved = vault::rekey(&keyring, master.clone()).await?;
    if arguments.json {
        return output::json(&json!({ "moved": moved, "masterKeyId": master.id() }));
    }
    output::line(&format!("{moved} keys moved to master key {}", master.id()))
}

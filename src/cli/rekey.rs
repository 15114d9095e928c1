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
    /// Make a new key for signed links too. Links that are under way go on working until they expire; every `serve` and
    /// `work` signs with the new key from its next start on.
    #[arg(long)]
    links: bool,
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
    let now = settings.clock.now();
    let link_key =
        if arguments.links { Some(vault::add_link_key(&keyring, master.clone(), now).await?) } else { None };
    if arguments.json {
        let link_key = link_key.map(|number| number.to_string());
        return output::json(&json!({ "moved": moved, "masterKeyId": master.id(), "linkKeyId": link_key }));
    }
    output::line(&format!("{moved} keys moved to master key {}", master.id()))?;
    link_key.map_or(Ok(()), |number| output::line(&format!("links are signed with their key {number}")))
}

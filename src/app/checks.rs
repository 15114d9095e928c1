//! What `kept doctor` asks of the outside and of what the app shows to it, in plain words. How Atlassian is spoken to is known here,
//! where everything is put together, and not by the command.

use anyhow::{Context, bail};

use crate::config::Settings;
use crate::connect::descriptor::{self, Product};
use crate::connect::forge::ForgeKeys;
use crate::connect::install_keys::InstallKeys;
use crate::connect::token::LEEWAY;

/// The descriptors can be rendered; where one of them is.
pub fn descriptor(settings: &Settings) -> anyhow::Result<String> {
    for product in [Product::Jira, Product::Confluence] {
        descriptor::render(
            product,
            &settings.base_url,
            &settings.region_base_urls,
            settings.moves.as_ref().map(|moves| moves.max),
            &settings.app_key,
        )
        .map_err(anyhow::Error::msg)?;
    }
    Ok(format!("{}/atlassian-connect.json", settings.base_url))
}

/// How many servers of install keys answer.
pub async fn install_keys(settings: &Settings) -> anyhow::Result<usize> {
    keys(settings)?.check_servers().await.map_err(anyhow::Error::msg)
}

/// How many keys of Forge are published; `None` where the app has no Forge side.
pub async fn forge_keys(settings: &Settings) -> anyhow::Result<Option<usize>> {
    let Some(forge) = &settings.forge else { return Ok(None) };
    let keys = ForgeKeys::new(forge.jwks_url.clone(), settings.is_production(), settings.clock.clone())?;
    keys.count_published().await.context("KEPT_FORGE_JWKS_URL").map(Some)
}

/// Tokens are refused when two clocks differ by more than the leeway, so a wrong clock stops the whole service.
pub async fn clock(settings: &Settings) -> anyhow::Result<String> {
    if !settings.clock.is_system() {
        return Ok("not compared: KEPT_CLOCK is set".to_owned());
    }
    let (theirs, ours) = (keys(settings)?.server_time().await, settings.clock.now());
    let Some(theirs) = theirs else {
        return Ok("not compared: the key server does not say its time".to_owned());
    };
    let apart = ours.since(theirs).max(theirs.since(ours));
    if apart > LEEWAY {
        bail!("{} s apart from the key server: set the clock, or no token is believed", apart.as_secs());
    }
    Ok(format!("{} s apart from the key server", apart.as_secs()))
}

fn keys(settings: &Settings) -> anyhow::Result<InstallKeys> {
    let servers = settings.install_keys_urls.clone();
    Ok(InstallKeys::new(servers, settings.is_production(), settings.clock.clone())?)
}

//! `kept manifest`: the manifest of the app's Forge side, as `forge deploy` takes it.

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::output;
use crate::config::Settings;
use crate::connect::descriptor::Product;
use crate::connect::manifest::{self, StillConnect};
use crate::routes;

#[derive(Args)]
pub struct Arguments {
    /// For which product; both if it is left out.
    #[arg(long, value_enum)]
    product: Option<ProductName>,
    /// How much of the app is still Connect's.
    #[arg(long, value_enum, default_value = "life-cycle")]
    connect: Still,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProductName {
    Jira,
    Confluence,
}

#[derive(Clone, Copy, ValueEnum)]
enum Still {
    /// Pages, webhooks and life cycle, as the descriptor has them: the first step of an app that is listed already
    Everything,
    /// The life cycle alone; pages and events are Forge's
    LifeCycle,
    /// For an app that never was under Connect, or whose customers have all moved
    Nothing,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    output::text(&render(settings, arguments)?)
}

fn render(settings: &Settings, arguments: &Arguments) -> anyhow::Result<String> {
    let products = match arguments.product {
        Some(ProductName::Jira) => vec![Product::Jira],
        Some(ProductName::Confluence) => vec![Product::Confluence],
        None => vec![Product::Jira, Product::Confluence],
    };
    let still = match arguments.connect {
        Still::Everything => StillConnect::Everything,
        Still::LifeCycle => StillConnect::LifeCycle,
        Still::Nothing => StillConnect::Nothing,
    };
    checked(settings, &products, still)
}

/// The manifest of an app whose sites have arrived.
pub fn deployed(settings: &Settings) -> anyhow::Result<String> {
    checked(settings, &[Product::Jira, Product::Confluence], StillConnect::LifeCycle)
}

/// The text of a manifest that holds together.
fn checked(settings: &Settings, products: &[Product], still: StillConnect) -> anyhow::Result<String> {
    let (text, manifest) = manifest::render(settings, products, still).map_err(anyhow::Error::msg)?;
    let table = routes::table();
    let addresses: Vec<_> = table.routes().iter().map(|route| (route.method.as_str(), route.path)).collect();
    if let Err(wrong) = manifest::check(&manifest, &addresses) {
        bail!("manifest.yml:\n{}", wrong.join("\n"));
    }
    Ok(text)
}

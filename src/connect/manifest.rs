//! The manifest of the app's Forge side, rendered from `manifest.yml` with the configured addresses (connect.md §11.2).
//!
//! What stays Connect's comes from the descriptor, so the two never tell different things. The rendered text is read back into
//! our own schema of it ([`Manifest`]): an unknown member or a malformed key names its line. [`check`] holds it against
//! our modules and addresses.

mod check;
mod model;
mod scopes;
mod template;

use crate::config::Settings;
use crate::connect::descriptor::Product;

pub use check::{Address, check};
pub use model::Manifest;

/// How much of the app is still Connect's (connect.md §11.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StillConnect {
    /// Pages, events of the product and the life cycle: the first step of an app that is listed already.
    Everything,
    /// The life cycle alone, by which installations tell who they were.
    LifeCycle,
    /// An app that never was under Connect, or is no more.
    Nothing,
}

/// Renders the manifest for `products`, and reads it back. The text is what is deployed.
pub fn render(
    settings: &Settings,
    products: &[Product],
    still: StillConnect,
) -> Result<(String, Manifest), String> {
    let text = template::render(settings, products, still)?;
    let manifest = serde_saphyr::from_str(&text).map_err(|error| format!("manifest.yml: {error}"))?;
    Ok((text, manifest))
}

/// What a manifest asks sites for, beside what the descriptor asked for.
pub fn scopes(still: StillConnect) -> Vec<String> {
    let asked = scopes::asked(&[Product::Jira, Product::Confluence], still, &[]);
    asked.into_iter().map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests;

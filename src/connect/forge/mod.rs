//! Forge Remote: invocations of the app that Atlassian sends here (connect.md §11.5).
//!
//! Each carries a Forge Invocation Token (FIT), RS256 under a key of one published set. [`Forge::verify`] is the one place
//! that turns a token into an [`Invocation`].

mod api_base;
pub mod client_key;
pub mod events;
pub mod installation_details;
mod invocation;
mod jwks;
pub mod modules;
mod oauth;
mod replays;
mod verify;

pub use api_base::ApiBase;
pub use invocation::{Invocation, Licence};
pub use jwks::ForgeKeys;
pub use oauth::OAuthToken;
pub use verify::{Forge, ForgeError, Invoked};

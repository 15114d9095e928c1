//! The stand-in for an Atlassian site: a real HTTP peer for development and tests.
//!
//! It does to the app what Jira and Confluence do: signs installs with its own RSA key and serves that key, delivers
//! webhooks with Atlassian's headers and retry rules, opens the app's pages in iframes through Atlassian's own host
//! code, answers the REST calls that the app makes and checks the app's tokens, and receives the app's mail. It also plays
//! the vendor's own service desk. It can be told to fail. The app under test runs its production code and cannot tell the difference.
//!
//! The binary `sandbox` and the tests use the same [`Sandbox`]; tests start it on port 0. It is never part of a
//! production build (cargo feature `sandbox`), and it takes nothing from the app but the clock and the hash of a
//! canonical request.

mod accounts;
mod answer;
mod api;
mod assets;
pub mod authenticator;
mod coding;
mod connection;
mod custom_ui;
mod descriptor;
pub mod desk;
mod events;
mod faults;
mod forge;
mod host_token;
mod issues;
mod journal;
mod keys;
mod lifecycle;
mod lifecycle_call;
mod mails;
mod migration;
mod outgoing;
mod pages;
mod people;
mod random;
mod rest;
mod serve;
mod server;
mod sign;
mod site;
mod smtp;
mod time;
mod webhooks;
mod world;

#[cfg(test)]
mod tests;

pub use accounts::AccountState;
pub use answer::Answer;
pub use descriptor::{Descriptor, Module};
pub use faults::{Desk as DeskFault, Faults, KeyServer, MailServer, Rest, WebhookFaults};
pub use forge::{APP_ID as FORGE_APP_ID, ForgeEvent, Module as ForgeModule, Token as ForgeToken};
pub use issues::{Edit, Issue};
pub use journal::{Recorded, Sent};
pub(crate) use keys::Keys;
pub use lifecycle::Event;
pub use mails::ReceivedMail;
pub use migration::MoveProof;
pub use outgoing::Call;
pub use people::{Person, Who};
pub use server::{Options, Sandbox};
pub use sign::{SigningKey, sign, sign_hs256};
pub use site::{Former, Product, Site};
pub use webhooks::Delivery;

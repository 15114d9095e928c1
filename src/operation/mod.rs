//! Operation Data: what the app keeps for a while to do its work, and how it comes in.

mod ingest;
mod persons;

pub use ingest::{Identifier, Ingest, Ingested, MalformedEvent};

//! Operation Data: what the app keeps for a while to do its work, and how it comes in.

mod copy;
mod ingest;
mod persons;

pub use ingest::{Event, Identifier, Ingest, Ingested, MalformedEvent};

//! What the app keeps to do its work: Operation Data for a while, what its pages store for the customer, and how often a
//! feature is used.
//!
//! Where records come from:
//!
//! | kind | from |
//! |---|---|
//! | `webhook` | every event, without people |
//! | `issue_copy` | events with a whole issue or page: the latest version, and the newest one that differs from it |
//! | `field_trace` | each item of a changelog |
//! | `relation` | links between issues, as `issuelink_created` or an issue's `issuelinks` tell them |
//! | `twin` | links of the product's own type for an issue and its clone |
//! | `licence` | what the product answers about the licence |
//!
//! No event says more about counterparts than the link between an issue and its clone: a parent is no counterpart, and links
//! to other sites are in no event. What the app knows beyond that it states itself, with [`Operation::put`].

mod fields;
mod ingest;
mod look;
mod news;
mod order;
mod persons;
mod reading;
pub mod records;
mod thing;
pub mod uploads;
mod usage;
mod versions;

pub use ingest::{Arrived, Identifier, Ingest, Ingested, MalformedEvent};
pub use look::{About, Seen};
pub use order::Order;
pub use records::{Operation, Put, Record};
pub use thing::Thing;
pub use uploads::{Upload, Uploaded};
pub use usage::Counted;

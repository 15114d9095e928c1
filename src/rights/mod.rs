//! What a customer may ask for about what is stored of them: a list of all records, and all of it to take along.
//!
//! Both are driven by the data map, so no table is forgotten: what an erasure would remove is what an export shows, but
//! for what the map withholds with a reason.

pub mod export;
mod reader;
pub mod records;

pub use export::Export;
pub use records::Records;

//! From a problem to what support needs to see of it: collected by type, redacted, looked through, and shown to the user
//! before anything is sent. Nothing is stored here.

pub mod item;
pub mod preview;
pub mod safe;

pub use item::{Described, Hash, Item, ItemName, Masked, Media, Missing, Rule, Severity, Tier};
pub use preview::{Accepted, PREVIEW_FRESH, Preview, Reporter, Sent, accept};
pub use safe::bundle_safe;

//! From a problem to what support needs to see of it: collected by type, redacted, looked through, and shown to the user
//! before anything is sent. Nothing is stored here.

pub mod attachment;
pub mod collect;
pub mod draft;
pub mod image;
pub mod item;
pub mod preview;
pub mod redact;
pub mod safe;
pub mod secrets;
mod service;

pub use attachment::Attached;
pub use draft::{Browser, Draft, Page};
pub use item::{Described, Hash, Item, ItemName, Masked, Media, Missing, Rule, Severity, Tier};
pub use preview::{Accepted, PREVIEW_FRESH, Preview, Reporter, Sent, accept};
pub use redact::{Redacted, RedactedJson, Redactor, Wanted};
pub use safe::bundle_safe;
pub use service::{Previewed, Support};

//! From a problem to what support needs to see of it: collected by type, redacted, looked through, and shown to the user
//! before anything is sent. Nothing is stored here.

pub mod attachment;
pub mod collect;
pub mod draft;
mod hash;
pub mod image;
pub mod item;
mod masked;
mod missing;
pub mod preview;
pub mod redact;
mod reply;
pub mod safe;
pub mod secrets;
mod service;

pub use attachment::Attached;
pub use draft::{Browser, Draft, Page};
pub use hash::Hash;
pub use item::{Described, Item, ItemName, Media, Severity, Tier};
pub use masked::{Masked, Rule};
pub use missing::{Lack, Lacking, Missing};
pub use preview::{Accepted, PREVIEW_FRESH, Preview, Reporter, Sent, Sight, accept};
pub use redact::{LATER_MAX, LATER_MIN, Later, Redacted, RedactedJson, Redactor, Wanted};
pub use reply::ReplyFiles;
pub use safe::bundle_safe;
pub use service::{DryRun, Previewed, Support};

/// Read as their words.
macro_rules! over_words {
    ($($type:ident),*) => {
        $(impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        })*
    };
}
use over_words;

//! From a problem to what support needs to see of it: collected by type, redacted, looked through, and shown to the user
//! before anything is sent. Nothing is stored here.

pub mod attachment;
pub mod collect;
pub mod draft;
mod hash;
pub mod image;
pub mod item;
mod masked;
pub mod preview;
pub mod redact;
mod reply;
pub mod safe;
pub mod secrets;
mod service;

pub use attachment::Attached;
pub use draft::{Browser, Draft, Page};
pub use hash::Hash;
pub use item::{Described, Item, ItemName, Lacking, Media, Missing, Severity, Tier};
pub use masked::{Masked, Rule};
pub use preview::{Accepted, PREVIEW_FRESH, Preview, Reporter, Sent, Sight, accept};
pub use redact::{Redacted, RedactedJson, Redactor, Wanted};
pub use safe::bundle_safe;
pub use service::{Previewed, Support};

/// Written and read as their words.
macro_rules! over_words {
    ($($type:ident),*) => {
        $(impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        })*
    };
}
use over_words;

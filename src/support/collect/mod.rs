//! The collectors: each gives one item, from what was gathered for it, as a type that is safe to be in a bundle.
//!
//! First everything is gathered, as the databases and logs give it. Then the collectors, which are pure, take out what they
//! may. One that cannot answer says why, and the rest is there all the same.

mod account;
mod errors;
mod gather;
mod operation;
mod report;
mod settings;
mod surroundings;

use super::item::{Item, ItemName, Media, Tier};
use super::missing::{Lack, Missing};
use super::redact::Redactor;
use super::safe::BundleSafe;
pub use errors::fingerprint;
pub use gather::Gathered;

/// What a collector gives, or why it cannot.
pub type Collected = Result<Box<dyn BundleSafe>, Lack>;

/// Every item but attachments, in the order in which they are shown.
pub fn collect(gathered: &Gathered, tier: Tier, redactor: &mut Redactor) -> (Vec<Item>, Vec<Missing>) {
    let (mut items, mut missing) = (Vec::new(), Vec::new());
    for name in ItemName::COLLECTED {
        match collector(name)(gathered, tier, redactor) {
            Ok(content) => items.push(item(name, tier, content.as_ref())),
            Err(lack) => missing.push(Missing::new(name, lack)),
        }
    }
    missing.extend(operation::unseen(gathered, tier));
    (items, missing)
}

/// Bytes of content that one item may hold; what finds no room is there with its size alone.
const CONTENT_MAX: usize = 256 * 1024;

/// What is left of that.
struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(CONTENT_MAX)
    }
}

impl Room {
    fn takes(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

type Collector = fn(&Gathered, Tier, &mut Redactor) -> Collected;

fn collector(name: ItemName) -> Collector {
    match name {
        ItemName::Report | ItemName::Attachment(_) | ItemName::ReplyFile(_) => report::collect,
        ItemName::Account => account::account,
        ItemName::Licence => account::licence,
        ItemName::Issue => operation::issue,
        ItemName::Records => operation::records,
        ItemName::Settings => settings::collect,
        ItemName::Errors => errors::collect,
        ItemName::Versions => surroundings::versions,
        ItemName::Browser => surroundings::browser,
    }
}

/// The content is JSON that people can read.
fn item(name: ItemName, tier: Tier, content: &dyn BundleSafe) -> Item {
    let mut masked = Vec::new();
    content.masked("", &mut masked);
    let text = serde_json::to_vec_pretty(&content.value()).unwrap_or_default();
    Item::new(name, tier, Media::Json, text, masked)
}

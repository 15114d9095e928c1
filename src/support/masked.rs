//! What was masked, by rule and place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::over_words;
use crate::db::text_enum;

/// Places of an item that are listed one by one, how long the name of one may be, and where placeholders stand in all.
const PLACES_MAX: usize = 100;
const PLACE_MAX: usize = 200;
const RANGES_MAX: usize = 500;
/// Stands for all further places.
const ELSEWHERE: &str = "*";
text_enum! {
    /// Why something was masked. The word is also the first part of its placeholder, as in `<email-1>`.
    pub enum Rule {
        Email = "email",
        Ipv4 = "ipv4",
        Ipv6 = "ipv6",
        /// A URL with a user's name and password in it.
        UrlCredentials = "url-credentials",
        Jwt = "jwt",
        Token = "token",
        PrivateKey = "private-key",
        Iban = "iban",
        Card = "card",
        Phone = "phone",
        AccountId = "account-id",
        HomePath = "home-path",
        /// A term that the administrators listed.
        Term = "term",
        /// What the user selected.
        Selected = "selected",
        /// What staff masked for good after it was sent.
        Later = "later",
    }
}

over_words!(Rule);

/// One rule's work at one place of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Masked {
    pub rule: Rule,
    /// A JSON pointer (RFC 6901) to the text; empty where the item is one text, `*` for all further places.
    pub place: String,
    pub count: u32,
    /// Where the placeholders stand in the *masked* text, as `[start, end]` in UTF-16 units, which is how browsers count.
    /// Bounded: `count` may be more.
    pub ranges: Vec<[u32; 2]>,
}

/// The report of one item, as long as a token can carry: places one by one, as far as there is room, and all further ones
/// together for each rule. Counts are always whole.
pub fn bounded(masked: Vec<Masked>) -> Vec<Masked> {
    let (mut kept, mut ranges): (Vec<Masked>, usize) = (Vec::new(), 0);
    for (index, mut one) in masked.into_iter().enumerate() {
        if index >= PLACES_MAX || one.place.len() > PLACE_MAX {
            elsewhere(&mut kept, &one);
            continue;
        }
        one.ranges.truncate(RANGES_MAX.saturating_sub(ranges));
        ranges += one.ranges.len();
        kept.push(one);
    }
    kept
}

fn elsewhere(kept: &mut Vec<Masked>, one: &Masked) {
    match kept.iter_mut().find(|masked| masked.rule == one.rule && masked.place == ELSEWHERE) {
        Some(masked) => masked.count = masked.count.saturating_add(one.count),
        None => kept.push(Masked { place: ELSEWHERE.to_owned(), ranges: Vec::new(), ..one.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::{Item, ItemName, Media, Tier};
    use super::*;

    #[test]
    fn the_report_of_masks_is_bounded_and_its_counts_are_whole() {
        let one = |place: String| Masked { rule: Rule::Email, place, count: 3, ranges: vec![[0, 9]; 50] };
        let many =
            (0..1_000).map(|number| one(format!("/records/{number}"))).chain([one("x".repeat(70_000))]);
        let item = Item::new(ItemName::Records, Tier::Full, Media::Json, Vec::new(), many.collect());
        assert_eq!(item.masked.iter().map(|masked| masked.count).sum::<u32>(), 3 * 1_001);
        assert_eq!(item.masked.iter().map(|masked| masked.ranges.len()).sum::<usize>(), RANGES_MAX);
        assert_eq!(item.masked.last().map(|masked| masked.place.as_str()), Some(ELSEWHERE));
        assert!(serde_json::to_vec(&item.described()).unwrap().len() < 20_000);
    }
}

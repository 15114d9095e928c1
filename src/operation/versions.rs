//! Which versions of a thing are kept: the newest, and the newest one that differs from it. What is kept depends on the set
//! of the versions alone and not on the way in which they came.

use super::order::Order;

/// A version as far as it is compared. `text` decides between two of one instant, so that no order of arrival does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub order: Order,
    pub text: String,
}

/// Where a new version goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the latest; the former one becomes the previous.
    Latest,
    /// It is the latest and says the same as the former one, which it replaces.
    LatestAgain,
    Previous,
    /// It is known already, or older than what is kept.
    Nowhere,
}

/// Finds the place of `new` beside the versions that stand.
pub fn place(latest: Option<&Version>, previous: Option<&Version>, new: &Version) -> Place {
    let Some(latest) = latest else { return Place::LatestAgain };
    if new > latest {
        return if new.text == latest.text { Place::LatestAgain } else { Place::Latest };
    }
    let is_news = new.text != latest.text && previous.is_none_or(|previous| new > previous);
    if is_news { Place::Previous } else { Place::Nowhere }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::clock::Timestamp;

    type Kept = (Option<Version>, Option<Version>);

    fn kept_of(versions: &[Version]) -> Kept {
        let mut kept: Kept = (None, None);
        for new in versions {
            match place(kept.0.as_ref(), kept.1.as_ref(), new) {
                Place::Latest => kept = (Some(new.clone()), kept.0),
                Place::LatestAgain => kept.0 = Some(new.clone()),
                Place::Previous => kept.1 = Some(new.clone()),
                Place::Nowhere => {}
            }
        }
        kept
    }

    fn version((at, sequence, text): (i64, Option<u64>, String)) -> Version {
        let event = json!({"timestamp": at, "changelog": {"id": sequence}});
        Version { order: Order::of(&event, Timestamp::default()), text }
    }

    proptest! {
        #[test]
        fn whatever_the_order_of_arrival_the_same_versions_are_kept(
            (sorted, shuffled) in prop::collection::vec((0..6_i64, prop::option::of(0..4_u64), "[abc]"), 0..12)
                .prop_map(|versions| versions.into_iter().map(version).collect::<Vec<_>>())
                .prop_flat_map(|versions| {
                    let mut sorted = versions.clone();
                    sorted.sort();
                    (Just(sorted), Just(versions).prop_shuffle())
                })
        ) {
            let kept = kept_of(&shuffled);
            prop_assert_eq!(&kept, &kept_of(&sorted));
            let differs = |version: &&Version| Some(&version.text) != kept.0.as_ref().map(|latest| &latest.text);
            prop_assert_eq!(kept.0.as_ref(), sorted.last());
            prop_assert_eq!(kept.1.as_ref(), sorted.iter().rev().find(differs));
            // Once more, in any order, changes nothing.
            let twice: Vec<Version> = shuffled.iter().chain(&sorted).cloned().collect();
            prop_assert_eq!(&kept, &kept_of(&twice));
        }
    }
}

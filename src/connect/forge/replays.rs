//! Tokens that were used: each invocation has one of its own, and it counts once.
//!
//! A token is remembered for as long as it would be believed, so what is remembered is bounded by how many invocations
//! there are in that time. Nobody but Atlassian gets a token in here. If there are too many all the same, the next ones are
//! refused for a moment: forgetting one that still counts would be worse.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;

const TOKENS_MAX: usize = 500_000;

type Name = [u8; 32];

pub(super) struct Replays {
    tokens_max: usize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    names: HashSet<Name>,
    ends: BinaryHeap<Reverse<(Timestamp, Name)>>,
}

/// What there is about a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    First,
    Again,
    /// There is no room to remember it.
    TooMany,
}

impl Default for Replays {
    fn default() -> Self {
        Self { tokens_max: TOKENS_MAX, seen: Mutex::default() }
    }
}

impl Replays {
    /// Remembers a token until `expires_at`.
    pub(super) fn take(&self, token_id: &str, expires_at: Timestamp, now: Timestamp) -> Use {
        let name = Name::from(Sha256::digest(token_id.as_bytes()));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget_before(now);
        if seen.names.contains(&name) {
            return Use::Again;
        }
        if seen.names.len() >= self.tokens_max {
            return Use::TooMany;
        }
        seen.names.insert(name);
        seen.ends.push(Reverse((expires_at, name)));
        Use::First
    }
}

impl Seen {
    fn forget_before(&mut self, now: Timestamp) {
        while let Some(Reverse((end, name))) = self.ends.peek()
            && *end <= now
        {
            self.names.remove(name);
            self.ends.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_counts_once_and_is_forgotten_when_nobody_would_believe_it_any_more() {
        let replays = Replays { tokens_max: 2, seen: Mutex::default() };
        let at = Timestamp::from_seconds;
        assert_eq!(replays.take("one", at(30), at(0)), Use::First);
        assert_eq!(replays.take("one", at(30), at(29)), Use::Again);
        assert_eq!(replays.take("two", at(20), at(0)), Use::First);
        assert_eq!(replays.take("three", at(40), at(0)), Use::TooMany);
        assert_eq!(replays.take("one", at(30), at(0)), Use::Again, "nothing is forgotten for it");
        assert_eq!(replays.take("three", at(40), at(20)), Use::First);
        let seen = replays.seen.lock().unwrap();
        assert_eq!((seen.names.len(), seen.ends.len()), (2, 2));
    }
}

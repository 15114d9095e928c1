//! What all tenants do before anybody leaves: inserts, updates and deletes of many customers among each other, so that
//! pages fill, split and empty as they do in a service that has run for years.

use serde::Serialize;

use crate::simulate::Dice;

/// Of so many customers, one asks for its erasure long before the proof looks at anybody's.
const ONE_GOES_OF: usize = 50;
const KEYS: u32 = 6;
/// Longer than a page of either engine, so that some values go on elsewhere.
const SIZE_MAX: u32 = 6_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Install,
    Configure(u32),
    Upload {
        key: u32,
        size: u32,
    },
    DropUpload {
        key: u32,
    },
    Put {
        subject: u32,
        size: u32,
    },
    DropPut {
        subject: u32,
    },
    Event {
        issue: u32,
        size: u32,
    },
    DropIssue {
        issue: u32,
    },
    Use,
    /// A user reports a problem, staff answers, and another system has a copy.
    Report,
    /// The product sends another shared secret.
    Rotate,
    Ask,
    Uninstall,
}

/// How many there were of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Acts {
    pub inserts: usize,
    pub updates: usize,
    pub deletes: usize,
}

impl Acts {
    pub fn count(&mut self, act: Act) {
        match act {
            Act::Install | Act::Event { .. } | Act::Report => self.inserts += 1,
            Act::DropUpload { .. } | Act::DropPut { .. } | Act::DropIssue { .. } => self.deletes += 1,
            // The first of them inserts, the next ones take its place.
            Act::Upload { .. } | Act::Put { .. } | Act::Configure(_) | Act::Use => self.updates += 1,
            Act::Rotate | Act::Ask | Act::Uninstall => self.updates += 1,
        }
    }
}

/// An act and whose it is.
pub type Acted = (usize, Act);

/// Rounds of acts. Between two of them time goes by.
pub fn rounds(seed: u64, customers: usize, victims: &[usize]) -> Vec<Vec<Acted>> {
    let mut dice = Dice::new(seed, 0);
    let goes = |customer: usize| customer % ONE_GOES_OF == ONE_GOES_OF / 7 && !victims.contains(&customer);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let (mut third, mut fourth) = (Vec::new(), Vec::new());
    for customer in 0..customers {
        first.push((customer, Act::Install));
        second.extend(settle(&mut dice).into_iter().map(|act| (customer, act)));
        third.extend(live(&mut dice, 2).into_iter().map(|act| (customer, act)));
        if goes(customer) {
            third.push((customer, Act::Ask));
        } else {
            fourth.extend(live(&mut dice, 3).into_iter().map(|act| (customer, act)));
        }
    }
    let mut rounds = vec![first, second, third, fourth];
    rounds.iter_mut().for_each(|round| shuffle(&mut dice, round));
    rounds
}

/// What a victim does just before its end, so that there is something of everything.
pub fn last_acts(seed: u64) -> Vec<Act> {
    let mut dice = Dice::new(seed, 1);
    let mut acts = settle(&mut dice);
    acts.extend([Act::Event { issue: 3, size: 200 }, Act::Report, Act::Rotate]);
    acts.retain(|act| !matches!(act, Act::Configure(_)));
    acts
}

fn size(dice: &mut Dice) -> u32 {
    if dice.percent(5) { dice.between(1_000, SIZE_MAX) } else { dice.between(40, 700) }
}

fn settle(dice: &mut Dice) -> Vec<Act> {
    let mut acts = vec![Act::Configure(1), Act::Use];
    for number in 0..dice.between(1, 3) {
        acts.push(Act::Upload { key: number, size: size(dice) });
        acts.push(Act::Put { subject: number, size: size(dice) });
        acts.push(Act::Event { issue: number, size: size(dice) });
    }
    acts
}

fn live(dice: &mut Dice, round: u32) -> Vec<Act> {
    let act = |dice: &mut Dice| {
        let number = dice.between(0, KEYS - 1);
        match dice.between(0, 9) {
            0 | 1 => Act::Upload { key: number, size: size(dice) },
            2 => Act::DropUpload { key: number },
            3 => Act::Put { subject: number, size: size(dice) },
            4 => Act::DropPut { subject: number },
            5 | 6 => Act::Event { issue: number, size: size(dice) },
            7 => Act::DropIssue { issue: number },
            8 => Act::Configure(round),
            _ => Act::Use,
        }
    };
    let mut acts: Vec<Act> = (0..dice.between(2, 6)).map(|_| act(dice)).collect();
    if dice.percent(20) {
        acts.push(Act::Rotate);
    }
    acts
}

fn shuffle(dice: &mut Dice, acts: &mut [Acted]) {
    for last in (1..acts.len()).rev() {
        let other = dice.between(0, u32::try_from(last).unwrap_or(u32::MAX));
        acts.swap(last, usize::try_from(other).unwrap_or(last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_shuffled_and_the_same_for_the_same_seed() {
        let all = rounds(1, 200, &[7, 57]);
        assert_eq!(all, rounds(1, 200, &[7, 57]));
        assert_ne!(all, rounds(2, 200, &[7, 57]));
        assert_ne!(
            all[0].iter().map(|(customer, _)| *customer).collect::<Vec<_>>(),
            (0..200).collect::<Vec<_>>()
        );
        let asks: Vec<usize> =
            all[2].iter().filter(|(_, act)| *act == Act::Ask).map(|(customer, _)| *customer).collect();
        assert!(asks.len() == 2 && !asks.contains(&7), "{asks:?}");
        let mut acts = Acts::default();
        all.iter().flatten().for_each(|(_, act)| acts.count(*act));
        assert!(acts.inserts > 200 && acts.updates > 200 && acts.deletes > 100, "{acts:?}");
    }
}

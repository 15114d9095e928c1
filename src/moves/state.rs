//! How far a move is, as a pure function: `next(stage, event)` gives the stage that follows, or nothing where the event does not
//! apply. No time, no database, no other deployment in here.
//!
//! ```text
//! here:   scheduled → holding → copying → ready → committing → committed → done
//!             │          └─────────┴────────┴──── dropping → dropped
//!             └──────────────────────────────────────────────▶ dropped
//! there:  receiving → arrived → live
//!             └─────────┴──── dropping → dropped
//! ```
//!
//! The other deployment decides alone whether the tenant lives there: by one transaction of its own, from `arrived` to `live` or to
//! `dropping`. So there is no moment at which both have it alive, and none at which neither has it, whoever is killed when.

use crate::db::moves::Stage;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The product is down for the move.
    Started,
    /// No job of the tenant runs any more.
    Drained,
    /// Both sides have the same.
    Compared,
    /// The product has switched over.
    Committed,
    /// The tenant lives at the other deployment.
    LivesThere,
    /// What is left here was frozen.
    Left,
    /// It came to nothing: taken back, failed, or too late.
    GivenUp,
    /// No copy is left at the other deployment, or can come alive there.
    Dropped,
}

/// Stages at which a move from here holds its tenant.
pub const HOLDING: [Stage; 4] = [Stage::Holding, Stage::Copying, Stage::Ready, Stage::Committing];
/// Nothing follows any more.
pub const OVER: [Stage; 3] = [Stage::Done, Stage::Live, Stage::Dropped];

pub fn next(stage: Stage, event: Event) -> Option<Stage> {
    Some(match (stage, event) {
        (Stage::Scheduled, Event::Started) => Stage::Holding,
        (Stage::Holding, Event::Drained) => Stage::Copying,
        (Stage::Copying, Event::Compared) => Stage::Ready,
        (Stage::Ready, Event::Committed) => Stage::Committing,
        (Stage::Committing, Event::LivesThere) => Stage::Committed,
        (Stage::Committed, Event::Left) => Stage::Done,
        // Nothing was sent yet.
        (Stage::Scheduled, Event::GivenUp) => Stage::Dropped,
        (Stage::Holding | Stage::Copying | Stage::Ready, Event::GivenUp) => Stage::Dropping,
        // Once the other side was told to begin, its word alone can take it back.
        (Stage::Dropping | Stage::Committing, Event::Dropped) => Stage::Dropped,
        (Stage::Receiving, Event::Compared) => Stage::Arrived,
        (Stage::Arrived, Event::Committed) => Stage::Live,
        (Stage::Receiving | Stage::Arrived, Event::GivenUp) => Stage::Dropping,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 8] = [
        Event::Started,
        Event::Drained,
        Event::Compared,
        Event::Committed,
        Event::LivesThere,
        Event::Left,
        Event::GivenUp,
        Event::Dropped,
    ];

    #[test]
    fn what_is_over_stays_so_and_everything_else_can_come_to_an_end() {
        for stage in Stage::ALL {
            let follows = EVENTS.iter().any(|event| next(*stage, *event).is_some());
            assert_eq!(follows, !OVER.contains(stage), "{stage}");
        }
    }

    #[test]
    fn whoever_was_told_to_begin_is_not_given_up_without_its_word() {
        assert_eq!(next(Stage::Committing, Event::GivenUp), None);
        assert_eq!(next(Stage::Committed, Event::GivenUp), None);
        assert_eq!(next(Stage::Committed, Event::Dropped), None);
        assert_eq!(next(Stage::Live, Event::GivenUp), None);
        assert_eq!(next(Stage::Dropping, Event::Committed), None, "what is to go does not come alive");
    }
}

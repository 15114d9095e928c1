//! The states of a ticket, and who may move it between them. Pure.
//!
//! ```text
//!   received ──▶ triaged ⇄ waiting          any of them ──▶ closed, which is the end:
//!       │            ▲ │       │            its time to go counts from there
//!       └────────────┼─┴───────┴──▶ solved
//!                    └── the reporter writes again
//! ```

use crate::db::text_enum;

text_enum! {
    pub enum State {
        Received = "received",
        Triaged = "triaged",
        /// For the reporter's answer.
        Waiting = "waiting",
        Solved = "solved",
        Closed = "closed",
    }
}

text_enum! {
    /// Who moves it.
    pub enum Actor {
        /// Whoever reported it, from an address that is confirmed.
        Reporter = "reporter",
        Agent = "agent",
        Lead = "lead",
        /// Another system that has a copy, and in which it was moved.
        Sink = "sink",
        /// Looks at records, and moves nothing.
        Auditor = "auditor",
        Operator = "operator",
    }
}

text_enum! {
    /// What happens to it.
    pub enum Step {
        Triage = "triage",
        /// A question to the reporter.
        Ask = "ask",
        /// The reporter has written.
        Answer = "answer",
        Solve = "solve",
        Reopen = "reopen",
        Close = "close",
    }
}

/// Why a ticket stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("this role may not do that")]
    NotAllowed,
    #[error("a ticket in this state cannot be moved there")]
    NotPossible,
}

/// The state after `step`. What stands already is no error: a request that came twice changes nothing.
pub fn next(state: State, step: Step, actor: Actor) -> Result<State, Refused> {
    if !may(actor, step) {
        return Err(Refused::NotAllowed);
    }
    match (state, step) {
        (State::Closed, Step::Close) => Ok(State::Closed),
        (State::Closed, _) => Err(Refused::NotPossible),
        (_, Step::Close) => Ok(State::Closed),
        (State::Solved, Step::Triage | Step::Ask) => Err(Refused::NotPossible),
        (_, Step::Triage) => Ok(State::Triaged),
        (_, Step::Ask) => Ok(State::Waiting),
        (_, Step::Solve) => Ok(State::Solved),
        (State::Waiting | State::Solved, Step::Answer) => Ok(State::Triaged),
        (state, Step::Answer) => Ok(state),
        (State::Solved, Step::Reopen) => Ok(State::Triaged),
        (_, Step::Reopen) => Err(Refused::NotPossible),
    }
}

/// Whether somebody in this role may do this at all.
pub const fn may(actor: Actor, step: Step) -> bool {
    match actor {
        Actor::Reporter => matches!(step, Step::Answer),
        Actor::Agent | Actor::Lead => !matches!(step, Step::Answer),
        // There others work on it; the reporter is asked and answers here.
        Actor::Sink => matches!(step, Step::Triage | Step::Ask | Step::Solve | Step::Reopen | Step::Close),
        Actor::Auditor | Actor::Operator => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state, step and role, as one table.
    #[test]
    fn what_may_happen_to_a_ticket_is_a_closed_table() {
        let mut table = String::new();
        for actor in Actor::ALL {
            for state in State::ALL {
                let cells = Step::ALL.iter().map(|step| match next(*state, *step, *actor) {
                    Ok(after) => format!("{step} {after}"),
                    Err(Refused::NotPossible) => format!("{step} -"),
                    Err(Refused::NotAllowed) => format!("{step} x"),
                });
                table += &format!("{actor} {state}: {}\n", cells.collect::<Vec<_>>().join(", "));
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn a_closed_ticket_stays_closed_whoever_comes() {
        for (actor, step) in
            Actor::ALL.iter().flat_map(|actor| Step::ALL.iter().map(move |step| (actor, step)))
        {
            assert!(
                matches!(next(State::Closed, *step, *actor), Err(_) | Ok(State::Closed)),
                "{actor} {step}"
            );
        }
    }
}

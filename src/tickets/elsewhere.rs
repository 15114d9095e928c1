//! What is written about a ticket in another system that has a copy of it. It is a message like any other from here on: read
//! behind the link, told by mail, gone with the ticket.

use super::reporter::{TEXT_MAX, add_message, message_text, refused, room_for, state_of};
use super::state::{self, Actor, State, Step};
use super::{Tickets, mails};
use crate::clock::Timestamp;
use crate::db::ticket_mails::TicketMailKind;
use crate::db::ticket_messages::{self, MessageKind};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::vault::SealingKey;

impl Tickets {
    /// Adds a text that was written elsewhere to a ticket that is held, in as many messages as it needs. Returns them: none of
    /// a text with nothing in it, and `None` when there is no room for it now.
    pub fn written_elsewhere(
        &self,
        tx: &mut Conn,
        ticket: &TicketRow,
        (kind, text): (MessageKind, &str),
        key: &SealingKey,
        now: Timestamp,
    ) -> Result<Option<Vec<Id>>, Error> {
        let pieces = pieces(text);
        let count = ticket_messages::count(tx, ticket.tenant_id, ticket.id)?;
        if pieces.is_empty() {
            return Ok(Some(Vec::new()));
        }
        if count.saturating_add(i64::try_from(pieces.len()).unwrap_or(i64::MAX)) > room_for(kind) {
            return Ok(None);
        }
        let ids = pieces.into_iter().map(|text| add_message(tx, ticket, kind, None, text, key, now));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let after = after(state_of(ticket)?, kind)?;
        let (state, updated_at) = (after.as_str().to_owned(), now.into());
        let (mut snoozed_until, mut responded_at) = (ticket.snoozed_until, ticket.responded_at);
        match kind {
            MessageKind::UserReply => snoozed_until = None,
            _ => responded_at = responded_at.or(Some(updated_at)),
        }
        let ticket = TicketRow { state, updated_at, snoozed_until, responded_at, ..ticket.clone() };
        tickets::update(tx, &ticket)?;
        if kind == MessageKind::StaffReply {
            mails::plan(tx, &ticket, TicketMailKind::Reply, now)?;
        }
        Ok(Some(ids))
    }
}

/// An answer shows that somebody works on it, and the reporter's words that they wait no more. What is closed stays closed.
fn after(state: State, kind: MessageKind) -> Result<State, Error> {
    match (state, kind) {
        (State::Closed, _) => Ok(State::Closed),
        (_, MessageKind::UserReply) => state::next(state, Step::Answer, Actor::Reporter).map_err(refused),
        (State::Received, _) => state::next(state, Step::Triage, Actor::Sink).map_err(refused),
        _ => Ok(state),
    }
}

/// A text within the bounds of messages: one that is longer than a message may be is parted, so that nothing of it is lost.
fn pieces(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.trim().chars().collect();
    let pieces = letters.chunks(TEXT_MAX).map(|piece| piece.iter().collect::<String>());
    pieces.filter_map(|piece| message_text(&piece).ok()).filter(|piece| !piece.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_becomes_messages_that_hold_all_of_it() {
        assert_eq!(pieces("  Hello\r\nyou\u{0}\u{7}  "), ["Hello\nyou"]);
        assert!(pieces(" \n ").is_empty() && pieces("\u{0}").is_empty());
        let long = "ä".repeat(TEXT_MAX * 2 + 5);
        let parted = pieces(&long);
        assert_eq!((parted.len(), parted.concat() == long), (3, true));
    }

    #[test]
    fn what_others_write_moves_a_ticket_no_further_than_it_would_here() {
        let moved = |state, kind| after(state, kind).unwrap();
        assert_eq!(moved(State::Received, MessageKind::StaffReply), State::Triaged);
        assert_eq!(moved(State::Waiting, MessageKind::StaffReply), State::Waiting);
        assert_eq!(moved(State::Waiting, MessageKind::UserReply), State::Triaged);
        for kind in [MessageKind::StaffReply, MessageKind::UserReply] {
            assert_eq!(moved(State::Closed, kind), State::Closed);
        }
    }
}

//! What was chosen and told of a tenant that goes for another one: it counts for that one from then on, where it is stricter.

use super::super::install::InstallError;
use super::super::state::Event;
use super::super::store;
use crate::clock::Timestamp;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, Id, timeline};
use crate::policy::Policy;

/// Hands on what the row and the timeline of `between` say. Both rows are held by the transaction.
pub(super) fn over(
    tx: &mut Conn,
    between: &TenantRow,
    into: Id,
    now: Timestamp,
    policy: &Policy,
) -> Result<(), InstallError> {
    timeline::hand_over(tx, between.id, into)?;
    let Some(mut row) = tenants::by_id(tx, into)? else { return Ok(()) };
    let own_days = stricter(row.own_days, between.own_days);
    let ends_at = stricter(row.ends_at, between.ends_at);
    if own_days != row.own_days {
        let days = own_days.and_then(|days| u32::try_from(days).ok());
        row = store::applied(tx, row, Event::ChoseDays(days), now, policy)?;
    }
    if ends_at != row.ends_at {
        store::applied(tx, row, Event::EndsOn(ends_at.map(Timestamp::from)), now, policy)?;
    }
    Ok(())
}

/// The lesser of both, where both are known.
fn stricter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_one_alone_counts_and_otherwise_the_lesser() {
        assert_eq!(stricter(Some(1), Some(2)), Some(1));
        assert_eq!((stricter(None, Some(2)), stricter(Some(1), None)), (Some(2), Some(1)));
        assert_eq!(stricter::<i64>(None, None), None);
    }
}

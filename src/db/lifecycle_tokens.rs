//! Which body came with which life-cycle token. Such a token does not cover its body, so a leaked one could be sent again
//! with another secret; here the second body is noticed.

use diesel::prelude::*;

use super::schema::lifecycle_tokens;
use super::{Conn, Millis, each};
use crate::clock::Timestamp;

/// Expired rows removed with each new one: enough to keep the table small, too few to be felt.
const PRUNED_AT_ONCE: i64 = 100;

/// What is known of a token and a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// The token is new, and now bound to this body.
    First,
    /// The same pair came before.
    Repeated,
    /// The token came before, with another body.
    OtherBody,
}

/// Binds the token to the body until it expires.
pub fn bind(
    tx: &mut Conn,
    now: Timestamp,
    token_hash: &[u8],
    body_hash: &[u8],
    expires_at: Timestamp,
) -> QueryResult<Binding> {
    let values = (
        lifecycle_tokens::token_hash.eq(token_hash),
        lifecycle_tokens::body_hash.eq(body_hash),
        lifecycle_tokens::expires_at.eq(Millis::from(expires_at)),
    );
    let inserted = each!(tx, |tx| diesel::insert_into(lifecycle_tokens::table)
        .values(values)
        .on_conflict(lifecycle_tokens::token_hash)
        .do_nothing()
        .execute(tx))?;
    if inserted == 1 {
        prune(tx, now)?;
        return Ok(Binding::First);
    }
    let bound = lifecycle_tokens::table.find(token_hash).select(lifecycle_tokens::body_hash);
    let known: Vec<u8> = each!(tx, |tx| bound.first(tx))?;
    Ok(if known == body_hash { Binding::Repeated } else { Binding::OtherBody })
}

fn prune(tx: &mut Conn, now: Timestamp) -> QueryResult<()> {
    let expired = lifecycle_tokens::table
        .filter(lifecycle_tokens::expires_at.lt(Millis::from(now)))
        .order(lifecycle_tokens::expires_at)
        .limit(PRUNED_AT_ONCE)
        .select(lifecycle_tokens::token_hash);
    let expired: Vec<Vec<u8>> = each!(tx, |tx| expired.load(tx))?;
    // A list would be prepared anew for each length.
    expired.iter().try_for_each(|hash| {
        each!(tx, |tx| diesel::delete(lifecycle_tokens::table.find(hash)).execute(tx)).map(drop)
    })
}

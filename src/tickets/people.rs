//! Whose account ids of a customer's site are stored: those of whoever reported a problem, and of administrators who decided whether
//! a report may leave; in tickets and nowhere else. The product wants to be told of them once in a while (connect.md §7), and says
//! whose account is closed. Then every ticket that this person reported goes, and their name with the others that they decided about. The id of the customer at the vendor's own desk, which `sinks::copies` keeps with a copy, is another account on
//! another site, and goes with the copy.

use std::time::Duration;

use super::{Decided, TicketContent, Tickets, lock};
use crate::clock::Timestamp;
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::tickets::{self, TicketRow};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::vault::SealingKey;

/// Each account is reported once in this time, a week, unless the product wants it more often. It is the product's rule and
/// no time of keeping, so it is not the policy's.
pub const CYCLE: Duration = Duration::from_secs(168 * 3_600);
/// No cycle is shorter, whatever the product says: it must not keep us busy.
const CYCLE_MIN: Duration = Duration::from_secs(86_400);
const CYCLE_MAX: Duration = Duration::from_secs(672 * 3_600);
/// So much earlier than the end of a cycle, since a host may be away for a while.
const EARLY: Duration = Duration::from_secs(12 * 3_600);
/// Tenants are spread over this time, so that not all of them are reported at once.
const SPREAD: i64 = 6 * 3_600;
/// Around a full hour everybody else calls.
const BUSY: i64 = 300;
const HOUR: i64 = 3_600;

/// Somebody whose account id is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub account_id: String,
    /// Since when the oldest of what is stored of them is as it is.
    pub since: Timestamp,
    /// Their place in the order in which people are gone through.
    pub place: Vec<u8>,
}

impl Tickets {
    /// So many people of a tenant, after `after` where somebody is given.
    pub async fn people(&self, tenant: Id, after: Option<Vec<u8>>, limit: i64) -> Result<Vec<Person>, Error> {
        let (this, key) = (self.clone(), self.vault.data_key(tenant).await?);
        self.db
            .read(move |conn| {
                let mut places = tickets::reporters(conn, tenant, after.clone(), limit)?;
                places.extend(tickets::deciders(conn, tenant, after, limit)?);
                places.sort_unstable();
                places.dedup();
                places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
                let people = places.into_iter().map(|place| this.person(conn, tenant, place, &key));
                Ok(people.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten().collect())
            })
            .await
    }

    fn person(
        &self,
        conn: &mut Conn,
        tenant: Id,
        place: Vec<u8>,
        key: &SealingKey,
    ) -> Result<Option<Person>, Error> {
        let mut stored: Vec<(String, Timestamp)> = Vec::new();
        for row in tickets::of_reporter(conn, tenant, &place)? {
            let content = self.open(key, &row)?;
            let since = content.account_seen_at.unwrap_or(row.created_at.into());
            stored.extend(content.account_id.map(|account_id| (account_id, since)));
        }
        for row in tickets::of_decider(conn, tenant, &place)? {
            let Some(Decided { at, by, by_seen_at }) = self.open(key, &row)?.decided else { continue };
            stored.extend(by.map(|account_id| (account_id, by_seen_at.unwrap_or(at))));
        }
        let earliest = stored.into_iter().min_by_key(|(_, since)| *since);
        Ok(earliest.map(|(account_id, since)| Person { account_id, since, place }))
    }

    /// An account is closed: every ticket of that person goes, here and in every other system. Returns how many went.
    pub async fn account_closed(&self, tenant: Id, account_id: &str) -> Result<usize, Error> {
        let gone = self.each_of(tenant, account_id, tickets::of_reporter, |this, tx, row, key, now| {
            this.forget(tx, row, key, now).map(drop)
        });
        let gone = gone.await?;
        self.each_of(tenant, account_id, tickets::of_decider, |this, tx, row, key, _| {
            let mut content = this.open(key, row)?;
            content.decided =
                content.decided.map(|decided| Decided { by: None, by_seen_at: None, ..decided });
            let sealed = content.seal(key, row.id)?;
            Ok(tickets::update(tx, &TicketRow { sealed, decider_index: None, ..row.clone() })?)
        })
        .await?;
        Ok(gone)
    }

    /// Something about an account has changed. Of accounts nothing but the id is stored, which never changes; so what is
    /// stored is as it should be from now on.
    pub async fn account_updated(&self, tenant: Id, account_id: &str) -> Result<usize, Error> {
        let seen = self.each_of(tenant, account_id, tickets::of_reporter, |this, tx, row, key, now| {
            let content = TicketContent { account_seen_at: Some(now), ..this.open(key, row)? };
            let sealed = content.seal(key, row.id)?;
            Ok(tickets::update(tx, &TicketRow { sealed, ..row.clone() })?)
        });
        let seen = seen.await?;
        self.each_of(tenant, account_id, tickets::of_decider, |this, tx, row, key, now| {
            let mut content = this.open(key, row)?;
            content.decided = content.decided.map(|decided| Decided { by_seen_at: Some(now), ..decided });
            let sealed = content.seal(key, row.id)?;
            Ok(tickets::update(tx, &TicketRow { sealed, ..row.clone() })?)
        })
        .await?;
        Ok(seen)
    }

    /// Does the same to all tickets of somebody, one by one and each in a transaction: there may be thousands.
    async fn each_of(
        &self,
        tenant: Id,
        account_id: &str,
        of: fn(&mut Conn, Id, &[u8]) -> diesel::QueryResult<Vec<TicketRow>>,
        body: fn(&Self, &mut Conn, &TicketRow, &SealingKey, Timestamp) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let key = self.vault.data_key(tenant).await?;
        let place = super::reporter_index(&key, account_id);
        let find = move |conn: &mut Conn| Ok::<_, Error>(of(conn, tenant, &place)?);
        let (all, now) = (self.db.read(find).await?, self.clock.now());
        let mut count = 0;
        for ticket in all {
            let (this, key) = (self.clone(), key.clone());
            let done = self.db.write(move |tx| {
                if tickets::find(tx, tenant, ticket.id)?.is_none() {
                    return Ok(false);
                }
                let row = lock(tx, tenant, ticket.id)?;
                body(&this, tx, &row, &key, now).map(|()| true)
            });
            count += usize::from(done.await?);
        }
        Ok(count)
    }
}

/// Has the accounts of a tenant reported within a cycle, counted from the first one that is stored.
pub fn see_to_reports(tx: &mut Conn, tenant: Id, now: Timestamp) -> Result<(), Error> {
    let run_at = next_cycle(tenant, now, None);
    let job =
        NewJob { kind: JobKind::ReportAccounts, tenant, generation: 0, discriminator: String::new(), run_at };
    Ok(jobs::enqueue(tx, now, &job)?)
}

/// When a tenant's accounts are to be reported again: within the cycle that the product asks for, and not when all others are.
pub fn next_cycle(tenant: Id, now: Timestamp, days: Option<u32>) -> Timestamp {
    let asked = days.map(|days| CYCLE_MIN * days);
    let cycle = asked.map_or(CYCLE, |asked| asked.clamp(CYCLE_MIN, CYCLE_MAX));
    let spread = u64::try_from((tenant.as_i64() / 1_000).rem_euclid(SPREAD)).unwrap_or(0);
    let at = now.plus(cycle).minus(EARLY).minus(Duration::from_secs(spread));
    let second = at.as_seconds().rem_euclid(HOUR);
    let is_busy = !(BUSY..HOUR - BUSY).contains(&second);
    if is_busy { at.minus(Duration::from_secs(2 * BUSY.unsigned_abs())) } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_reported_within_the_cycle_that_was_asked_for_and_not_at_a_full_hour() {
        let now = Timestamp::from_seconds(1_795_000_000);
        for number in 0..5_000 {
            let tenant = Id::new(now.plus(Duration::from_millis(number * 977)));
            for (days, cycle) in
                [(None, CYCLE), (Some(0), CYCLE_MIN), (Some(3), CYCLE_MIN * 3), (Some(4_000), CYCLE_MAX)]
            {
                let at = next_cycle(tenant, now, days);
                assert!(at > now && at <= now.plus(cycle).minus(EARLY), "{days:?}");
                assert!((BUSY..HOUR - BUSY).contains(&at.as_seconds().rem_euclid(HOUR)), "{at}");
            }
        }
    }
}

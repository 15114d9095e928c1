//! Counts how often a feature is used: per tenant and day, never per person (IDALKO-17, WEBSITE-13).

use super::records::Operation;
use crate::clock::Timestamp;
use crate::db::usage::{self, UsageRow};
use crate::db::{DbError, Id, tenants};
use crate::error::Error;

const SECONDS_OF_A_DAY: i64 = 86_400;

/// What became of a use that somebody wanted counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Counted,
    /// The policy names no such feature.
    Unnamed,
    /// The tenant is being erased.
    Closed,
}

impl Operation {
    pub async fn count_use(&self, tenant: Id, feature: &str) -> Result<Counted, Error> {
        let day = self.clock.now().as_seconds().div_euclid(SECONDS_OF_A_DAY);
        // A counter does not say when on its day anything happened, so its time begins with the day.
        let day_began = Timestamp::from_seconds(day * SECONDS_OF_A_DAY);
        let Some(expires_at) = self.policy.feature_expires_at(feature, day_began) else {
            return Ok(Counted::Unnamed);
        };
        let (feature, expires_at) = (feature.to_owned(), expires_at.into());
        let row = UsageRow { tenant_id: tenant, day, feature, uses: 1, expires_at };
        let counted = self.db.write(move |tx| {
            if !tenants::fence(tx, tenant)? {
                return Ok(Counted::Closed);
            }
            usage::add(tx, &row)?;
            Ok::<_, DbError>(Counted::Counted)
        });
        Ok(counted.await?)
    }
}

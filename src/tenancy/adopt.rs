//! Another policy in force: dates that were computed from a former one are looked at again, and may only come nearer.

use super::state::Event;
use super::store::Tenancy;
use crate::db::{DbError, Id, tenants};
use crate::error::{Code, Error};

const BATCH: i64 = 100;

impl Tenancy {
    /// Brings a batch of dates under the policy in force. Returns whether more are left.
    pub async fn adopt_policy(&self) -> Result<bool, Error> {
        let found = self.under_other_policy().await?;
        for id in &found {
            match self.happened(*id, Event::PolicyChanged).await {
                // Its dates are looked at when it has moved, here or there.
                Err(error) if error.code() == Code::TenantMoving => {}
                adopted => drop(adopted?),
            }
        }
        // What is being erased or moved cannot be brought nearer; it would be found for ever.
        Ok(!found.is_empty() && self.under_other_policy().await? != found)
    }

    /// Whether any date came from another policy than the one in force.
    pub async fn is_other_policy_left(&self) -> Result<bool, DbError> {
        Ok(!self.under_other_policy().await?.is_empty())
    }

    async fn under_other_policy(&self) -> Result<Vec<Id>, DbError> {
        let version = self.policy.version().as_str().to_owned();
        self.db.read(move |conn| Ok(tenants::under_other_policy(conn, &version, BATCH)?)).await
    }
}

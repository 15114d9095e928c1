//! Accesses, and attempts at them, that somebody else at the vendor looks at afterwards.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Audit, AuditEvent, AuditKind, Detail, Who};
use crate::clock::Timestamp;
use crate::db::reviews::{self, ReviewRow};
use crate::db::{DbError, Id};
use crate::error::{Code, Error};

/// An access that nobody has looked at yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    pub id: Id,
    /// Our own number of the tenant; 0 for what belongs to none.
    pub tenant: Id,
    pub at: Timestamp,
    pub kind: String,
    #[serde(flatten)]
    pub detail: Detail,
}

impl Audit {
    /// What waits for a look, the oldest first, after the one called `after`.
    pub async fn open_reviews(&self, after: Option<Id>, limit: i64) -> Result<Vec<Review>, Error> {
        let after = after.unwrap_or(Id::NONE);
        let rows = self.db.read(move |conn| Ok::<_, DbError>(reviews::open(conn, after, limit)?)).await?;
        let mut open = Vec::with_capacity(rows.len());
        for row in rows {
            open.extend(self.opened(row).await?);
        }
        Ok(open)
    }

    /// Nothing where the row has gone meanwhile, with its tenant or on its date.
    async fn opened(&self, row: ReviewRow) -> Result<Option<Review>, Error> {
        let entry = match self.entry(row.tenant_id, row.sequence).await {
            Err(error) if error.code() == Code::NotFound => None,
            entry => entry?,
        };
        let review = |detail| Review {
            id: row.id,
            tenant: row.tenant_id,
            at: row.at.into(),
            kind: row.kind.clone(),
            detail,
        };
        Ok(entry.map(|entry| review(entry.detail)))
    }

    /// Somebody has looked at it. Nobody looks at what they did themselves.
    pub async fn review(&self, who: &Who, id: Id, remark: &str) -> Result<(), Error> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(reviews::by_id(conn, id)?)).await?;
        let row = found.ok_or_else(|| Error::new(Code::NotFound))?;
        if row.staff_id == who.id {
            let detail = "Somebody else has to look at what you did yourself.";
            return Err(Error::new(Code::NotPermitted).with_detail(detail));
        }
        let event = AuditEvent::by(who, row.tenant_id, AuditKind::AccessReviewed)
            .because(remark)
            .about(row.sequence.to_string());
        let (reviewer, now) = (who.id, self.clock.now().into());
        self.together(event, move |tx| {
            let is_open = reviews::settle(tx, row.tenant_id, id, reviewer, now)?;
            is_open.then_some(()).ok_or_else(|| Error::new(Code::StateChanged))
        })
        .await
    }
}

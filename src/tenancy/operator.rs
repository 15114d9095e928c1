//! What an operator does to the brakes by hand: pause, look, resume. Each is recorded with its reason.

use std::time::Duration;

use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use super::brake;
use super::store::Tenancy;
use crate::clock::Timestamp;
use crate::db::brakes::{self, Brake, Engaged};
use crate::db::jobs::{self, JobKind};
use crate::db::operator_actions::{self, OperatorActionRow};
use crate::db::{Conn, DbError, DbResult, Id, deployment};
use crate::error::{Code, Error};
use crate::policy::ClassName;
use crate::vault::Label;

const REASON: Label = Label("operator_action.reason");

const REPORTS_PAUSED: &str = "reports_paused_at";
/// Rows that are opened together.
const PAGE: i64 = 500;

/// What is sealed of an action.
#[derive(Serialize, Deserialize)]
struct Why {
    tenant: Option<String>,
    reason: String,
}

/// What an operator did, with its reason opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub at: Timestamp,
    pub action: String,
    pub tenant: Option<String>,
    pub reason: String,
}

impl Tenancy {
    /// The brakes that are engaged.
    pub async fn brakes(&self) -> DbResult<Vec<Engaged>> {
        self.db.read(|conn| Ok(brakes::engaged(conn)?)).await
    }

    /// Looks at the clock. False while the brake holds what must not be done at a wrong time.
    pub async fn watch_clock(&self, now: Timestamp) -> DbResult<bool> {
        let policy = self.policy.clone();
        // While it holds, or when another worker has looked just now, a look costs no transaction.
        let known = self.db.read(move |conn| Ok::<_, DbError>(brake::known_of_clock(conn, now)?)).await?;
        if let Some(trusted) = known {
            return Ok(trusted);
        }
        self.db.write(move |tx| Ok::<_, DbError>(brake::watch_clock(tx, now, &policy)?)).await
    }

    /// Holds erasures until somebody resumes them, but never past a tenant's ceiling.
    pub async fn pause_erasures(&self, reason: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let row = self.operator_action("erasures pause", None, reason, now)?;
        let paused = Engaged { brake: Brake::Paused, at: now, measure: 0 };
        self.db
            .write(move |tx| {
                operator_actions::insert(tx, &row)?;
                brakes::engage(tx, paused)?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// Somebody has looked: every brake is let go of, the time is believed, and counting begins anew. Returns what was
    /// engaged.
    pub async fn resume_erasures(&self, reason: &str) -> Result<Vec<Engaged>, Error> {
        let now = self.clock.now();
        let row = self.operator_action("erasures resume", None, reason, now)?;
        self.db
            .write(move |tx| {
                let engaged = brakes::engaged(tx)?;
                operator_actions::insert(tx, &row)?;
                brakes::release_all(tx)?;
                brakes::set_last_seen_at(tx, now)?;
                // What was held need not wait for its next look.
                jobs::hurry(tx, JobKind::Erase, now, now.plus(HELD_MAX))?;
                Ok::<_, Error>(engaged)
            })
            .await
    }

    /// Takes no problem report of anybody until somebody resumes that. What was reported stays, and so does every promise on it.
    pub async fn pause_reports(&self, reason: &str) -> Result<(), Error> {
        let now = self.clock.now();
        let row = self.operator_action("reports pause", None, reason, now)?;
        self.db
            .write(move |tx| {
                operator_actions::insert(tx, &row)?;
                deployment::set(tx, REPORTS_PAUSED, now.as_millis())?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// Takes reports again. Returns since when none were taken, if so.
    pub async fn resume_reports(&self, reason: &str) -> Result<Option<Timestamp>, Error> {
        let row = self.operator_action("reports resume", None, reason, self.clock.now())?;
        self.db
            .write(move |tx| {
                let since = deployment::value(tx, REPORTS_PAUSED)?;
                operator_actions::insert(tx, &row)?;
                deployment::remove_all(tx, REPORTS_PAUSED)?;
                Ok::<_, Error>(since.map(Timestamp::from_millis))
            })
            .await
    }

    /// Since when no problem report is taken; `None` while they are.
    pub async fn reports_paused_at(&self) -> DbResult<Option<Timestamp>> {
        self.db.read(|conn| Ok(reports_paused_at(conn)?)).await
    }

    /// What operators did lately, the newest first.
    pub async fn operator_actions(&self, limit: i64) -> Result<Vec<Recorded>, Error> {
        let rows = self.db.read(move |conn| Ok::<_, DbError>(operator_actions::newest(conn, limit)?)).await?;
        rows.into_iter().map(|row| self.open_action(&row)).collect()
    }

    /// Until when something stays that an operator did to this tenant. Its id is sealed with the reason, so all rows are
    /// opened; there are few, because each is the work of a hand.
    pub async fn operator_actions_about(&self, tenant: Id) -> Result<Option<Timestamp>, Error> {
        let (tenant, mut after, mut until) = (tenant.to_string(), Id::NONE, None);
        loop {
            let page = self.db.read(move |conn| Ok::<_, DbError>(operator_actions::page(conn, after, PAGE)?));
            let page = page.await?;
            let Some(last) = page.last() else { return Ok(until) };
            after = last.id;
            for row in &page {
                if self.open_action(row)?.tenant.as_ref() == Some(&tenant) {
                    until = until.max(Some(Timestamp::from(row.expires_at)));
                }
            }
        }
    }

    /// A row of the record of what operators do by hand. The reason is sealed under the vendor's key.
    pub fn operator_action(
        &self,
        action: &str,
        tenant: Option<Id>,
        reason: &str,
        now: Timestamp,
    ) -> Result<OperatorActionRow, Error> {
        let id = Id::new(now);
        let why = Why { tenant: tenant.map(|tenant| tenant.to_string()), reason: reason.to_owned() };
        let plain = serde_json::to_vec(&why).map_err(|error| Error::new(Code::Internal).because(error))?;
        let unlimited = || Error::new(Code::Internal).because(anyhow::anyhow!("audit records never expire"));
        Ok(OperatorActionRow {
            id,
            at: now.into(),
            action: action.to_owned(),
            reason: self.vault.vendor_key().seal(REASON, id, &plain),
            expires_at: self.policy.expires_at(ClassName::Audit, now).ok_or_else(unlimited)?.into(),
        })
    }

    fn open_action(&self, row: &OperatorActionRow) -> Result<Recorded, Error> {
        let plain = self.vault.vendor_key().open(REASON, row.id, &row.reason);
        let plain = plain.map_err(|error| Error::new(Code::Internal).because(error))?;
        let why: Why =
            serde_json::from_slice(&plain).map_err(|error| Error::new(Code::Internal).because(error))?;
        Ok(Recorded { at: row.at.into(), action: row.action.clone(), tenant: why.tenant, reason: why.reason })
    }
}

/// The same where there is no more than a database.
pub fn reports_paused_at(conn: &mut Conn) -> QueryResult<Option<Timestamp>> {
    Ok(deployment::value(conn, REPORTS_PAUSED)?.map(Timestamp::from_millis))
}

/// What a brake holds is put back by no more than this.
const HELD_MAX: Duration = brake::LOOK_AGAIN;

//! `GET /console/api/v1/jobs` and `POST …/{id}/retry`: what the service does by itself, what runs for long, and what has failed
//! for good.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::super::answer::NoContent;
use crate::audit::{AuditEvent, AuditKind};
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::jobs::{self, JobKind, JobRow, JobState};
use crate::db::{DbError, Id};
use crate::error::{Code, Error};

const SHOWN_MAX: i64 = 100;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Job")]
pub struct JobView {
    id: Id,
    kind: String,
    /// Whether this version knows what to do about it; another one may.
    is_held: bool,
    /// Absent for work that belongs to no tenant.
    tenant: Option<Id>,
    discriminator: String,
    run_at: Timestamp,
    /// Until when whoever works on it has it for themselves.
    lease_until: Option<Timestamp>,
    attempts: i32,
    last_error: Option<String>,
    created_at: Timestamp,
}

/// The lists have 100 jobs at most; the counts have all of them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Jobs")]
pub struct View {
    now: Timestamp,
    counts: Counts,
    /// The oldest first.
    running: Vec<JobView>,
    dead: Vec<JobView>,
    /// What comes next.
    queued: Vec<JobView>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobCounts")]
struct Counts {
    queued: i64,
    /// How many of them should have begun.
    due: i64,
    running: i64,
    dead: i64,
}

impl From<JobRow> for JobView {
    fn from(row: JobRow) -> Self {
        Self {
            id: row.id,
            is_held: row.kind.parse::<JobKind>().is_err(),
            kind: row.kind,
            tenant: (row.tenant_id != Id::NONE).then_some(row.tenant_id),
            discriminator: row.discriminator,
            run_at: row.run_at.into(),
            lease_until: row.lease_until.map(Timestamp::from),
            attempts: row.attempts,
            last_error: row.last_error,
            created_at: row.created_at.into(),
        }
    }
}

pub async fn list(
    _: StaffCaller<needs::ReadJobs>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let now = services.clock.now();
    let view = services.main.read(move |conn| {
        let mut shown = |state| {
            let rows = jobs::in_state(conn, state, SHOWN_MAX)?;
            Ok::<Vec<JobView>, DbError>(rows.into_iter().map(JobView::from).collect())
        };
        let (running, dead, queued) =
            (shown(JobState::Running)?, shown(JobState::Dead)?, shown(JobState::Queued)?);
        let counts = Counts {
            queued: jobs::count(conn, JobState::Queued, None)?,
            due: jobs::count(conn, JobState::Queued, Some(now))?,
            running: jobs::count(conn, JobState::Running, None)?,
            dead: jobs::count(conn, JobState::Dead, None)?,
        };
        Ok::<_, DbError>(View { now, counts, running, dead, queued })
    });
    Ok(web::Json(view.await?))
}

/// Makes a dead job due again. It is recorded before it is done, in the vendor's own chain.
pub async fn retry(
    caller: StaffCaller<needs::RetryJobs>,
    id: web::Path<String>,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let id: Id = id.parse().map_err(|_| Error::new(Code::NotFound))?;
    let (audit, key, now) =
        (services.audit.clone(), services.audit.key(Id::NONE).await?, services.clock.now());
    let event = AuditEvent::by(&caller.who(), Id::NONE, AuditKind::JobRetried).about(id.to_string());
    let revived = services.main.write(move |tx| {
        let revived = jobs::revive(tx, id, now)?;
        if revived {
            audit.record(tx, &key, &event)?;
        }
        Ok::<_, DbError>(revived)
    });
    if !revived.await? {
        return Err(Error::new(Code::NotFound));
    }
    services.wake.notify_one();
    Ok(NoContent)
}

//! `GET /api/v1/statement`: since when the privacy statement stands as it does, the newest version of it in the archive, and
//! what that one changed. For administrators.

use actix_web::web;
use serde::Serialize;

use super::Services;
use crate::auth::AdminCaller;
use crate::clock::Timestamp;
use crate::db::policy_versions::{self, PolicyVersionRow};
use crate::db::{Conn, DbError};
use crate::error::{Code, Error};
use crate::policy::published::Archived;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Of the policy in force.
    effective_at: Timestamp,
    /// Absent while nothing is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<Newest>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Newest {
    number: i64,
    effective_at: Timestamp,
    published_at: Timestamp,
    /// Whether the service runs under this version.
    in_force: bool,
    /// What it changed about the version before it; absent for the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<Changed>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    text: String,
    material: bool,
}

/// The last two versions, the newer one first.
type Last = (PolicyVersionRow, Option<PolicyVersionRow>);

pub async fn handle(_: AdminCaller, services: web::Data<Services>) -> Result<web::Json<View>, Error> {
    let last = services.main.read(|conn| Ok::<_, DbError>(last(conn)?)).await?;
    let effective_at = Timestamp::at_midnight(services.policy.document().effective);
    let newest = last.map(|last| newest(&last, services.policy.version().as_str())).transpose()?;
    Ok(web::Json(View { effective_at, newest }))
}

fn newest((newest, before): &Last, in_force: &str) -> Result<Newest, Error> {
    Ok(Newest {
        number: newest.number,
        effective_at: newest.effective_at.into(),
        published_at: newest.published_at.into(),
        in_force: newest.version == in_force,
        changes: before.as_ref().map(|before| changes(before, newest)).transpose()?,
    })
}

fn last(conn: &mut Conn) -> diesel::QueryResult<Option<Last>> {
    let Some(number) = policy_versions::summaries(conn)?.first().map(|summary| summary.number) else {
        return Ok(None);
    };
    let Some(newest) = policy_versions::by_number(conn, number)? else { return Ok(None) };
    Ok(Some((newest, policy_versions::by_number(conn, number - 1)?)))
}

fn changes(before: &PolicyVersionRow, newest: &PolicyVersionRow) -> Result<Vec<Changed>, Error> {
    let unreadable = |error: anyhow::Error| Error::new(Code::Internal).because(error);
    let archived = Archived::read(newest).map_err(|error| unreadable(error.into()))?;
    let policy = archived.policy(newest.number).map_err(|error| unreadable(error.into()))?;
    let changes = policy.changes_since(before).map_err(|error| unreadable(error.into()))?;
    let changed = changes
        .iter()
        .map(|change| Changed { text: change.to_string(), material: change.material.is_some() });
    Ok(changed.collect())
}

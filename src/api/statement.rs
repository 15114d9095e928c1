//! `GET /api/v1/statement`: since when the privacy statement stands as it does, the newest version of it in the archive, and
//! what that one changed. For administrators.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use crate::auth::AdminCaller;
use crate::clock::Timestamp;
use crate::db::policy_versions::{self, PolicyVersionRow};
use crate::db::{Conn, DbError};
use crate::error::{Code, Error};
use crate::policy::diff::{Change, Matter, Told, shown};
use crate::policy::published::Archived;
use crate::policy::{Language, Policy};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatementState")]
pub struct View {
    /// Of the policy in force.
    effective_at: Timestamp,
    /// Which version in the archive is in force; absent for one that was never published.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// Absent while nothing is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<Newest>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatementVersion")]
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

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatementChange")]
struct Changed {
    /// All of it in one English line, for whoever knows no words for the rest.
    text: String,
    material: bool,
    /// Why customers must be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Matter>,
    /// Keys of the policy, from the top of it.
    at: Vec<String>,
    /// Absent where it was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// Absent where it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// The same in words, in each language of the statement.
    words: InLanguages,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatementChangeInLanguages")]
struct InLanguages {
    en: Said,
    de: Said,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatementChangeSaid")]
struct Said {
    /// Which part of the statement it is about.
    what: String,
    /// Absent where it was added, or where `what` says all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// Absent where it was removed, or where `what` says all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl From<Told> for Said {
    fn from(Told { what, before, after }: Told) -> Self {
        Self { what, before, after }
    }
}

impl Changed {
    fn of(change: &Change, policy: &Policy) -> Self {
        let said = |language| Said::from(change.told(policy.document(), language));
        Self {
            words: InLanguages { en: said(Language::En), de: said(Language::De) },
            text: change.to_string(),
            material: change.material.is_some(),
            reason: change.material,
            at: change.at.clone(),
            before: change.before.as_ref().map(shown),
            after: change.after.as_ref().map(shown),
        }
    }
}

/// The last two versions, the newer one first.
type Last = (PolicyVersionRow, Option<PolicyVersionRow>);

pub async fn handle(_: AdminCaller, services: web::Data<Services>) -> Result<web::Json<View>, Error> {
    let policy = services.policy.clone();
    let found = services.main.read(move |conn| {
        let in_force = policy_versions::by_version(conn, policy.version().as_str())?;
        Ok::<_, DbError>((in_force.map(|row| row.number), last(conn)?))
    });
    let (number, last) = found.await?;
    let effective_at = Timestamp::at_midnight(services.policy.document().effective);
    let newest = last.map(|last| newest(&last, number)).transpose()?;
    Ok(web::Json(View { effective_at, number, newest }))
}

fn newest((newest, before): &Last, in_force: Option<i64>) -> Result<Newest, Error> {
    Ok(Newest {
        number: newest.number,
        effective_at: newest.effective_at.into(),
        published_at: newest.published_at.into(),
        in_force: in_force == Some(newest.number),
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
    Ok(changes.iter().map(|change| Changed::of(change, &policy)).collect())
}

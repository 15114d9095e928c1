//! `GET /console/api/v1/replies`, `PUT` and `DELETE …/{id}`: the vendor's own wording for answers that are given often.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::super::answer::NoContent;
use super::understood;
use crate::audit::{AuditEvent, AuditKind};
use crate::auth::staff::needs;
use crate::auth::{StaffCall, StaffCaller};
use crate::clock::Timestamp;
use crate::db::canned_replies::{self, CannedReplyRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::policy::Language;
use crate::staff::replies;
use crate::tickets::work::After;

const BODY_MAX: usize = 16 * 1024;
const TITLE_MAX: usize = 100;
const TEXT_MAX: usize = 8_000;
const REPLIES_MAX: i64 = 200;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CannedReply")]
pub struct View {
    id: Id,
    title: String,
    language: String,
    body: String,
    updated_at: Timestamp,
    /// What becomes of a ticket that is answered with it: `asked`, `solved`, or nothing.
    after: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CannedReplies")]
pub struct List {
    items: Vec<View>,
    /// What may stand in braces in a body.
    placeholders: &'static [&'static str],
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CannedReplyChange")]
pub struct Wanted {
    title: String,
    language: Language,
    body: String,
    /// `asked`, `solved`, or nothing where the state stays.
    after: Option<String>,
}

impl From<CannedReplyRow> for View {
    fn from(row: CannedReplyRow) -> Self {
        let CannedReplyRow { id, title, language, body, updated_at, after_state } = row;
        Self { id, title, language, body, updated_at: updated_at.into(), after: after_state }
    }
}

pub async fn list(
    _: StaffCaller<needs::ReadReplies>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let rows = services.main.read(|conn| Ok::<_, DbError>(canned_replies::all(conn, REPLIES_MAX)?)).await?;
    let items = rows.into_iter().map(View::from).collect();
    Ok(web::Json(List { items, placeholders: &replies::PLACEHOLDERS }))
}

/// A new one under `new`, or another wording of one that stands.
pub async fn put(
    call: StaffCall<needs::WriteReplies, Wanted, BODY_MAX>,
    id: web::Path<String>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let wanted = understood(call.read())?;
    check(&wanted)?;
    let now = services.clock.now();
    let standing: Option<Id> = if *id == "new" { None } else { Some(parse(&id)?) };
    let row = CannedReplyRow {
        id: standing.unwrap_or_else(|| Id::new(now)),
        title: wanted.title.trim().to_owned(),
        language: if wanted.language == Language::De { "de" } else { "en" }.to_owned(),
        body: wanted.body,
        updated_at: now.into(),
        after_state: wanted.after,
    };
    let view = View::from(row.clone());
    let event =
        AuditEvent::by(&call.caller.who(), Id::NONE, AuditKind::ReplyWritten).about(row.id.to_string());
    let store = move |tx: &mut Conn| match standing {
        Some(id) if canned_replies::by_id(tx, id)?.is_none() => Err(Error::new(Code::NotFound)),
        None if canned_replies::count(tx)? >= REPLIES_MAX => Err(Error::new(Code::LimitReached)),
        _ => Ok(canned_replies::put(tx, &row)?),
    };
    services.audit.together(event, store).await?;
    Ok(web::Json(view))
}

pub async fn delete(
    caller: StaffCaller<needs::WriteReplies>,
    id: web::Path<String>,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let id = parse(&id)?;
    let event = AuditEvent::by(&caller.who(), Id::NONE, AuditKind::ReplyDeleted).about(id.to_string());
    let delete = move |tx: &mut Conn| {
        if canned_replies::delete(tx, id)? { Ok(()) } else { Err(Error::new(Code::NotFound)) }
    };
    services.audit.together(event, delete).await?;
    Ok(NoContent)
}

fn parse(id: &str) -> Result<Id, Error> {
    id.parse().map_err(|_| Error::new(Code::NotFound))
}

fn check(wanted: &Wanted) -> Result<(), Error> {
    let wrong = |detail: String| Error::new(Code::InvalidBody).with_detail(detail);
    if !(1..=TITLE_MAX).contains(&wanted.title.trim().chars().count()) {
        return Err(wrong(format!("title: expected 1 to {TITLE_MAX} letters.")));
    }
    if !(1..=TEXT_MAX).contains(&wanted.body.chars().count()) {
        return Err(wrong(format!("body: expected 1 to {TEXT_MAX} letters.")));
    }
    After::parse(wanted.after.as_deref())?;
    match replies::unknown(&wanted.body) {
        Some(name) => Err(wrong(format!(
            "body: {{{name}}} is no placeholder; there are {}.",
            replies::PLACEHOLDERS.join(", ")
        ))),
        None => Ok(()),
    }
}

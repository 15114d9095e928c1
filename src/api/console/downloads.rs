//! `GET /console/api/v1/downloads` and `POST …/{id}/deleted`: bundles that were taken out, and that they are gone again.

use std::collections::HashMap;

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::super::answer::NoContent;
use super::{CURSOR, LIMITED, Paging};
use crate::audit::Download;
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::openapi::{Kind, Parameter, Parameters};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Download")]
pub struct View {
    /// Stands within the file.
    id: Id,
    tenant: Id,
    /// Whoever took it; absent when the account has gone.
    by: Option<String>,
    at: Timestamp,
    delete_by: Timestamp,
    deleted_at: Option<Timestamp>,
    is_overdue: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DownloadPage")]
pub struct List {
    /// The newest first.
    items: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub struct Asked;

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::query("open", Kind::Flag, "Those alone that nobody says are deleted."), CURSOR, LIMITED];
}

/// Agents see their own; `open=true` shows those that nobody says are deleted.
pub async fn list(
    caller: StaffCaller<needs::Downloads>,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let paging = Paging::parse(&query)?;
    let only_open = query.pairs().any(|(name, value)| name == "open" && value == "true");
    let own = caller.account.role.is_confined().then_some(caller.account.id);
    let before = paging.cursor.map(Id::from_i64);
    let found = services.audit.downloads(own, only_open, before, paging.limit).await?;
    let accounts = services.staff.accounts().await?;
    let names: HashMap<Id, &str> =
        accounts.iter().map(|account| (account.id, account.name.as_str())).collect();
    let now = services.clock.now();
    let items: Vec<View> = found.iter().map(|download| view(download, &names, now)).collect();
    let is_full = i64::try_from(items.len()).is_ok_and(|found| found == paging.limit);
    let next_cursor = items.last().filter(|_| is_full).map(|item| item.id.to_string());
    Ok(web::Json(List { items, next_cursor }))
}

fn view(download: &Download, names: &HashMap<Id, &str>, now: Timestamp) -> View {
    View {
        id: download.id,
        tenant: download.tenant,
        by: names.get(&download.staff).map(|name| (*name).to_owned()),
        at: download.at,
        delete_by: download.until,
        deleted_at: download.deleted_at,
        is_overdue: download.deleted_at.is_none() && download.until <= now,
    }
}

/// Whoever took it says that the file is gone. Nobody else can know.
pub async fn confirm(
    caller: StaffCaller<needs::Downloads>,
    id: web::Path<String>,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let id: Id = id.parse().map_err(|_| Error::new(Code::NotFound))?;
    services.audit.confirm_deleted(&caller.who(), id).await?;
    Ok(NoContent)
}

//! `GET /console/api/v1/staff`, `POST …/{name}/disable`, `DELETE …/{name}/sessions`: who has an account. Accounts are made by
//! `kept staff add` alone.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::super::answer::NoContent;
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::staff::{Account, StaffName};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StaffAccount")]
pub struct View {
    name: String,
    role: &'static str,
    state: &'static str,
    contract_until: Option<Timestamp>,
    last_used_at: Timestamp,
}

impl From<&Account> for View {
    fn from(account: &Account) -> Self {
        Self {
            name: account.name.as_str().to_owned(),
            role: account.role.as_str(),
            state: account.state.as_str(),
            contract_until: account.contract_until,
            last_used_at: account.updated_at,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StaffAccounts")]
pub struct List {
    items: Vec<View>,
}

pub async fn list(
    _: StaffCaller<needs::ListStaff>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let accounts = services.staff.accounts().await?;
    Ok(web::Json(List { items: accounts.iter().map(View::from).collect() }))
}

pub async fn disable(
    caller: StaffCaller<needs::ManageStaff>,
    name: web::Path<String>,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let account = services.staff.disable(&parse(&name)?, Some(&caller.who())).await?;
    Ok(web::Json(View::from(&account)))
}

pub async fn end_sessions(
    caller: StaffCaller<needs::ManageStaff>,
    name: web::Path<String>,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    services.staff.end_sessions(&parse(&name)?, &caller.who()).await?;
    Ok(NoContent)
}

fn parse(name: &str) -> Result<StaffName, Error> {
    StaffName::parse(name).map_err(|_| Error::new(Code::NotFound))
}

//! `POST`, `GET`, `DELETE /console/api/v1/session`: signing in, who one is, and signing out.

use actix_web::http::header::SET_COOKIE;
use actix_web::{CustomizeResponder, Responder, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::Services;
use super::super::answer::NoContent;
use super::understood;
use crate::auth::staff::{COOKIE, needs};
use crate::auth::{StaffCaller, StaffDoor};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::staff::{Account, Credentials, Permission, Role};

const BODY_MAX: usize = 2 * 1024;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Credentials")]
pub struct Shown {
    name: String,
    password: String,
    code: String,
    #[serde(default)]
    new_password: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StaffSession")]
pub struct View {
    name: String,
    role: Role,
    /// What this person may do.
    permissions: Vec<Permission>,
    /// When the session ends, however much it is used.
    until: Timestamp,
}

impl View {
    fn of(account: &Account, until: Timestamp) -> Self {
        let may = |permission: &&Permission| account.role.may(**permission);
        Self {
            name: account.name.as_str().to_owned(),
            role: account.role,
            permissions: Permission::ALL.iter().filter(may).copied().collect(),
            until,
        }
    }
}

pub async fn sign_in(
    door: StaffDoor<Shown, BODY_MAX>,
    services: web::Data<Services>,
) -> Result<CustomizeResponder<web::Json<View>>, Error> {
    let Shown { name, password, code, new_password } = understood(door.read())?;
    let shown = Credentials {
        name,
        password: Zeroizing::new(password),
        code,
        new_password: new_password.map(Zeroizing::new),
        address: door.address,
    };
    let entered = services.staff.sign_in(shown).await?;
    let cookie = format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict", entered.token.expose());
    let view = View::of(&entered.account, entered.until);
    Ok(web::Json(view).customize().insert_header((SET_COOKIE, cookie)))
}

pub async fn show(caller: StaffCaller<needs::OwnSession>) -> Result<web::Json<View>, Error> {
    Ok(web::Json(View::of(&caller.account, caller.until)))
}

pub async fn sign_out(
    caller: StaffCaller<needs::OwnSession>,
    services: web::Data<Services>,
) -> Result<CustomizeResponder<NoContent>, Error> {
    services.staff.sign_out(&caller.account, &caller.token).await?;
    let cookie = format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok(NoContent.customize().insert_header((SET_COOKIE, cookie)))
}

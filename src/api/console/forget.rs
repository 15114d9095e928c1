//! `POST /console/api/v1/tickets/{ticket}/forget`: deletes a ticket at once, or everything of whoever reported it, here and in every
//! other system. For people who ask for it elsewhere than behind their link. The reason is what is left of it.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Services;
use super::reach::Reached;
use super::{reason, understood};
use crate::audit::AuditKind;
use crate::auth::StaffCall;
use crate::auth::staff::needs;
use crate::error::{Code, Error};

const BODY_MAX: usize = 4 * 1024;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ForgetOf")]
enum Of {
    Ticket,
    Reporter,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ForgetWish")]
pub struct Wanted {
    reason: String,
    of: Of,
}

#[derive(Serialize, Default, JsonSchema)]
#[schemars(rename = "Forgotten")]
pub struct View {
    tickets: usize,
    /// Copies in other systems, which are asked to delete them until they have.
    copies: usize,
}

pub async fn forget(
    call: StaffCall<needs::Triage, Wanted, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<View>, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let Wanted { reason: why, of } = understood(call.read())?;
    let why = reason(&why)?;
    let rows = match of {
        Of::Ticket => vec![reached.row.clone()],
        Of::Reporter => services.tickets.of_same_reporter(&reached.row).await?,
    };
    let mut gone = View::default();
    for row in rows {
        let deed = reached.deed_on(&row, AuditKind::Forgotten)?.because(Some(why));
        match services.tickets.delete_by(deed).await {
            // It went meanwhile.
            Err(error) if error.code() == Code::NotFound && row.id != reached.row.id => {}
            forgotten => {
                gone.copies += forgotten?.copies;
                gone.tickets += 1;
            }
        }
    }
    services.wake.notify_one();
    Ok(web::Json(gone))
}

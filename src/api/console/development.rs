//! `PUT /console/api/v1/tickets/{ticket}/development`: where a ticket is worked on in development, and in which version it is fixed. The
//! issue gets nothing of the ticket; the ticket gets its key.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::Services;
use super::super::answer::NoContent;
use super::reach::Reached;
use super::understood;
use crate::audit::AuditKind;
use crate::auth::StaffCall;
use crate::auth::staff::needs;
use crate::error::Error;
use crate::tickets::development::Development;

const BODY_MAX: usize = 4 * 1024;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "DevelopmentChange")]
pub struct DevelopmentBody {
    /// The key of an issue, such as `KEPT-12`.
    issue: Option<String>,
    /// The reporters read it.
    fixed_in: Option<String>,
}

pub async fn put(
    call: StaffCall<needs::Problem, DevelopmentBody, BODY_MAX>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<NoContent, Error> {
    let reached = Reached::of(&request, &call.caller, &services).await?;
    let DevelopmentBody { issue, fixed_in } = understood(call.read())?;
    let development = Development::parse(issue.as_deref(), fixed_in.as_deref())?;
    let said = [&development.issue, &development.fixed_in].into_iter().flatten();
    let about = said.map(String::as_str).collect::<Vec<_>>().join(", ");
    let deed = reached.deed(AuditKind::DevelopmentLinked)?.about(about);
    services.tickets.set_development(deed, development).await?;
    Ok(NoContent)
}

//! `GET /console/api/v1/tenants/{id}`: one installation, with what it is called and how much is stored of it. That is the
//! customer's, so looking at it leaves a row that they can see.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::tenants::View;
use crate::audit::{AuditEvent, AuditKind, Who};
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::{DbError, Id, erasures};
use crate::error::{Code, Error};
use crate::policy::AccountUse;
use crate::tenancy::summary::ClassSummary;
use crate::tenancy::{Account, Standing, TenantStanding};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TenantDetails")]
pub struct Shown {
    #[serde(flatten)]
    standing: View,
    /// Absent once its erasure has begun.
    product: Option<String>,
    site: Option<String>,
    classes: Vec<ClassSummary>,
    erasure: Option<Progress>,
}

/// How far an erasure has come.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ErasureProgress")]
struct Progress {
    /// The last step that is done.
    step: String,
    frozen_at: Timestamp,
    /// By when the customer was promised it.
    ceiling_at: Timestamp,
}

pub async fn show(
    caller: StaffCaller<needs::ReadTenants>,
    id: web::Path<String>,
    services: web::Data<Services>,
) -> Result<web::Json<Shown>, Error> {
    let id: Id = id.parse().map_err(|_| Error::new(Code::NotFound))?;
    let standing = services.tenancy.standing(id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let account = account(&standing, &caller.who(), &services).await?;
    let field = |name| account.as_ref()?.get(name, AccountUse::ContractAdministration).map(str::to_owned);
    let erasure = services.main.read(move |conn| Ok::<_, DbError>(erasures::of_tenant(conn, id)?)).await?;
    let progress = |row: erasures::ErasureRow| Progress {
        step: row.step,
        frozen_at: row.frozen_at.into(),
        ceiling_at: row.ceiling_at.into(),
    };
    Ok(web::Json(Shown {
        standing: View::from(&standing),
        product: field("productType"),
        site: field("baseUrl"),
        classes: services.tenancy.summary(id).await?.classes,
        erasure: erasure.map(progress),
    }))
}

/// Recorded before it is read. Where the erasure has begun nothing can be recorded with the customer any more, and nothing is read.
async fn account(
    standing: &TenantStanding,
    who: &Who,
    services: &Services,
) -> Result<Option<Account>, Error> {
    let id = standing.tenant.id;
    if matches!(standing.tenant.standing, Standing::Erasing(_)) {
        return Ok(None);
    }
    services.audit.write(AuditEvent::by(who, id, AuditKind::TenantRead)).await?;
    Ok(services.tenancy.listed(id).await?.and_then(|listed| listed.account))
}

//! `POST /forge/lifecycle`: the app was installed or upgraded under Forge. `POST /forge/pre-uninstall`: it is about to go
//! (connect.md §11.6).

use actix_web::web;
use serde::Deserialize;

use super::answer::NoContent;
use super::{Services, forge_facts, installed};
use crate::auth::{ForgeEvent, forge_past};
use crate::config::is_same_resource;
use crate::connect::descriptor::Product;
use crate::connect::forge::{Invocation, Invoked};
use crate::db::Change;
use crate::error::{Code, Error};
use crate::tenancy::forge::{Belongs, ForgeInstall, ForgeInstallation};
use crate::tenancy::{Account, Installed, Outcome};

type Call = ForgeEvent<{ 64 * 1024 }>;

/// What is read of an event. Who installed the app is named in it, and not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// The installation.
    id: String,
    event_type: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happened {
    /// Installed, or upgraded: both say that it is there.
    Stands,
    Goes,
}

pub async fn handle(call: Call, services: web::Data<Services>) -> Result<NoContent, Error> {
    match read(call.body(), &call.invoked.invocation)? {
        Happened::Stands => stand(&call, &services).await?,
        Happened::Goes => go(&call, &services).await?,
    }
    Ok(NoContent)
}

/// Whatever the body says: this address exists for nothing else. Forge does not wait for the answer.
pub async fn goes(call: Call, services: web::Data<Services>) -> Result<NoContent, Error> {
    go(&call, &services).await?;
    Ok(NoContent)
}

/// By the event's own name. Where it has none it is one of those that the documentation gives none.
fn read(body: &[u8], invocation: &Invocation) -> Result<Happened, Error> {
    let invalid = |detail: &str| Error::new(Code::InvalidBody).with_detail(detail);
    let body: Body = serde_json::from_slice(body).map_err(|_| invalid("The body is not an event."))?;
    if !is_same_resource(&body.id, &invocation.installation_id) {
        return Err(Error::new(Code::TenantMismatch));
    }
    match body.event_type.as_deref() {
        None | Some("avi:forge:installed:app" | "avi:forge:upgraded:app") => Ok(Happened::Stands),
        Some("avi:forge:uninstalled:app") => Ok(Happened::Goes),
        _ => Err(invalid("The eventType does not belong to this address.")),
    }
}

async fn stand(call: &Call, services: &Services) -> Result<(), Error> {
    let (belongs, is_there) =
        tokio::join!(forge_past::ask(&services.host, &call.invoked), is_there(services, &call.invoked));
    store(call, services, belongs, is_there == Some(true)).await
}

/// Whether the product says that the installation is there; `None` when it does not say.
pub(super) async fn is_there(services: &Services, invoked: &Invoked) -> Option<bool> {
    let app_id = services.settings.forge.as_ref()?.app_id.as_str();
    forge_past::stands(&services.host, app_id, invoked).await
}

/// Stores the installation of a call for the tenant that it belongs to.
pub(super) async fn store(
    call: &Call,
    services: &Services,
    belongs: Belongs,
    is_there: bool,
) -> Result<(), Error> {
    let wanted = wanted(call, services, belongs, is_there);
    let stored = services.tenancy.install_forge(&wanted).await.map_err(installed::refuse)?;
    match stored {
        Installed::First(id) | Installed::Again(id) => {
            services.tenants.changed(Change::Everything);
            services.wake.notify_one();
            tracing::info!(tenant.id = %id, first = matches!(stored, Installed::First(_)), "installed");
            let (invocation, now) = (&call.invoked.invocation, services.clock.now());
            // Forge tries an event again that was not taken, and the product may have more to say by then.
            forge_past::wait_if_open(&services.tenancy, invocation, now).await?;
            forge_facts::licence(services, id, invocation).await?;
        }
        Installed::Ignored => tracing::info!("an installation came again, or too late"),
    }
    Ok(())
}

fn wanted(call: &Call, services: &Services, belongs: Belongs, is_there: bool) -> ForgeInstall {
    let invocation = &call.invoked.invocation;
    let (product, api_base_url) = (product(invocation), invocation.api_base.url().as_str());
    let licence = invocation.licence.as_ref();
    let fields = [
        ("key", Some(services.settings.app_key.as_str())),
        ("productType", Some(product)),
        ("baseUrl", Some(api_base_url)),
        ("entitlementNumber", licence.and_then(|licence| licence.entitlement_number.as_deref())),
        (
            "serviceEntitlementNumber",
            licence.and_then(|licence| licence.support_entitlement_number.as_deref()),
        ),
        ("installationId", Some(invocation.installation_id.as_str())),
    ];
    ForgeInstall {
        installation: ForgeInstallation {
            installation_id: invocation.installation_id.clone(),
            environment_id: Some(invocation.environment_id.clone()),
            environment_type: Some(invocation.environment.as_str().to_owned()),
            api_base_url: Some(api_base_url.to_owned()),
        },
        site: [product.to_owned(), api_base_url.to_owned()],
        account: Account::keep(&services.policy, fields),
        name_field: "installationId",
        belongs,
        is_there,
        delivery: call.delivery(),
    }
}

/// As Connect calls it in `productType`.
fn product(invocation: &Invocation) -> &'static str {
    match invocation.api_base.product() {
        Product::Jira => "jira",
        Product::Confluence => "confluence",
    }
}

async fn go(call: &Call, services: &Services) -> Result<(), Error> {
    let installation_id = &call.invoked.invocation.installation_id;
    let left =
        services.tenancy.leave_forge(installation_id, call.delivery()).await.map_err(installed::refuse)?;
    match left {
        Outcome::Done(id) => {
            services.tenants.changed(Change::Tenant(id));
            services.wake.notify_one();
            tracing::info!(tenant.id = %id, "uninstalled");
        }
        Outcome::Unknown => tracing::info!("an unknown installation goes"),
        Outcome::Ignored => tracing::info!("an uninstallation came again, or too late"),
    }
    Ok(())
}

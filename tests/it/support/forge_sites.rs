//! Sites under Forge, as tests look at them.

use kept::db::{Id, forge_installations};
use kept::sandbox::{Site, Who};
use kept::tenancy::KnownTenant;
use serde_json::json;

use super::TestApp;

/// The tenant that the site's installation leads to.
pub async fn of(app: &TestApp, site: &Site) -> Option<KnownTenant> {
    app.services.tenancy.find_forge(&site.forge_installation_id()).await.unwrap()
}

pub async fn id_of(app: &TestApp, site: &Site) -> Id {
    of(app, site).await.expect("the installation leads to a tenant").tenant.id
}

pub async fn state_of(app: &TestApp, site: &Site) -> &'static str {
    of(app, site).await.map_or("nothing", |known| known.tenant.state())
}

/// All tenants that there are.
pub async fn tenants(app: &TestApp) -> Vec<Id> {
    let page = app.services.tenancy.page(Id::NONE, 100).await.unwrap();
    page.into_iter().map(|listed| listed.tenant.id).collect()
}

/// Stores a note through the site's page under Forge, and returns the status.
pub async fn note(site: &Site, text: &str) -> u16 {
    let body = json!({ "text": text });
    site.invoke_remote(Who::Member, "PUT", "/forge/api/v1/storage/note", Some(&body)).await.status
}

/// The note as the page under Forge shows it.
pub async fn noted(site: &Site) -> String {
    site.invoke_remote(Who::Member, "GET", "/forge/api/v1/storage/note", None).await.body
}

/// How many rows there are of a tenant's installations.
pub async fn rows_of(app: &TestApp, tenant: Id) -> usize {
    let rows = app
        .services
        .main
        .read(move |conn| Ok::<_, kept::db::DbError>(forge_installations::of_tenant(conn, tenant)?.len()));
    rows.await.unwrap()
}

//! A site that has the app through Forge alone.

use kept::db::{Change, Id};
use kept::sandbox::{Answer, Call, ForgeToken, Site, Who};
use kept::tenancy::forge::{Belongs, ForgeInstall, ForgeInstallation};
use kept::tenancy::{Account, Delivery, Installed};
use serde_json::Value;

use super::TestApp;

/// Stores the site's installation as a tenant of its own, and returns that.
pub async fn installed(app: &TestApp, site: &Site) -> Id {
    let (installation_id, api_base_url) = (site.forge_installation_id(), site.api_base_url());
    let product = site.product().name();
    let fields = [
        ("key", Some("kept")),
        ("productType", Some(product)),
        ("baseUrl", Some(api_base_url.as_str())),
        ("installationId", Some(installation_id.as_str())),
    ];
    let wanted = ForgeInstall {
        installation: ForgeInstallation {
            environment_type: Some("PRODUCTION".to_owned()),
            api_base_url: Some(api_base_url.clone()),
            ..ForgeInstallation::named(&installation_id)
        },
        site: [product.to_owned(), api_base_url.clone()],
        account: Account::keep(&app.services.policy, fields),
        name_field: "installationId",
        belongs: Belongs::ToNobody,
        is_there: true,
        delivery: Delivery {
            token_hash: installation_id.as_bytes().to_vec(),
            body_hash: vec![0; 32],
            expires_at: app.clock.now(),
            issued_at: app.clock.now().as_seconds(),
        },
    };
    let stored = app.services.tenancy.install_forge(&wanted).await.unwrap();
    let Installed::First(id) = stored else { panic!("it was there before") };
    app.services.tenants.changed(Change::Everything);
    id
}

/// A call with this token, and the tokens that `invokeRemote` sends along for this person.
pub async fn call(site: &Site, token: &str, method: &str, path: &str, who: Who) -> Answer {
    site.send(&with_tokens(site, token, method, path, who)).await
}

pub fn with_tokens(site: &Site, token: &str, method: &str, path: &str, who: Who) -> Call {
    let body = (method != "GET").then(|| Value::String("stored by an attacker".to_owned()));
    let mut call = site.remote_call(method, path, token, body.as_ref());
    call.headers.push(("x-forge-oauth-system".to_owned(), site.oauth_token(ForgeToken::App)));
    call.headers.push(("x-forge-oauth-user".to_owned(), site.oauth_token(ForgeToken::User(who))));
    call
}

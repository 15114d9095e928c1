//! Tenants by the hundred, past HTTP: for tests that need many and look at something else.

use std::time::Duration;

use kept::config::Secret;
use kept::db::Id;
use kept::tenancy::{Account, Delivery, Installation, Installed};
use sha2::{Digest, Sha256};

use super::TestApp;

pub fn client_key(number: usize) -> String {
    format!("c1a5e000-0000-4000-8000-{number:012}")
}

/// Installs the tenant of this number, which is new.
pub async fn install(app: &TestApp, number: usize) -> Id {
    let (name, now) = (client_key(number), app.clock.now());
    let installation = Installation {
        site: ["jira".to_owned(), format!("https://site-{number}.atlassian.net")],
        account: Account::keep(&app.services.policy, [("clientKey", Some(name.as_str()))]),
        lasting_field: "installationId",
        secret: Secret::new(format!("the secret of tenant {number}")),
        delivery: Delivery {
            token_hash: Sha256::digest(&name).to_vec(),
            body_hash: Vec::new(),
            expires_at: now.plus(Duration::from_secs(180)),
            issued_at: now.as_seconds(),
        },
        identity: name,
    };
    match app.services.tenancy.install(&installation).await {
        Ok(Installed::First(id)) => id,
        _ => panic!("tenant {number} is new"),
    }
}

//! Installations under Forge: other names of a tenant, each with a life of its own.
//!
//! An installation may belong to a tenant that the product knew before by another name. The product says so in two places: in
//! its own `installed`, which may carry the installation's id (`adopt.rs`), and when it is asked with a token of the
//! installation, which it may refuse at first (`settle.rs`). Until it is known, nothing is stored for the installation but itself,
//! for an hour at most. Where both have data when it is found out, neither is given to the other (`split`): people look, and join
//! them by hand (`by_hand.rs`).

mod adopt;
mod arrivals;
mod by_hand;
mod carry;
mod install;
mod leave;
mod seen;
mod settle;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::store::{self, KnownTenant, Tenancy};
use crate::clock::Timestamp;
use crate::config::{is_same_resource, resource_id};
use crate::db::forge_installations::{self, ForgeRow};
use crate::db::{Conn, DbError, Id, tenants};
use crate::vault::{Label, SealingKey, Unsealable, VaultError};
pub(super) use adopt::{Alias, bind};
pub use arrivals::{Arrivals, Sought};
pub use by_hand::Joined;
pub use install::ForgeInstall;
pub use seen::{Seen, Silence};
pub use settle::{Belongs, Settled};

pub(super) const NAME: Label = Label("forge.installation_id");
const SEALED: Label = Label("forge.installation");
/// How long pages wait at most while it is unknown which tenant of before an installation belongs to. The product is asked on after
/// that, once a day; but the installation has data of its own by then, so whatever is said later moves none.
pub const SETTLE_WITHIN: Duration = Duration::from_secs(3_600);
/// Calls that were under way while the customer removed the app say nothing about whether it is there again.
const UNDER_WAY: Duration = Duration::from_secs(600);

/// What is known of one installation. Sealed as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForgeInstallation {
    pub installation_id: String,
    /// Which environment of the app it is an installation of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_type: Option<String>,
    /// Where its product is called; holds the site's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_base_url: Option<String>,
}

/// An installation with its state, for operators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedInstallation {
    #[serde(flatten)]
    pub installation: ForgeInstallation,
    pub mapping: String,
    pub installed_at: Timestamp,
    pub seen_at: Option<Timestamp>,
    pub removed_at: Option<Timestamp>,
}

impl ForgeInstallation {
    /// All that the product's own `installed` says of one.
    pub fn named(installation_id: &str) -> Self {
        let installation_id = installation_id.to_owned();
        Self { installation_id, environment_id: None, environment_type: None, api_base_url: None }
    }

    /// What was known before and is not told again stays known.
    fn over(self, former: Self) -> Self {
        Self {
            installation_id: self.installation_id,
            environment_id: self.environment_id.or(former.environment_id),
            environment_type: self.environment_type.or(former.environment_type),
            api_base_url: self.api_base_url.or(former.api_base_url),
        }
    }

    /// The same installation of another environment is another one, and there is none.
    fn contradicts(&self, former: &Self) -> bool {
        matches!((&self.environment_id, &former.environment_id), (Some(told), Some(known)) if !is_same_resource(told, known))
    }

    fn seal(&self, key: &SealingKey, record: Id) -> Result<Vec<u8>, Unsealable> {
        let text = serde_json::to_vec(self).map_err(|_| Unsealable)?;
        Ok(key.seal(SEALED, record, &text))
    }

    pub(super) fn open(key: &SealingKey, row: &ForgeRow) -> Result<Self, Unsealable> {
        serde_json::from_slice(&key.open(SEALED, row.id, &row.sealed)?).map_err(|_| Unsealable)
    }
}

impl Tenancy {
    /// Finds a tenant by an installation that was not removed.
    pub async fn find_forge(&self, installation_id: &str) -> Result<Option<KnownTenant>, VaultError> {
        let index = self.forge_index(installation_id);
        let found = self.db.read(move |conn| {
            let row = forge_installations::by_index(conn, &index)?.filter(|row| row.removed_at.is_none());
            let Some(row) = row else { return Ok(None) };
            let tenant = store::read(conn, |conn| tenants::by_id(conn, row.tenant_id))?;
            Ok::<_, DbError>(Some((row, tenant)))
        });
        let Some((row, found)) = found.await? else { return Ok(None) };
        let known = self.open(found).await?;
        Ok(known.map(|known| KnownTenant { held_until: held_until(&row), ..known }))
    }

    /// The installations of a tenant, as far as they can be read.
    pub async fn forge_of(&self, tenant: Id) -> Result<Vec<ListedInstallation>, VaultError> {
        let rows = self.db.read(move |conn| Ok::<_, DbError>(forge_installations::of_tenant(conn, tenant)?));
        let rows = rows.await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.vault.data_key(tenant).await?;
        let listed = rows.iter().map(|row| Ok(listed(ForgeInstallation::open(&key, row)?, row)));
        listed.collect()
    }

    /// The blind index of an installation's id, however it is written.
    pub(super) fn forge_index(&self, installation_id: &str) -> Vec<u8> {
        self.vault.index().of(NAME, &[resource_id(installation_id).as_bytes()])
    }
}

fn held_until(row: &ForgeRow) -> Option<Timestamp> {
    row.is_open().then(|| Timestamp::from(row.installed_at).plus(SETTLE_WITHIN))
}

fn listed(installation: ForgeInstallation, row: &ForgeRow) -> ListedInstallation {
    ListedInstallation {
        installation,
        mapping: row.mapping.clone(),
        installed_at: row.installed_at.into(),
        seen_at: row.seen_at.map(Timestamp::from),
        removed_at: row.removed_at.map(Timestamp::from),
    }
}

/// The row of this name, with its tenant's held against other writers.
fn locked(tx: &mut Conn, index: &[u8]) -> diesel::QueryResult<Option<(ForgeRow, tenants::TenantRow)>> {
    let Some(row) = forge_installations::by_index(tx, index)? else { return Ok(None) };
    let Some(tenant) = tenants::lock_by_id(tx, row.tenant_id)? else { return Ok(None) };
    let row = forge_installations::by_index(tx, index)?.filter(|row| row.tenant_id == tenant.id);
    Ok(row.map(|row| (row, tenant)))
}

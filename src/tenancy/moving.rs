//! A tenant that moves to another deployment, or came from one: what it may do meanwhile, and by which names it is found.
//!
//! Who moves it, and how, is not known here: a row says which move holds it.

use std::time::Duration;

use serde_json::Value;

use super::forge::{self, ForgeInstallation};
use super::state::{Mark, Standing, Tenant};
use super::store::{self, IDENTITY, SITE, Tenancy};
use crate::clock::Timestamp;
use crate::db::forge_installations::{self, ForgeRow};
use crate::db::moves::{MoveRow, Role, Stage};
use crate::db::moving::WholeRow;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id, jobs, moved_names, moves, policy_versions};
use crate::error::{Code, Error};
use crate::policy::published::NOTICE;
use crate::policy::{AccountUse, Policy};
use crate::vault::{Label, VaultError};

const MOVED: Label = Label("move.name");
/// What was sent to the region of before while a site moved from there has come by then.
const SETTLED: Duration = Duration::from_secs(3_600);

/// What a move means for whoever asks for its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// It is being copied: what is stored can be read, and nothing is stored.
    Moving,
    /// It lives in that region now.
    Moved { to: String },
}

/// Labels of the blind indexes by which a deployment finds its tenants. They are made anew wherever a tenant comes.
pub const INDEXES: [Label; 3] = [IDENTITY, SITE, forge::NAME];

/// What the product calls a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    pub identity: Option<String>,
    /// Product and where it is called.
    pub site: Option<[String; 2]>,
    /// Our own number of each installation, and its name.
    pub installations: Vec<(Id, String)>,
}

/// By what a deployment finds a tenant: blind indexes under its own look-up key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub identity: Option<Vec<u8>>,
    pub site: Option<Vec<u8>>,
    pub installations: Vec<(Id, Vec<u8>)>,
}

impl Tenancy {
    /// What its move means for a tenant that is held.
    pub(super) async fn hold_of(&self, row: &TenantRow) -> Result<Option<Hold>, DbError> {
        let Some(held_by) = row.held_by else { return Ok(None) };
        let found = self.db.read(move |conn| Ok::<_, DbError>(moves::by_id(conn, held_by)?)).await?;
        Ok(Some(found.as_ref().map_or(Hold::Moving, Hold::by)))
    }

    /// The names of a tenant, made from what is sealed.
    pub async fn names(&self, row: &TenantRow) -> Result<Names, VaultError> {
        Ok(self.names_of(&self.called(row).await?))
    }

    /// The names of whoever is called so.
    pub fn names_of(&self, called: &Called) -> Names {
        let installation = |(id, name): &(Id, String)| (*id, self.forge_index(name));
        Names {
            identity: called.identity.as_ref().map(|identity| self.identity_index(identity)),
            site: called.site.as_ref().map(|site| self.site_index(site)),
            installations: called.installations.iter().map(installation).collect(),
        }
    }

    /// What the product calls a tenant, from what is sealed.
    pub async fn called(&self, row: &TenantRow) -> Result<Called, VaultError> {
        let id = row.id;
        let installations =
            self.db.read(move |conn| Ok::<_, DbError>(forge_installations::of_tenant(conn, id)?)).await?;
        let key = self.vault.data_key(id).await?;
        let account = self.open_account(row).await?;
        let opened = installations.iter().map(|row| Ok((row.id, ForgeInstallation::open(&key, row)?)));
        let opened = opened.collect::<Result<Vec<_>, VaultError>>()?;
        let field = |name| account.get(name, AccountUse::ContractAdministration);
        let answers = opened.iter().find_map(|(_, installation)| installation.api_base_url.clone());
        let place = field("baseUrl").map(str::to_owned).or(answers);
        let product = field("productType").unwrap_or_default().to_ascii_lowercase();
        Ok(Called {
            identity: field("clientKey").map(str::to_owned),
            site: place.map(|place| [product, place]),
            installations: opened
                .into_iter()
                .map(|(id, installation)| (id, installation.installation_id))
                .collect(),
        })
    }

    /// Makes a row that arrives such that no name leads to its tenant, and `held_by` holds that.
    pub fn put_to_sleep(&self, held_by: Id, table: &str, row: &mut WholeRow) {
        let mut set = |column: &str, value: Value| drop(row.insert(column.to_owned(), value));
        match table {
            "tenants" => {
                let asleep = self.vault.index().of(SITE, &[b"asleep", &held_by.as_i64().to_be_bytes()]);
                set("held_by", held_by.as_i64().into());
                set("identity_index", Value::Null);
                set("site_index", data_encoding::HEXUPPER.encode(&asleep).into());
            }
            "forge_installations" => set("installation_index", Value::Null),
            _ => {}
        }
    }

    /// Whether somebody is here by one of these names already.
    pub fn is_taken(conn: &mut Conn, names: &Names) -> diesel::QueryResult<bool> {
        if let Some(identity) = &names.identity
            && tenants::by_identity(conn, identity)?.is_some()
        {
            return Ok(true);
        }
        for (_, installation) in &names.installations {
            if forge_installations::by_index(conn, installation)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The index of a name under which it is remembered that its tenant moved.
    pub fn moved_index(&self, name: &[u8]) -> Vec<u8> {
        self.vault.index().of(MOVED, &[name])
    }

    /// Where the tenant lives that the product calls so, if it moved away, and our own number of it.
    pub async fn moved_from_here(&self, identity: &str) -> Result<Option<(Id, String)>, DbError> {
        self.moved(self.identity_index(identity)).await
    }

    /// The same of an installation.
    pub async fn moved_forge_from_here(&self, installation: &str) -> Result<Option<(Id, String)>, DbError> {
        self.moved(self.forge_index(installation)).await
    }

    async fn moved(&self, name: Vec<u8>) -> Result<Option<(Id, String)>, DbError> {
        let index = self.moved_index(&name);
        let found = self.db.read(move |conn| Ok::<_, DbError>(moved_names::find(conn, &index)?)).await?;
        Ok(found.map(|name| (name.tenant_id, name.peer)))
    }

    /// The product installs the app here for a site that moved away. Once nothing is left here of that site, and the move is long
    /// over, that is the product's word that the site is to be here: it begins anew. Where it lives still, if it does; `None` when
    /// it may begin.
    pub async fn elsewhere(&self, identity: &str, issued_at: i64) -> Result<Option<String>, DbError> {
        if self.moved_from_here(identity).await?.is_none() {
            return Ok(None);
        }
        let index = self.moved_index(&self.identity_index(identity));
        let begins = move |tx: &mut Conn| {
            let Some(name) = moved_names::find(tx, &index)? else { return Ok(None) };
            let settled = Timestamp::from(name.recorded_at).plus(SETTLED);
            if Timestamp::from_seconds(issued_at) < settled || tenants::by_id(tx, name.tenant_id)?.is_some() {
                return Ok(Some(name.peer));
            }
            moved_names::forget_all_of(tx, name.tenant_id)?;
            tracing::info!(tenant.id = %name.tenant_id, "a site that moved away is installed here anew");
            Ok::<_, DbError>(None)
        };
        self.db.write(begins).await
    }
}

/// Lets a tenant go that a move has held: it goes on here.
pub fn let_go(tx: &mut Conn, tenant: Id, now: Timestamp) -> Result<(), Error> {
    moves::hold(tx, tenant, None)?;
    match tenants::by_id(tx, tenant)? {
        Some(row) => Ok(policy_versions::notify_later(tx, (tenant, row.generation), now, NOTICE)?),
        None => Ok(()),
    }
}

/// Names lead to a tenant that came here from now on, and its jobs run.
pub fn wake(tx: &mut Conn, stored: TenantRow, names: Names, now: Timestamp) -> Result<(), Error> {
    for installation in forge_installations::of_tenant(tx, stored.id)? {
        let name = names.installations.iter().find(|(id, _)| *id == installation.id);
        let installation_index = name.map(|(_, name)| name.clone());
        forge_installations::update(tx, &ForgeRow { installation_index, ..installation })?;
    }
    jobs::release_abandoned(tx, stored.id)?;
    policy_versions::notify_later(tx, (stored.id, stored.generation), now, NOTICE)?;
    let site_index = names.site.unwrap_or_else(|| stored.site_index.clone());
    let row = TenantRow { identity_index: names.identity, site_index, held_by: None, ..stored };
    Ok(tenants::update(tx, &row)?)
}

impl Hold {
    fn by(row: &MoveRow) -> Self {
        let is_over = matches!(row.stage(), Some(Stage::Committed | Stage::Done));
        if row.role() == Some(Role::Source) && is_over {
            Self::Moved { to: row.peer.clone() }
        } else {
            Self::Moving
        }
    }

    /// Whether a request may be answered; one that only reads may be while its tenant is being copied.
    pub fn check(&self, only_reads: bool) -> Result<(), Error> {
        match self {
            Self::Moving if only_reads => Ok(()),
            Self::Moving => Err(Error::new(Code::TenantMoving)),
            Self::Moved { to } => Err(moved(to)),
        }
    }

    /// Whether an event may be taken. Never: whoever sends it tries again, and by then knows where to.
    pub fn check_event(&self) -> Result<(), Error> {
        match self {
            Self::Moving => Err(Error::new(Code::TenantMoving)),
            Self::Moved { to } => Err(event_moved(to)),
        }
    }
}

/// As [`moved`], for an event: a refusal of another kind would be the last word about it.
#[track_caller]
pub fn event_moved(to: &str) -> Error {
    Error::new(Code::TenantMoving).with_detail(format!("It lives in the region {to} now."))
}

/// What whoever proves who they are is told of a tenant that lives elsewhere.
#[track_caller]
pub fn moved(to: &str) -> Error {
    Error::new(Code::TenantMoved).with_detail(format!("It lives in the region {to} now."))
}

/// Freezes a tenant that lives elsewhere now, whose row the transaction holds: what is here is to go, and no name leads to it.
pub fn leave(tx: &mut Conn, row: &TenantRow, now: Timestamp, policy: &Policy) -> Result<Mark, Error> {
    let policy = policy.version().as_str().to_owned();
    let mark = Mark { at: now, due_at: now, asked_due_at: None, policy, reason: None };
    let frozen = Tenant { standing: Standing::Erasing(mark.clone()), ..Tenancy::state(tx, row)? };
    let mut changed = store::with_state(row.clone(), &frozen);
    (changed.updated_at, changed.held_by) = (now.into(), None);
    store::drop_secrets(tx, &mut changed, now)?;
    forge_installations::forget_names(tx, row.id)?;
    tenants::update(tx, &changed)?;
    Ok(mark)
}

//! The erasure of a tenant: freeze → prepare → shred the data key → delete → clean → verify → receipt and ledger → gone.
//!
//! Each step is a function that can be repeated, and each is stored before the next begins: a crash at any point repeats
//! one step at most. The first half is done tenant by tenant ([`Eraser::advance`]). Cleaning pages costs as much for one
//! tenant as for a hundred, so from there on all that wait are finished together ([`Eraser::finish`]). Others are told from
//! the first half on and never waited for (`told`, `follow`, `acknowledge`); what they say later is a [`Supplement`].

mod acknowledge;
mod decide;
mod finish;
mod follow;
mod ledger;
pub mod moved;
pub mod receipt;
mod retained;
mod steps;
pub mod supplement;
mod told;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::{Clock, Timestamp};
use crate::db::erase::TenantTable;
use crate::db::{Db, DbError};
use crate::error::Error;
use crate::policy::Policy;
use crate::policy::datamap::{DataMap, Erasure, Table};
use crate::tenancy::Tenancy;
use crate::vault::{Unsealable, Vault, VaultError};
pub use acknowledge::Unconfirmed;
pub use decide::Decision;
pub use finish::Finished;
pub use follow::{Ask, Farewell, ask, half_time};
pub use ledger::{BrokenChain, check as check_ledger, come_home, may_come};
pub use receipt::{Receipt, SignedReceipt};
pub use supplement::{Answer, Signed, SignedSupplement, Supplement, document_hash};
pub use told::{Addressee, Handles};

/// Erases tenants. Cheap to clone.
#[derive(Clone)]
pub struct Eraser {
    db: Db,
    vault: Vault,
    tenancy: Tenancy,
    policy: Arc<Policy>,
    clock: Clock,
    tables: Arc<[OwnTable]>,
    /// Who has copies of tickets, by the names of their systems.
    sinks: Arc<BTreeMap<String, String>>,
}

/// A table whose rows go with a tenant, and the data class they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTable {
    pub name: String,
    pub key: &'static str,
    pub class: &'static str,
}

impl OwnTable {
    pub fn target(&self) -> TenantTable<'_> {
        TenantTable { name: &self.name, key: self.key }
    }
}

/// How far [`Eraser::advance`] came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is due, and nothing will be unless something happens.
    Nothing,
    /// Look again then.
    Wait(Timestamp),
    /// One step is done, and another follows.
    Next,
    /// The rows are gone; [`Eraser::finish`] does the rest.
    Deleted,
}

#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("{}", .0.log_line())]
    Failed(Error),
    /// A long read holds the write-ahead log; it can be cut when that ends.
    #[error("the pages cannot be cleaned while a reader holds the log")]
    Busy,
    #[error("rows of an erased tenant are left in {0}")]
    Left(String),
    #[error("a row of the erasure that no version of this program wrote")]
    Unreadable,
}

impl From<diesel::result::Error> for EraseError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<Error> for EraseError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Unsealable> for EraseError {
    fn from(error: Unsealable) -> Self {
        Self::Vault(error.into())
    }
}

impl Eraser {
    pub fn new(tenancy: &Tenancy, db: Db, vault: Vault, clock: Clock, tables: Vec<OwnTable>) -> Self {
        let policy = tenancy.shared_policy();
        Self {
            db,
            vault,
            tenancy: tenancy.clone(),
            policy,
            clock,
            tables: tables.into(),
            sinks: Arc::default(),
        }
    }

    /// Names whoever has copies of tickets, by the names of their systems.
    #[must_use]
    pub fn with_sinks(self, sinks: BTreeMap<String, String>) -> Self {
        Self { sinks: Arc::new(sinks), ..self }
    }

    /// The tables that an erasure empties, in their order; the tenant's own row goes last.
    pub fn tables(&self) -> &[OwnTable] {
        &self.tables
    }
}

/// The tables that an erasure empties, as the data map has them: complete by construction, since a column that is not on
/// the map stops the start.
pub fn tables_of_a_tenant(map: &DataMap) -> Vec<OwnTable> {
    let key = |table: &Table| if table.erasure == Erasure::TenantRow { "id" } else { "tenant_id" };
    let own =
        |table: &Table| OwnTable { name: table.name.clone(), key: key(table), class: table.class.as_str() };
    map.tenant_tables().map(own).collect()
}

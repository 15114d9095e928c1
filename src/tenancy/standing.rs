//! How tenants stand: states and dates alone. Nothing that a customer gave us is opened for it, so it needs no purpose and
//! leaves no row.

use super::{Tenancy, Tenant, store};
use crate::clock::Timestamp;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};

/// A tenant without anything of its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantStanding {
    pub tenant: Tenant,
    pub installed_at: Timestamp,
}

impl Tenancy {
    /// Tenants in order of their ids, after `after`.
    pub async fn standings(&self, after: Id, limit: i64) -> Result<Vec<TenantStanding>, DbError> {
        self.db
            .read(move |conn| {
                let rows = tenants::page(conn, after, limit)?;
                rows.iter().map(|row| TenantStanding::of(conn, row)).collect()
            })
            .await
    }

    pub async fn standing(&self, id: Id) -> Result<Option<TenantStanding>, DbError> {
        self.db
            .read(move |conn| {
                let row = tenants::by_id(conn, id)?;
                row.map(|row| TenantStanding::of(conn, &row)).transpose()
            })
            .await
    }
}

impl TenantStanding {
    fn of(conn: &mut Conn, row: &TenantRow) -> Result<Self, DbError> {
        let suspicions = tenants::suspicions_of(conn, row.id)?;
        Ok(Self { tenant: store::to_state(row, &suspicions)?, installed_at: row.installed_at.into() })
    }
}

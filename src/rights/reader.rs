//! Reads a tenant's rows, table by table, and opens what is sealed in them.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::db::mapped::{self as rows, KeyValue, Row};
use crate::db::{Conn, Db, DbError, Id, tenants};
use crate::policy::datamap::{Kind, Recorded, Table};
use crate::tenancy::mapped;
use crate::vault::{Label, SealingKey, Vault, VaultError};

/// One tenant's data, as long as it may be read. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    pub db: Db,
    pub key: Arc<SealingKey>,
    pub tenant: Id,
    /// When the tenant's data is due to go, if that is known.
    pub due_at: Option<Timestamp>,
}

/// How much of a table to read at once.
#[derive(Debug, Clone, Copy)]
pub struct Portion {
    pub rows: i64,
    pub bytes: i64,
}

/// One row, with its sealed value opened where that was wanted.
pub struct Item {
    pub table: &'static Table,
    pub row: Row,
    pub content: Option<Zeroizing<Vec<u8>>>,
    pub kind: String,
    pub recorded_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

pub struct Items {
    pub items: Vec<Item>,
    pub is_last: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Nothing of the tenant is read any more.
    #[error("the erasure of the tenant has begun")]
    Frozen,
}

impl From<diesel::result::Error> for ReadError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Reader {
    pub async fn open(
        db: &Db,
        vault: &Vault,
        tenant: Id,
        due_at: Option<Timestamp>,
    ) -> Result<Self, VaultError> {
        Ok(Self { db: db.clone(), key: vault.data_key(tenant).await?, tenant, due_at })
    }

    /// The next rows of one table.
    pub fn page(
        &self,
        conn: &mut Conn,
        table: &'static Table,
        wants_content: bool,
        after: &[KeyValue],
        portion: Portion,
    ) -> Result<Items, ReadError> {
        let standing = tenants::by_id(conn, self.tenant)?.map(|row| row.standing);
        if standing.is_none_or(|standing| standing == "erasing") {
            return Err(ReadError::Frozen);
        }
        let wanted = mapped::tenant_table(table, wants_content);
        let page = rows::page(conn, &wanted, self.tenant, after, portion.rows, portion.bytes)?;
        let items = page.rows.into_iter().map(|row| self.item(table, row));
        Ok(Items { items: items.collect::<Result<_, _>>()?, is_last: page.is_last })
    }

    fn item(&self, table: &'static Table, mut row: Row) -> Result<Item, ReadError> {
        let content = match (table.sealed(), row.sealed.take(), row.id) {
            (Some((_, label)), Some(sealed), Some(id)) => {
                Some(self.key.open(Label(label), id, &sealed).map_err(VaultError::from)?)
            }
            _ => None,
        };
        let number = |column: &str| row.values.get(column).and_then(serde_json::Value::as_i64);
        let recorded = table.recorded.as_ref().and_then(|recorded| match recorded {
            Recorded::Millis(column) | Recorded::Days(column) => number(column),
        });
        let recorded_at = recorded.map(|value| mapped::recorded_at(table, value));
        let kind = match &table.kind {
            Kind::Fixed(kind) => Some(kind.clone()),
            Kind::Column(column) => row.values.get(column).and_then(|kind| kind.as_str()).map(str::to_owned),
        };
        let (Some(recorded_at), Some(kind)) = (recorded_at, kind) else {
            return Err(mapped::unreadable(table).into());
        };
        let expires_at = mapped::goes_at(table.expires.as_deref().and_then(number), self.due_at);
        Ok(Item { table, content, kind, recorded_at, expires_at, row })
    }
}

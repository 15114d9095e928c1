//! What is stored, for whoever looks into a problem: the newest records of a tenant, those about one thing, and what its
//! pages stored. Bounded, because a tenant may have very many.

use super::records::{self, Operation, Record};
use super::thing::Thing;
use super::uploads::{self, Upload};
use crate::db::operation_records::{self, RecordRow};
use crate::db::{DbError, Id, uploads as upload_rows, webhooks};
use crate::error::Error;
use crate::vault::VaultError;

/// A record with what says which one it is.
#[derive(Debug)]
pub struct Seen {
    pub kind: String,
    pub slot: String,
    /// As stored: sealed.
    pub bytes: usize,
    pub record: Record,
}

/// What is stored about one thing.
#[derive(Debug)]
pub struct About {
    /// Events of the product that wait for their end.
    pub events: i64,
    pub records: Vec<Seen>,
}

impl Operation {
    /// The newest records of all kinds, newest first.
    pub async fn newest(&self, tenant: Id, limit: i64) -> Result<Vec<Seen>, Error> {
        let now = self.clock.now();
        let find = move |conn: &mut _| Ok::<_, DbError>(operation_records::newest(conn, tenant, now, limit)?);
        let rows = self.db.read(find).await?;
        self.seen(tenant, rows).await
    }

    /// What is stored about an issue or a page, newest first.
    pub async fn about(&self, tenant: Id, thing: &Thing, limit: i64) -> Result<About, Error> {
        let (now, index) = (self.clock.now(), thing.index(self.key(tenant).await?.as_ref()));
        let found = self.db.read(move |conn| {
            let events = webhooks::count_of_parent(conn, tenant, &index)?;
            let rows = operation_records::newest_of_parent(conn, tenant, &index, now, limit)?;
            Ok::<_, DbError>((events, rows))
        });
        let (events, rows) = found.await?;
        Ok(About { events, records: self.seen(tenant, rows).await? })
    }

    /// What the app's pages stored, in the order in which it was stored, up to `limit` keys.
    pub async fn uploads(&self, tenant: Id, limit: i64) -> Result<Vec<Upload>, Error> {
        let find = move |conn: &mut _| Ok::<_, DbError>(upload_rows::page(conn, tenant, Id::NONE, limit)?);
        let (rows, key) = (self.db.read(find).await?, self.key(tenant).await?);
        let opened = rows.iter().map(|row| uploads::open(&key, row)).collect::<Result<_, _>>();
        Ok(opened.map_err(VaultError::from)?)
    }

    async fn seen(&self, tenant: Id, rows: Vec<RecordRow>) -> Result<Vec<Seen>, Error> {
        let key = self.key(tenant).await?;
        let open = |row: RecordRow| {
            let record = records::open(&key, &row)?;
            Ok(Seen { bytes: row.payload.len(), kind: row.kind, slot: row.slot, record })
        };
        let opened: Result<_, crate::vault::Unsealable> = rows.into_iter().map(open).collect();
        Ok(opened.map_err(VaultError::from)?)
    }
}

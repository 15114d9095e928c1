//! What the app's own pages store for the customer (IDALKO-15): it stays until they delete it, or until the tenant goes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::records::{Operation, unwritable};
use crate::clock::Timestamp;
use crate::db::uploads::{self, UploadRow};
use crate::db::{DbError, Id, operation_records, tenants};
use crate::error::Error;
use crate::vault::{Label, SealingKey, Unsealable, VaultError};

/// Key and value, sealed together.
pub const CONTENT: Label = Label("upload.value");
const KEY: Label = Label("upload.key");
/// Keys that a tenant may have.
pub const KEYS_MAX: i64 = 1_000;

/// A stored value, opened.
#[derive(Debug)]
pub struct Upload {
    pub key: String,
    pub value: Box<RawValue>,
    pub updated_at: Timestamp,
}

/// What became of a value that somebody wanted to store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploaded {
    Stored,
    /// The tenant has [`KEYS_MAX`] keys already.
    Full,
    /// The tenant is being erased.
    Closed,
}

#[derive(Serialize, Deserialize)]
struct Content<'a> {
    key: Cow<'a, str>,
    #[serde(borrow)]
    value: &'a RawValue,
}

impl Operation {
    /// Stores a value under `key`, in the place of the one that stands.
    pub async fn upload(&self, tenant: Id, key: &str, value: &RawValue) -> Result<Uploaded, Error> {
        let (sealing, now) = (self.key(tenant).await?, self.clock.now());
        let id = Id::new(now);
        let content = serde_json::to_vec(&Content { key: key.into(), value }).map_err(unwritable)?;
        let row = UploadRow {
            tenant_id: tenant,
            key_index: key_index(&sealing, key),
            id,
            updated_at: now.into(),
            sealed: sealing.seal(CONTENT, id, &content),
        };
        let all = key_index(&sealing, "");
        let stored = self.db.write(move |tx| {
            if !tenants::fence(tx, tenant)? {
                return Ok(Uploaded::Closed);
            }
            // One at a time, or two at once would both be the last that there is room for.
            operation_records::hold(tx, &[&all])?;
            if uploads::find(tx, tenant, &row.key_index)?.is_none() && uploads::count(tx, tenant)? >= KEYS_MAX
            {
                return Ok(Uploaded::Full);
            }
            uploads::replace(tx, &row)?;
            Ok::<_, DbError>(Uploaded::Stored)
        });
        Ok(stored.await?)
    }

    pub async fn uploaded(&self, tenant: Id, key: &str) -> Result<Option<Upload>, Error> {
        let sealing = self.key(tenant).await?;
        let index = key_index(&sealing, key);
        let found = self.db.read(move |conn| Ok::<_, DbError>(uploads::find(conn, tenant, &index)?));
        let Some(row) = found.await? else { return Ok(None) };
        Ok(Some(open(&sealing, &row).map_err(VaultError::from)?))
    }

    /// False when there was none.
    pub async fn delete_upload(&self, tenant: Id, key: &str) -> Result<bool, Error> {
        let index = key_index(self.key(tenant).await?.as_ref(), key);
        let deleted = self.db.write(move |tx| {
            Ok::<_, DbError>(tenants::fence(tx, tenant)? && uploads::delete(tx, tenant, &index)?)
        });
        Ok(deleted.await?)
    }
}

fn key_index(sealing: &SealingKey, key: &str) -> Vec<u8> {
    sealing.index(KEY, &[key.as_bytes()])
}

/// Opens a stored value.
pub fn open(key: &SealingKey, row: &UploadRow) -> Result<Upload, Unsealable> {
    let plain = key.open(CONTENT, row.id, &row.sealed)?;
    let content: Content<'_> = serde_json::from_slice(&plain).map_err(|_| Unsealable)?;
    Ok(Upload {
        key: content.key.into_owned(),
        value: content.value.to_owned(),
        updated_at: row.updated_at.into(),
    })
}

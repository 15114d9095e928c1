//! A tenant's keys as they go to another deployment: out of one keyring, sealed for the conversation, into the other one.

use serde::{Deserialize, Serialize};

use super::bytes::KeyBytes;
use super::transport::Session;
use super::{Vault, VaultError};
use crate::db::keyring::{self, KeyName, TenantKeyRows, WrappedKey};
use crate::db::{DbError, Id};

/// Keys of one tenant, sealed for one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Luggage {
    data: Packed,
    secrets: Vec<Packed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Packed {
    /// Of a secret: which one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    id: Option<i64>,
    wrapped: Vec<u8>,
}

impl Vault {
    /// A tenant's keys for the other side of the conversation. `None` for a tenant whose rows are found with the deployment's
    /// own look-up key, which goes nowhere.
    pub async fn pack(&self, tenant: Id, session: &Session) -> Result<Option<Luggage>, VaultError> {
        let rows = self.keyring.read(move |conn| Ok::<_, DbError>(keyring::of_tenant(conn, tenant)?)).await?;
        let TenantKeyRows { data, secrets } = rows.ok_or(VaultError::Shredded)?;
        if !data.own_index {
            return Ok(None);
        }
        let wrap = |name: KeyName, wrapped: &WrappedKey| -> Result<Vec<u8>, VaultError> {
            Ok(session.wrap(&label(&name), &self.master.unwrap(&name, wrapped)?))
        };
        let secrets = secrets.iter().map(|(id, wrapped)| {
            let wrapped = wrap(KeyName::Secret(tenant, *id), wrapped)?;
            Ok(Packed { id: Some(id.as_i64()), wrapped })
        });
        Ok(Some(Luggage {
            data: Packed { id: None, wrapped: wrap(KeyName::Data(tenant), &data.key)? },
            secrets: secrets.collect::<Result<_, VaultError>>()?,
        }))
    }

    /// Whether the tenant's rows are found with a key that goes along. Those of tenants from before are not.
    pub async fn may_travel(&self, tenant: Id) -> Result<bool, VaultError> {
        let found = self.keyring.read(move |conn| Ok::<_, DbError>(keyring::data_key(conn, tenant)?)).await?;
        Ok(found.ok_or(VaultError::Shredded)?.own_index)
    }

    /// Takes keys in that came with a tenant, under this deployment's master key. May be repeated. False when the tenant has
    /// another data key here.
    pub async fn unpack(&self, tenant: Id, session: &Session, luggage: &Luggage) -> Result<bool, VaultError> {
        let open = |name: &KeyName, packed: &Packed| session.unwrap(&label(name), &packed.wrapped);
        let name = KeyName::Data(tenant);
        let data = open(&name, &luggage.data)?;
        let (wrapped, now) = (self.master.wrap(&name, &data), self.clock.now());
        let mut secrets: Vec<(Id, WrappedKey)> = Vec::with_capacity(luggage.secrets.len());
        for packed in &luggage.secrets {
            let id = Id::from_i64(packed.id.ok_or(super::Unsealable)?);
            let name = KeyName::Secret(tenant, id);
            secrets.push((id, self.master.wrap(&name, &open(&name, packed)?)));
        }
        let standing = self
            .keyring
            .write(move |tx| {
                let standing = keyring::adopt_data_key(tx, tenant, &wrapped, now)?;
                for (id, wrapped) in &secrets {
                    if keyring::secret_key(tx, tenant, *id)?.is_none() {
                        keyring::insert_secret_key(tx, tenant, *id, wrapped, now)?;
                    }
                }
                Ok::<_, DbError>(standing)
            })
            .await?;
        let standing: KeyBytes = self.master.unwrap(&name, &standing.key)?;
        self.forget(tenant);
        Ok(standing.as_slice() == data.as_slice())
    }
}

fn label(name: &KeyName) -> String {
    match name {
        KeyName::Data(tenant) => format!("data {tenant}"),
        KeyName::Secret(tenant, id) => format!("secret {tenant} {id}"),
        KeyName::Service(_) | KeyName::Erasure(_) => "stays".to_owned(),
    }
}

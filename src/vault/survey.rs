//! What the keyring can still open: every key that it holds, tried on values that were carved out of a copy or a file.

use std::sync::Arc;

use super::keys::Label;
use super::{MasterKey, Vault, VaultError, seal};
use crate::db::keyring::{self, KeyName, WrappedKey};
use crate::db::{DbError, Id};

/// A sealed value outside of its row, and the place that it was sealed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carved {
    pub label: Label,
    pub owner: Id,
    pub record: Id,
    pub sealed: Vec<u8>,
}

/// What came of trying.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Keys that could be unwrapped, and were tried.
    pub keys: usize,
    /// Keys that the master key does not unwrap.
    pub locked: usize,
    /// For each value, how many keys open it.
    pub opened_by: Vec<usize>,
}

impl Vault {
    /// Tries every key of the keyring on every value, whosever it is: what no key opens is noise.
    pub async fn try_every_key(&self, values: Vec<Carved>) -> Result<Survey, VaultError> {
        let keys = self.keyring().read(|conn| Ok::<_, DbError>(keyring::all(conn)?)).await?;
        let master = self.master.clone();
        let survey = tokio::task::spawn_blocking(move || survey(&master, &keys, &values));
        survey.await.map_err(|_| VaultError::Database(DbError::Panicked))
    }
}

fn survey(master: &Arc<MasterKey>, keys: &[(KeyName, WrappedKey)], values: &[Carved]) -> Survey {
    let mut survey = Survey { opened_by: vec![0; values.len()], ..Survey::default() };
    let places: Vec<Vec<u8>> =
        values.iter().map(|value| seal::associated_data(value.label.0, value.owner, value.record)).collect();
    for (name, wrapped) in keys {
        let Ok(bytes) = master.unwrap(name, wrapped) else {
            survey.locked += 1;
            continue;
        };
        survey.keys += 1;
        let cipher = seal::cipher(&bytes);
        for ((value, place), opened) in values.iter().zip(&places).zip(&mut survey.opened_by) {
            *opened += usize::from(seal::open(&cipher, place, &value.sealed).is_ok());
        }
    }
    survey
}

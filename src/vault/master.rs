//! The master key: wraps the keys of the keyring, and is itself stored nowhere in a database.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::bytes::KeyBytes;
use super::{VaultError, seal};
use crate::config::{MasterKeySource, Secret};
use crate::db::Id;
use crate::db::keyring::{KeyName, WrappedKey};

/// The key that wraps keys. During a change of it the former one still opens.
pub struct MasterKey {
    current: Wrapping,
    previous: Option<Wrapping>,
}

struct Wrapping {
    id: String,
    cipher: aws_lc_rs::aead::LessSafeKey,
}

#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    #[error("{0}: expected 32 bytes in base64")]
    Malformed(String),
    #[error("KEPT_MASTER_KEY_FILE: cannot read the master key from {path}: {cause}")]
    Unreadable { path: String, cause: std::io::Error },
    #[error("{0} is missing: the keyring was wrapped by the key that was in it, so restore that file")]
    Missing(String),
    #[error("{0} can be read by others; make it readable by its owner alone (chmod 600)")]
    TooOpen(String),
}

impl MasterKey {
    /// Reads the master key; in development makes one on first use, and warns.
    pub fn load(
        source: &MasterKeySource,
        previous: Option<&Secret>,
        may_make: bool,
    ) -> Result<Self, MasterKeyError> {
        let current = match source {
            MasterKeySource::Value(text) => parse("KEPT_MASTER_KEY", text.expose())?,
            // A secret that an orchestrator mounts may be readable by all within its container.
            MasterKeySource::File(path) => read(path)?,
            MasterKeySource::Development(path) => read_or_create(path, may_make)?,
        };
        let previous = previous.map(|text| parse("KEPT_MASTER_KEY_PREVIOUS", text.expose())).transpose()?;
        Ok(Self { current: Wrapping::new(&current), previous: previous.as_ref().map(Wrapping::new) })
    }

    /// Whether the source holds a key. One that is made in development need not be there yet.
    pub fn check(source: &MasterKeySource) -> Result<(), MasterKeyError> {
        match source {
            MasterKeySource::Development(path) if !path.exists() => Ok(()),
            source => Self::load(source, None, false).map(drop),
        }
    }

    /// Names the key without telling it.
    pub fn id(&self) -> &str {
        &self.current.id
    }

    pub(super) fn wrap(&self, name: &KeyName, key: &KeyBytes) -> WrappedKey {
        let wrapped = seal::seal(&self.current.cipher, &associated(name), key.as_slice());
        WrappedKey { wrapped, master_key_id: self.current.id.clone() }
    }

    pub(super) fn unwrap(&self, name: &KeyName, key: &WrappedKey) -> Result<KeyBytes, VaultError> {
        let wrapping = [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .find(|wrapping| wrapping.id == key.master_key_id)
            .ok_or(VaultError::WrongMasterKey)?;
        let bytes = seal::open(&wrapping.cipher, &associated(name), &key.wrapped)?;
        KeyBytes::from_slice(&bytes).ok_or(VaultError::Unsealable(super::Unsealable))
    }
}

impl Wrapping {
    fn new(bytes: &KeyBytes) -> Self {
        let id = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()), b"kept master key id");
        let id = data_encoding::HEXLOWER.encode(id.as_ref().get(..8).unwrap_or_default());
        Self { id, cipher: seal::cipher(bytes) }
    }
}

/// A wrapped key opens only as the key it was wrapped as.
fn associated(name: &KeyName) -> Vec<u8> {
    match name {
        KeyName::Service(name) => {
            seal::associated_data(&format!("keyring.service_key.{name}"), Id::NONE, Id::NONE)
        }
        KeyName::Data(tenant) => seal::associated_data("keyring.data_key", *tenant, Id::NONE),
        KeyName::Secret(tenant, id) => seal::associated_data("keyring.secret_key", *tenant, *id),
        KeyName::Erasure(tenant) => seal::associated_data("keyring.erasure_key", *tenant, Id::NONE),
    }
}

fn parse(name: &str, text: &str) -> Result<KeyBytes, MasterKeyError> {
    let bytes = BASE64.decode(text.trim().as_bytes()).map(Zeroizing::new);
    bytes
        .ok()
        .and_then(|bytes| KeyBytes::from_slice(&bytes))
        .ok_or_else(|| MasterKeyError::Malformed(name.to_owned()))
}

fn read(path: &Path) -> Result<KeyBytes, MasterKeyError> {
    let shown = path.display().to_string();
    let unreadable = |cause| MasterKeyError::Unreadable { path: shown.clone(), cause };
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable)?;
    parse(&shown, &text)
}

fn check_mode(path: &Path) -> Result<(), MasterKeyError> {
    let shown = path.display().to_string();
    match fs::metadata(path) {
        Err(cause) => Err(MasterKeyError::Unreadable { path: shown, cause }),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => Err(MasterKeyError::TooOpen(shown)),
        Ok(_) => Ok(()),
    }
}

/// Two processes may start at once: whoever creates the file wins, the other one reads it.
fn read_or_create(path: &Path, may_make: bool) -> Result<KeyBytes, MasterKeyError> {
    if path.exists() {
        check_mode(path)?;
        return read(path);
    }
    if !may_make {
        return Err(MasterKeyError::Missing(path.display().to_string()));
    }
    let unreadable = |cause| MasterKeyError::Unreadable { path: path.display().to_string(), cause };
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unreadable)?;
    }
    // Written beside and then linked, so that nobody ever reads half a key.
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let text = Zeroizing::new(BASE64.encode(KeyBytes::random().as_slice()));
    let mut file =
        fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&beside).map_err(unreadable)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| match fs::hard_link(&beside, path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let removed = fs::remove_file(&beside);
    linked.and(removed).map_err(unreadable)?;
    tracing::warn!(path = %path.display(), "made a master key for development; production sets KEPT_MASTER_KEY");
    read(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(byte: u8, previous: Option<u8>) -> MasterKey {
        let text = |byte| Secret::new(BASE64.encode(&[byte; 32]));
        MasterKey::load(&MasterKeySource::Value(text(byte)), previous.map(text).as_ref(), false).unwrap()
    }

    #[test]
    fn a_wrapped_key_opens_only_under_its_name_and_master_key() {
        let (name, key) = (KeyName::Data(Id::from_i64(1)), KeyBytes::random());
        let wrapped = master(1, None).wrap(&name, &key);
        assert_eq!(master(1, None).unwrap(&name, &wrapped).unwrap().as_slice(), key.as_slice());
        assert_eq!(master(2, Some(1)).unwrap(&name, &wrapped).unwrap().as_slice(), key.as_slice());
        assert!(matches!(master(2, None).unwrap(&name, &wrapped), Err(VaultError::WrongMasterKey)));
        assert!(master(1, None).unwrap(&KeyName::Data(Id::from_i64(2)), &wrapped).is_err());
    }

    #[test]
    fn a_development_key_is_made_once_and_readable_by_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/master.key");
        let source = MasterKeySource::Development(path.clone());
        let first = MasterKey::load(&source, None, true).unwrap();
        assert_eq!(first.id(), MasterKey::load(&source, None, false).unwrap().id());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(MasterKey::load(&source, None, true), Err(MasterKeyError::TooOpen(_))));
    }

    #[test]
    fn a_malformed_key_names_its_setting() {
        let error =
            MasterKey::load(&MasterKeySource::Value(Secret::new("c2hvcnQ=")), None, false).err().unwrap();
        assert_eq!(error.to_string(), "KEPT_MASTER_KEY: expected 32 bytes in base64");
    }
}

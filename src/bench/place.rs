//! The folder of one run, and the settings of everything that works in it. Removed at the end.

use std::fs::{self, DirBuilder};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use data_encoding::BASE64;

use crate::config::{SettingError, Settings};

const POLICY: &str = include_str!("../../policies/default.toml");

pub struct Place {
    dir: PathBuf,
}

impl Place {
    pub fn make(parent: &Path) -> anyhow::Result<Self> {
        let dir = parent.join(format!("bench-{}", std::process::id()));
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
        made.with_context(|| format!("--dir: cannot make {}", dir.display()))?;
        // From here on dropping it removes the folder.
        let place = Self { dir: dir.canonicalize()? };
        fs::write(place.file("policy.toml"), POLICY)?;
        Ok(place)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The settings of a service that listens on `listen`: the defaults, but for where things are.
    pub fn environment(&self, listen: SocketAddr) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.file(name).display().to_string();
        vec![
            ("KEPT_LISTEN", listen.to_string()),
            ("KEPT_ADMIN_LISTEN", "127.0.0.1:0".to_owned()),
            ("KEPT_DATA_DIR", self.dir.display().to_string()),
            ("KEPT_POLICY", path("policy.toml")),
            // Nothing here is worth a secret, and a key made on first use is warned about.
            ("KEPT_MASTER_KEY", BASE64.encode(&[0; 32])),
            ("DATABASE_URL", format!("sqlite:{}", path("kept.db"))),
            ("KEPT_KEYRING_URL", format!("sqlite:{}", path("keyring.db"))),
        ]
    }

    /// The same settings for this process, which prepares what the service will find.
    pub fn settings(&self) -> Result<Settings, SettingError> {
        let environment = self.environment(([127, 0, 0, 1], 0).into());
        Settings::from_lookup(|name| {
            environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be removed is named by the folder itself: data/bench-….
        let _ = fs::remove_dir_all(&self.dir);
    }
}

//! A folder for the databases of a command that makes its own.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// Memory instead of a disk: what is made up has nothing to lose.
const MEMORY: &str = "/dev/shm";

/// Removed when dropped.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes a folder whose name begins like this, in memory where that can be had and nobody says where.
    pub fn make(name: &str, within: Option<&Path>) -> anyhow::Result<Self> {
        let memory = Path::new(MEMORY);
        let within = match within {
            Some(within) => within.to_owned(),
            None if memory.is_dir() => memory.to_owned(),
            None => std::env::temp_dir(),
        };
        let folder = within.join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "the command's own folder is left");
        }
    }
}

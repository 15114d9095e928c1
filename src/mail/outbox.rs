//! Where mail goes without a mail server: files for a developer to look at.

use std::fs::{DirBuilder, File, OpenOptions, rename};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Writes the mail as `{key}.eml`; the same mail again takes the place of the first.
pub fn write(folder: &Path, key: &str, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let (path, unfinished) = (folder.join(format!("{key}.eml")), folder.join(format!("{key}.part")));
    let mut file: File =
        OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    rename(unfinished, path)
}

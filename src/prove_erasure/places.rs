//! Which files there are: those of the folder that the proof works in, and on PostgreSQL everything of the server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::COPY;
use crate::db::{Db, DbError, DbResult, proof};

/// Where to look.
pub struct Places {
    folder: PathBuf,
    server: Option<Server>,
    databases: [Db; 2],
}

/// A PostgreSQL server on this machine.
struct Server {
    data: PathBuf,
    /// Segments of its log from before cannot hold anything of ours.
    first_segment: String,
}

/// A file, and what to call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    pub name: String,
}

impl Places {
    /// Finds the server's files, if there is a server. Without them nothing could be claimed.
    pub async fn of(folder: &Path, main: &Db, keyring: &Db) -> anyhow::Result<Self> {
        let found = main.read(|conn| Ok::<_, DbError>(proof::server_files(conn)?)).await;
        let found = found.context("the server does not say where its files are: this needs a role that may read all settings, such as a superuser")?;
        let server = found.map(|(data, first_segment)| Server { data: data.into(), first_segment });
        if let Some(server) = &server {
            check_readable(&server.data)?;
        }
        Ok(Self { folder: folder.to_owned(), server, databases: [main.clone(), keyring.clone()] })
    }

    /// The name of the engine, as reports have it.
    pub fn engine(&self) -> &'static str {
        if self.server.is_some() { "postgres" } else { "sqlite" }
    }

    /// Every file, after the server has written what it held in memory.
    pub async fn files(&self) -> anyhow::Result<Vec<Place>> {
        let named = self.flush().await.context("the server cannot be made to write its files: CHECKPOINT")?;
        let mut files = Vec::new();
        walk(&self.folder, &self.folder, &mut files)?;
        if let Some(server) = &self.server {
            let mut served = Vec::new();
            walk(&server.data, &server.data, &mut served)
                .with_context(|| format!("cannot read the server's files in {}", server.data.display()))?;
            served.retain(|place| server.is_ours(place));
            files.extend(served.into_iter().map(|place| called(place, &named)));
        }
        Ok(files)
    }

    /// Flushes both databases. Returns whose the server's files are.
    async fn flush(&self) -> DbResult<BTreeMap<String, String>> {
        let mut named = BTreeMap::new();
        if self.server.is_some() {
            for db in &self.databases {
                named.extend(db.maintain(|conn| Ok(proof::relation_files(conn)?)).await?);
                db.maintain(proof::flush).await?;
            }
        }
        Ok(named)
    }

    /// Whether this file is the copy, which is no leftover.
    pub fn is_copy(place: &Place) -> bool {
        Path::new(&place.name).starts_with(COPY)
    }
}

impl Server {
    /// A segment that was used again got a higher name, so an older name holds older bytes alone.
    fn is_ours(&self, place: &Place) -> bool {
        let segment =
            place.name.strip_prefix("pg_wal/").filter(|name| name.len() == self.first_segment.len());
        segment.is_none_or(|segment| segment >= self.first_segment.as_str())
    }
}

fn check_readable(data: &Path) -> anyhow::Result<()> {
    let shown = data.display();
    let advice =
        "run this on the server's own machine, as somebody who may read them; nothing is proven otherwise";
    match std::fs::read(data.join("PG_VERSION")) {
        Ok(_) => Ok(()),
        Err(error) => bail!("the server's files in {shown} cannot be read here ({error}): {advice}"),
    }
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Place>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type());
        match kind {
            // A file of the engine's may go while we look.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Ok(kind) if kind.is_dir() => walk(root, &path, found)?,
            Ok(kind) if kind.is_file() => {
                let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                found.push(Place { path, name });
            }
            Ok(_) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A table's file has a number for a name, and more of them when it is large.
fn called(place: Place, named: &BTreeMap<String, String>) -> Place {
    let number = place.name.split(['.', '_']).next().unwrap_or_default();
    let key = if place.name.starts_with("base/") { number } else { place.name.as_str() };
    match named.get(key) {
        Some(of) => Place { name: format!("{} ({of})", place.name), ..place },
        None => place,
    }
}

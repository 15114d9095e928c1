//! Which files there are: those of the folder that the proof works in, and on PostgreSQL everything of the server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::COPY;
use crate::config::{DatabaseUrl, Settings};
use crate::db::{self, Db, DbResult, proof};

/// Where to look.
pub struct Places {
    folder: PathBuf,
    servers: Vec<Server>,
    databases: [Db; 2],
}

/// A PostgreSQL server on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
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

/// The servers of these databases, each once. One whose files cannot be read here is an error: nothing could be claimed of it.
pub async fn servers(settings: &Settings) -> anyhow::Result<Vec<Server>> {
    let mut servers: Vec<Server> = Vec::new();
    for url in [&settings.database_url, &settings.keyring_url] {
        if matches!(url, DatabaseUrl::Sqlite(_)) {
            continue;
        }
        let looked_at = url.clone();
        let look = move || db::look(&looked_at, |conn| Ok(proof::server_files(conn)?));
        let found = tokio::task::spawn_blocking(look).await.context("looking at a server panicked")?;
        let found = found.with_context(|| {
            format!("{url}: where its files are is told only to a role that may read all settings, such as a superuser")
        })?;
        let server = found.map(|(data, first_segment)| Server { data: data.into(), first_segment });
        if let Some(server) = server.filter(|server| servers.iter().all(|known| known.data != server.data)) {
            check_readable(&server.data)?;
            servers.push(server);
        }
    }
    Ok(servers)
}

impl Places {
    pub fn new(folder: &Path, servers: Vec<Server>, main: &Db, keyring: &Db) -> Self {
        Self { folder: folder.to_owned(), servers, databases: [main.clone(), keyring.clone()] }
    }

    /// The name of the engine, as reports have it.
    pub fn engine(&self) -> &'static str {
        if self.servers.is_empty() { "sqlite" } else { "postgres" }
    }

    /// Every file, after the servers have written what they held in memory.
    pub async fn files(&self) -> anyhow::Result<Vec<Place>> {
        let named = self.flush().await.context("the server cannot be made to write its files: CHECKPOINT")?;
        let mut files = Vec::new();
        walk(&self.folder, &self.folder, &mut files)?;
        for server in &self.servers {
            let mut served = Vec::new();
            walk(&server.data, &server.data, &mut served)
                .with_context(|| format!("cannot read the server's files in {}", server.data.display()))?;
            served.retain(|place| server.is_ours(place));
            files.extend(served.into_iter().map(|place| self.called(place, &named)));
        }
        Ok(files)
    }

    /// A table's file has a number for a name, and more of them when it is large.
    fn called(&self, place: Place, named: &BTreeMap<String, String>) -> Place {
        let key = place.name.split(['.', '_']).next().unwrap_or_default();
        let of = named.get(key).filter(|_| place.name.starts_with("base/"));
        let name = of.map_or(place.name.clone(), |of| format!("{} ({of})", place.name));
        // With two servers a name alone does not say whose it is.
        let name = if self.servers.len() > 1 { format!("{} {name}", place.path.display()) } else { name };
        Place { name, ..place }
    }

    /// Flushes both databases. Returns whose the servers' files are.
    async fn flush(&self) -> DbResult<BTreeMap<String, String>> {
        let mut named = BTreeMap::new();
        if !self.servers.is_empty() {
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

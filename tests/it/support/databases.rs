//! Databases of one test: SQLite files in a folder of its own, or schemas of its own on a PostgreSQL server.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

/// Removed when dropped.
#[derive(Default)]
pub struct TestDatabases {
    dir: Option<TempDir>,
    postgres: Option<Schemas>,
}

struct Schemas {
    server: String,
    main: String,
    keyring: String,
}

/// The PostgreSQL server of this run, if it is to be used.
#[expect(clippy::disallowed_methods, reason = "the one setting of the test run itself")]
pub fn postgres_server() -> Option<String> {
    std::env::var("KEPT_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

impl TestDatabases {
    /// On the engine that this run tests.
    pub fn fresh() -> Self {
        let mut databases = Self::sqlite();
        databases.postgres = postgres_server().map(Schemas::create);
        databases
    }

    /// On SQLite whatever the run tests, for what only SQLite does.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("data")).unwrap();
        Self { dir: Some(dir), postgres: None }
    }

    pub fn is_taken(&self) -> bool {
        self.dir.is_none()
    }

    /// The folder with everything that the service writes.
    pub fn dir(&self) -> &Path {
        self.dir.as_ref().unwrap().path()
    }

    pub fn main_url(&self) -> String {
        self.url("kept.db", |schemas| &schemas.main)
    }

    pub fn keyring_url(&self) -> String {
        self.url("keyring.db", |schemas| &schemas.keyring)
    }

    fn url(&self, file: &str, schema: impl Fn(&Schemas) -> &String) -> String {
        match &self.postgres {
            Some(schemas) => format!("{}?options=-csearch_path%3D{}", schemas.server, schema(schemas)),
            None => format!("sqlite:{}", self.dir().join("data").join(file).display()),
        }
    }

    /// A stream of the log, with all its days.
    pub fn log(&self, stream: &str) -> String {
        let of_stream = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(stream);
        let mut files = self.files();
        files.retain(|path| path.parent().unwrap().ends_with("logs") && of_stream(path));
        files.sort();
        files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// Every file that the service wrote; none of the database's own on PostgreSQL.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.dir().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }
}

impl Schemas {
    fn create(server: String) -> Self {
        let mut random = [0_u8; 8];
        aws_lc_rs::rand::fill(&mut random).unwrap();
        let name = data_encoding::HEXLOWER.encode(&random);
        let schemas = Self { server, main: format!("main_{name}"), keyring: format!("keyring_{name}") };
        let mut conn = PgConnection::establish(&schemas.server).unwrap();
        conn.batch_execute(&format!("CREATE SCHEMA {}; CREATE SCHEMA {};", schemas.main, schemas.keyring))
            .unwrap();
        schemas
    }
}

impl Drop for Schemas {
    fn drop(&mut self) {
        if let Ok(mut conn) = PgConnection::establish(&self.server) {
            let drop = format!(
                "SET lock_timeout = '5s'; DROP SCHEMA IF EXISTS {} CASCADE; DROP SCHEMA IF EXISTS {} CASCADE;",
                self.main, self.keyring
            );
            let _ = conn.batch_execute(&drop);
        }
    }
}

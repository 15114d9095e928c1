//! Faults that are planted into the service under test from outside: triggers in its databases, another text in its
//! policy. `planted.rs` runs tests with one, to see that they notice.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kept::policy::promises::{self, PlantedFault, Proofs};

use super::TestDatabases;

/// Names the fault of this run.
pub const VARIABLE: &str = "KEPT_TEST_FAULT";

#[expect(clippy::disallowed_methods, reason = "set by planted.rs for the process of one test")]
fn planted() -> Option<PlantedFault> {
    let name = std::env::var(VARIABLE).ok().filter(|name| !name.is_empty())?;
    on_disk().faults.remove(&name)
}

/// The proofs as the file has them now: a fault can be tried without building anew.
pub fn on_disk() -> Proofs {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/proofs.toml")).unwrap();
    promises::parse(&text).unwrap()
}

/// Plants the fault of this run, if there is one, into databases that are ready.
pub fn into_databases(databases: &TestDatabases) {
    let Some(fault) = planted() else { return };
    for (sql, url) in [(&fault.main_sql, databases.main_url()), (&fault.keyring_sql, databases.keyring_url())]
    {
        if let Some(sql) = sql {
            let mut conn = SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
            conn.batch_execute(&format!("PRAGMA busy_timeout = 5000; {sql}")).unwrap();
        }
    }
}

/// The policy that the service under test is to obey: `path`, or a copy with the fault of this run in it.
pub fn policy(path: &str, folder: &Path) -> String {
    let Some((from, to)) = planted().and_then(|fault| fault.policy) else { return path.to_owned() };
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(&from), "{from} is not in {path}");
    let faulty = folder.join("faulty.toml");
    std::fs::write(&faulty, text.replacen(&from, &to, 1)).unwrap();
    faulty.display().to_string()
}

//! Faults that are planted into the service under test from outside: triggers in its databases, another text in its
//! policy or its data map, another setting, a proxy that changes its answers. `planted.rs` runs tests with one, to see that
//! they notice.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kept::policy::datamap::DataMap;
use kept::policy::promises::{self, PlantedFault, Proofs};
use kept::sandbox::Answer;
use reqwest::RequestBuilder;

use super::TestDatabases;

/// Names the fault of this run.
pub const VARIABLE: &str = "KEPT_TEST_FAULT";
/// What a run says whose fault was really planted.
pub const PLANTED: &str = "the fault is planted";

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

/// Written past the harness, which keeps what a test prints to itself.
fn say_planted() {
    std::io::stderr().write_all(format!("{PLANTED}\n").as_bytes()).unwrap();
}

/// Plants the fault of this run, if there is one, into databases that are ready.
pub fn into_databases(databases: &TestDatabases) {
    let Some(fault) = planted() else { return };
    for (sql, url) in [(&fault.main_sql, databases.main_url()), (&fault.keyring_sql, databases.keyring_url())]
    {
        let Some(sql) = sql else { continue };
        let mut conn = SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
        match conn.batch_execute(&format!("PRAGMA busy_timeout = 5000; {sql}")) {
            Ok(()) => say_planted(),
            // Databases of a former start have it already.
            Err(error) if error.to_string().contains("already exists") => {}
            Err(error) => {
                // Not a failure of the test: a fault that cannot be planted proves nothing.
                std::io::stderr().write_all(format!("{error}: {sql}\n").as_bytes()).unwrap();
                std::process::exit(3);
            }
        }
    }
}

/// The policy that the service under test is to obey: `path`, or a copy with the fault of this run in it.
pub fn policy(path: &str, folder: &Path) -> String {
    if planted().and_then(|fault| fault.policy).is_none() {
        return path.to_owned();
    }
    let faulty = folder.join("faulty.toml");
    std::fs::write(&faulty, policy_text(&std::fs::read_to_string(path).unwrap()).as_ref()).unwrap();
    faulty.display().to_string()
}

/// The text of a policy, with the fault of this run in it. A policy that lacks what is to be changed stays as it is.
pub fn policy_text(text: &str) -> Cow<'_, str> {
    with(text, planted().and_then(|fault| fault.policy))
}

/// The data map as the tests compare the service with it.
pub fn data_map() -> DataMap {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/datamap.toml")).unwrap();
    DataMap::parse(&with(&text, planted().and_then(|fault| fault.data_map))).unwrap()
}

/// A setting of the service with another value.
pub fn setting() -> Option<(String, String)> {
    let setting = planted()?.setting?;
    say_planted();
    Some(setting)
}

/// A request as it leaves a proxy in front of the service.
pub fn request(request: RequestBuilder) -> RequestBuilder {
    let Some(lost) = planted().and_then(|fault| fault.lost_header) else { return request };
    let (client, built) = request.build_split();
    let mut built = built.unwrap();
    built.headers_mut().remove(&lost);
    say_planted();
    RequestBuilder::from_parts(client, built)
}

/// What a proxy in front of the service makes of an answer.
pub fn answer(mut answer: Answer) -> Answer {
    let Some(fault) = planted() else { return answer };
    if let Some((name, value)) = fault.header {
        answer.headers.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            answer.headers.push((name, value));
        }
        say_planted();
    }
    if let Some((from, to)) = fault.body.filter(|(from, _)| answer.body.contains(from)) {
        answer.body = answer.body.replace(&from, &to);
        say_planted();
    }
    answer
}

fn with(text: &str, fault: Option<(String, String)>) -> Cow<'_, str> {
    match fault {
        // What was changed before is not changed twice.
        Some((from, to)) if text.contains(&from) && !text.contains(&to) => {
            say_planted();
            Cow::Owned(text.replacen(&from, &to, 1))
        }
        _ => Cow::Borrowed(text),
    }
}

//! A wrong or unreachable database is a clear error at start, and never a new file.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;

use diesel::connection::SimpleConnection;
use kept::db::DbError;

use crate::support::process::Environment;
use crate::support::{TestApp, TestDatabases};

/// Files of the databases and keys. SQLite's own beside a database come and go with whoever has it open.
fn files(databases: &TestDatabases) -> BTreeSet<String> {
    let shown = databases.files().into_iter().map(|path| path.display().to_string());
    shown
        .filter(|path| !path.ends_with("-wal") && !path.ends_with("-shm") && !path.contains("/logs/"))
        .collect()
}

/// The command fails by itself, names `variable` and leaves no file behind. Returns what it said.
fn fails(environment: &Environment, databases: &TestDatabases, arguments: &[&str], variable: &str) -> String {
    let before = files(databases);
    // Should it start after all, it must not serve for ever.
    let output = environment.wrap(databases, &["timeout", "20"], arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // The last word is for the operator; before it a service logs, and so do libraries.
    let last = said.lines().filter(|line| line.starts_with("kept: ")).collect::<Vec<_>>().join("\n");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(last.contains(variable), "{variable} is not named: {said}");
    assert_eq!(files(databases), before, "{said}");
    last
}

fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("postgres://kept:hunter2@127.0.0.1:{}/kept", listener.local_addr().unwrap().port())
}

fn at(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

const VARIABLES: [&str; 2] = ["DATABASE_URL", "KEPT_KEYRING_URL"];

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_there_is_named_and_nothing_is_made() {
    let app = TestApp::start().await;
    // Once on a first start, once beside databases that stand.
    for databases in [&TestDatabases::sqlite(), &app.databases] {
        let environment = Environment::new(databases, &app.sandbox);
        let folder = databases.dir().join("data");
        for variable in VARIABLES {
            let wrong = |url: &str| environment.clone().set(variable, url);
            let missing_folder = wrong(&at(&folder.join("no-such-folder/kept.db")));
            let said = fails(&missing_folder, databases, &["serve"], variable);
            assert!(said.contains("no-such-folder"), "{said}");
            let said = fails(&wrong(&at(&folder)), databases, &["serve"], variable);
            assert!(said.contains(folder.to_str().unwrap()), "{said}");
            let said = fails(&wrong(&closed_port()), databases, &["serve"], variable);
            assert!(said.contains("127.0.0.1") && !said.contains("hunter2"), "{said}");
            fails(&wrong("sqlite"), databases, &["serve"], variable);
        }
        let mistyped = environment.set("DATABASE_URL", &at(&folder.join("mistyped.db")));
        for command in [["tenants", "list"], ["jobs", "list"]] {
            let said = fails(&mistyped, databases, &command, "DATABASE_URL");
            assert!(said.contains("mistyped.db"), "{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_database_beside_the_other_one_is_not_made_anew() {
    let app = TestApp::on(TestDatabases::sqlite(), &[]).await;
    assert_eq!(app.site("jira").install().await.status, 204);
    let environment = Environment::new(&app.databases, &app.sandbox);
    for variable in VARIABLES {
        let mistyped = at(&app.databases.dir().join("data/mistyped.db"));
        for command in ["serve", "migrate"] {
            fails(&environment.clone().set(variable, &mistyped), &app.databases, &[command], variable);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_two_databases_are_two_however_their_urls_are_spelled() {
    let app = TestApp::on(TestDatabases::sqlite(), &[]).await;
    for databases in [&TestDatabases::sqlite(), &app.databases] {
        let environment = Environment::new(databases, &app.sandbox);
        let folder = databases.dir().join("data");
        std::os::unix::fs::symlink(&folder, databases.dir().join("link")).unwrap();
        let spellings = [
            at(&folder.join("kept.db")),
            at(&folder.join("../data/./kept.db")),
            at(&databases.dir().join("link/kept.db")),
            "sqlite:data/kept.db".to_owned(),
            "sqlite://data/kept.db".to_owned(),
        ];
        for spelling in spellings {
            let same = environment.clone().set("KEPT_KEYRING_URL", &spelling);
            for command in ["serve", "migrate"] {
                let said = fails(&same, databases, &[command], "KEPT_KEYRING_URL");
                assert!(said.contains("another database"), "{said}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_in_the_place_of_the_other_is_refused() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox);
    let (main, keyring) = (app.databases.main_url(), app.databases.keyring_url());
    // Another way to write the same database, where a comparison of texts sees two.
    let again = |url: &str| match url.strip_prefix("postgres") {
        Some(_) => format!("{url}&application_name=again"),
        None => url.to_owned(),
    };
    for (variable, value) in [("DATABASE_URL", &keyring), ("KEPT_KEYRING_URL", &main)] {
        fails(&environment.clone().set(variable, &again(value)), &app.databases, &["serve"], variable);
    }
    let swapped = environment.clone().set("DATABASE_URL", &keyring).set("KEPT_KEYRING_URL", &main);
    let said = fails(&swapped, &app.databases, &["serve"], "DATABASE_URL");
    assert!(said.contains("is a keyring, not a main database"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_of_another_main_database_is_refused() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    let environment = Environment::new(&app.databases, &app.sandbox);
    let mixed = environment.set("KEPT_KEYRING_URL", &other.databases.keyring_url());
    for command in [&["serve"][..], &["tenants", "list"], &["migrate"]] {
        let said = fails(&mixed, &app.databases, command, "KEPT_KEYRING_URL");
        assert!(said.contains("belongs to another main database"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_refused() {
    let app = TestApp::start().await;
    let environment = Environment::new(&app.databases, &app.sandbox);
    for (db, variable) in [(&app.services.keyring, VARIABLES[1]), (&app.services.main, VARIABLES[0])] {
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')";
        db.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(newer)?)).await.unwrap();
        for command in ["serve", "migrate"] {
            let said = fails(&environment, &app.databases, &[command], variable);
            assert!(said.contains("newer version"), "{said}");
        }
    }
}

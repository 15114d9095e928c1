//! The one writer of a SQLite database, straight at its door: what a group of writes shares, and what it does not.

use std::pin::Pin;
use std::sync::mpsc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use futures_util::poll;
use kept::config::{DatabaseUrl, Reads};
use kept::db::tenants;
use kept::db::{Conn, Db, DbError, DbResult, OpenOptions, Schema, WriteLimits};
use kept::error::Error;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{TestApp, TestDatabases, code};

diesel::table! {
    notes (name) {
        name -> Text,
        body -> Binary,
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = diesel::sql_types::Text)]
    journal_mode: String,
}

fn number(conn: &mut Conn, pragma: &str) -> QueryResult<i64> {
    let sql = format!("SELECT {pragma} AS value FROM pragma_{pragma}");
    diesel::sql_query(sql).get_result::<Number>(conn).map(|row| row.value)
}

async fn open(databases: &TestDatabases, limits: WriteLimits) -> Db {
    let url = DatabaseUrl::parse(&databases.main_url()).unwrap();
    let options = OpenOptions {
        schema: Schema::Main,
        pool: 2,
        reads: Reads::default(),
        create_in: Some(databases.dir()),
        migrate: true,
    };
    let db = Db::open_with(&url, &options, limits).unwrap();
    let table = "CREATE TABLE notes (name TEXT NOT NULL PRIMARY KEY, body BLOB NOT NULL)";
    db.maintain(move |conn| Ok(conn.batch_execute(table)?)).await.unwrap();
    db
}

fn insert(tx: &mut Conn, name: &str, bytes: usize) -> QueryResult<usize> {
    let values = (notes::name.eq(name), notes::body.eq(vec![7_u8; bytes]));
    diesel::insert_into(notes::table).values(values).execute(tx)
}

async fn stored(db: &Db) -> Vec<String> {
    let names = db.read(|conn| {
        Ok::<_, DbError>(notes::table.order(notes::name).select(notes::name).load::<String>(conn)?)
    });
    names.await.unwrap()
}

/// The writer, held in a closure: what is queued meanwhile becomes one group.
struct Held {
    release: mpsc::Sender<()>,
    writing: JoinHandle<DbResult<()>>,
}

impl Held {
    async fn hold(db: &Db) -> Self {
        let (release, released) = mpsc::channel();
        let (entered, has_entered) = oneshot::channel();
        let db = db.clone();
        let writing = tokio::spawn(async move {
            let body = move |_: &mut Conn| {
                entered.send(()).unwrap();
                let _ = released.recv();
                Ok::<_, DbError>(())
            };
            db.write(body).await
        });
        has_entered.await.unwrap();
        Self { release, writing }
    }

    async fn release(self) {
        self.release.send(()).unwrap();
        let _ = self.writing.await.unwrap();
    }
}

type Writing = Pin<Box<dyn Future<Output = DbResult<()>> + Send>>;

/// Queues a write; it is in the queue when this returns.
async fn queue(db: &Db, body: impl FnOnce(&mut Conn) -> DbResult<()> + Send + 'static) -> Writing {
    let db = db.clone();
    let mut writing: Writing = Box::pin(async move { db.write(body).await });
    assert!(poll!(&mut writing).is_pending(), "the writer is held");
    writing
}

/// No page more than there are now.
async fn fill_the_disk(db: &Db) {
    let full = |tx: &mut Conn| {
        let pages = number(tx, "page_count")?;
        Ok::<_, DbError>(tx.batch_execute(&format!("PRAGMA max_page_count = {pages}"))?)
    };
    db.write(full).await.unwrap();
}

async fn empty_the_disk(db: &Db) {
    let sql = "PRAGMA max_page_count = 1000000";
    db.write(move |tx| Ok::<_, DbError>(tx.batch_execute(sql)?)).await.unwrap();
}

fn is_unavailable(error: DbError) -> bool {
    let error = Error::from(error);
    error.code().status() == 503 && error.wait().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_writer_waits_for_the_disk_and_leaves_no_clear_text_behind() {
    let databases = TestDatabases::sqlite();
    let db = open(&databases, WriteLimits::default()).await;
    let read = |conn: &mut Conn| {
        let mode = diesel::sql_query("PRAGMA journal_mode").get_result::<Word>(conn)?.journal_mode;
        let numbers = ["synchronous", "secure_delete", "temp_store", "auto_vacuum", "foreign_keys"]
            .map(|pragma| number(conn, pragma));
        Ok::<_, DbError>((mode, numbers.into_iter().collect::<QueryResult<Vec<i64>>>()?))
    };
    assert_eq!(db.write(read).await.unwrap(), ("wal".to_owned(), vec![2, 1, 2, 2, 1]));
    assert_eq!(db.maintain(read).await.unwrap(), ("wal".to_owned(), vec![2, 1, 2, 2, 1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_the_whole_group_and_nothing_but_the_group() {
    let databases = TestDatabases::sqlite();
    let db = open(&databases, WriteLimits::default()).await;
    fill_the_disk(&db).await;
    let held = Held::hold(&db).await;
    let mut group = Vec::new();
    for (name, bytes) in [("small-1", 1), ("small-2", 1), ("large", 1 << 20), ("small-3", 1)] {
        group.push(queue(&db, move |tx| Ok(insert(tx, name, bytes).map(drop)?)).await);
    }
    held.release().await;
    for writing in group {
        assert!(is_unavailable(writing.await.unwrap_err()));
    }
    assert_eq!(stored(&db).await, [""; 0]);
    empty_the_disk(&db).await;
    db.write(|tx| Ok::<_, DbError>(insert(tx, "later", 1 << 20)?)).await.unwrap();
    assert_eq!(stored(&db).await, ["later"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_that_swallows_a_full_disk_does_not_save_its_group() {
    type Insert = fn(&mut Conn) -> bool;
    let plain: Insert = |tx| insert(tx, "large", 1 << 20).is_err();
    let batch: Insert = |tx| tx.batch_execute("INSERT INTO notes VALUES ('z', zeroblob(1000000))").is_err();
    for (way, insert_large) in [("plain", plain), ("batch", batch)] {
        let databases = TestDatabases::sqlite();
        let db = open(&databases, WriteLimits::default()).await;
        fill_the_disk(&db).await;
        let held = Held::hold(&db).await;
        let before = queue(&db, |tx| Ok(insert(tx, "before", 1).map(drop)?)).await;
        let swallowing = queue(&db, move |tx| {
            assert!(insert_large(tx), "the disk is full");
            Ok(())
        });
        let swallowing = swallowing.await;
        let after = queue(&db, |tx| Ok(insert(tx, "after", 1).map(drop)?)).await;
        held.release().await;
        for writing in [before, swallowing, after] {
            assert!(is_unavailable(writing.await.expect_err(way)), "{way}");
        }
        assert_eq!(stored(&db).await, [""; 0], "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_and_an_error_undo_only_themselves() {
    let databases = TestDatabases::sqlite();
    let db = open(&databases, WriteLimits::default()).await;
    let held = Held::hold(&db).await;
    let first = queue(&db, |tx| Ok(insert(tx, "first", 1).map(drop)?)).await;
    let panicking = queue(&db, |tx| {
        insert(tx, "panicking", 1)?;
        panic!("a fault in our own code, on purpose");
    });
    let panicking = panicking.await;
    let second = queue(&db, |tx| Ok(insert(tx, "second", 1).map(drop)?)).await;
    let failing = queue(&db, |tx| {
        insert(tx, "failing", 1)?;
        Ok(insert(tx, "first", 1).map(drop)?)
    });
    let failing = failing.await;
    let third = queue(&db, |tx| Ok(insert(tx, "third", 1).map(drop)?)).await;
    held.release().await;
    for stored in [first, second, third] {
        stored.await.unwrap();
    }
    let error = panicking.await.unwrap_err();
    assert!(matches!(error, DbError::Panicked), "{error}");
    assert_eq!(Error::from(error).code().status(), 500, "coming back would not help");
    assert!(matches!(failing.await.unwrap_err(), DbError::Query(_)));
    assert_eq!(stored(&db).await, ["first", "second", "third"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_and_a_long_wait_are_told_to_come_back() {
    let databases = TestDatabases::sqlite();
    let db = open(&databases, WriteLimits { queue: 2, ..WriteLimits::default() }).await;
    let held = Held::hold(&db).await;
    let first = queue(&db, |tx| Ok(insert(tx, "first", 1).map(drop)?)).await;
    let second = queue(&db, |tx| Ok(insert(tx, "second", 1).map(drop)?)).await;
    let refused = db.write(|tx| Ok::<_, DbError>(insert(tx, "third", 1)?)).await.unwrap_err();
    assert!(matches!(refused, DbError::Busy) && is_unavailable(refused));
    held.release().await;
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(stored(&db).await, ["first", "second"]);

    // Any wait at all is longer than none.
    let databases = TestDatabases::sqlite();
    let db = open(&databases, WriteLimits { wait: Duration::ZERO, ..WriteLimits::default() }).await;
    let late = db.write(|tx| Ok::<_, DbError>(insert(tx, "late", 1)?)).await.unwrap_err();
    assert!(matches!(late, DbError::Busy), "{late}");
    assert_eq!(stored(&db).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_beyond_its_time_is_rolled_back() {
    let databases = TestDatabases::sqlite();
    // Any time at all is longer than none.
    let db = open(&databases, WriteLimits { run: Duration::ZERO, ..WriteLimits::default() }).await;
    let slow = db.write(|tx| Ok::<_, DbError>(insert(tx, "slow", 1)?)).await.unwrap_err();
    assert!(matches!(slow, DbError::TooSlow(_)) && is_unavailable(slow));
    assert_eq!(stored(&db).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_write() {
    let databases = TestDatabases::sqlite();
    let db = open(&databases, WriteLimits::default()).await;
    let refused = db.read(|conn| Ok::<_, DbError>(insert(conn, "reader", 1)?)).await.unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");
    assert_eq!(stored(&db).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_a_503_with_a_time_to_come_back_and_passes() {
    let app = TestApp::on(TestDatabases::sqlite(), &[]).await;
    fill_the_disk(&app.services.main).await;
    // The last pages may have room for a few more.
    let (mut installed, mut number) = (0, 0);
    let (site, refused) = loop {
        number += 1;
        let site = app.site(&format!("site-{number}"));
        let answer = site.install().await;
        if answer.status != 204 {
            break (site, answer);
        }
        installed += 1;
        assert!(installed < 1_000, "the disk never gets full");
    };
    assert_eq!((refused.status, code(&refused).as_str()), (503, "unavailable"), "{}", refused.body);
    assert_eq!(refused.header("retry-after"), Some("10"));
    assert_eq!(app.state(&site).await, "nothing");
    let stored = app.services.main.read(|conn| Ok::<_, DbError>(tenants::count(conn)?)).await.unwrap();
    assert_eq!(stored, installed, "who was answered is stored, and nobody else");
    empty_the_disk(&app.services.main).await;
    assert_eq!(site.install().await.status, 204);
    assert_eq!(app.state(&site).await, "active");
}

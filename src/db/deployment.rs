//! Which main database and which keyring belong together, and a few numbers of ours that outlive a process.
//!
//! A keyring beside the wrong database would lose keys that some other database still needs, since keys without a tenant
//! are removed. So both carry one id, and a pair that disagrees does not start.

use diesel::prelude::*;

use super::prepared::Prepared;
use super::schema::{data_keys, deployment};
use super::{Conn, DbError, DbResult, Id, each, tenants};

const NAME: &str = "id";
const NEW_KEYRING: DbError = DbError::WrongPair(
    "KEPT_KEYRING_URL: the keyring is new, but the main database has one already; without it all sealed data is lost",
);
const NEW_MAIN: DbError =
    DbError::WrongPair("DATABASE_URL: the main database is new, but the keyring holds keys of another one");

pub fn read(conn: &mut Conn) -> QueryResult<Option<Id>> {
    deployment::table.find(NAME).select(deployment::value).first(conn).optional()
}

/// A number that was stored under this name.
pub fn value(conn: &mut Conn, name: &str) -> QueryResult<Option<i64>> {
    deployment::table.find(name).select(deployment::value).first(conn).optional()
}

pub fn set(tx: &mut Conn, name: &str, value: i64) -> QueryResult<()> {
    let values = (deployment::name.eq(name), deployment::value.eq(value));
    each!(tx, |tx| Prepared::new(
        diesel::insert_into(deployment::table)
            .values(values)
            .on_conflict(deployment::name)
            .do_update()
            .set(deployment::value.eq(value))
    )
    .execute(tx))
    .map(drop)
}

/// Removes every number whose name begins like this.
pub fn remove_all(tx: &mut Conn, prefix: &str) -> QueryResult<()> {
    let begins = deployment::name.like(format!("{prefix}%"));
    diesel::delete(deployment::table.filter(begins)).execute(tx).map(drop)
}

/// Stores `id` if there is none; returns the one that stands.
pub fn adopt(tx: &mut Conn, id: Id) -> QueryResult<Id> {
    let values = (deployment::name.eq(NAME), deployment::value.eq(id));
    each!(tx, |tx| diesel::insert_into(deployment::table)
        .values(values)
        .on_conflict(deployment::name)
        .do_nothing()
        .execute(tx))?;
    deployment::table.find(NAME).select(deployment::value).first(tx)
}

/// Makes sure that the two are a pair; two new ones become one.
pub fn pair(main: &mut Conn, keyring: &mut Conn, fresh: Id) -> DbResult<()> {
    match (read(main)?, read(keyring)?) {
        (Some(main_id), Some(keyring_id)) if main_id == keyring_id => Ok(()),
        (Some(_), Some(_)) => {
            Err(DbError::WrongPair("KEPT_KEYRING_URL: this keyring belongs to another main database"))
        }
        (Some(_), None) => Err(NEW_KEYRING),
        // A crash between the two inserts leaves the keyring first; anything more in either is somebody's data.
        (None, standing) => {
            if tenants::count(main)? > 0 || holds_keys(keyring)? {
                return Err(NEW_MAIN);
            }
            let id = adopt(keyring, standing.unwrap_or(fresh))?;
            adopt(main, id)?;
            Ok(())
        }
    }
}

/// Whether a new main database may be made beside this keyring.
pub fn check_new_main(keyring: &mut Conn) -> DbResult<()> {
    if holds_keys(keyring)? { Err(NEW_MAIN) } else { Ok(()) }
}

/// Whether a new keyring may be made beside this main database.
pub fn check_new_keyring(main: &mut Conn) -> DbResult<()> {
    if read(main)?.is_some() { Err(NEW_KEYRING) } else { Ok(()) }
}

fn holds_keys(keyring: &mut Conn) -> QueryResult<bool> {
    let any: Option<Id> = data_keys::table.select(data_keys::tenant_id).first(keyring).optional()?;
    Ok(any.is_some())
}

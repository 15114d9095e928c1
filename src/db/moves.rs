//! Tenants on their way to another deployment, or from one.

use diesel::prelude::*;

use super::schema::{moves, tenants};
use super::{Conn, Id, Millis, each, feed, prepared, text_enum};
use crate::clock::Timestamp;

text_enum! {
    pub enum Role {
        /// The tenant goes from here.
        Source = "source",
        /// It comes here.
        Target = "target",
    }
}

text_enum! {
    /// How far a move is. Each is stored before what follows from it begins.
    pub enum Stage {
        /// It is to begin within its window.
        Scheduled = "scheduled",
        /// Nothing is written for the tenant any more; jobs that run are waited for.
        Holding = "holding",
        /// Its rows are being sent.
        Copying = "copying",
        /// The other side has everything, and both have compared it.
        Ready = "ready",
        /// The other side is told that the tenant lives there now.
        Committing = "committing",
        /// It does; what is here is to go.
        Committed = "committed",
        /// The erasure of what was here has begun.
        Done = "done",
        /// Rows arrive, and lie there.
        Receiving = "receiving",
        /// Everything is there and compared.
        Arrived = "arrived",
        /// The tenant lives here.
        Live = "live",
        /// It came to nothing; the copy is to go.
        Dropping = "dropping",
        /// It came to nothing, and no copy is left.
        Dropped = "dropped",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = moves, primary_key(tenant_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct MoveRow {
    pub tenant_id: Id,
    pub id: Id,
    pub role: String,
    pub migration_index: Vec<u8>,
    pub peer: String,
    pub stage: String,
    pub window_ends_at: Millis,
    pub recorded_at: Millis,
    pub changed_at: Millis,
    pub held_at: Option<Millis>,
    pub deadline_at: Option<Millis>,
    pub position: i64,
    pub place: Option<String>,
    pub failure: Option<String>,
    pub expires_at: Millis,
    /// The product's name for it, under the vendor's key.
    pub sealed: Vec<u8>,
}

impl MoveRow {
    pub fn stage(&self) -> Option<Stage> {
        self.stage.parse().ok()
    }

    pub fn role(&self) -> Option<Role> {
        self.role.parse().ok()
    }
}

/// False when the move is known already; nothing is changed then.
pub fn insert(tx: &mut Conn, row: &MoveRow) -> QueryResult<bool> {
    let inserted = each!(tx, |tx| diesel::insert_into(moves::table)
        .values(row)
        .on_conflict(moves::migration_index)
        .do_nothing()
        .execute(tx))?;
    Ok(inserted == 1)
}

pub fn update(tx: &mut Conn, row: &MoveRow) -> QueryResult<()> {
    let target = moves::table.find((row.tenant_id, row.id));
    prepared::execute(tx, diesel::update(target).set(row))?;
    feed::announce(tx, row.tenant_id)
}

/// How far the copying is.
pub fn advance(tx: &mut Conn, row: &MoveRow, position: i64, place: Option<&str>) -> QueryResult<bool> {
    let target = moves::table
        .find((row.tenant_id, row.id))
        .filter(moves::stage.eq(row.stage.clone()))
        .filter(moves::position.eq(position - 1));
    let done = diesel::update(target).set((moves::position.eq(position), moves::place.eq(place)));
    Ok(prepared::execute(tx, done)? == 1)
}

pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<MoveRow>> {
    moves::table.filter(moves::id.eq(id)).select(MoveRow::as_select()).first(conn).optional()
}

pub fn by_migration(conn: &mut Conn, migration_index: &[u8]) -> QueryResult<Option<MoveRow>> {
    moves::table
        .filter(moves::migration_index.eq(migration_index))
        .select(MoveRow::as_select())
        .first(conn)
        .optional()
}

/// The row, held against other writers until the transaction ends. Whoever changes its tenant too holds that one before.
pub fn lock(tx: &mut Conn, id: Id) -> QueryResult<Option<MoveRow>> {
    let query = moves::table.filter(moves::id.eq(id)).select(moves::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => query.first(tx).optional(),
    }
}

/// How many moves from here are at one of these stages.
pub fn count_at(conn: &mut Conn, role: Role, stages: &[Stage]) -> QueryResult<i64> {
    let words: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
    let found = moves::table.filter(moves::role.eq(role.as_str())).filter(moves::stage.eq_any(words));
    each!(conn, |conn| found.count().get_result(conn))
}

/// How many moves should be over by now.
pub fn count_overdue(conn: &mut Conn, over: &[Stage], now: Timestamp) -> QueryResult<i64> {
    let words: Vec<&str> = over.iter().map(|stage| stage.as_str()).collect();
    let late = moves::table
        .filter(moves::stage.ne_all(words))
        .filter(moves::deadline_at.is_not_null())
        .filter(moves::deadline_at.lt(Some(Millis::from(now))));
    each!(conn, |conn| late.count().get_result(conn))
}

/// The newest first.
pub fn list(conn: &mut Conn, limit: i64) -> QueryResult<Vec<MoveRow>> {
    moves::table.order(moves::id.desc()).limit(limit).select(MoveRow::as_select()).load(conn)
}

/// Moves that are not over, the oldest first.
pub fn open(conn: &mut Conn, over: &[Stage], limit: i64) -> QueryResult<Vec<MoveRow>> {
    let words: Vec<&str> = over.iter().map(|stage| stage.as_str()).collect();
    let open = moves::table.filter(moves::stage.ne_all(words));
    each!(conn, |conn| open.order(moves::id).limit(limit).select(MoveRow::as_select()).load(conn))
}

/// Moves of a tenant that were committed, the newest first.
pub fn settled(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<MoveRow>> {
    let words = [Stage::Committed, Stage::Done, Stage::Live].map(Stage::as_str);
    let own = moves::table.filter(moves::tenant_id.eq(tenant)).filter(moves::stage.eq_any(words));
    each!(conn, |conn| own.order(moves::id.desc()).select(MoveRow::as_select()).load(conn))
}

/// Other moves of a tenant that are not over.
pub fn others_open(conn: &mut Conn, tenant: Id, except: Id, over: &[Stage]) -> QueryResult<i64> {
    let words: Vec<&str> = over.iter().map(|stage| stage.as_str()).collect();
    let open = moves::table
        .filter(moves::tenant_id.eq(tenant))
        .filter(moves::id.ne(except))
        .filter(moves::stage.ne_all(words));
    each!(conn, |conn| open.count().get_result(conn))
}

/// Lets the move hold its tenant, or lets it go. Whoever has the tenant in memory hears of it.
pub fn hold(tx: &mut Conn, tenant: Id, by: Option<Id>) -> QueryResult<()> {
    let held = diesel::update(tenants::table.find(tenant)).set(tenants::held_by.eq(by));
    prepared::execute(tx, held)?;
    feed::announce(tx, tenant)
}

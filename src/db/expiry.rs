//! Everything with a date on which it goes, in both databases: found and deleted by an index on that date, so that the cost
//! grows with what is due and not with what is stored.
//!
//! A table with a column `expires_at` stands in [`TABLES`], and has an index on it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::prepared::Prepared;
use super::{Conn, Millis, Schema, each, prepared};
use crate::clock::Timestamp;

/// Rows of one batch.
pub const BATCH_MAX: i64 = 500;

/// A table whose rows expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiring {
    pub schema: Schema,
    pub table: &'static str,
    /// What the time of a row counts from, and the expression for the row's kind; without it a row's date was set by what it
    /// belongs to, and no change of the policy moves it.
    pub clock: Option<Clock>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    began: &'static str,
    kind: &'static str,
}

const fn main(table: &'static str) -> Expiring {
    Expiring { schema: Schema::Main, table, clock: None }
}

impl Expiring {
    const fn counting(self, began: &'static str, kind: &'static str) -> Self {
        Self { clock: Some(Clock { began, kind }), ..self }
    }

    const fn in_keyring(self) -> Self {
        Self { schema: Schema::Keyring, ..self }
    }

    /// What leaves rows alone whose tenant moves to another deployment.
    fn stays(&self) -> &'static str {
        let moves = self.schema == Schema::Main && !NEVER_MOVED.contains(&self.table);
        if moves { "AND tenant_id NOT IN (SELECT id FROM tenants WHERE held_by > 0) " } else { "" }
    }
}

/// A column of the ticket that a row belongs to: what belongs to a ticket goes with it.
macro_rules! of_its_ticket {
    ($table:literal, $column:literal, $otherwise:literal) => {
        concat!(
            "COALESCE((SELECT ",
            $column,
            " FROM tickets WHERE tickets.tenant_id = ",
            $table,
            ".tenant_id AND tickets.id = ",
            $table,
            ".ticket_id), ",
            $otherwise,
            ")"
        )
    };
}

/// When a ticket was closed, as a text: a closed one goes earlier.
macro_rules! closing {
    ($table:literal) => {
        of_its_ticket!($table, "CAST(closed_at AS TEXT)", "''")
    };
}

/// All of them, in the main database and in the keyring. A test compares the list with the live schema.
pub const TABLES: [Expiring; 29 + 2] = [
    main("webhooks").counting("received_at", "'webhook'"),
    main("operation_records").counting("recorded_at", "kind"),
    main("tombstones").counting("deleted_at", "''"),
    // A counter has no instant, only its day.
    main("usage_counters").counting("day * 86400000", "feature"),
    main("timeline").counting("at", "''"),
    main("operator_actions").counting("at", "''"),
    main("notices").counting("recorded_at", "''"),
    main("orders").counting("contract_ended_at", "''"),
    main("links"),
    main("lifecycle_tokens"),
    main("processor_erasures"),
    main("erasure_confirmations"),
    // Somebody's account is recorded anew each time it is used or changed.
    main("staff").counting("updated_at", "''"),
    main("staff_sessions"),
    // A chain, whose rows are never changed: `audit::prune` takes away its beginning, by the present policy too.
    main("audit"),
    main("grants"),
    main("downloads").counting("at", "''"),
    main("reviews").counting("at", "''"),
    main("tickets").counting("created_at", "COALESCE(CAST(closed_at AS TEXT), '')"),
    main("ticket_messages")
        .counting(of_its_ticket!("ticket_messages", "created_at", "at"), closing!("ticket_messages")),
    main("bundle_items")
        .counting(of_its_ticket!("bundle_items", "created_at", "at"), closing!("bundle_items")),
    main("consents").counting(of_its_ticket!("consents", "created_at", "given_at"), closing!("consents")),
    main("sink_copies"),
    main("sink_erasures"),
    main("ticket_mails"),
    main("ticket_links"),
    main("ticket_frames").counting("recorded_at", "''"),
    main("moves").counting("recorded_at", "''"),
    main("moved_names").counting("recorded_at", "''"),
    // An entry goes with its receipt.
    main("ledger").in_keyring().counting(
        // A tenant that moved away and came home may have several, each with a receipt of its own.
        "COALESCE((SELECT MIN(issued_at) FROM receipts WHERE receipts.tenant_id = ledger.tenant_id \
         AND receipts.issued_at >= ledger.shredded_at), shredded_at)",
        "''",
    ),
    main("receipts").in_keyring().counting("issued_at", "''"),
];

/// Tables whose rows are not part of what moves to another deployment.
const NEVER_MOVED: [&str; 10] = [
    "operator_actions",
    "orders",
    "lifecycle_tokens",
    "processor_erasures",
    "erasure_confirmations",
    "sink_erasures",
    "staff",
    "staff_sessions",
    "moves",
    "moved_names",
];

/// The tables of one database.
pub fn tables(schema: Schema) -> impl Iterator<Item = &'static Expiring> {
    TABLES.iter().filter(move |expiring| expiring.schema == schema)
}

/// A table that has something due, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    pub table: &'static Expiring,
    pub since: Timestamp,
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    oldest: Option<Millis>,
}

/// Which tables have rows that are due at `now`.
pub fn overdue(conn: &mut Conn, schema: Schema, now: Timestamp) -> QueryResult<Vec<Overdue>> {
    let query = Prepared::new(diesel::sql_query(oldest_sql(schema)));
    let found: Vec<Oldest> = each!(conn, |conn| query.load(conn))?;
    let due = found.into_iter().filter_map(|found| {
        let since = Timestamp::from(found.oldest?);
        let table = tables(schema).find(|expiring| expiring.table == found.name)?;
        (since <= now).then_some(Overdue { table, since })
    });
    Ok(due.collect())
}

/// Deletes what is due at `now`, the oldest first, at most [`BATCH_MAX`]. Returns how many rows went.
pub fn delete_due(tx: &mut Conn, table: &Expiring, now: Timestamp) -> QueryResult<usize> {
    let delete = diesel::sql_query(delete_sql(tx, table))
        .bind::<BigInt, _>(Millis::from(now))
        .bind::<BigInt, _>(BATCH_MAX);
    prepared::execute(tx, delete)
}

/// One statement for all tables of a database: their oldest dates, each the first entry of its index.
pub fn oldest_sql(schema: Schema) -> String {
    let one = |expiring: &Expiring| {
        let table = expiring.table;
        format!("SELECT '{table}' AS name, (SELECT MIN(expires_at) FROM {table}) AS oldest")
    };
    tables(schema).map(one).collect::<Vec<_>>().join(" UNION ALL ")
}

/// On PostgreSQL a row that somebody is writing is left for the next sweep: nobody waits for a sweep.
///
/// What is being moved to another deployment is left alone too: both sides must have the same until that is over, which takes
/// hours at most. Then it goes at the next sweep, wherever it is.
pub fn delete_sql(conn: &Conn, expiring: &Expiring) -> String {
    let (table, stays) = (expiring.table, expiring.stays());
    let due = format!("WHERE expires_at <= $1 {stays}ORDER BY expires_at LIMIT $2");
    match conn {
        Conn::Pg(_) => format!(
            "DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} {due} FOR UPDATE SKIP LOCKED))"
        ),
        Conn::Sqlite(_) => {
            let row = if table == super::audit::CLUSTERED { "(tenant_id, sequence)" } else { "rowid" };
            let found = row.trim_matches(['(', ')']);
            format!("DELETE FROM {table} WHERE {row} IN (SELECT {found} FROM {table} {due})")
        }
    }
}

/// A row on the way through a table in order of expiry.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Dated {
    /// Where the row lies, as the engine says it.
    #[diesel(sql_type = Text)]
    address: String,
    #[diesel(sql_type = BigInt)]
    expires_at: Millis,
    #[diesel(sql_type = BigInt)]
    began: Millis,
    #[diesel(sql_type = Text)]
    pub kind: String,
}

impl Dated {
    pub fn began(&self) -> Timestamp {
        self.began.into()
    }

    pub fn expires_at(&self) -> Timestamp {
        self.expires_at.into()
    }
}

/// The next rows after `after` that expire later than `now`, held until the transaction ends; none where no clock is known.
pub fn walk(
    tx: &mut Conn,
    table: &Expiring,
    now: Timestamp,
    after: Option<&Dated>,
) -> QueryResult<Vec<Dated>> {
    let Some(sql) = walk_sql(tx, table) else { return Ok(Vec::new()) };
    let start =
        Dated { address: start_address(tx), expires_at: now.into(), began: now.into(), kind: String::new() };
    let after = after.unwrap_or(&start);
    let walk = diesel::sql_query(sql)
        .bind::<BigInt, _>(after.expires_at)
        .bind::<Text, _>(&after.address)
        .bind::<BigInt, _>(BATCH_MAX);
    let walk = Prepared::new(walk);
    each!(tx, |tx| walk.load(tx))
}

/// Lets a row of [`walk`] expire at `expires_at`.
pub fn lower(tx: &mut Conn, table: &Expiring, row: &Dated, expires_at: Timestamp) -> QueryResult<()> {
    let at_its_address = match tx {
        Conn::Pg(_) => "ctid = $2::tid",
        Conn::Sqlite(_) => "rowid = CAST($2 AS INTEGER)",
    };
    let update = format!("UPDATE {} SET expires_at = $1 WHERE {at_its_address}", table.table);
    let update =
        diesel::sql_query(update).bind::<BigInt, _>(Millis::from(expires_at)).bind::<Text, _>(&row.address);
    prepared::execute(tx, update).map(drop)
}

/// Walks along the index: rows of one date are told apart by where they lie. What is being moved to another deployment is left
/// alone, as in [`delete_sql`].
pub fn walk_sql(conn: &Conn, expiring: &Expiring) -> Option<String> {
    let (Clock { began, kind }, table, stays) = (expiring.clock?, expiring.table, expiring.stays());
    let columns = format!("expires_at, {began} AS began, {kind} AS kind FROM {table}");
    Some(match conn {
        Conn::Pg(_) => format!(
            "SELECT ctid::text AS address, {columns} WHERE (expires_at, ctid) > ($1, $2::tid) {stays}\
             ORDER BY expires_at, ctid LIMIT $3 FOR UPDATE"
        ),
        Conn::Sqlite(_) => format!(
            "SELECT CAST(rowid AS TEXT) AS address, {columns} WHERE (expires_at, rowid) > ($1, CAST($2 AS INTEGER)) {stays}\
             ORDER BY expires_at, rowid LIMIT $3"
        ),
    })
}

fn start_address(conn: &Conn) -> String {
    match conn {
        Conn::Pg(_) => "(4294967295,65535)".to_owned(),
        Conn::Sqlite(_) => i64::MAX.to_string(),
    }
}

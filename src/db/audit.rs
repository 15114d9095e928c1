//! What staff did: chains of rows, one per tenant. Rows are added at the end and go from the beginning.

use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::prelude::*;

use super::audit_view::{Decoded, FromView};
use super::schema::{audit, audit_checkpoints};
use super::{Conn, Id, Millis, each, guarded};

/// On SQLite its rows stand in the order of their key, so that a chain is read from end to end: it has no hidden key.
pub const CLUSTERED: &str = "audit";

/// Sets these locks apart from others of the same database.
const LOCKS: i32 = 0x6b61;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
pub struct AuditRow {
    pub tenant_id: Id,
    pub sequence: i64,
    pub id: Id,
    pub at: Millis,
    pub kind: String,
    pub staff_id: Option<Id>,
    pub ticket_id: Option<Id>,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub expires_at: Millis,
    pub sealed: Vec<u8>,
}

/// The last row of a chain that has gone.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = audit_checkpoints, treat_none_as_default_value = false)]
pub struct CheckpointRow {
    pub tenant_id: Id,
    pub sequence: i64,
    pub at: Millis,
    pub hash: Vec<u8>,
    pub signature: String,
}

/// Which rows of a chain there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    pub tenant: Id,
    pub first: i64,
    pub last: i64,
}

/// The end of a tenant's chain, which nobody else can add to until the transaction ends.
pub fn lock_head(tx: &mut Conn, tenant: Id) -> QueryResult<Option<(i64, Vec<u8>)>> {
    if let Conn::Pg(tx) = tx {
        let of = i32::try_from(tenant.as_i64().rem_euclid(i64::from(i32::MAX))).unwrap_or_default();
        tx.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCKS}, {of})"))?;
    }
    head(tx, tenant)
}

/// The end of a tenant's chain as it is now: its last row, or the last one that has gone.
pub fn head(conn: &mut Conn, tenant: Id) -> QueryResult<Option<(i64, Vec<u8>)>> {
    let last = audit::table
        .filter(audit::tenant_id.eq(tenant))
        .order(audit::sequence.desc())
        .select((audit::sequence, audit::hash))
        .first(conn)
        .optional()?;
    match last {
        Some(last) => Ok(Some(last)),
        None => Ok(checkpoint(conn, tenant)?.map(|point| (point.sequence, point.hash))),
    }
}

pub fn insert(tx: &mut Conn, row: &AuditRow) -> QueryResult<()> {
    diesel::insert_into(audit::table).values(row).execute(tx).map(drop)
}

/// A tenant's rows before `before`, the newest first.
pub fn page(conn: &mut Conn, tenant: Id, before: i64, limit: i64) -> QueryResult<Vec<AuditRow>> {
    audit::table
        .filter(audit::tenant_id.eq(tenant))
        .filter(audit::sequence.lt(before))
        .order(audit::sequence.desc())
        .limit(limit)
        .select(AuditRow::as_select())
        .load(conn)
}

/// What of these kinds was done about one ticket, the newest first.
pub fn of_ticket(
    conn: &mut Conn,
    tenant: Id,
    ticket: Id,
    kinds: &[&str],
    limit: i64,
) -> QueryResult<Vec<AuditRow>> {
    audit::table
        .filter(audit::tenant_id.eq(tenant))
        .filter(audit::ticket_id.eq(ticket))
        .filter(audit::kind.eq_any(kinds))
        .order(audit::sequence.desc())
        .limit(limit)
        .select(AuditRow::as_select())
        .load(conn)
}

pub fn by_sequence(conn: &mut Conn, tenant: Id, sequence: i64) -> QueryResult<Option<AuditRow>> {
    audit::table.find((tenant, sequence)).select(AuditRow::as_select()).first(conn).optional()
}

/// Whether this person did this about this ticket after `since`.
pub fn has_done(
    conn: &mut Conn,
    tenant: Id,
    ticket: Id,
    staff: Id,
    kind: &str,
    since: Millis,
) -> QueryResult<bool> {
    let done = audit::table
        .filter(audit::tenant_id.eq(tenant))
        .filter(audit::ticket_id.eq(ticket))
        .filter(audit::staff_id.eq(staff))
        .filter(audit::kind.eq(kind))
        .filter(audit::at.gt(since));
    Ok(done.select(audit::sequence).first::<i64>(conn).optional()?.is_some())
}

/// All chains that have rows.
pub fn extents(conn: &mut Conn) -> QueryResult<Vec<Extent>> {
    use diesel::dsl::{max, min};
    let columns = (audit::tenant_id, min(audit::sequence), max(audit::sequence));
    let found: Vec<(Id, Option<i64>, Option<i64>)> =
        audit::table.group_by(audit::tenant_id).select(columns).order(audit::tenant_id).load(conn)?;
    let extent = |(tenant, first, last): (Id, Option<i64>, Option<i64>)| {
        Some(Extent { tenant, first: first?, last: last? })
    };
    Ok(found.into_iter().filter_map(extent).collect())
}

/// Shows `look` what `T` makes of the rows from `first` to `last`, one after the other in their order. No row is copied.
pub fn look_at<T: FromView + 'static>(
    conn: &mut Conn,
    Extent { tenant, first, last }: Extent,
    mut look: impl FnMut(T),
) -> QueryResult<()> {
    each!(conn, |conn| {
        let rows = audit::table
            .filter(audit::tenant_id.eq(tenant))
            .filter(audit::sequence.between(first, last))
            .order(audit::sequence)
            .select(audit::all_columns);
        for row in rows.load_iter::<Decoded<T>, DefaultLoadingMode>(conn)? {
            look(row?.0);
        }
        Ok(())
    })
}

pub fn checkpoint(conn: &mut Conn, tenant: Id) -> QueryResult<Option<CheckpointRow>> {
    audit_checkpoints::table.find(tenant).select(CheckpointRow::as_select()).first(conn).optional()
}

pub fn checkpoints(conn: &mut Conn) -> QueryResult<Vec<CheckpointRow>> {
    let all = audit_checkpoints::table.order(audit_checkpoints::tenant_id);
    all.select(CheckpointRow::as_select()).load(conn)
}

/// Whose chains have rows that go: at `now` by their own date, or stored at `cutoff` or before.
pub fn with_due_rows(conn: &mut Conn, now: Millis, cutoff: Millis, limit: i64) -> QueryResult<Vec<Id>> {
    let chains = || audit::table.select(audit::tenant_id).distinct().limit(limit);
    let mut found: Vec<Id> = chains().filter(audit::expires_at.le(now)).load(conn)?;
    found.extend(chains().filter(audit::at.le(cutoff)).load::<Id>(conn)?);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The newest row of a chain that goes, and that lies among its oldest `limit`.
pub fn last_due(
    tx: &mut Conn,
    tenant: Id,
    now: Millis,
    cutoff: Millis,
    limit: i64,
) -> QueryResult<Option<AuditRow>> {
    let of_tenant = || audit::table.filter(audit::tenant_id.eq(tenant));
    let first: Option<i64> =
        of_tenant().order(audit::sequence).select(audit::sequence).first(tx).optional()?;
    let Some(first) = first else { return Ok(None) };
    of_tenant()
        .filter(audit::sequence.lt(first.saturating_add(limit)))
        .filter(audit::expires_at.le(now).or(audit::at.le(cutoff)))
        .order(audit::sequence.desc())
        .select(AuditRow::as_select())
        .first(tx)
        .optional()
}

/// Removes the rows of a chain up to the one of the checkpoint, which stands in their place. Returns how many went.
pub fn prune(tx: &mut Conn, point: &CheckpointRow) -> QueryResult<usize> {
    if let Some(gone) = guarded::prune(tx, point)? {
        return Ok(usize::try_from(gone).unwrap_or_default());
    }
    each!(tx, |tx| diesel::insert_into(audit_checkpoints::table)
        .values(point)
        .on_conflict(audit_checkpoints::tenant_id)
        .do_update()
        .set(point)
        .execute(tx))?;
    let gone =
        audit::table.filter(audit::tenant_id.eq(point.tenant_id)).filter(audit::sequence.le(point.sequence));
    diesel::delete(gone).execute(tx)
}

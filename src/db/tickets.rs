//! Tickets: what users reported and what became of it. States and times in clear, everything that somebody wrote sealed.

use diesel::prelude::*;

use super::schema::{ticket_frames, tickets};
use super::{Conn, Id, Millis, each, text_enum};
use crate::clock::Timestamp;

text_enum! {
    /// What an administrator of the site says to a report that needs it before it leaves the site.
    pub enum Approval {
        /// Nobody at the vendor sees it.
        Waiting = "waiting",
        Approved = "approved",
        /// Nobody at the vendor ever will.
        Refused = "refused",
    }
}

/// What has left its site, in SQL: the vendor's people and systems are shown nothing else.
pub const HAS_LEFT: &str = "(approval IS NULL OR approval = 'approved')";

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tickets, primary_key(tenant_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TicketRow {
    pub tenant_id: Id,
    pub id: Id,
    /// What people call it by. It says nothing of how many there are.
    pub number: String,
    pub state: String,
    pub severity: String,
    pub priority: String,
    pub product: String,
    /// Where the service ran that took the report.
    pub region: String,
    pub assignee_id: Option<Id>,
    pub fingerprint_index: Option<Vec<u8>>,
    pub is_privacy: bool,
    pub merged_into: Option<Id>,
    pub reporter_index: Vec<u8>,
    pub email_state: String,
    /// The client's key for its request, and the request itself: the same pair gets the same answer.
    pub idempotency_index: Vec<u8>,
    pub request_index: Vec<u8>,
    /// The first mail about it, to which the others answer.
    pub message_root: Id,
    pub created_at: Millis,
    pub updated_at: Millis,
    pub closed_at: Option<Millis>,
    pub expires_at: Millis,
    pub sealed: Vec<u8>,
    /// Until then it is out of the queue.
    pub snoozed_until: Option<Millis>,
    /// By when staff wants to give the first answer, where the policy says so, and when it did.
    pub respond_by: Option<Millis>,
    pub responded_at: Option<Millis>,
    /// How the problem came to us.
    pub source: String,
    /// Whether whoever reports the same error is told that it is known.
    pub is_known_problem: bool,
    /// Absent where none is needed.
    pub approval: Option<String>,
    /// Whoever decided, as [`TicketRow::reporter_index`].
    pub decider_index: Option<Vec<u8>>,
}

impl TicketRow {
    pub fn is(&self, approval: Approval) -> bool {
        self.approval.as_deref() == Some(approval.as_str())
    }

    /// Whether the vendor may see it.
    pub fn has_left(&self) -> bool {
        self.approval.is_none() || self.is(Approval::Approved)
    }
}

/// The same as [`HAS_LEFT`], for queries that are not texts.
macro_rules! left {
    () => {
        tickets::approval.is_null().or(tickets::approval.eq(Approval::Approved.as_str()))
    };
}

pub fn find(conn: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<TicketRow>> {
    tickets::table.find((tenant, id)).select(TicketRow::as_select()).first(conn).optional()
}

/// The same, held until the transaction ends.
pub fn lock(tx: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<TicketRow>> {
    let query = tickets::table.find((tenant, id)).select(tickets::all_columns);
    match tx {
        Conn::Pg(tx) => query.for_update().first(tx).optional(),
        Conn::Sqlite(tx) => query.first(tx).optional(),
    }
}

/// Whose ticket this is, where only its id is known.
pub fn by_id(conn: &mut Conn, id: Id) -> QueryResult<Option<TicketRow>> {
    tickets::table.filter(tickets::id.eq(id)).select(TicketRow::as_select()).first(conn).optional()
}

/// As the vendor's people ask for it: what waits for its site's word is not there.
pub fn by_number(conn: &mut Conn, number: &str) -> QueryResult<Option<TicketRow>> {
    let left = tickets::table.filter(tickets::number.eq(number)).filter(left!());
    left.select(TicketRow::as_select()).first(conn).optional()
}

/// The ticket that the same request has made before.
pub fn by_idempotency(conn: &mut Conn, tenant: Id, index: &[u8]) -> QueryResult<Option<TicketRow>> {
    tickets::table
        .filter(tickets::tenant_id.eq(tenant))
        .filter(tickets::idempotency_index.eq(index))
        .select(TicketRow::as_select())
        .first(conn)
        .optional()
}

/// False when the request has made its ticket already: of many at once one gets through.
pub fn insert(tx: &mut Conn, row: &TicketRow) -> QueryResult<bool> {
    let inserted = each!(tx, |tx| diesel::insert_into(tickets::table)
        .values(row)
        .on_conflict((tickets::tenant_id, tickets::idempotency_index))
        .do_nothing()
        .execute(tx))?;
    Ok(inserted == 1)
}

pub fn update(tx: &mut Conn, row: &TicketRow) -> QueryResult<()> {
    diesel::update(tickets::table.find((row.tenant_id, row.id))).set(row).execute(tx).map(drop)
}

pub fn delete(tx: &mut Conn, tenant: Id, id: Id) -> QueryResult<usize> {
    diesel::delete(tickets::table.find((tenant, id))).execute(tx)
}

/// How tickets stand that are asked for; all of them by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    pub approval: Option<Approval>,
    /// Of what has left the site: the rest is in no state of the vendor's yet.
    pub state: Option<&'static str>,
}

/// Of one tenant, the newest first, before `before` where that is given; those of one reporter where one is given.
pub fn page(
    conn: &mut Conn,
    tenant: Id,
    reporter: Option<&[u8]>,
    standing: Standing,
    before: Option<Id>,
    limit: i64,
) -> QueryResult<Vec<TicketRow>> {
    let mut query = tickets::table.filter(tickets::tenant_id.eq(tenant)).into_boxed();
    if let Some(approval) = standing.approval {
        query = query.filter(tickets::approval.eq(approval.as_str()));
    }
    if let Some(state) = standing.state {
        query = query.filter(tickets::state.eq(state)).filter(left!());
    }
    if let Some(reporter) = reporter {
        query = query.filter(tickets::reporter_index.eq(reporter.to_vec()));
    }
    if let Some(before) = before {
        query = query.filter(tickets::id.lt(before));
    }
    query.order(tickets::id.desc()).limit(limit).select(TicketRow::as_select()).load(conn)
}

/// Others of the same tenant that report the same error, the newest first.
pub fn alike(
    conn: &mut Conn,
    tenant: Id,
    fingerprint: &[u8],
    except: Id,
    limit: i64,
) -> QueryResult<Vec<TicketRow>> {
    tickets::table
        .filter(tickets::tenant_id.eq(tenant))
        .filter(tickets::fingerprint_index.eq(fingerprint))
        .filter(left!())
        .filter(tickets::id.ne(except))
        .order(tickets::id.desc())
        .limit(limit)
        .select(TicketRow::as_select())
        .load(conn)
}

/// The known problem with this error, the oldest one.
pub fn known(conn: &mut Conn, tenant: Id, fingerprint: &[u8]) -> QueryResult<Option<TicketRow>> {
    tickets::table
        .filter(tickets::tenant_id.eq(tenant))
        .filter(tickets::fingerprint_index.eq(fingerprint))
        .filter(tickets::is_known_problem)
        .order(tickets::id)
        .select(TicketRow::as_select())
        .first(conn)
        .optional()
}

/// Those that were merged into this one.
pub fn merged_into(conn: &mut Conn, tenant: Id, id: Id) -> QueryResult<Vec<TicketRow>> {
    tickets::table
        .filter(tickets::tenant_id.eq(tenant))
        .filter(tickets::merged_into.eq(id))
        .order(tickets::id)
        .select(TicketRow::as_select())
        .load(conn)
}

/// So many of those whom a column of a tenant's tickets names, each once, in the order of their indexes after `after`.
macro_rules! named_in {
    ($column:path, $conn:expr, $tenant:expr, $after:expr, $limit:expr) => {{
        let own = tickets::table.filter(tickets::tenant_id.eq($tenant));
        let found: Vec<Option<Vec<u8>>> = own
            .filter($column.gt($after.unwrap_or_default()))
            .order($column)
            .select($column.nullable())
            .distinct()
            .limit($limit)
            .load($conn)?;
        Ok(found.into_iter().flatten().collect())
    }};
}

/// So many of those who reported something, in the order of their indexes, after `after` where one is given.
pub fn reporters(
    conn: &mut Conn,
    tenant: Id,
    after: Option<Vec<u8>>,
    limit: i64,
) -> QueryResult<Vec<Vec<u8>>> {
    named_in!(tickets::reporter_index, conn, tenant, after, limit)
}

/// So many of those who decided about somebody's report, in the same order.
pub fn deciders(
    conn: &mut Conn,
    tenant: Id,
    after: Option<Vec<u8>>,
    limit: i64,
) -> QueryResult<Vec<Vec<u8>>> {
    named_in!(tickets::decider_index, conn, tenant, after, limit)
}

/// Everything that somebody decided about.
pub fn of_decider(conn: &mut Conn, tenant: Id, decider: &[u8]) -> QueryResult<Vec<TicketRow>> {
    let own = tickets::table.filter(tickets::tenant_id.eq(tenant)).filter(tickets::decider_index.eq(decider));
    own.order(tickets::id).select(TicketRow::as_select()).load(conn)
}

/// Everything that somebody reported.
pub fn of_reporter(conn: &mut Conn, tenant: Id, reporter: &[u8]) -> QueryResult<Vec<TicketRow>> {
    let own =
        tickets::table.filter(tickets::tenant_id.eq(tenant)).filter(tickets::reporter_index.eq(reporter));
    own.order(tickets::id).select(TicketRow::as_select()).load(conn)
}

/// How many of all tenants should have got their first answer by `now`, and did not.
pub fn count_unanswered(conn: &mut Conn, now: Millis) -> QueryResult<i64> {
    tickets::table
        .filter(tickets::respond_by.le(now))
        .filter(tickets::responded_at.is_null())
        .filter(tickets::closed_at.is_null())
        .count()
        .get_result(conn)
}

/// How many the tenant has.
pub fn count(conn: &mut Conn, tenant: Id) -> QueryResult<i64> {
    tickets::table.filter(tickets::tenant_id.eq(tenant)).count().get_result(conn)
}

/// What is left to see of a ticket that is gone: its number, its days, and how much there was.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = ticket_frames, primary_key(tenant_id, ticket_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct FrameRow {
    pub tenant_id: Id,
    pub ticket_id: Id,
    pub id: Id,
    pub number: String,
    pub recorded_at: Millis,
    pub closed_at: Option<Millis>,
    /// The day on which the ticket goes.
    pub goes_at: Millis,
    /// When it went earlier, because somebody asked for it.
    pub gone_at: Option<Millis>,
    pub items: i64,
    pub bytes: i64,
    pub messages: i64,
    pub expires_at: Millis,
    /// What the request is known by that made the ticket; that of its ticket. Absent where the ticket is older than the column.
    pub request_index: Option<Vec<u8>>,
}

/// What is left of the ticket that the same request has made.
pub fn frame_by_request(conn: &mut Conn, tenant: Id, index: &[u8]) -> QueryResult<Option<FrameRow>> {
    let own = ticket_frames::table.filter(ticket_frames::tenant_id.eq(tenant));
    own.filter(ticket_frames::request_index.eq(index)).select(FrameRow::as_select()).first(conn).optional()
}

pub fn frame(conn: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<Option<FrameRow>> {
    ticket_frames::table.find((tenant, ticket)).select(FrameRow::as_select()).first(conn).optional()
}

pub fn insert_frame(tx: &mut Conn, row: &FrameRow) -> QueryResult<()> {
    diesel::insert_into(ticket_frames::table).values(row).execute(tx).map(drop)
}

pub fn update_frame(tx: &mut Conn, row: &FrameRow) -> QueryResult<()> {
    diesel::update(ticket_frames::table.find((row.tenant_id, row.ticket_id))).set(row).execute(tx).map(drop)
}

/// The numbers that are taken already, of those asked for.
pub fn is_number_taken(conn: &mut Conn, number: &str) -> QueryResult<bool> {
    let query = ticket_frames::table.filter(ticket_frames::number.eq(number)).select(ticket_frames::id);
    let found: Option<Id> = query.first(conn).optional()?;
    Ok(found.is_some())
}

/// When a ticket goes, everything of it does: sets the date of all its rows.
pub fn set_expiry(tx: &mut Conn, tenant: Id, ticket: Id, expires_at: Timestamp) -> QueryResult<()> {
    use super::schema::{bundle_items, consents, sink_copies, ticket_mails, ticket_messages};
    let at = Millis::from(expires_at);
    diesel::update(tickets::table.find((tenant, ticket))).set(tickets::expires_at.eq(at)).execute(tx)?;
    macro_rules! also {
        ($($table:ident),*) => {
            $(diesel::update($table::table.filter($table::tenant_id.eq(tenant)).filter($table::ticket_id.eq(ticket)))
                .set($table::expires_at.eq(at))
                .execute(tx)?;)*
        };
    }
    also!(ticket_messages, bundle_items, consents, sink_copies);
    // A mail that has left is a record of its own, and holds nothing of the ticket any more.
    let unsent = ticket_mails::table
        .filter(ticket_mails::tenant_id.eq(tenant))
        .filter(ticket_mails::ticket_id.eq(ticket))
        .filter(ticket_mails::settled_at.is_null());
    diesel::update(unsent).set(ticket_mails::expires_at.eq(at)).execute(tx)?;
    diesel::update(ticket_frames::table.find((tenant, ticket)))
        .set(ticket_frames::goes_at.eq(at))
        .execute(tx)
        .map(drop)
}

/// Deletes what was sent with a ticket and said about it. Consents stay: that they were given is a record of its own.
pub fn delete_contents(tx: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<()> {
    use super::schema::{bundle_items, ticket_messages};
    let items = bundle_items::table.filter(bundle_items::tenant_id.eq(tenant));
    diesel::delete(items.filter(bundle_items::ticket_id.eq(ticket))).execute(tx)?;
    let messages = ticket_messages::table.filter(ticket_messages::tenant_id.eq(tenant));
    diesel::delete(messages.filter(ticket_messages::ticket_id.eq(ticket))).execute(tx).map(drop)
}

/// Deletes everything of a ticket but its frame, and the mails that have left.
pub fn delete_whole(tx: &mut Conn, tenant: Id, ticket: Id) -> QueryResult<()> {
    use super::schema::{bundle_items, consents, sink_copies, ticket_mails, ticket_messages};
    macro_rules! all_of {
        ($($table:ident),*) => {
            $(diesel::delete($table::table.filter($table::tenant_id.eq(tenant)).filter($table::ticket_id.eq(ticket)))
                .execute(tx)?;)*
        };
    }
    all_of!(ticket_messages, bundle_items, consents, sink_copies);
    let unsent = ticket_mails::table
        .filter(ticket_mails::tenant_id.eq(tenant))
        .filter(ticket_mails::ticket_id.eq(ticket))
        .filter(ticket_mails::settled_at.is_null());
    diesel::delete(unsent).execute(tx)?;
    delete(tx, tenant, ticket).map(drop)
}

//! Who may look into which bundle.

use diesel::prelude::*;

use super::schema::grants;
use super::{Conn, Id, Millis};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
pub struct GrantRow {
    pub tenant_id: Id,
    pub id: Id,
    pub ticket_id: Id,
    pub staff_id: Id,
    pub at: Millis,
    pub expires_at: Millis,
}

pub fn insert(tx: &mut Conn, row: &GrantRow) -> QueryResult<()> {
    diesel::insert_into(grants::table).values(row).execute(tx).map(drop)
}

/// The one that lasts longest, of this person for this ticket.
pub fn standing(
    conn: &mut Conn,
    tenant: Id,
    ticket: Id,
    staff: Id,
    now: Millis,
) -> QueryResult<Option<GrantRow>> {
    grants::table
        .filter(grants::tenant_id.eq(tenant))
        .filter(grants::ticket_id.eq(ticket))
        .filter(grants::staff_id.eq(staff))
        .filter(grants::expires_at.gt(now))
        .order(grants::expires_at.desc())
        .select(GrantRow::as_select())
        .first(conn)
        .optional()
}

//! Links in mails: what each was made for, and whether it was used.

use diesel::prelude::*;

use super::schema::links;
use super::{Conn, Id, Millis};
use crate::clock::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = links, treat_none_as_default_value = false)]
pub struct LinkRow {
    pub tenant_id: Id,
    pub id: Id,
    pub purpose: String,
    /// Generation and date of the tenant when the link was made; with another one it no longer works.
    pub generation: i64,
    pub due_at: Millis,
    pub expires_at: Millis,
    pub used_at: Option<Millis>,
    /// Which key has signed it.
    pub key_id: i64,
}

pub fn insert(tx: &mut Conn, row: &LinkRow) -> QueryResult<()> {
    diesel::insert_into(links::table).values(row).execute(tx).map(drop)
}

pub fn find(conn: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<LinkRow>> {
    links::table.find((tenant, id)).select(LinkRow::as_select()).first(conn).optional()
}

/// Uses the link up. False when it was used before, or is gone: of many at once one is told true.
pub fn take(tx: &mut Conn, tenant: Id, id: Id, now: Timestamp) -> QueryResult<bool> {
    let unused = links::table.find((tenant, id)).filter(links::used_at.is_null());
    let taken = diesel::update(unused).set(links::used_at.eq(Some(Millis::from(now)))).execute(tx)?;
    Ok(taken == 1)
}

/// Whether a link is stored that this key has signed, or one of which that is not known. Expired ones are swept.
pub fn is_any_signed_by(conn: &mut Conn, key_id: i64) -> QueryResult<bool> {
    let signed = links::table.filter(links::key_id.eq_any([0, key_id])).select(links::id);
    let first: Option<Id> = signed.first(conn).optional()?;
    Ok(first.is_some())
}

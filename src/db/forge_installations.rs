//! Installations of the app under Forge: other names of tenants.

use diesel::prelude::*;

use super::schema::{forge_installations, tenants};
use super::{Conn, Id, Millis, each, feed, prepared, text_enum};
use crate::clock::Timestamp;

text_enum! {
    /// Whether it is known which tenant of before an installation belongs to.
    pub enum Mapping {
        /// The product has not said it yet.
        Open = "open",
        Settled = "settled",
        /// It belongs to a tenant of before, and has data of its own by now: somebody must look.
        Split = "split",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = forge_installations, primary_key(tenant_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ForgeRow {
    pub tenant_id: Id,
    pub id: Id,
    pub installation_index: Option<Vec<u8>>,
    pub mapping: String,
    pub issued_at: i64,
    pub installed_at: Millis,
    pub seen_at: Option<Millis>,
    pub removed_at: Option<Millis>,
    pub sealed: Vec<u8>,
}

impl ForgeRow {
    pub fn is_open(&self) -> bool {
        self.mapping == Mapping::Open.as_str()
    }
}

/// Whoever changes the row holds its tenant's before, and reads it again then.
pub fn by_index(conn: &mut Conn, installation_index: &[u8]) -> QueryResult<Option<ForgeRow>> {
    each!(conn, |conn| forge_installations::table
        .filter(forge_installations::installation_index.eq(installation_index))
        .select(ForgeRow::as_select())
        .first(conn)
        .optional())
}

pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Vec<ForgeRow>> {
    each!(conn, |conn| forge_installations::table
        .filter(forge_installations::tenant_id.eq(tenant))
        .order(forge_installations::id)
        .select(ForgeRow::as_select())
        .load(conn))
}

/// False when another row has this name already; nothing is changed then.
pub fn insert(tx: &mut Conn, row: &ForgeRow) -> QueryResult<bool> {
    let inserted = each!(tx, |tx| diesel::insert_into(forge_installations::table)
        .values(row)
        .on_conflict(forge_installations::installation_index)
        .do_nothing()
        .execute(tx))?;
    feed::announce(tx, row.tenant_id)?;
    Ok(inserted == 1)
}

pub fn update(tx: &mut Conn, row: &ForgeRow) -> QueryResult<()> {
    let target = forge_installations::table.find((row.tenant_id, row.id));
    prepared::execute(tx, diesel::update(target).set(row))?;
    feed::announce(tx, row.tenant_id)
}

pub fn delete(tx: &mut Conn, row: &ForgeRow) -> QueryResult<()> {
    diesel::delete(forge_installations::table.find((row.tenant_id, row.id))).execute(tx)?;
    feed::announce(tx, row.tenant_id)
}

/// From here on none of the tenant's installations leads to it.
pub fn forget_names(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    let own = forge_installations::table.filter(forge_installations::tenant_id.eq(tenant));
    let nameless = forge_installations::installation_index.eq(None::<Vec<u8>>);
    prepared::execute(tx, diesel::update(own).set(nameless)).map(drop)
}

/// Whether any installation that still stands was seen since then.
pub fn is_any_seen_since(conn: &mut Conn, since: Timestamp) -> QueryResult<bool> {
    let found: Option<Id> = each!(conn, |conn| forge_installations::table
        .filter(forge_installations::seen_at.ge(Millis::from(since)))
        .filter(forge_installations::removed_at.is_null())
        .select(forge_installations::id)
        .first(conn)
        .optional())?;
    Ok(found.is_some())
}

/// Whether there is a tenant that the product knows by a name of before: an installation may belong to it.
pub fn is_any_named_before(conn: &mut Conn) -> QueryResult<bool> {
    let found: Option<Id> = each!(conn, |conn| tenants::table
        .filter(tenants::identity_index.is_not_null())
        .select(tenants::id)
        .first(conn)
        .optional())?;
    Ok(found.is_some())
}

/// Engines take so many values in one question.
const COUNTED_AT_ONCE: usize = 500;

/// How many there are of what operators look after.
pub struct Counted {
    pub named: i64,
    pub arrived: i64,
    pub open: i64,
    pub split: i64,
}

pub fn count(conn: &mut Conn) -> QueryResult<Counted> {
    let named = || {
        tenants::table.filter(tenants::identity_index.is_not_null()).filter(tenants::standing.eq("active"))
    };
    let standing: Vec<Id> = each!(conn, |conn| forge_installations::table
        .filter(forge_installations::removed_at.is_null())
        .select(forge_installations::tenant_id)
        .distinct()
        .load(conn))?;
    let mut arrived = 0;
    for some in standing.chunks(COUNTED_AT_ONCE) {
        let some = named().filter(tenants::id.eq_any(some.to_vec()));
        arrived += each!(conn, |conn| some.count().get_result::<i64>(conn))?;
    }
    let mapped = |mapping: Mapping| {
        forge_installations::table
            .filter(forge_installations::mapping.eq(mapping.as_str()))
            .filter(forge_installations::removed_at.is_null())
            .count()
    };
    Ok(Counted {
        named: each!(conn, |conn| named().count().get_result(conn))?,
        arrived,
        open: each!(conn, |conn| mapped(Mapping::Open).get_result(conn))?,
        split: each!(conn, |conn| mapped(Mapping::Split).get_result(conn))?,
    })
}

/// Which of `ids` have a name of before, have not left, and have no installation that stands.
pub fn not_arrived(conn: &mut Conn, ids: &[Id]) -> QueryResult<Vec<Id>> {
    let standing: Vec<Id> = each!(conn, |conn| forge_installations::table
        .filter(forge_installations::tenant_id.eq_any(ids))
        .filter(forge_installations::removed_at.is_null())
        .select(forge_installations::tenant_id)
        .load(conn))?;
    let mut named: Vec<Id> = each!(conn, |conn| tenants::table
        .filter(tenants::id.eq_any(ids))
        .filter(tenants::identity_index.is_not_null())
        .filter(tenants::standing.eq("active"))
        .select(tenants::id)
        .load(conn))?;
    named.retain(|id| !standing.contains(id));
    Ok(named)
}

/// Which of `ids` have an installation that people have to place.
pub fn split_among(conn: &mut Conn, ids: &[Id]) -> QueryResult<Vec<Id>> {
    each!(conn, |conn| forge_installations::table
        .filter(forge_installations::tenant_id.eq_any(ids))
        .filter(forge_installations::mapping.eq(Mapping::Split.as_str()))
        .select(forge_installations::tenant_id)
        .load(conn))
}

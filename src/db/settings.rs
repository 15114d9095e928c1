//! What an administrator set, sealed: one row per tenant.

use diesel::prelude::*;

use super::schema::settings;
use super::{Conn, Id, Millis, prepared};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = settings, primary_key(tenant_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct SettingsRow {
    pub tenant_id: Id,
    /// Another one with every change, so that it names what was set.
    pub id: Id,
    pub updated_at: Millis,
    pub sealed: Vec<u8>,
}

pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Option<SettingsRow>> {
    settings::table.find(tenant).select(SettingsRow::as_select()).first(conn).optional()
}

/// Makes `row` the tenant's settings.
pub fn replace(tx: &mut Conn, row: &SettingsRow) -> QueryResult<()> {
    let upsert = diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(settings::tenant_id)
        .do_update()
        .set(row);
    prepared::execute(tx, upsert).map(drop)
}

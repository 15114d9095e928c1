//! The keyring's tables: wrapped keys only. The main database never holds a key, and a backup of it none either.

use diesel::prelude::*;

use super::erase::TenantTable;
use super::schema::{data_keys, secret_keys, service_keys};
use super::{Conn, Id, Millis, audit_anchors, each, erasure_keys};
use crate::clock::Timestamp;

/// The tables with keys of tenants, and with what goes together with them.
pub const KEY_TABLES: [TenantTable<'static>; 4] = [
    TenantTable { name: "audit_anchors", key: "tenant_id" },
    TenantTable { name: "erasure_keys", key: "tenant_id" },
    TenantTable { name: "data_keys", key: "tenant_id" },
    TenantTable { name: "secret_keys", key: "tenant_id" },
];

/// A wrapped key and the master key that opens it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct WrappedKey {
    pub wrapped: Vec<u8>,
    pub master_key_id: String,
}

/// A tenant's data key as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct DataKeyRow {
    pub key: WrappedKey,
    /// Whether the tenant's own look-ups are keyed with what follows from it, or with the deployment's look-up key.
    pub own_index: bool,
}

/// Whether any key was wrapped yet.
pub fn holds_keys(conn: &mut Conn) -> QueryResult<bool> {
    let any: Option<String> = service_keys::table.select(service_keys::name).first(conn).optional()?;
    Ok(any.is_some())
}

/// Stores a service key if there is none of that name; returns the one that stands.
pub fn adopt_service_key(
    tx: &mut Conn,
    name: &str,
    key: &WrappedKey,
    now: Timestamp,
) -> QueryResult<WrappedKey> {
    let values = (
        service_keys::name.eq(name),
        service_keys::wrapped.eq(&key.wrapped),
        service_keys::master_key_id.eq(&key.master_key_id),
        service_keys::created_at.eq(Millis::from(now)),
    );
    each!(tx, |tx| diesel::insert_into(service_keys::table)
        .values(values)
        .on_conflict(service_keys::name)
        .do_nothing()
        .execute(tx))?;
    let columns = (service_keys::wrapped, service_keys::master_key_id);
    service_keys::table.find(name).select(columns).first(tx)
}

pub fn service_key(conn: &mut Conn, name: &str) -> QueryResult<Option<WrappedKey>> {
    let columns = (service_keys::wrapped, service_keys::master_key_id);
    service_keys::table.find(name).select(columns).first(conn).optional()
}

/// Service keys whose names begin with `prefix`, and when each was made.
pub fn service_keys(conn: &mut Conn, prefix: &str) -> QueryResult<Vec<(String, WrappedKey, Timestamp)>> {
    let columns =
        (service_keys::name, (service_keys::wrapped, service_keys::master_key_id), service_keys::created_at);
    let all: Vec<(String, WrappedKey, Millis)> =
        each!(conn, |conn| service_keys::table.select(columns).load(conn))?;
    let own = all.into_iter().filter(|(name, ..)| name.starts_with(prefix));
    Ok(own.map(|(name, key, made_at)| (name, key, made_at.into())).collect())
}

pub fn delete_service_key(tx: &mut Conn, name: &str) -> QueryResult<bool> {
    Ok(diesel::delete(service_keys::table.find(name)).execute(tx)? == 1)
}

/// Stores a tenant's data key if it has none; returns the one that stands.
pub fn adopt_data_key(
    tx: &mut Conn,
    tenant: Id,
    key: &WrappedKey,
    now: Timestamp,
) -> QueryResult<DataKeyRow> {
    let values = (
        data_keys::tenant_id.eq(tenant),
        data_keys::wrapped.eq(&key.wrapped),
        data_keys::master_key_id.eq(&key.master_key_id),
        data_keys::created_at.eq(Millis::from(now)),
        data_keys::own_index.eq(true),
    );
    each!(tx, |tx| diesel::insert_into(data_keys::table)
        .values(values)
        .on_conflict(data_keys::tenant_id)
        .do_nothing()
        .execute(tx))?;
    data_keys::table.find(tenant).select(DATA_KEY).first(tx)
}

type DataKeyColumns = ((data_keys::wrapped, data_keys::master_key_id), data_keys::own_index);
const DATA_KEY: DataKeyColumns = ((data_keys::wrapped, data_keys::master_key_id), data_keys::own_index);

pub fn data_key(conn: &mut Conn, tenant: Id) -> QueryResult<Option<DataKeyRow>> {
    each!(conn, |conn| data_keys::table.find(tenant).select(DATA_KEY).first(conn).optional())
}

/// Removes a tenant's data key: the moment at which its sealed data becomes noise. What else the keyring has of it goes too.
pub fn delete_data_key(tx: &mut Conn, tenant: Id) -> QueryResult<bool> {
    audit_anchors::delete(tx, tenant)?;
    Ok(diesel::delete(data_keys::table.find(tenant)).execute(tx)? == 1)
}

/// All keys of one tenant.
pub struct TenantKeyRows {
    pub data: DataKeyRow,
    pub secrets: Vec<(Id, WrappedKey)>,
}

/// `None` when the data key is gone.
pub fn of_tenant(conn: &mut Conn, tenant: Id) -> QueryResult<Option<TenantKeyRows>> {
    let data = data_key(conn, tenant)?;
    let secrets = secret_keys::table
        .filter(secret_keys::tenant_id.eq(tenant))
        .order(secret_keys::id)
        .select((secret_keys::id, (secret_keys::wrapped, secret_keys::master_key_id)))
        .load(conn)?;
    Ok(data.map(|data| TenantKeyRows { data, secrets }))
}

pub fn insert_secret_key(
    tx: &mut Conn,
    tenant: Id,
    id: Id,
    key: &WrappedKey,
    now: Timestamp,
) -> QueryResult<()> {
    diesel::insert_into(secret_keys::table)
        .values((
            secret_keys::tenant_id.eq(tenant),
            secret_keys::id.eq(id),
            secret_keys::wrapped.eq(&key.wrapped),
            secret_keys::master_key_id.eq(&key.master_key_id),
            secret_keys::created_at.eq(Millis::from(now)),
        ))
        .execute(tx)
        .map(drop)
}

pub fn secret_key(conn: &mut Conn, tenant: Id, id: Id) -> QueryResult<Option<WrappedKey>> {
    let columns = (secret_keys::wrapped, secret_keys::master_key_id);
    secret_keys::table.find((tenant, id)).select(columns).first(conn).optional()
}

pub fn delete_secret_key(tx: &mut Conn, tenant: Id, id: Id) -> QueryResult<bool> {
    Ok(diesel::delete(secret_keys::table.find((tenant, id))).execute(tx)? == 1)
}

/// Removes all keys of the shared secrets that a tenant ever had.
pub fn delete_secret_keys(tx: &mut Conn, tenant: Id) -> QueryResult<()> {
    diesel::delete(secret_keys::table.filter(secret_keys::tenant_id.eq(tenant))).execute(tx).map(drop)
}

/// Keys made in a span of time: those before `before`, and not before `from` if that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    pub from: Option<Timestamp>,
    pub before: Timestamp,
}

/// A key with the time at which it was made. That of a tenant's data has the tenant's own id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Aged {
    pub tenant: Id,
    pub id: Id,
    made_at: Millis,
}

impl Aged {
    /// Where to go on: keys of one instant are told apart by their ids.
    fn start(ages: Ages, after: Option<Self>) -> (Millis, Id) {
        let first = (Millis::from(ages.from.unwrap_or(Timestamp::from_millis(0))), Id::NONE);
        after.map_or(first, |after| (after.made_at, after.id))
    }
}

/// Secret keys of these ages after `after`, the oldest first.
pub fn secret_keys(conn: &mut Conn, ages: Ages, after: Option<Aged>, limit: i64) -> QueryResult<Vec<Aged>> {
    let (since, id) = Aged::start(ages, after);
    secret_keys::table
        .filter(secret_keys::created_at.ge(since).and(secret_keys::created_at.lt(Millis::from(ages.before))))
        .filter(secret_keys::created_at.gt(since).or(secret_keys::id.gt(id)))
        .order((secret_keys::created_at, secret_keys::id))
        .limit(limit)
        .select((secret_keys::tenant_id, secret_keys::id, secret_keys::created_at))
        .load(conn)
}

/// Data keys of these ages after `after`, the oldest first.
pub fn data_keys(conn: &mut Conn, ages: Ages, after: Option<Aged>, limit: i64) -> QueryResult<Vec<Aged>> {
    let (since, id) = Aged::start(ages, after);
    data_keys::table
        .filter(data_keys::created_at.ge(since).and(data_keys::created_at.lt(Millis::from(ages.before))))
        .filter(data_keys::created_at.gt(since).or(data_keys::tenant_id.gt(id)))
        .order((data_keys::created_at, data_keys::tenant_id))
        .limit(limit)
        .select((data_keys::tenant_id, data_keys::tenant_id, data_keys::created_at))
        .load(conn)
}

/// Wrapped keys that another master key than `master_key_id` opens: at most `limit` of each kind.
pub fn under_other_master(
    conn: &mut Conn,
    master_key_id: &str,
    limit: i64,
) -> QueryResult<Vec<(KeyName, WrappedKey)>> {
    let service: Vec<(String, WrappedKey)> = service_keys::table
        .filter(service_keys::master_key_id.ne(master_key_id))
        .limit(limit)
        .select((service_keys::name, (service_keys::wrapped, service_keys::master_key_id)))
        .load(conn)?;
    let data: Vec<(Id, WrappedKey)> = data_keys::table
        .filter(data_keys::master_key_id.ne(master_key_id))
        .limit(limit)
        .select((data_keys::tenant_id, (data_keys::wrapped, data_keys::master_key_id)))
        .load(conn)?;
    let secret: Vec<(Id, Id, WrappedKey)> = secret_keys::table
        .filter(secret_keys::master_key_id.ne(master_key_id))
        .limit(limit)
        .select((secret_keys::tenant_id, secret_keys::id, (secret_keys::wrapped, secret_keys::master_key_id)))
        .load(conn)?;
    let erasure = erasure_keys::under_other_master(conn, master_key_id, limit)?.into_iter();
    let erasure = erasure.map(|(tenant, key)| (KeyName::Erasure(tenant), key));
    let service = service.into_iter().map(|(name, key)| (KeyName::Service(name), key));
    let data = data.into_iter().map(|(tenant, key)| (KeyName::Data(tenant), key));
    let secret = secret.into_iter().map(|(tenant, id, key)| (KeyName::Secret(tenant, id), key));
    Ok(service.chain(data).chain(secret).chain(erasure).collect())
}

/// Every key, whichever master key wraps it.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<(KeyName, WrappedKey)>> {
    under_other_master(conn, "", i64::MAX)
}

/// How many keys another master key than `master_key_id` opens.
pub fn count_under_other_master(conn: &mut Conn, master_key_id: &str) -> QueryResult<i64> {
    let service: i64 =
        service_keys::table.filter(service_keys::master_key_id.ne(master_key_id)).count().get_result(conn)?;
    let data: i64 =
        data_keys::table.filter(data_keys::master_key_id.ne(master_key_id)).count().get_result(conn)?;
    let secret: i64 =
        secret_keys::table.filter(secret_keys::master_key_id.ne(master_key_id)).count().get_result(conn)?;
    Ok(service + data + secret + erasure_keys::count_under_other_master(conn, master_key_id)?)
}

/// What a key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyName {
    Service(String),
    Data(Id),
    Secret(Id, Id),
    /// What an erasure needs for a while after it.
    Erasure(Id),
}

/// Stores the same key under another master key.
pub fn rewrap(tx: &mut Conn, name: &KeyName, key: &WrappedKey) -> QueryResult<()> {
    let (wrapped, master) = (&key.wrapped, &key.master_key_id);
    match name {
        KeyName::Service(name) => diesel::update(service_keys::table.find(name))
            .set((service_keys::wrapped.eq(wrapped), service_keys::master_key_id.eq(master)))
            .execute(tx),
        KeyName::Data(tenant) => diesel::update(data_keys::table.find(*tenant))
            .set((data_keys::wrapped.eq(wrapped), data_keys::master_key_id.eq(master)))
            .execute(tx),
        KeyName::Secret(tenant, id) => diesel::update(secret_keys::table.find((*tenant, *id)))
            .set((secret_keys::wrapped.eq(wrapped), secret_keys::master_key_id.eq(master)))
            .execute(tx),
        KeyName::Erasure(tenant) => erasure_keys::rewrap(tx, *tenant, key),
    }
    .map(drop)
}

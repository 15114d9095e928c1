//! Rows of a chain as the database has them in its hands. Whoever looks through millions of them makes something small of each,
//! while it is there: nothing is copied, and nothing is allocated.

use diesel::deserialize::{self, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::result::{UnexpectedEndOfRow, UnexpectedNullError};
use diesel::row::{Field, Row};
use diesel::sql_types::{BigInt, Nullable};
use diesel::sqlite::{Sqlite, SqliteValue};

use super::audit::AuditRow;
use super::schema::audit;
use super::{Id, Millis};
use crate::clock::Timestamp;

/// One row of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditView<'a> {
    pub tenant_id: i64,
    pub sequence: i64,
    pub id: i64,
    pub at: i64,
    pub kind: &'a str,
    pub staff_id: Option<i64>,
    pub ticket_id: Option<i64>,
    pub previous_hash: &'a [u8],
    pub hash: &'a [u8],
    pub expires_at: i64,
    pub sealed: &'a [u8],
}

/// What somebody makes of a row while the database holds it.
pub trait FromView {
    fn from_view(view: AuditView<'_>) -> Self;
}

impl AuditRow {
    pub fn view(&self) -> AuditView<'_> {
        let millis = |at: Millis| Timestamp::from(at).as_millis();
        AuditView {
            tenant_id: self.tenant_id.as_i64(),
            sequence: self.sequence,
            id: self.id.as_i64(),
            at: millis(self.at),
            kind: &self.kind,
            staff_id: self.staff_id.map(Id::as_i64),
            ticket_id: self.ticket_id.map(Id::as_i64),
            previous_hash: &self.previous_hash,
            hash: &self.hash,
            expires_at: millis(self.expires_at),
            sealed: &self.sealed,
        }
    }
}

/// A row of `audit`, read as whatever `T` makes of it.
pub struct Decoded<T>(pub T);

/// What stands in one column, as long as the row is there.
trait Cell {
    fn bytes(&mut self) -> &[u8];
    fn text(&mut self) -> deserialize::Result<&str>;
}

impl Cell for SqliteValue<'_, '_, '_> {
    fn bytes(&mut self) -> &[u8] {
        self.read_blob()
    }

    fn text(&mut self) -> deserialize::Result<&str> {
        Ok(self.read_text())
    }
}

impl Cell for PgValue<'_> {
    fn bytes(&mut self) -> &[u8] {
        self.as_bytes()
    }

    fn text(&mut self) -> deserialize::Result<&str> {
        Ok(std::str::from_utf8(self.as_bytes())?)
    }
}

macro_rules! decodes {
    ($database:ty) => {
        impl<T: FromView> FromSqlRow<audit::SqlType, $database> for Decoded<T> {
            fn build_from_row<'a>(row: &impl Row<'a, $database>) -> deserialize::Result<Self> {
                macro_rules! cell {
                    ($field:ident, $value:ident, $at:literal) => {
                        let $field = row.get($at).ok_or(UnexpectedEndOfRow)?;
                        let mut $value = $field.value().ok_or(UnexpectedNullError)?;
                    };
                }
                let number = |at: usize| row.get_value::<BigInt, i64, _>(at);
                let optional = |at: usize| row.get_value::<Nullable<BigInt>, Option<i64>, _>(at);
                // In the order in which the schema has them.
                cell!(kind_field, kind, 4);
                cell!(previous_field, previous_hash, 7);
                cell!(hash_field, hash, 8);
                cell!(sealed_field, sealed, 10);
                Ok(Self(T::from_view(AuditView {
                    tenant_id: number(0)?,
                    sequence: number(1)?,
                    id: number(2)?,
                    at: number(3)?,
                    kind: kind.text()?,
                    staff_id: optional(5)?,
                    ticket_id: optional(6)?,
                    previous_hash: previous_hash.bytes(),
                    hash: hash.bytes(),
                    expires_at: number(9)?,
                    sealed: sealed.bytes(),
                })))
            }
        }
    };
}

decodes!(Pg);
decodes!(Sqlite);

//! Which tenants of before have arrived under Forge, and which installations nobody but people can place: for operators.

use serde::Serialize;

use super::super::store::Tenancy;
use crate::db::forge_installations::{self, Counted};
use crate::db::{Db, DbError, Id};

/// How far a move has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrivals {
    /// Tenants of before that have not left.
    pub named: i64,
    /// Those of them that have an installation under Forge.
    pub arrived: i64,
    /// Installations of which the product has not said yet whose they are.
    pub open: i64,
    /// Installations that belong to a tenant of before and have data of their own.
    pub split: i64,
}

/// What operators ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// Tenants of before that have not left, and have no installation under Forge.
    NotArrived,
    /// Tenants with an installation that belongs to another tenant, or is claimed by one.
    Split,
}

impl Arrivals {
    pub async fn count(main: &Db) -> Result<Self, DbError> {
        let counted = main.read(|conn| Ok::<_, DbError>(forge_installations::count(conn)?)).await?;
        let Counted { named, arrived, open, split } = counted;
        Ok(Self { named, arrived, open, split })
    }
}

impl Tenancy {
    /// Which of `ids` are sought.
    pub async fn sought(&self, sought: Sought, ids: Vec<Id>) -> Result<Vec<Id>, DbError> {
        self.db
            .read(move |conn| match sought {
                Sought::NotArrived => Ok(forge_installations::not_arrived(conn, &ids)?),
                Sought::Split => Ok(forge_installations::split_among(conn, &ids)?),
            })
            .await
    }
}

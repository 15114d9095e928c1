//! What goes along with a tenant, by the data map: every table that has rows of one is either moved or named here with the reason
//! why it is not. A table that is new is moved as it is, or stops the start.

use sha2::{Digest as _, Sha256};

use crate::db::moving::{self, WholeTable};
use crate::db::{Conn, DbError};
use crate::policy::datamap::{DataMap, Database, Erasure, Form, Table};
use crate::tenancy::moving::INDEXES;

/// Columns whose value is the deployment's own, and which are made anew at the other one too.
const OWN: [(&str, &str); 6] = [
    // Which move holds it: each side has its own.
    ("tenants", "held_by"),
    // Reports are read at the place where they are.
    ("tickets", "region"),
    // People at the vendor have accounts of their own there.
    ("tickets", "assignee_id"),
    // Links are signed anew, and so is what says where a chain of records begins.
    ("links", "key_id"),
    ("ticket_links", "key_id"),
    ("audit_checkpoints", "signature"),
];
/// Tables with rows of a tenant that stay.
const STAYS: [(Database, &str, &str); 12] = [
    (Database::Main, "erasures", "what is being erased does not move"),
    (Database::Main, "moves", "each side writes down its own part"),
    (Database::Main, "moved_names", "where tenants went from here"),
    (Database::Main, "sink_erasures", "is finished by whoever began it, under its own key"),
    (Database::Main, "processor_erasures", "of tenants that are erased"),
    (Database::Main, "erasure_confirmations", "of tenants that are erased"),
    (Database::Main, "tenant_changes", "for the memories of this deployment's processes"),
    (Database::Keyring, "erasure_keys", "of tenants that are erased"),
    (Database::Keyring, "ledger", "of tenants that are erased"),
    (Database::Keyring, "receipts", "of tenants that are erased"),
    // These go with the keys, in a form of their own.
    (Database::Keyring, "data_keys", "wrapped anew under the other master key"),
    (Database::Keyring, "secret_keys", "wrapped anew under the other master key"),
];
/// The one table of the keyring whose row is signed anew.
const ANCHORS: &str = "audit_anchors";

/// A table whose rows go along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub name: String,
    owner: String,
    key: Vec<String>,
    /// Columns that are made anew at the other deployment, and count for no comparison.
    pub anew: Vec<String>,
}

/// Everything that goes along, the tenant itself first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub tables: Vec<Moved>,
    /// Both sides must mean the same by it.
    pub fingerprint: String,
}

/// What the map has and nobody decided about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("moves: {0} has rows of tenants; say in moves/plan.rs what becomes of them when a tenant moves")]
pub struct Undecided(pub String);

impl Plan {
    pub fn of(map: &DataMap) -> Result<Self, Undecided> {
        let owned = |database| map.tables(database).filter(|table| table.owner().is_some() && !stays(table));
        let mut keyring = owned(Database::Keyring).filter(|table| table.name != ANCHORS);
        if let Some(table) = keyring.next() {
            return Err(Undecided(format!("keyring.{}", table.name)));
        }
        let mut tables: Vec<Moved> = Vec::new();
        for table in owned(Database::Main) {
            if matches!(table.erasure, Erasure::Kept { .. }) {
                return Err(Undecided(format!("main.{}", table.name)));
            }
            tables.push(moved(table));
        }
        // As they are deleted, the other way round.
        tables.reverse();
        let fingerprint = fingerprint(map, &tables);
        Ok(Self { tables, fingerprint })
    }
}

impl Moved {
    /// The table as it stands in this database.
    pub fn describe(&self, conn: &mut Conn) -> Result<WholeTable, DbError> {
        Ok(moving::describe(conn, &self.name, &self.owner, &self.key)?)
    }
}

fn stays(table: &Table) -> bool {
    STAYS.iter().any(|(database, name, _)| *database == table.database && *name == table.name)
}

fn moved(table: &Table) -> Moved {
    let is_anew = |column: &&String| {
        let is_index = matches!(table.form(column), Form::Index { label } if INDEXES.iter().any(|index| index.0 == label));
        is_index || OWN.contains(&(table.name.as_str(), column.as_str()))
    };
    Moved {
        name: table.name.clone(),
        owner: table.owner().unwrap_or("tenant_id").to_owned(),
        key: table.key.clone(),
        anew: table.columns.keys().filter(is_anew).cloned().collect(),
    }
}

/// Over all names: deployments of different versions move nothing to each other.
fn fingerprint(map: &DataMap, tables: &[Moved]) -> String {
    let mut hash = Sha256::new();
    for moved in tables {
        hash.update(moved.name.as_bytes());
        let table = map.table(Database::Main, &moved.name);
        for column in table.into_iter().flat_map(|table| table.columns.keys()) {
            hash.update([0]);
            hash.update(column.as_bytes());
        }
        hash.update([1]);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_with_rows_of_a_tenant_goes_along_or_is_named() {
        let plan = Plan::of(DataMap::builtin().unwrap()).unwrap();
        let names: Vec<&str> = plan.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names.first(), Some(&"tenants"), "the tenant is there before what it owns");
        for name in ["webhooks", "operation_records", "tombstones", "tickets", "audit", "jobs", "notices"] {
            assert!(names.contains(&name), "{name}");
        }
        let anew = |name: &str| {
            let table = plan.tables.iter().find(|table| table.name == name).unwrap();
            table.anew.iter().map(String::as_str).collect::<Vec<_>>()
        };
        assert_eq!(anew("tenants"), ["held_by", "identity_index", "site_index"]);
        assert_eq!(anew("forge_installations"), ["installation_index"]);
        assert!(anew("operation_records").is_empty(), "a tenant's own look-ups go along");
    }

    #[test]
    fn a_new_table_that_nobody_decided_about_is_found() {
        let text = include_str!("../../policies/datamap.toml");
        let with = |more: &str| Plan::of(&DataMap::parse(&format!("{text}\n{more}")).unwrap());
        let kept = "[tables.main.new_ones]\nclass = \"audit\"\nerasure = { kept = \"It is here for a test of the plan alone.\" }\n\
                    [main.new_ones]\ntenant_id = \"audit\"\n";
        assert_eq!(with(kept), Err(Undecided("main.new_ones".to_owned())));
        let keys = "[tables.keyring.new_keys]\nclass = \"audit\"\nerasure = \"with_tenant\"\n\
                    [keyring.new_keys]\ntenant_id = \"audit\"\n";
        assert_eq!(with(keys), Err(Undecided("keyring.new_keys".to_owned())));
        let listed = text.replace(
            "\"webhooks\", \"operation_records\"",
            "\"new_ones\", \"webhooks\", \"operation_records\"",
        );
        let gone = kept.replace("{ kept = \"It is here for a test of the plan alone.\" }", "\"with_tenant\"");
        let plan = Plan::of(&DataMap::parse(&format!("{listed}\n{gone}")).unwrap()).unwrap();
        assert!(
            plan.tables.iter().any(|table| table.name == "new_ones"),
            "what goes with its tenant moves with it"
        );
        assert_ne!(plan.fingerprint, Plan::of(DataMap::builtin().unwrap()).unwrap().fingerprint);
    }
}

//! One table of the map: what its rows are, what each column holds, and what becomes of them when their tenant goes.

use std::collections::BTreeMap;

use crate::db::text_enum;
use crate::policy::ClassName;

text_enum! {
    pub enum Database {
        Main = "main",
        Keyring = "keyring",
    }
}

text_enum! {
    pub enum Engine {
        Sqlite = "sqlite",
        Postgres = "postgres",
    }
}

#[derive(Debug, Clone)]
pub struct Table {
    pub database: Database,
    pub name: String,
    /// The class of a row as a whole; single columns may belong to another.
    pub class: ClassName,
    pub columns: BTreeMap<String, ClassName>,
    pub erasure: Erasure,
    pub kind: Kind,
    /// The columns that tell two rows of one tenant apart, in the order of the primary key.
    pub key: Vec<String>,
    pub recorded: Option<Recorded>,
    /// The column with the time at which a row goes by itself.
    pub expires: Option<String>,
    /// The member of the sealed value that says what a record is about.
    pub subject: Option<String>,
    /// Why an export leaves a tenant's rows out.
    pub withheld: Option<String>,
    /// The only engine that has this table.
    pub engine: Option<Engine>,
    pub(super) forms: BTreeMap<String, Form>,
    /// Fields of the policy's class that a column holds.
    pub fields: BTreeMap<String, Vec<String>>,
}

/// What becomes of the rows when their tenant is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erasure {
    /// Deleted, found by `tenant_id`.
    WithTenant,
    /// The tenant itself: deleted last, found by `id`.
    TenantRow,
    /// They outlive the tenant, and why.
    Kept { why: String },
}

/// How a value stands in its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// Sealed under the tenant's data key with this label, as the record that the row's `id` names.
    Sealed { label: String },
    /// A blind index of this label.
    Index { label: String },
    /// Bookkeeping of ours.
    Own,
    /// Yes or no.
    Flag,
    /// Not for export; sealed with this label where there is one.
    Withheld { why: String, label: Option<String> },
}

/// What the records of a table are called within their class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Fixed(String),
    Column(String),
}

/// Which column says when a row was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    Millis(String),
    /// In whole days since 1970-01-01.
    Days(String),
}

impl Table {
    pub fn form(&self, column: &str) -> &Form {
        self.forms.get(column).unwrap_or(&Form::Plain)
    }

    /// The column that says whose a row is, where there is one.
    pub fn owner(&self) -> Option<&'static str> {
        let has_owner = self.columns.contains_key("tenant_id");
        if self.erasure == Erasure::TenantRow { Some("id") } else { has_owner.then_some("tenant_id") }
    }

    /// The sealed column with its label, where a row's values are sealed under its tenant's key.
    pub fn sealed(&self) -> Option<(&str, &str)> {
        self.forms.iter().find_map(|(column, form)| match form {
            Form::Sealed { label } => Some((column.as_str(), label.as_str())),
            _ => None,
        })
    }

    /// Every column with sealed values: its name, the label, and the column that names the record. What is withheld from
    /// exports too.
    pub fn sealed_columns(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.forms.iter().filter_map(|(column, form)| {
            let label = match form {
                Form::Sealed { label } | Form::Withheld { label: Some(label), .. } => label,
                _ => return None,
            };
            Some((column.as_str(), label.as_str(), self.record_of(column)))
        })
    }

    /// A value with a key of its own is sealed as the record of that key.
    fn record_of(&self, column: &str) -> &str {
        let own_key = format!("{column}_key_id");
        self.columns.get_key_value(&own_key).map_or("id", |(name, _)| name.as_str())
    }

    /// Every label that a value or an index of this table was made with.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.forms.values().filter_map(|form| match form {
            Form::Sealed { label } | Form::Index { label } => Some(label.as_str()),
            Form::Withheld { label, .. } => label.as_deref(),
            _ => None,
        })
    }
}

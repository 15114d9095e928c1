//! The list of all records of a tenant: what there is, since when and until when, and not what stands in it.

use data_encoding::BASE64URL_NOPAD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reader::{Item, Portion, ReadError, Reader};
use crate::clock::Timestamp;
use crate::db::mapped::KeyValue;
use crate::db::{Conn, Db, Id};
use crate::error::{Code, Error};
use crate::policy::ClassName;
use crate::policy::datamap::Table;
use crate::tenancy::{Tenancy, mapped};
use crate::vault::{Label, Vault};

/// A cursor is sealed: it names places in the database, and nobody can make up one.
const CURSOR: Label = Label("records.cursor");
/// No cursor of ours is longer.
const CURSOR_CHARS_MAX: usize = 2_048;
/// Sealed values that are opened for one answer, to read what a record is about.
const OPENED_BYTES_MAX: i64 = 4 * 1024 * 1024;
/// A longer name of what a record is about is cut.
const SUBJECT_CHARS_MAX: usize = 200;

/// Lists records. Cheap to clone.
#[derive(Clone)]
pub struct Records {
    db: Db,
    vault: Vault,
    tenancy: Tenancy,
}

#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub cursor: Option<String>,
    pub limit: usize,
    pub class: Option<ClassName>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecordPage")]
pub struct Page {
    pub records: Vec<Record>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    pub class: ClassName,
    pub kind: String,
    /// What it is about, where the sealed value says that.
    pub subject: Option<String>,
    pub recorded_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// As stored: sealed.
    pub bytes: i64,
}

/// A place between two records.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    table: String,
    after: Vec<KeyValue>,
}

impl Records {
    pub fn new(db: Db, vault: Vault, tenancy: Tenancy) -> Self {
        Self { db, vault, tenancy }
    }

    /// One page of a tenant's records; a cursor that is none of ours is an error of the caller.
    pub async fn page(&self, tenant: Id, wanted: Wanted) -> Result<Page, Error> {
        let known = self.tenancy.find_by_id(tenant).await?.ok_or_else(|| Error::new(Code::NotFound))?;
        let reader = Reader::open(&self.db, &self.vault, tenant, known.tenant.due_at()).await?;
        let mut tables = mapped::shown_tables()?;
        tables.retain(|table| wanted.class.is_none_or(|class| table.class == class));
        let start = wanted.cursor.as_deref().map(|cursor| reader.place(cursor, &tables)).transpose()?;
        let listed = self.db.read(move |conn| reader.list(conn, &tables, start, wanted.limit));
        listed.await.map_err(Error::from)
    }
}

impl From<ReadError> for Error {
    #[track_caller]
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Database(error) => error.into(),
            ReadError::Vault(error) => error.into(),
            ReadError::Frozen => Self::new(Code::NotFound).because(ReadError::Frozen),
        }
    }
}

impl Reader {
    fn list(
        &self,
        conn: &mut Conn,
        tables: &[&'static Table],
        start: Option<Place>,
        limit: usize,
    ) -> Result<Page, ReadError> {
        let place =
            start.as_ref().and_then(|start| tables.iter().position(|table| table.name == start.table));
        let mut after = start.map(|start| start.after).unwrap_or_default();
        let mut records = Vec::with_capacity(limit);
        for (index, table) in tables.iter().enumerate().skip(place.unwrap_or(0)) {
            let rows = i64::try_from(limit - records.len()).unwrap_or(0);
            let portion = Portion { rows, bytes: OPENED_BYTES_MAX };
            let page = self.page(conn, table, table.subject.is_some(), &after, portion)?;
            let last = page.items.last().map(|item| item.row.key.clone());
            records.extend(page.items.into_iter().map(record));
            after = last.filter(|_| !page.is_last).unwrap_or_default();
            if !after.is_empty() || records.len() >= limit {
                let rest = tables.get(index + usize::from(after.is_empty())..).unwrap_or_default();
                return Ok(Page { records, next: self.next(conn, rest, after)? });
            }
        }
        Ok(Page { records, next: None })
    }

    /// A cursor to the first record after this place, if there is one.
    fn next(
        &self,
        conn: &mut Conn,
        tables: &[&'static Table],
        mut after: Vec<KeyValue>,
    ) -> Result<Option<String>, ReadError> {
        for table in tables {
            let one = Portion { rows: 1, bytes: 0 };
            if !self.page(conn, table, false, &after, one)?.items.is_empty() {
                return Ok(Some(self.cursor(&table.name, after)));
            }
            after = Vec::new();
        }
        Ok(None)
    }

    fn cursor(&self, table: &str, after: Vec<KeyValue>) -> String {
        let place = serde_json::to_vec(&Place { table: table.to_owned(), after }).unwrap_or_default();
        BASE64URL_NOPAD.encode(&self.key.seal(CURSOR, self.tenant, &place))
    }

    fn place(&self, cursor: &str, tables: &[&'static Table]) -> Result<Place, Error> {
        let read = || {
            let short = (cursor.len() <= CURSOR_CHARS_MAX).then_some(cursor)?;
            let sealed = BASE64URL_NOPAD.decode(short.as_bytes()).ok()?;
            let plain = self.key.open(CURSOR, self.tenant, &sealed).ok()?;
            let place: Place = serde_json::from_slice(&plain).ok()?;
            let table = tables.iter().find(|table| table.name == place.table)?;
            (place.after.is_empty() || place.after.len() == table.key.len()).then_some(place)
        };
        let wrong =
            || Error::new(Code::InvalidParameter).with_detail("cursor: expected one from a former answer.");
        read().ok_or_else(wrong)
    }
}

fn record(item: Item) -> Record {
    Record {
        class: item.table.class,
        subject: subject(&item),
        kind: item.kind,
        recorded_at: item.recorded_at,
        expires_at: item.expires_at,
        bytes: item.row.bytes,
    }
}

fn subject(item: &Item) -> Option<String> {
    let content: serde_json::Value = serde_json::from_slice(item.content.as_deref()?).ok()?;
    let subject = content.get(item.table.subject.as_deref()?)?.as_str()?;
    Some(subject.chars().take(SUBJECT_CHARS_MAX).collect())
}

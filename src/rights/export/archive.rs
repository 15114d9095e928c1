//! The zip file: what its lines mean, the lines of each class, and at the end how many there are.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::sync::Arc;

use tokio::runtime::Handle;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::documents::{self, ClassEntry, Manifest, WithheldEntry};
use super::line::{self, About};
use super::pipe::Pipe;
use super::{ExportError, ReadError};
use crate::clock::Timestamp;
use crate::db::mapped as rows;
use crate::policy::datamap::{DataMap, Database, Erasure, Table};
use crate::policy::{ClassName, Policy};
use crate::rights::reader::{Portion, Reader};
use crate::tenancy::mapped;

/// What is read at once. One record may be larger, and is then read alone.
const PORTION: Portion = Portion { rows: 500, bytes: 2 * 1024 * 1024 };
const BUFFER_BYTES: usize = 32 * 1024;

pub struct Archive {
    pub reader: Reader,
    pub policy: Arc<Policy>,
    pub now: Timestamp,
}

type Zip<'a> = ZipWriter<StreamWriter<&'a Pipe>>;

impl Archive {
    /// Writes all of it. Blocks: the caller's thread is one that may.
    pub fn write(&self, pipe: &Pipe, runtime: &Handle) -> Result<(), ExportError> {
        let mut zip = ZipWriter::new_stream(pipe);
        let written = self.write_files(&mut zip, runtime);
        if written.is_err() {
            pipe.break_off();
        }
        written?;
        zip.finish()?;
        (&*pipe).flush().map_err(zip::result::ZipError::from)?;
        Ok(())
    }

    fn write_files(&self, zip: &mut Zip<'_>, runtime: &Handle) -> Result<(), ExportError> {
        self.write_file(zip, "README.txt", documents::readme(&self.policy, self.now).as_bytes())?;
        self.write_file(zip, "schema.json", documents::SCHEMA.as_bytes())?;
        let tables = mapped::shown_tables().map_err(documents::not_mapped)?;
        let mut classes: Vec<ClassEntry<'_>> = Vec::new();
        for of_class in tables.chunk_by(|one, other| one.class == other.class) {
            let Some(class) = of_class.first().map(|table| table.class) else { continue };
            let kinds = self.write_class(zip, runtime, class, of_class)?;
            classes.extend(ClassEntry::of(class, kinds, &self.policy));
        }
        let withheld = self.count_withheld(runtime)?;
        let manifest = Manifest::new(self.reader.tenant, self.now, &self.policy, classes, withheld);
        self.write_file(zip, "manifest.json", &serde_json::to_vec_pretty(&manifest)?)
    }

    fn write_file(&self, zip: &mut Zip<'_>, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        zip.start_file(name, self.options())?;
        zip.write_all(bytes).map_err(zip::result::ZipError::from)?;
        Ok(())
    }

    /// The lines of one class. Returns how many there are of each kind.
    fn write_class(
        &self,
        zip: &mut Zip<'_>,
        runtime: &Handle,
        class: ClassName,
        tables: &[&'static Table],
    ) -> Result<BTreeMap<String, u64>, ExportError> {
        let mut kinds = BTreeMap::new();
        let Some(about) = About::of(class, &self.policy) else { return Ok(kinds) };
        zip.start_file(documents::file_of(class), self.options())?;
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, zip);
        for table in tables {
            self.write_table(&mut out, runtime, &about, table, &mut kinds)?;
        }
        out.flush().map_err(zip::result::ZipError::from)?;
        Ok(kinds)
    }

    fn write_table(
        &self,
        out: &mut impl Write,
        runtime: &Handle,
        about: &About<'_>,
        table: &'static Table,
        kinds: &mut BTreeMap<String, u64>,
    ) -> Result<(), ExportError> {
        let mut after = Vec::new();
        loop {
            let reader = self.reader.clone();
            let place = std::mem::take(&mut after);
            let page = runtime
                .block_on(self.reader.db.read(move |conn| reader.page(conn, table, true, &place, PORTION)))?;
            let last = page.items.last().map(|item| item.row.key.clone());
            for item in page.items {
                *kinds.entry(item.kind.clone()).or_default() += 1;
                line::write(out, about, item)?;
            }
            match last {
                Some(key) if !page.is_last => after = key,
                _ => return Ok(()),
            }
        }
    }

    /// What an erasure would remove and this export does not show.
    fn count_withheld(&self, runtime: &Handle) -> Result<Vec<WithheldEntry<'static>>, ExportError> {
        let map = DataMap::builtin().map_err(documents::not_mapped)?;
        let (mut entries, tenant) = (Vec::new(), self.reader.tenant);
        for table in map.tenant_tables() {
            let Some(reason) = &table.withheld else { continue };
            let counted = runtime.block_on(self.reader.db.read(move |conn| {
                let wanted = mapped::tenant_table(table, false);
                rows::totals(conn, &wanted, &mapped::described(table), tenant).map_err(ReadError::from)
            }))?;
            let records = Some(counted.iter().map(|total| total.records).sum());
            entries.push(WithheldEntry { name: &table.name, class: table.class, records, reason });
        }
        let keys = map.tables(Database::Keyring).filter(|table| table.erasure == Erasure::WithTenant);
        entries.extend(keys.filter_map(|table| {
            let reason = table.withheld.as_deref()?;
            Some(WithheldEntry { name: &table.name, class: table.class, records: None, reason })
        }));
        Ok(entries)
    }

    fn options(&self) -> SimpleFileOptions {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // How long a file will be is not known when it begins.
            .large_file(true)
            .unix_permissions(0o600);
        match date_time(self.now) {
            Some(at) => options.last_modified_time(at),
            None => options,
        }
    }
}

/// Zip counts its times from 1980, in steps of two seconds.
fn date_time(at: Timestamp) -> Option<DateTime> {
    let text = at.to_string();
    let mut numbers = text.split(['-', 'T', ':', '.', 'Z']);
    let mut next = || numbers.next()?.parse::<u16>().ok();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let small = |number: u16| u8::try_from(number).ok();
    DateTime::from_date_and_time(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
    )
    .ok()
}

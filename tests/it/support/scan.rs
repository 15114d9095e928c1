//! Looks for values that must not be anywhere, in every form in which a program may have written them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use diesel::prelude::*;
use kept::prove_erasure::needles::Needles;

use super::TestDatabases;

/// What is looked for: texts in every form, and others as they are.
pub struct Traces {
    texts: Vec<String>,
    forms: Needles,
    plain_texts: Vec<String>,
    plain: Needles,
}

impl Traces {
    /// Looks for these values in every form.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let texts: Vec<String> = values.into_iter().map(|value| value.as_ref().to_owned()).collect();
        let forms = Needles::of_texts(&texts).unwrap();
        Self { texts, forms, plain_texts: Vec::new(), plain: Needles::of_plain([""; 0]).unwrap() }
    }

    /// Looks for these too, as they are.
    #[must_use]
    pub fn and_plain(self, values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let more = values.into_iter().map(|value| value.as_ref().to_owned());
        let plain_texts: Vec<String> = self.plain_texts.into_iter().chain(more).collect();
        Self { plain: Needles::of_plain(&plain_texts).unwrap(), plain_texts, ..self }
    }

    /// Which of the values are in `bytes`, in which form, and what stands around the first of each.
    pub fn in_bytes(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = BTreeMap::new();
        for (texts, needles) in [(&self.texts, &self.forms), (&self.plain_texts, &self.plain)] {
            needles.in_bytes(bytes, |hit| {
                found.entry((&texts[hit.needle.of], hit.needle.form)).or_insert(hit.at);
            });
        }
        let told = |((of, form), at): ((&String, &str), u64)| {
            let at = usize::try_from(at).unwrap();
            let around = &bytes[at.saturating_sub(80)..bytes.len().min(at + 80)];
            format!("{of} ({form}): …{}…", String::from_utf8_lossy(around)).escape_debug().to_string()
        };
        found.into_iter().map(told).collect()
    }

    /// The same for every file that the service wrote and for every row on a database server.
    pub fn in_everything(&self, databases: &TestDatabases) -> Vec<String> {
        let in_files = databases.files().into_iter().flat_map(|path| self.in_file(path));
        let in_rows = self.in_bytes(server_rows(databases).as_bytes());
        in_files.chain(in_rows.into_iter().map(|found| format!("in a row: {found}"))).collect()
    }

    fn in_file(&self, path: PathBuf) -> Vec<String> {
        // A temporary file of the engine may go between the listing and the reading.
        let bytes = std::fs::read(&path).unwrap_or_default();
        self.in_bytes(&bytes).into_iter().map(|found| format!("in {}: {found}", path.display())).collect()
    }
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// Every row of every table on a PostgreSQL server, as text; binary columns are hexadecimal in it. Empty on SQLite, whose
/// rows are in its files.
pub fn server_rows(databases: &TestDatabases) -> String {
    let mut all = String::new();
    for url in [databases.main_url(), databases.keyring_url()] {
        if url.starts_with("sqlite:") {
            continue;
        }
        let mut conn = PgConnection::establish(&url).unwrap();
        let tables: Vec<Text> = diesel::sql_query(
            "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = current_schema()",
        )
        .load(&mut conn)
        .unwrap();
        assert!(tables.len() >= 4, "the tables are there");
        for table in tables {
            let rows = format!(
                "SELECT coalesce(string_agg(one::text, chr(10)), '') AS text FROM \"{}\" AS one",
                table.text
            );
            let rows: Text = diesel::sql_query(rows).get_result(&mut conn).unwrap();
            all.push_str(&rows.text);
            all.push('\n');
        }
    }
    all
}

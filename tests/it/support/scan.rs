//! Looks for values that must not be anywhere, in every form in which a program may have written them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};
use diesel::prelude::*;

use super::TestDatabases;

/// What is looked for: the text itself, hexadecimal, percent-encoded, and base64 at each of its three alignments.
#[derive(Default)]
pub struct Traces(Vec<Trace>);

struct Trace {
    of: String,
    form: &'static str,
    needle: String,
}

impl Traces {
    /// Looks for these values in every form.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let all = values.into_iter().flat_map(|value| forms(value.as_ref()));
        Self(all.collect())
    }

    /// Looks for these too, as they are.
    #[must_use]
    pub fn and_plain(mut self, values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let plain = |value: &str| Trace { of: value.to_owned(), form: "plain", needle: value.to_owned() };
        self.0.extend(values.into_iter().map(|value| plain(value.as_ref())));
        self
    }

    /// Which of the values are in `bytes`, in which form, and what stands around the first of each.
    pub fn in_bytes(&self, bytes: &[u8]) -> Vec<String> {
        // The needles are ASCII, and ASCII stays as it is.
        let text = String::from_utf8_lossy(bytes);
        let found = self.0.iter().filter_map(|trace| {
            let at = text.find(&trace.needle)?;
            let before: String =
                text[..at].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
            let after: String = text[at..].chars().take(80).collect();
            Some(format!("{} ({}): …{}{}…", trace.of, trace.form, before, after).escape_debug().to_string())
        });
        found.collect()
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

fn forms(value: &str) -> Vec<Trace> {
    let bytes = value.as_bytes();
    let percent = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms = vec![
        ("plain", value.to_owned()),
        ("hexadecimal", HEXLOWER.encode(bytes)),
        ("hexadecimal", HEXUPPER.encode(bytes)),
        ("percent-encoded", percent),
    ];
    let base64: BTreeSet<String> = (0..3)
        .flat_map(|offset| {
            let shifted = [vec![0; offset], bytes.to_vec()].concat();
            // Characters that hold bits of a neighbour are not looked for.
            let own = (8 * offset).div_ceil(6)..8 * shifted.len() / 6;
            [&BASE64, &BASE64URL].map(|encoding| encoding.encode(&shifted)[own.clone()].to_owned())
        })
        .collect();
    forms.extend(base64.into_iter().map(|needle| ("base64", needle)));
    let trace = |(form, needle)| Trace { of: value.to_owned(), form, needle };
    forms.into_iter().map(trace).collect()
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

#[test]
fn every_form_of_a_value_is_found_wherever_it_stands() {
    let traces = Traces::of(["mk0123456789abcd"]);
    for prefix in ["", "x", "xy", "xyz"] {
        let text = format!("{prefix}mk0123456789abcd and more");
        for written in [text.clone(), BASE64.encode(text.as_bytes()), HEXUPPER.encode(text.as_bytes())] {
            assert!(!traces.in_bytes(written.as_bytes()).is_empty(), "{written}");
        }
    }
    assert!(traces.in_bytes(b"mk0123456789abc \xff").is_empty());
}

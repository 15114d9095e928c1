//! The rules of the house (docs/ARCHITECTURE.md), checked in the source: who may know whom, and what stands in one place
//! only. A rule that nobody checks is broken within a month.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::source::{Source, expanded, files, names, read, reexports, sources};

/// All places under these modules where a line `is_bad`.
fn bad_in(modules: &[&str], is_bad: impl Fn(&str) -> bool) -> Vec<String> {
    let within = |source: &Source| modules.is_empty() || modules.contains(&source.module());
    sources().iter().filter(|source| within(source)).flat_map(|source| source.where_is(&is_bad)).collect()
}

/// The same everywhere but in these files.
fn bad_outside(allowed: &[&str], is_bad: impl Fn(&str) -> bool) -> Vec<String> {
    let outside = |source: &Source| !allowed.iter().any(|allowed| source.path.starts_with(allowed));
    sources().iter().filter(|source| outside(source)).flat_map(|source| source.where_is(&is_bad)).collect()
}

fn assert_none(bad: &[String], rule: &str) {
    assert!(bad.is_empty(), "{rule}:\n{}", bad.join("\n"));
}

#[test]
fn the_domain_does_not_know_that_there_is_a_web_framework() {
    let bad = bad_in(
        &["db", "tenancy", "policy", "operation", "rights", "support", "sinks", "tickets", "vault"],
        |line| line.contains("actix") || line.contains("HttpRe"),
    );
    assert_none(&bad, "no actix in the domain and below");
}

#[test]
fn the_privacy_engine_does_not_know_that_connect_exists() {
    let bad = bad_in(&["policy", "tenancy", "vault", "rights", "db"], |line| {
        line.contains("::connect::")
            || line.contains("connect::{")
            || line.to_lowercase().contains("atlassian")
    });
    assert_none(&bad, "policy, tenancy, vault, rights and db know no Connect");
}

/// Who may know how Atlassian speaks, and why. docs/ARCHITECTURE.md has the same list. The sandbox plays the other side.
const KNOWS_CONNECT: [(&str, &str); 7] = [
    ("connect/", "the wire itself"),
    ("auth/", "who is calling"),
    ("api/", "what is answered"),
    ("app.rs", "puts everything together"),
    ("app/", "asks the outside, for `kept doctor`"),
    ("cli/manifest.rs", "prints the manifest, which is part of the wire"),
    ("routes.rs", "which addresses there are, and which of them Forge calls"),
];

/// Who may know that there is Forge, beside those.
const KNOWS_FORGE: [(&str, &str); 18] = [
    ("config/forge.rs", "the settings of it"),
    ("config/mod.rs", "hands them on"),
    ("config/read.rs", "reads them"),
    ("tenancy/forge", "keeps and finds a tenant's names there, which nobody else does"),
    ("tenancy/mod.rs", "hands that on"),
    ("tenancy/install.rs", "an installation under Connect may name one under Forge"),
    ("tenancy/moving.rs", "a tenant that moves takes its names along"),
    ("tenancy/store.rs", "a tenant that goes does too"),
    ("db/forge_installations.rs", "the table of a tenant's names under Forge"),
    ("db/schema.rs", "the same table"),
    ("db/tenants.rs", "a tenant that holds nothing takes its names along"),
    ("policy/deployment.rs", "which hosts the settings make us call"),
    ("web/finish.rs", "a refusal gets through Forge in a form of its own"),
    ("openapi/document.rs", "describes the addresses"),
    ("jobs/probe.rs", "whether Forge still calls for an installation"),
    ("cli/doctor.rs", "shows operators how far the way to Forge is"),
    ("cli/way_to_forge.rs", "the same"),
    ("cli/tenants", "shows and joins installations"),
];

/// A name that leads to Connect.
fn is_of_connect(path: &str) -> bool {
    let path = path.split(' ').next().unwrap();
    path == "crate::connect" || path.starts_with("crate::connect::") || path.contains("::connect::")
}

/// A name that leads to Forge, in whatever module.
fn is_of_forge(path: &str) -> bool {
    path.split([':', ' ']).any(|name| {
        let is_word = name == "forge"
            || name.starts_with("forge_")
            || name.ends_with("_forge")
            || name.contains("_forge_");
        is_word || name.starts_with("Forge") && !name.starts_with("Forget")
    })
}

/// Everything that names one of these, also by another module that hands it on; and which of those who may do so do.
fn who_names(is_it: impl Fn(&str) -> bool, allowed: &[&str]) -> (Vec<String>, BTreeSet<String>) {
    let sources = sources();
    let handed_on = sources.iter().flat_map(reexports).filter(|(name, from)| is_it(from) && !is_it(name));
    let handed_on: BTreeSet<String> = handed_on.map(|(name, _)| name).collect();
    // By its whole path, or by its module and its own name, with whatever comes after that.
    let is_handed_on = |path: &str| {
        handed_on.iter().any(|name| {
            let (above, own) = name.rsplit_once("::").unwrap();
            let short = format!("::{}::{own}", above.rsplit("::").next().unwrap());
            [name.as_str(), &short].iter().any(|name| {
                path.split_once(name).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with([':', ' ']))
            })
        })
    };
    let (mut bad, mut who) = (Vec::new(), BTreeSet::new());
    for source in &sources {
        for (number, path) in names(source).into_iter().filter(|(_, path)| is_it(path) || is_handed_on(path))
        {
            match allowed.iter().find(|allowed| source.path.starts_with(**allowed)) {
                Some(allowed) => drop(who.insert((*allowed).to_owned())),
                None => bad.push(format!("src/{}:{number}: {path}", source.path)),
            }
        }
    }
    (bad, who)
}

#[test]
fn nobody_but_the_wire_and_its_callers_knows_connect_or_forge() {
    let connect: Vec<&str> = KNOWS_CONNECT.iter().map(|(path, _)| *path).collect();
    let both: Vec<&str> = KNOWS_CONNECT.iter().chain(&KNOWS_FORGE).map(|(path, _)| *path).collect();
    let (bad, _) = who_names(is_of_connect, &connect);
    assert_none(&bad, "only these know Connect");
    let (bad, who) = who_names(is_of_forge, &both);
    assert_none(&bad, "only these know Forge");
    let idle: Vec<&&str> =
        both.iter().filter(|path| !who.contains(**path) && !connect.contains(path)).collect();
    assert!(idle.is_empty(), "these need not know Forge any more: {idle:?}");
    let row = read("docs/ARCHITECTURE.md");
    let row = row.lines().find(|line| line.contains("nobody_but_the_wire_and_its_callers")).unwrap();
    for path in both {
        assert!(row.contains(&format!("`{path}")), "the document says nothing of {path}");
    }
}

/// The rule above is worth as much as what it sees.
#[test]
fn a_name_of_connect_or_forge_is_seen_however_it_is_imported() {
    let file = |path: &str, text: &str| Source {
        path: path.to_owned(),
        lines: text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect(),
    };
    let sees = |text: &str| {
        let found = names(&file("moves/target.rs", text));
        found.iter().any(|(_, path)| is_of_connect(path) || is_of_forge(path))
    };
    for wrong in [
        "use crate::connect::host::HostClient;",
        "use crate::{connect, db};",
        "use crate::{clock::Clock, connect::host};",
        "use crate::{\n    clock::Clock,\n    connect::{\n        host::HostClient,\n    },\n};",
        "use crate::connect as wire;",
        "    let qsh = crate::connect::qsh::Qsh::of(method, path, query);",
        "use crate::tenancy::forge::Seen;",
        "use crate::db::{\n    Conn, DbError, Id, audit_anchors, erase, forge_installations, jobs,\n};",
        "use super::super::db::{self, forge_installations as others};",
        "use crate::config::{Settings, ForgeSettings};",
        "    let found = tenancy::forge::Seen::Nobody;",
        "    let found = services.tenancy.find_forge(name).await?;",
    ] {
        assert!(sees(wrong), "{wrong}");
    }
    for right in
        ["let x = connect(url);", "use crate::tickets::forget::{gone, remote_of};", "fn forget_due() {}"]
    {
        assert!(!sees(right), "{right}");
    }
    let handed_on =
        reexports(&file("tenancy/mod.rs", "pub use forge::{Arrivals, Joined};\npub use state::Tenant;"));
    assert_eq!(handed_on[0].0, "crate::tenancy::Arrivals");
    assert!(is_of_forge(&handed_on[1].1) && !is_of_forge(&handed_on[2].1));
    assert_eq!(expanded("a::{b, c::{self, d as e}}"), ["a::b", "a::c", "a::c::d as e"]);
}

#[test]
fn only_the_clock_asks_for_the_time() {
    let asks =
        ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "Utc::now", "CURRENT_TIMESTAMP"];
    let bad = bad_outside(&["clock.rs"], |line| {
        asks.iter().any(|ask| line.contains(ask)) || line.contains("now()\"")
    });
    assert_none(&bad, "time comes from Clock");
}

#[test]
fn outgoing_requests_are_made_in_five_places_through_one_builder() {
    let bad = bad_outside(&["http.rs"], |line| {
        line.contains("reqwest::Client::") || line.contains("ClientBuilder")
    });
    assert_none(&bad, "http.rs has the one builder");
    let allowed = [
        "connect/forge/jwks.rs",
        "connect/host.rs",
        "connect/install_keys.rs",
        "sinks/jsm/client.rs",
        "moves/peer.rs",
    ];
    let bad = bad_outside(&[&["http.rs"], allowed.as_slice()].concat(), |line| {
        line.contains("http::client(") || line.contains("reqwest::Client") || line.contains(".send().await")
    });
    assert_none(&bad, "only these make outgoing requests");
}

/// Mail leaves by another protocol than everything else, so it has a door of its own: there it is encrypted, and there
/// addresses are kept out of logs.
#[test]
fn only_one_file_speaks_to_a_mail_server() {
    let bad = bad_outside(&["mail/"], |line| line.contains("lettre::"));
    assert_none(&bad, "mails are written and sent by mail/");
    let bad = bad_outside(&["mail/smtp.rs"], |line| line.contains("lettre::transport"));
    assert_none(&bad, "mail/smtp.rs has the one connection");
}

/// Whoever could call any type safe could put any text into a bundle.
#[test]
fn only_known_types_may_be_in_a_bundle() {
    let allowed = ["support/safe.rs", "support/redact/mod.rs", "support/redact/json.rs"];
    let bad = bad_outside(&allowed, |line| line.contains("BundleSafe for"));
    assert_none(&bad, "bundle_safe! makes all others, field by field");
}

#[test]
fn nothing_but_the_vault_sees_a_key() {
    // A tenant's shared secret is no key of ours: it proves tokens, and stays where tokens are read.
    let bad = bad_outside(&["vault/", "connect/token.rs"], |line| {
        ["KeyBytes", "aws_lc_rs::aead", "aws_lc_rs::hmac", "LessSafeKey"].iter().any(|key| line.contains(key))
    });
    assert_none(&bad, "keys stay in the vault");
}

#[test]
fn all_queries_are_under_db() {
    let errors = ["diesel::result::Error", "diesel::QueryResult"];
    let bad = bad_outside(&["db/"], |line| {
        let rest = errors.iter().fold(line.to_owned(), |line, error| line.replace(error, ""));
        rest.contains("diesel::")
            || ["SELECT ", "INSERT ", "DELETE FROM"].iter().any(|sql| rest.contains(sql))
    });
    assert_none(&bad, "outside db/ there are diesel's errors and nothing else of it");
}

#[test]
fn a_promised_number_of_days_stands_in_the_policy_alone() {
    let promised = ["14", "90", "180", "365"];
    let in_seconds = ["1209600", "7776000", "15552000", "31536000"];
    let is_bad = |line: &str| {
        // HSTS and the life of a hashed file are the browser's business.
        let line = line.replace("max-age=31536000", "").replace('_', "");
        let mut words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
        // An explicit smaller unit is no number of days.
        let is_small_unit =
            ["fromsecs(", "frommillis("].iter().any(|unit| line.contains(unit)) && !line.contains('*');
        words.any(|word| in_seconds.contains(&word) || promised.contains(&word) && !is_small_unit)
    };
    for wrong in
        ["days(90)", "let keep = 180;", "from_secs(14 * 86_400)", "from_secs(15_552_000)", "ttl_days = 14"]
    {
        assert!(is_bad(wrong), "{wrong}");
    }
    let mut bad = bad_in(&[], is_bad);
    for path in [files("migrations", "sql"), files("templates", "txt"), files("templates", "html")].concat() {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
        bad.extend(lines.filter(|line| is_bad(line)).map(|line| format!("{}: {line}", path.display())));
    }
    assert_none(&bad, "retention numbers stand in policies/ alone");
}

/// Every number of days or years that a policy promises, beside its unit as a programmer would write it. Small numbers
/// mean other things too often.
#[test]
fn no_period_of_a_policy_is_written_beside_its_unit_elsewhere() {
    let promised: BTreeSet<String> = crate::policy::numbers_of_days_and_years()
        .into_iter()
        .filter(|number| *number >= 5)
        .map(|number| number.to_string())
        .collect();
    assert!(promised.len() > 20, "{promised:?}");
    let is_bad = |line: &str| {
        let line: String =
            line.to_lowercase().chars().filter(|letter| !matches!(letter, ' ' | '_')).collect();
        promised.iter().any(|number| {
            let before = [
                "days(",
                "days=",
                "days:",
                "days:u32=",
                "days:i32=",
                "days:u64=",
                "days:i64=",
                "years(",
                "years=",
            ];
            let after = ["*86400", "*24*3600", "*day", "days"];
            let stands = |text: &str, start: usize| {
                let alone = |letter: Option<char>| !letter.is_some_and(|letter| letter.is_ascii_digit());
                alone(text[..start].chars().next_back()) && alone(text[start + number.len()..].chars().next())
            };
            line.match_indices(number.as_str()).any(|(start, _)| {
                stands(&line, start)
                    && (before.iter().any(|word| line[..start].ends_with(word))
                        || after.iter().any(|word| line[start + number.len()..].starts_with(word)))
            })
        })
    };
    for wrong in
        ["days(21)", "const KEEP_DAYS: u32 = 92;", "Duration::from_secs(61 * 86_400)", "at.plus_years(10)"]
    {
        assert!(is_bad(wrong), "{wrong}");
    }
    assert!(!is_bad("days(121)") && !is_bad("let days = 2;"));
    // How early somebody is warned that a contract lapses is no promise to customers.
    assert_none(&bad_outside(&["policy/records.rs"], is_bad), "periods stand in policies/ alone");
}

#[test]
fn both_engines_have_the_same_tables() {
    for database in ["main", "keyring"] {
        let [sqlite, mut postgres] = ["sqlite", "postgres"].map(|engine| statements(database, engine));
        if database == "main" {
            // PostgreSQL has NOTIFY for that.
            let only_here: Vec<String> = sqlite
                .iter()
                .filter(|sql| sql.starts_with("CREATE TABLE tenant_changes "))
                .cloned()
                .collect();
            assert_eq!(only_here.len(), 1);
            postgres.extend(only_here);
        }
        let difference: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
        assert!(difference.is_empty(), "{database}: {difference:#?}");
    }
}

/// Every statement of an engine's migrations, in the words of SQLite.
fn statements(database: &str, engine: &str) -> BTreeSet<String> {
    let folder = format!("migrations/{database}/{engine}");
    // One of them changes how SQLite stores a table, and nothing that the table has.
    let ups = files(&folder, "sql")
        .into_iter()
        .filter(|path| path.ends_with("up.sql") && !path.to_string_lossy().contains("chains_are_clustered"));
    let text: String = ups.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let words = |statement: &str| statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = lines.join(" ").replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB");
    let all: BTreeSet<String> = all.split(';').map(words).filter(|statement| !statement.is_empty()).collect();
    assert!(all.len() >= 4, "the migrations are there");
    all
}

#[test]
fn every_setting_is_explained_and_every_explained_setting_is_read() {
    let config = sources().into_iter().filter(|source| source.module() == "config");
    let lines: Vec<String> = config.flat_map(|source| source.lines).map(|(_, line)| line).collect();
    let quoted = lines.iter().flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_name = |text: &&str| {
        let rest = text.strip_prefix("KEPT_").unwrap_or(if *text == "DATABASE_URL" { "URL" } else { "" });
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let known: BTreeSet<&str> = quoted.filter(is_name).collect();
    let example = read(".env.example");
    let named =
        example.lines().filter_map(|line| line.strip_prefix('#')?.split_once('=').map(|(name, _)| name));
    let explained: BTreeSet<&str> = named.filter(is_name).collect();
    assert!(known.len() > 20);
    assert_eq!(known, explained);
}

#[test]
fn the_sandbox_is_never_part_of_a_production_build() {
    let lib = read("src/lib.rs");
    for module in ["sandbox", "bench"] {
        assert!(lib.contains(&format!("#[cfg(feature = \"sandbox\")]\npub mod {module};")));
    }
    let manifest = read("Cargo.toml");
    let has = |text: &str| manifest.contains(text);
    assert!(
        has("path = \"src/bin/sandbox.rs\"\nrequired-features = [\"sandbox\"]")
            && !has("default = [\"sandbox\"]")
    );
    // What stands behind the same switch may use it.
    for source in sources() {
        let uses = source.where_is(|line| line.contains("sandbox::"));
        let module = source.module();
        let switched = lib.contains(&format!("#[cfg(feature = \"sandbox\")]\npub mod {module};"));
        let inner = code_has(&source, "#![cfg(feature = \"sandbox\")]");
        assert!(uses.is_empty() || switched || inner, "{uses:#?}");
    }
}

fn code_has(source: &Source, text: &str) -> bool {
    source.lines.iter().any(|(_, line)| line.trim() == text)
}

/// The floors, top down, as the table in `lib.rs` has them.
fn floors() -> BTreeMap<String, usize> {
    let lib = read("src/lib.rs");
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | ")).filter(|row| row.contains('`'));
    let named = |row: &str| row.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let floors: BTreeMap<String, usize> = rows
        .enumerate()
        .flat_map(|(floor, row)| named(row).into_iter().map(move |name| (name, floor)))
        .collect();
    let modules: BTreeSet<String> = sources().iter().map(|source| source.module().to_owned()).collect();
    let missing: Vec<_> =
        modules.iter().filter(|name| *name != "lib" && !floors.contains_key(*name)).collect();
    assert!(missing.is_empty(), "modules without a floor in lib.rs: {missing:?}");
    floors
}

#[test]
fn arrows_between_modules_run_down_and_in_no_circle() {
    let floors = floors();
    let (mut up, mut beside) = (Vec::new(), BTreeSet::new());
    for source in sources().iter().filter(|source| source.path != "lib.rs") {
        let module = source.module();
        for (to, place) in arrows(source) {
            let (Some(from_floor), Some(to_floor)) = (floors.get(module), floors.get(&to)) else {
                panic!("{module} → {to} is on no floor: {place}")
            };
            if to_floor < from_floor {
                up.push(format!("{module} → {to}: {place}"));
            } else if to_floor == from_floor && to != module {
                beside.insert((module.to_owned(), to));
            }
        }
    }
    assert_none(&up, "nothing runs back up");
    let circles: Vec<String> = beside
        .iter()
        .filter(|(from, to)| beside.contains(&(to.clone(), from.clone())))
        .map(|(from, to)| format!("{from} ⇄ {to}"))
        .collect();
    assert_none(&circles, "no circles on one floor");
}

/// Every module that a file names with `crate::` (in `main`, `kept::`), and where.
fn arrows(source: &Source) -> Vec<(String, String)> {
    let prefix = if source.module() == "main" { "kept::" } else { "crate::" };
    let mut found = Vec::new();
    for (number, line) in &source.lines {
        for rest in line.split(prefix).skip(1) {
            let name: String =
                rest.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect();
            if !name.is_empty() {
                found.push((name, format!("src/{}:{number}: {}", source.path, line.trim())));
            }
        }
    }
    found
}

#[test]
fn only_the_application_knows_who_runs_jobs() {
    let bad =
        bad_outside(&["app.rs", "jobs/", "simulate/", "prove_erasure/"], |line| line.contains("crate::jobs"));
    assert_none(&bad, "a domain enqueues without knowing who will run it");
}

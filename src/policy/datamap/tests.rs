use std::collections::BTreeSet;

use super::*;

fn wrong(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "{from}");
    DataMap::parse(&TEXT.replacen(from, to, 1)).err().map(|error| error.to_string()).unwrap_or_default()
}

fn policy(from: &str, to: &str) -> Policy {
    let text = include_str!("../../../policies/default.toml");
    assert!(text.contains(from), "{from}");
    Policy::parse(&text.replacen(from, to, 1), "p.toml").unwrap()
}

#[test]
fn the_map_of_this_program_holds_together_and_ends_with_the_tenant() {
    let map = DataMap::builtin().unwrap();
    let names: Vec<&str> = map.tenant_tables().map(|table| table.name.as_str()).collect();
    assert_eq!(names.last(), Some(&"tenants"), "{names:?}");
    assert!(names.contains(&"webhooks") && !names.contains(&"orders"), "{names:?}");
}

#[test]
fn each_fault_says_where_it_is_and_what_would_be_right() {
    let orders = "erasure = { kept = \"tax law wants contracts kept; a row names no tenant and goes when its own time is over\" }";
    for (from, to, said) in [
        (orders, "erasure = { kept = \"TBD\" }", "\"TBD\" is no reason; say why in a sentence"),
        (orders, "erasure = { kept = \" \" }", "is no reason"),
        (orders, "erasure = \"gone\"", "expected \"with_tenant\", \"tenant_row\" or { kept"),
        ("\"webhooks\", \"operation_records\"", "\"operation_records\"", "deletion: list exactly the tables"),
        (
            "[main.brakes]\nname = \"audit\"\nengaged_at = \"audit\"\nmeasure = \"audit\"\n",
            "",
            "add [main.brakes] with",
        ),
        ("expires = \"expires_at\"", "expires = \"expires\"", "names a column expires, which [main."),
        ("own_days = { class = \"uploaded\"", "own_days = { class = \"uploads\"", "expected a data class"),
    ] {
        let fault = wrong(from, to);
        assert!(fault.contains(said) && fault.starts_with(PATH), "{to}: {fault}");
    }
    let without_owner = TEXT.replacen(orders, "erasure = \"with_tenant\"", 1).replacen(
        "\"erasures\", \"tenants\"",
        "\"erasures\", \"orders\", \"tenants\"",
        1,
    );
    let two_tenants = without_owner.replacen("erasure = \"with_tenant\"", "erasure = \"tenant_row\"", 1);
    let fault = DataMap::parse(&two_tenants).unwrap_err().to_string();
    assert!(fault.contains("is for main.tenants alone"), "{fault}");
    let fault = DataMap::parse(&without_owner).unwrap_err().to_string();
    assert!(
        fault.contains("[tables.main.orders]: erasure = \"with_tenant\" needs a column tenant_id"),
        "{fault}"
    );
}

#[test]
fn a_policy_that_does_not_cover_the_map_is_told_what_is_missing() {
    let map = DataMap::builtin().unwrap();
    assert_eq!(map.uncovered(&policy("version = 2", "version = 3")), [""; 0]);
    let found = map.uncovered(&policy("classes = [\"account\"]", "classes = [\"session\"]"));
    assert!(found.is_empty(), "the hosting provider gets all classes: {found:?}");
    let cookie =
        "[[cookies]]\nname = \"seen\"\npurpose = { en = \"a\", de = \"b\" }\nessential = true\n\n[[records]]";
    let found = map.uncovered(&policy("[[records]]", cookie));
    assert!(found.len() == 1 && found[0].contains("add under [cookies]: seen"), "{found:?}");
}

#[test]
fn fields_that_the_map_names_are_fields_of_the_policy() {
    let policy = policy("version = 2", "version = 3");
    for table in DataMap::builtin().unwrap().tables.iter() {
        for (column, fields) in &table.fields {
            let class = table.columns[column];
            let unknown: Vec<_> = fields.iter().filter(|field| !policy.keeps_field(class, field)).collect();
            assert!(unknown.is_empty(), "{}.{column}: {class} has no {unknown:?}", table.name);
        }
    }
}

#[test]
fn a_database_that_differs_is_told_with_the_line_to_add() {
    let map = DataMap::builtin().unwrap();
    let mapped = |database| -> Columns {
        map.tables(database)
            .map(|table| (table.name.clone(), table.columns.keys().cloned().collect()))
            .collect()
    };
    let differences = |live: &Columns| map.differences(Database::Main, Engine::Sqlite, live);
    let mut live = mapped(Database::Main);
    live.insert("__diesel_schema_migrations".to_owned(), BTreeSet::from(["version".to_owned()]));
    assert_eq!(differences(&live), [""; 0]);
    live.get_mut("tenants").unwrap().insert("new_column".to_owned());
    assert_eq!(
        differences(&live),
        ["policies/datamap.toml: add under [main.tenants]: new_column = \"account\""]
    );
    live = mapped(Database::Main);
    live.get_mut("uploads").unwrap().remove("updated_at");
    live.insert("planted".to_owned(), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
    live.remove("brakes");
    let found = differences(&live);
    let said = [
        "add [tables.main.planted] with class and erasure",
        "remove under [main.uploads]: updated_at",
        "remove [tables.main.brakes] and [main.brakes]",
    ];
    assert!(
        found.len() == 3 && said.iter().zip(&found).all(|(said, found)| found.contains(said)),
        "{found:#?}"
    );
}

#[test]
fn a_table_of_one_engine_is_missed_there_alone() {
    let map = DataMap::builtin().unwrap();
    let live: Columns = map
        .tables(Database::Main)
        .filter(|table| table.engine.is_none())
        .map(|table| (table.name.clone(), table.columns.keys().cloned().collect()))
        .collect();
    assert_eq!(map.differences(Database::Main, Engine::Postgres, &live), [""; 0]);
    assert_eq!(map.differences(Database::Main, Engine::Sqlite, &live).len(), 2);
}

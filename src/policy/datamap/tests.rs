use super::*;

#[test]
fn the_map_of_this_program_holds_together_and_ends_with_the_tenant() {
    let map = DataMap::builtin().unwrap();
    let names: Vec<&str> = map.tenant_tables().map(|table| table.name.as_str()).collect();
    assert_eq!(names.last(), Some(&"tenants"), "{names:?}");
    assert!(names.contains(&"webhooks") && !names.contains(&"orders"), "{names:?}");
}

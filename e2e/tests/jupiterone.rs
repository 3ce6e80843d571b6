//! The graph view against the schemas of those who defined it.

use rolecall_e2e::{rolecall, schema_violations};

#[test]
fn every_entity_of_the_demos_organisation_is_valid_by_jupiterones_own_schemas() {
    let home = tempfile::tempdir().expect("a folder");
    let database = home.path().join("demo.db");
    rolecall(&database, &["demo", "--keep", &database.display().to_string()]);
    let graph = rolecall(&database, &["export", "--view", "jupiterone"]);
    let (said, violations) = schema_violations(&graph);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
    assert!(!said.contains("checked 0 "), "{said}");
}

#[test]
fn the_schemas_find_what_is_wrong() {
    let graph = r#"{"entities":[{"_key":"short","_class":["User"],"_type":"npm_user","name":"a","displayName":"a"}],
        "relationships":[{"_key":"a|knows|b","_class":"ADORES"}]}"#;
    let (_, violations) = schema_violations(graph);
    assert_eq!(violations.len(), 2, "{violations:?}");
}

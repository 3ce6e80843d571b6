//! That the document says what there is.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;

use super::document;

fn operations() -> impl Iterator<Item = (String, &'static str, &'static Json)> {
    let paths = document()["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations");
        item.iter().map(move |(method, operation)| (method.to_uppercase(), path.as_str(), operation))
    })
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let routes = crate::route::routes();
    let routes = routes.iter().filter(|route| route.path.starts_with("/api/v1"));
    let routes: BTreeSet<_> = routes.map(|route| (route.method.to_string(), route.path)).collect();
    let described: BTreeSet<_> = operations().map(|(method, path, _)| (method, path)).collect();
    assert_eq!(routes, described);
}

#[test]
fn every_operation_says_what_it_is() {
    let mut names = BTreeSet::new();
    let tags: Vec<&Json> = document()["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
    for (method, path, operation) in operations() {
        let text = |name: &str| operation[name].as_str().unwrap_or_default();
        assert!(!text("summary").is_empty() && !text("summary").ends_with('.'), "{method} {path}");
        assert!(names.insert(text("operationId")), "{method} {path}: {}", text("operationId"));
        assert!(tags.contains(&&operation["tags"][0]), "{method} {path}: {}", operation["tags"]);
        let (ways, expected): (usize, &[&str]) = match text("x-needs") {
            "anyone" => (0, &["400", "503"]),
            _ => (2, &["400", "401", "503"]),
        };
        assert!(operation["security"].as_array().is_some_and(|all| all.len() == ways), "{method} {path}");
        let responses = operation["responses"].as_object().expect("responses");
        assert!(expected.iter().all(|status| responses.contains_key(*status)), "{method} {path}");
        let is_told = |response: &&Json| response.get("$ref").is_some() || response["description"].is_string();
        assert_eq!(responses.values().find(|response| !is_told(response)), None, "{method} {path}");
        assert_eq!(responses.keys().filter(|status| status.starts_with('2')).count(), 1, "{method} {path}");
    }
}

#[test]
fn everything_that_is_referred_to_is_there() {
    let text = document().to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document().pointer(reference).is_some(), "{reference}");
    }
    assert_eq!(document()["openapi"], "3.1.0");
}

#[test]
fn nothing_that_is_told_is_a_secret() {
    let secrets = document()["components"]["schemas"].as_object().expect("schemas").iter().filter(|(_, schema)| {
        let properties = schema["properties"].as_object();
        properties.is_some_and(|all| all.values().any(|one| one["format"] == "password" && one["writeOnly"] != true))
    });
    assert_eq!(secrets.map(|(name, _)| name).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// `UPDATE_DOCS=1 cargo test -p rolecall-web document` writes it anew.
#[test]
fn the_document_is_the_one_that_is_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let is = format!("{}\n", serde_json::to_string_pretty(document()).expect("JSON"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, is).expect("the document");
        return;
    }
    let was = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(was == is, "docs/reference/openapi.json: UPDATE_DOCS=1 cargo test -p rolecall-web document");
}

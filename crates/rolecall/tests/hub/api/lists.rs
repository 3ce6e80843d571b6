//! Lists come in parts, and every item is in one of them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::harness::{Client, Hub, Source, sync};

/// Every item of a list, read in parts of this size, by what tells it from others.
async fn all(client: &Client, path: &str, size: usize, name: &str) -> Vec<String> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut names = Vec::new();
    let mut after = String::new();
    loop {
        let part = client.get(&format!("{path}{joint}limit={size}{after}")).await.expect(200).json();
        let items = part["items"].as_array().unwrap();
        assert!(items.len() <= size, "{part:#}");
        names.extend(items.iter().map(|item| item[name].to_string()));
        match &part["next"] {
            Json::String(next) => {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                after = format!("&after={next}");
            }
            _ => return names,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_read_in_parts() {
    let hub = Hub::start().await;
    let person = hub.administrator().await;
    let program = &person.program;
    for _ in 0..3 {
        hub.person("auditor").await;
    }
    let source = Source::npm_of(30).await;
    let connector = source.connect(program).await;
    source.leave(0..2);
    let connector = sync(program, connector["id"].as_str().unwrap()).await;
    let path = format!("/api/v1/connectors/{}", connector["id"].as_str().unwrap());
    let kind = connector["types"][0]["name"].as_str().unwrap();
    let lists = [
        ("/api/v1/users".to_owned(), "id"),
        ("/api/v1/audit".to_owned(), "sequence"),
        ("/api/v1/questions?about=npm".to_owned(), "id"),
        (format!("{path}/log"), "id"),
        (format!("{path}/resources?type={kind}"), "id"),
        (format!("{path}/events"), "at"),
        ("/api/v1/changes".to_owned(), "text"),
    ];
    for (list, name) in lists {
        // Reading adds nothing to any of them, so that the whole is the same at once and in parts.
        let whole = all(program, &list, 1000, name).await;
        assert!(!whole.is_empty(), "{list}");
        let parts = all(program, &list, (whole.len() / 3).max(1), name).await;
        assert_eq!(whole, parts, "{list}");
        if matches!(name, "id" | "sequence") {
            assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len(), "{list}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_part_is_refused() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    for bad in ["limit=0", "limit=1001"] {
        program.get(&format!("/api/v1/users?{bad}")).await.problem(400, "limit");
    }
    for bad in ["limit=x", "limit=", "offset=3", "limit=1&limit=2", "after=%ff"] {
        program.get(&format!("/api/v1/users?{bad}")).await.problem(400, "parameters");
    }
    for list in ["users", "jobs", "audit", "questions", "changes", "notices", "connectors"] {
        program.get(&format!("/api/v1/{list}?after=nothing")).await.problem(400, "after");
    }
}

//! The fuzzer, with a token of each role.

use rolecall_e2e::{Findings, Fuzzer, is_deep};
use rstest::rstest;
use serde_json::{Value as Json, json};

use crate::hub::Hub;

/// Puts things that are there into the places of the document's paths, so that not everything is asked of nothing.
fn named(hub: &Hub, document: &mut Json) {
    let first = |path: &str| hub.get(path)["items"][0]["id"].clone();
    let [runs, is_over] = &hub.campaigns;
    let ids = [
        ("/api/v1/reviews/{id}", runs.clone()),
        ("/api/v1/plans/{id}", is_over.clone()),
        ("/api/v1/connectors/{id}", json!(hub.connector)),
        ("/api/v1/syncs/{id}", first(&format!("/api/v1/connectors/{}/syncs", hub.connector))),
        ("/api/v1/jobs/{id}", first("/api/v1/jobs")),
        ("/api/v1/users/{id}", first("/api/v1/users")),
    ];
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let id = ids.iter().find(|(known, _)| path.starts_with(known)).map(|(_, id)| id);
        for operation in item.as_object_mut().into_iter().flatten().map(|(_, operation)| operation) {
            let parameters = operation.get_mut("parameters").and_then(Json::as_array_mut);
            for parameter in parameters.into_iter().flatten() {
                let known = match (parameter["in"].as_str(), parameter["name"].as_str()) {
                    (Some("path"), Some("id")) => id.cloned(),
                    (Some("path"), Some("type")) => Some(json!("npm")),
                    (Some("path"), Some("number")) => Some(json!(1)),
                    (Some("query"), Some("connector")) => Some(json!(hub.title())),
                    (Some("query"), Some("resource")) => Some(json!(hub.simulator.package())),
                    (Some("query"), Some("action")) if path.ends_with("/who-can") => Some(json!("publish")),
                    (Some("query"), Some("account")) => Some(json!(hub.simulator.account("publisher"))),
                    (Some("query"), Some("asOf" | "since" | "until")) => Some(json!("1s")),
                    _ => None,
                };
                if let Some(known) = known {
                    let kind = if known.is_number() { "integer" } else { "string" };
                    parameter["schema"] = json!({ "type": kind, "enum": [known] });
                }
            }
        }
    }
}

fn fuzz(hub: &Hub, role: &str, options: &[&str]) -> Findings {
    let mut document = hub.get("/api/v1/openapi.json");
    named(hub, &mut document);
    let token = format!("Bearer {}", hub.token(role));
    let findings = Fuzzer::with_header(hub.address(), ("Authorization", &token), &document).with(options).run();
    assert!(findings.wrong.is_none(), "{role}: {}", findings.wrong.unwrap_or_default());
    findings
}

const READING: [&str; 4] = ["--phases", "coverage", "--include-method", "GET"];

/// What is refused because of the role is refused before anything else is looked at.
#[rstest]
#[case("administrator")]
#[case("reviewer")]
#[case("auditor")]
fn whatever_is_read_is_answered_as_declared(#[case] role: &str) {
    let hub = Hub::connected();
    // What is wrong is sent by the test below, and is refused in the same words whoever asks.
    let mode = if is_deep() { "all" } else { "positive" };
    let findings = fuzz(&hub, role, &[&READING[..], &["--mode", mode]].concat());
    let read = |operation: &str| findings.answers.get(operation).is_some_and(|statuses| statuses.contains(&200));
    for path in ["connectors/{id}", "who-can", "access", "changes", "status", "reviews/{id}", "plans/{id}"] {
        assert!(read(&format!("GET /api/v1/{path}")), "{path}: {:?}", findings.answers);
    }
    assert_eq!(read("GET /api/v1/audit"), role != "reviewer", "{:?}", findings.answers);
}

/// Only whoever may do something gets to what the document says of it. The connector goes last, on its own.
#[test]
fn whatever_is_sent_is_answered_as_declared() {
    let hub = Hub::connected();
    let count = if is_deep() { "40" } else { "3" };
    let everything = ["--phases", "coverage,fuzzing", "--mode", "all", "--max-examples", count];
    let gone = ["DELETE /api/v1/connectors/{id}", "POST /api/v1/connectors/{id}/purge"];
    let without: Vec<&str> = gone.iter().flat_map(|name| ["--exclude-name", *name]).collect();
    fuzz(&hub, "connector-admin", &[&everything[..], &without].concat());
    // Whoever runs connectors does not decide about access.
    fuzz(&hub, "administrator", &[&everything[..], &["--include-path-regex", "/(reviews|plans)"]].concat());
    let only = gone.iter().flat_map(|name| ["--include-name", *name]);
    let options: Vec<&str> = ["--phases", "coverage", "--mode", "positive"].into_iter().chain(only).collect();
    fuzz(&hub, "administrator", &options);
}

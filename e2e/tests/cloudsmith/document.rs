//! The document that the service is held to, completed by what is known and not written there.

use std::fs;
use std::path::Path;

use rolecall_e2e::{Page, Simulator};
use serde_json::{Value, json};

/// Refusals that can come from any call, although the document declares none of them.
const ANYWHERE: [&str; 5] = ["401", "403", "404", "405", "429"];

/// The excerpt of Cloudsmith's own document that lies beside the project, never in it; or what the simulated service
/// publishes itself, which is said on standard error.
#[expect(clippy::print_stderr, reason = "the person who runs the tests must know which input was used")]
pub(crate) fn of(simulator: &Simulator) -> Value {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/cloudsmith-openapi-subset.json");
    let read = fs::read_to_string(beside).ok().and_then(|text| serde_json::from_str(&text).ok());
    read.unwrap_or_else(|| {
        eprintln!("Cloudsmith's document is absent: holding the simulated service to what it publishes itself");
        published(simulator)
    })
}

/// What the service publishes.
pub(crate) fn published(simulator: &Simulator) -> Value {
    let page = Page::open(&format!("{}v1/swagger/?format=openapi", simulator.url()));
    serde_json::from_str(&page.body).expect("a document")
}

/// Every operation of a document: its method, its path and what it says.
pub(crate) fn operations(document: &mut Value) -> Vec<(String, String, &mut Value)> {
    let paths = document["paths"].as_object_mut().expect("paths");
    let mut found = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().expect("methods") {
            found.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    found
}

/// Completes the document by what is known of the service and not in it: the refusals that any call can answer with,
/// in the form in which others are declared, the nulls with which privileges are shown, and that status 204 is empty.
pub(crate) fn complete(document: &mut Value) {
    document["info"]["title"] = json!("Cloudsmith");
    let is_older = document.get("swagger").is_some();
    let word = if is_older { "x-nullable" } else { "nullable" };
    // The older kind of document promises one type of all answers, as if none were empty.
    document.as_object_mut().expect("a document").remove("produces");
    each_object(document, &mut |object| {
        if object.get("privilege").is_some() {
            ["team", "user", "service"].into_iter().for_each(|kind| object[kind][word] = json!(true));
        }
    });
    let refusals = operations(document).into_iter().find_map(|(_, _, call)| call["responses"].get("422").cloned());
    let refusal = refusals.expect("a refusal is declared somewhere");
    for (_, path, operation) in operations(document) {
        let responses = operation["responses"].as_object_mut().expect("responses");
        // No document has these calls yet; how they refuse is inferred.
        let inferred: &[&str] = if path.contains("/api-key-rules/") { &["400", "422"] } else { &[] };
        for status in ANYWHERE.iter().chain(inferred) {
            responses.entry(*status).or_insert_with(|| refusal.clone());
        }
        responses.entry("204").and_modify(|response| *response = json!({}));
        let shows = |response: &Value| response.get("schema").is_some();
        let is_empty = !responses.iter().any(|(status, response)| status.starts_with('2') && shows(response));
        // An excerpt leaves out what is said in words, which a whole document must have.
        responses.values_mut().for_each(|response| response["description"] = json!(""));
        if is_older && !is_empty {
            operation["produces"] = json!(["application/json"]);
        }
    }
}

/// Shows the properties of every object in a document.
pub(crate) fn each_object(value: &mut Value, show: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(fields) => {
            if let Some(properties @ Value::Object(_)) = fields.get_mut("properties") {
                show(properties);
            }
            fields.values_mut().for_each(|value| each_object(value, show));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| each_object(value, show)),
        _ => {}
    }
}

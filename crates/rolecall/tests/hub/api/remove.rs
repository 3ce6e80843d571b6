//! Removing connectors: with their history, or without.

use serde_json::json;

use crate::harness::{Hub, Source};

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_connector_keeps_its_history_and_goes_on() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let source = Source::npm_of(2).await;
    let connector = source.connect(program).await;
    let path = format!("/api/v1/connectors/{}", connector["id"].as_str().unwrap());
    assert_eq!(program.ask("DELETE", &path).await.expect(200).json()["outcome"], "kept");
    program.ask("DELETE", &path).await.problem(404, "not-found");
    assert_eq!(program.get("/api/v1/connectors").await.json()["items"], json!([]));
    let removed = program.get(&path).await.expect(200).json();
    assert_eq!(removed["configuration"], json!(null), "{removed:#}");
    let again = program.json("POST", "/api/v1/connectors", &source.form()).await.expect(201).json();
    assert_eq!((&again["isRestored"], &again["connector"]["id"]), (&json!(true), &connector["id"]), "{again:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_deleted_by_the_word_of_two() {
    let hub = Hub::start().await;
    let one = hub.administrator().await.program.clone();
    let two = hub.person("administrator").await.program;
    let connector = Source::npm_of(2).await.connect(&one).await;
    let path = format!("/api/v1/connectors/{}", connector["id"].as_str().unwrap());
    let purge = format!("{path}/purge");
    one.json("POST", &purge, &json!({ "reason": "" })).await.problem(422, "reason-missing");
    let asked = one.json("POST", &purge, &json!({ "reason": "it was another's" })).await.expect(200).json();
    assert_eq!(asked["outcome"], "asked", "{asked:#}");
    let requests = two.get("/api/v1/purge-requests").await.expect(200).json();
    let request = requests["items"][0]["id"].as_str().unwrap();
    let approve = format!("/api/v1/purge-requests/{request}/approve");
    one.ask("POST", &approve).await.expect(409).json();
    let purged = two.ask("POST", &approve).await.expect(200).json();
    assert_eq!(purged["outcome"], "purged", "{purged:#}");
    one.get(&path).await.problem(404, "not-found");
    two.ask("POST", &approve).await.problem(404, "not-found");
}

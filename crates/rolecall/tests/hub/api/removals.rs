//! Removals that wait are decided by programs as by people.

use serde_json::json;

use crate::harness::{Hub, Source, sync};

#[tokio::test(flavor = "multi_thread")]
async fn removals_wait_and_are_decided() {
    let hub = Hub::start().await;
    let program = hub.person("connector-admin").await.program;
    let source = Source::npm_of(30).await;
    let connector = source.connect(&program).await;
    let id = connector["id"].as_str().unwrap();
    let path = format!("/api/v1/connectors/{id}");
    source.leave(0..20);
    let connector = sync(&program, id).await;
    assert_eq!(connector["state"], "confirm-changes", "{connector:#}");
    let view = program.get(&format!("{path}/removals")).await.expect(200).json();
    assert!(view["waiting"].as_u64().unwrap() >= 20, "{view:#}");
    let waiting = program.get("/api/v1/changes").await.expect(200).json()["waiting"].as_array().unwrap().len();
    assert_eq!(waiting, usize::try_from(view["waiting"].as_u64().unwrap()).unwrap());
    let decide = async |word: &str, body: &serde_json::Value| {
        program.json("POST", &format!("{path}/removals/{word}"), body).await
    };
    decide("confirm", &json!({ "seen": view["seen"], "reason": " " })).await.problem(422, "reason-missing");
    decide("confirm", &json!({ "reason": "they left" })).await.problem(400, "body");
    let reviewer = hub.person("reviewer").await.program;
    let body = json!({ "seen": view["seen"], "reason": "they left" });
    let refused = reviewer.json("POST", &format!("{path}/removals/confirm"), &body).await;
    refused.problem(403, "forbidden");
    let made = decide("confirm", &body).await.expect(200).json();
    assert_eq!(made["outcome"], "done", "{made:#}");
    assert!(made["facts"].as_u64().unwrap() >= 20, "{made:#}");
    let connector = program.get(&path).await.expect(200).json();
    assert_eq!((&connector["state"], &connector["waitingRemovals"]), (&json!("connected"), &json!(0)), "{connector:#}");
    let audit =
        hub.administrator().await.program.get("/api/v1/audit?action=removals.confirmed").await.expect(200).json();
    assert_eq!(audit["items"][0]["reason"], "they left", "{audit:#}");
}

//! Connecting sources, with nothing but the interface.

use std::time::Duration;

use rolecall_sim::{Fault, Times};
use serde_json::json;

use crate::harness::{Hub, Source};

#[tokio::test(flavor = "multi_thread")]
async fn both_types_are_connected_and_no_secret_is_ever_told() {
    let hub = Hub::start().await;
    let program = hub.person("connector-admin").await.program;
    let types = program.get("/api/v1/connector-types").await.expect(200).json();
    for source in [Source::npm().await, Source::cloudsmith().await] {
        let form = source.form();
        let known = |kind: &serde_json::Value| kind["name"] == form["type"];
        assert!(types["items"].as_array().unwrap().iter().any(known), "{types:#}");
        let seen = program.json("POST", "/api/v1/connectors/check", &form).await.expect(200);
        let connector = source.connect(&program).await;
        assert!(["connected", "confirm-changes"].contains(&connector["state"].as_str().unwrap()), "{connector:#}");
        assert!(connector["counts"]["accounts"].as_u64().unwrap() > 0, "{connector:#}");
        let path = format!("/api/v1/connectors/{}", connector["id"].as_str().unwrap());
        for part in ["", "/syncs", "/log", "/events", "/removals"] {
            let answer = program.get(&format!("{path}{part}")).await.expect(200);
            assert!(!answer.body.contains(source.secret()), "{part}: {answer:#?}");
        }
        assert!(!seen.body.contains(source.secret()), "{seen:#?}");
        let log = program.get(&format!("{path}/log?limit=1000")).await.json();
        assert!(!log["items"].as_array().unwrap().is_empty(), "{log:#}");
        let kind = connector["types"][0]["name"].as_str().unwrap();
        let resources = program.get(&format!("{path}/resources?type={kind}")).await.expect(200).json();
        assert!(!resources["items"].as_array().unwrap().is_empty(), "{resources:#}");
        let syncs = program.get(&format!("{path}/syncs")).await.json();
        let sync = syncs["items"][0]["id"].as_str().unwrap();
        let listings = program.get(&format!("/api/v1/syncs/{sync}/listings")).await.expect(200).json();
        assert!(!listings["items"].as_array().unwrap().is_empty(), "{listings:#}");
    }
    let all = program.get("/api/v1/connectors").await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all:#}");
    let npm = program.get("/api/v1/connectors?type=npm").await.expect(200).json();
    assert_eq!(npm["items"].as_array().unwrap().len(), 1, "{npm:#}");
    assert!(!hub.said().contains("npm_"), "{}", hub.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_not_configured() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let source = Source::npm_of(1).await;
    let add = async |form: &serde_json::Value| program.json("POST", "/api/v1/connectors", form).await;
    let mut wrong = source.form();
    wrong["secret"] = json!("npm_000000000000000000000000000000000000");
    let problem = add(&wrong).await.problem(422, "check");
    assert!(!problem.to_string().contains("npm_0000"), "{problem:#}");
    let mut wrong = source.form();
    wrong["fields"]["name"] = json!("");
    wrong["fields"]["polling_interval"] = json!("sometimes");
    let problem = add(&wrong).await.problem(422, "fields");
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|flaw| flaw["field"].clone()).collect();
    assert!(fields.contains(&json!("name")) && fields.contains(&json!("polling_interval")), "{problem:#}");
    let mut wrong = source.form();
    wrong["fields"]["colour"] = json!("blue");
    add(&wrong).await.problem(422, "field-unknown");
    wrong["type"] = json!("svn");
    add(&wrong).await.problem(422, "type-unknown");
    assert_eq!(program.get("/api/v1/connectors").await.json()["items"], json!([]));
    source.connect(program).await;
    let mut again = source.form();
    again["fields"]["name"] = json!("again");
    let problem = add(&again).await.problem(409, "taken");
    assert_eq!(problem["other"]["title"], "npm:acme", "{problem:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_long_for_a_source_that_says_nothing() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let source = Source::npm_of(1).await;
    source.npm_server().faults().add("/**", Fault::Delay(Duration::from_secs(600)), Times::Always);
    let problem = program.json("POST", "/api/v1/connectors", &source.form()).await.problem(422, "check");
    assert!(problem["detail"].as_str().unwrap().contains("within 30 s"), "{problem:#}");
    assert_eq!(program.get("/api/v1/connectors").await.json()["items"], json!([]));
}

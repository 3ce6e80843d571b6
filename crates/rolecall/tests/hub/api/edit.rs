//! Changing a connector: nobody undoes another's work.

use serde_json::{Value as Json, json};

use crate::harness::{Answer, Client, Hub, Source};

async fn put(client: &Client, connector: &str, version: Option<&str>, body: &Json) -> Answer {
    let request = client.request(reqwest::Method::PUT, &format!("/api/v1/connectors/{connector}"));
    let request = match version {
        Some(version) => request.header("if-match", version),
        None => request,
    };
    client.send(request.header("content-type", "application/json").body(body.to_string())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_editors_the_second_is_told_what_the_first_did() {
    let hub = Hub::start().await;
    let one = &hub.administrator().await.program;
    let (two, two_name) = {
        let person = hub.person("connector-admin").await;
        (person.program, person.name)
    };
    let connector = Source::npm_of(1).await.connect(one).await;
    let id = connector["id"].as_str().unwrap();
    let before = one.get(&format!("/api/v1/connectors/{id}")).await.expect(200);
    let version = before.header("etag").to_owned();
    let mut body = json!({ "fields": before.json()["configuration"]["fields"] });
    body["fields"]["description"] = json!("what we publish");
    put(one, id, None, &body).await.problem(428, "version-required");
    put(one, id, Some("soon"), &body).await.problem(412, "stale");
    let changed = put(one, id, Some(&version), &body).await.expect(200);
    assert_eq!(changed.json()["description"], "what we publish");
    assert_ne!(changed.header("etag"), version);
    body["fields"]["description"] = json!("something else");
    let problem = put(&two, id, Some(&version), &body).await.problem(412, "stale");
    assert_eq!(problem["meanwhile"]["by"], "ada", "{problem:#}");
    assert!(problem["meanwhile"]["changes"].to_string().contains("what we publish"), "{problem:#}");
    put(&two, id, Some(changed.header("etag")), &body).await.expect(200);
    let mut wrong = body.clone();
    wrong["fields"]["rate"] = json!("fast");
    let problem = put(&two, id, Some("*"), &wrong).await.problem(422, "fields");
    assert_eq!(problem["errors"][0]["field"], "rate", "{problem:#}");
    let events = one.get(&format!("/api/v1/connectors/{id}/events")).await.expect(200).json();
    let actors: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["actor"].clone()).collect();
    assert_eq!(actors[..2], [json!(two_name), json!("ada")], "{events:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_connector_is_not_read() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let connector = Source::npm_of(1).await.connect(program).await;
    let path = format!("/api/v1/connectors/{}", connector["id"].as_str().unwrap());
    let paused = program.ask("POST", &format!("{path}/pause")).await.expect(200).json();
    assert_eq!(paused["state"], "paused");
    let problem = program.ask("POST", &format!("{path}/sync")).await.expect(409).json();
    assert!(problem["hint"].is_string(), "{problem:#}");
    let resumed = program.ask("POST", &format!("{path}/resume")).await.expect(200).json();
    assert_eq!(resumed["state"], "connected");
    program.ask("POST", &format!("{path}/sync")).await.expect(202);
}

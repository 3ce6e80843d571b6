//! What identity providers use.

use serde_json::{Value as Json, json};

use super::story::{Area, Story};
use crate::harness::Hub;
use crate::scim::{GROUPS, Provider, USERS, path_of};

#[tokio::test(flavor = "multi_thread")]
async fn what_identity_providers_push_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let provider = Provider::add(&hub, "Okta");
    let mut story = Story::begin(&hub, &administrator.program).await;
    let (user, group) = (json!({ "userName": "grace@acme.test" }), json!({ "displayName": "Publishers" }));
    for (path, body) in [(USERS, user), (GROUPS, group)] {
        let made = provider.made(path, &body).await;
        story.leaves(&format!("POST {path}")).await;
        provider.send("POST", path, &body).await.expect(409);
        story.nothing().await;
        changed(&provider, &path_of(&made), (path, body), &mut story).await;
    }
    let log = administrator.program.get("/api/v1/audit?limit=100").await.expect(200).json();
    let of_provider = |record: &&Json| record["details"]["how"] == "directory";
    let records: Vec<&Json> = log["items"].as_array().unwrap().iter().filter(of_provider).collect();
    assert!(records.len() == 8 && records.iter().all(|record| record["actor"] == "Okta"), "{records:#?}");
    story.covers(Area::Directories);
}

async fn changed(provider: &Provider, path: &str, (kind, body): (&str, Json), story: &mut Story<'_>) {
    let operations = json!({ "Operations": [{ "op": "add", "path": "externalId", "value": "1" }] });
    provider.send("PATCH", path, &operations).await.expect(200);
    story.leaves(&format!("PATCH {kind}/{{id}}")).await;
    provider.send("PATCH", path, &operations).await.expect(200);
    story.nothing().await;
    provider.send("PUT", path, &body).await.expect(200);
    story.leaves(&format!("PUT {kind}/{{id}}")).await;
    provider.delete(path).await.expect(204);
    story.leaves(&format!("DELETE {kind}/{{id}}")).await;
}

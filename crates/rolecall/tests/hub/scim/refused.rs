//! Who is let in, and what is refused.

use serde_json::{Value as Json, json};

use super::{GROUPS, Provider, USERS, operations_of, path_of};
use crate::harness::{Hub, encoded};

#[tokio::test(flavor = "multi_thread")]
async fn only_the_token_of_a_directory_opens_one_and_it_opens_nothing_else() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let provider = Provider::add(&hub, "Okta");
    let nobody = hub.nobody();
    let strangers = [
        nobody.clone(),
        administrator.browser.clone(),
        administrator.program.clone(),
        nobody.with_token("rolecall_scim_nothing"),
        nobody.with_token(&provider.token.replace("rolecall_scim_", "rolecall_")),
        nobody.with_token(&provider.token.to_uppercase()),
    ];
    for stranger in strangers {
        for path in [USERS, "/scim/v2/Schemas", "/scim/v2/no-such-address"] {
            let answer = stranger.get(path).await;
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer:#?}");
            answer.scim_error(401, "");
        }
        stranger.json("POST", USERS, &json!({ "userName": "eve" })).await.scim_error(401, "");
    }
    assert_eq!(provider.found(USERS, "userName pr").await, Vec::<Json>::new());
    for path in ["/api/v1/me", "/api/v1/users", "/metrics"] {
        provider.get(path).await.problem(401, "not-signed-in");
    }
    assert!(provider.get("/users").await.location().starts_with("/sign-in"));
    let records = administrator.program.get("/api/v1/audit?limit=100").await.expect(200);
    assert!(records.body.contains("hub.credential-refused"), "{records:#?}");
    assert!(!records.body.contains(&provider.token) && !hub.said().contains(&provider.token));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said_as_the_protocol_says_it() {
    let hub = Hub::start().await;
    let provider = Provider::add(&hub, "Okta");
    let made = provider.made(USERS, &json!({ "userName": "ada" })).await;
    let path = path_of(&made);
    provider.made(USERS, &json!({ "userName": "bob" })).await;
    for (body, kind) in [
        (json!({}), "invalidValue"),
        (json!([]), "invalidSyntax"),
        (json!({ "userName": 7, "active": [1, 2] }), "invalidValue"),
        (json!({ "userName": "x\u{0}" }), "invalidValue"),
        (json!({ "userName": "x", "x\u{0}": 1 }), "invalidSyntax"),
        (json!({ "userName": "x", "externalId": "x".repeat(600) }), "invalidValue"),
    ] {
        provider.send("POST", USERS, &body).await.scim_error(400, kind);
    }
    provider.send("PUT", &path, &json!({ "userName": "BOB" })).await.scim_error(409, "uniqueness");
    provider
        .send("POST", GROUPS, &json!({ "displayName": "x", "members": [{}, { "display": "y" }] }))
        .await
        .scim_error(400, "invalidValue");
    for (operation, kind) in [
        (json!({ "op": "replace", "path": "userName", "value": "bob" }), "uniqueness"),
        (json!({ "op": "remove", "path": "userName" }), "invalidValue"),
        (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability"),
        (json!({ "op": "remove" }), "noTarget"),
        (json!({ "op": "add", "path": "[", "value": 1 }), "invalidPath"),
        (json!({ "op": "drop", "path": "title" }), "invalidSyntax"),
    ] {
        let body = operations_of(json!([{ "op": "add", "path": "title", "value": "never" }, operation]));
        let status = if kind == "uniqueness" { 409 } else { 400 };
        provider.send("PATCH", &path, &body).await.scim_error(status, kind);
    }
    assert_eq!(provider.get(&path).await.expect(200).json(), made, "of what cannot be done nothing is");
    for filter in ["userName eq", "userName zz \"x\"", "(", &"(".repeat(5000)] {
        let error = provider.get(&format!("{USERS}?filter={}", encoded(filter))).await.scim_error(400, "invalidFilter");
        assert!(error["detail"].as_str().unwrap().contains("character"), "{error:#}");
    }
    provider.get(&format!("{USERS}?count=x")).await.scim_error(400, "invalidValue");
    provider.get(&format!("{USERS}/not-an-id")).await.scim_error(404, "");
    provider.get(&path.replace("Users", "Groups")).await.scim_error(404, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_refused_and_the_hub_stays() {
    let hub = Hub::start().await;
    let provider = Provider::add(&hub, "Okta");
    let client = hub.nobody().with_token(&provider.token);
    for rubbish in [&b""[..], b"{", b"\xff\xfe", b"null", b"{\"userName\": \"\\ud800\"}", b"{\"userName\":\"a\"} x"] {
        client.raw("POST", USERS, "application/scim+json", rubbish.to_vec()).await.scim_error(400, "invalidSyntax");
    }
    let deep = format!("{{\"userName\":\"a\",\"x\":{}", "[".repeat(100_000));
    client.raw("POST", USERS, "application/json", deep).await.scim_error(400, "invalidSyntax");
    client.raw("POST", USERS, "text/plain", "{}").await.scim_error(415, "");
    client.raw("POST", USERS, "application/json; charset=utf-16", "{}").await.scim_error(415, "");
    let large = json!({ "displayName": "x", "more": "x".repeat(5 << 20) });
    provider.send("POST", GROUPS, &large).await.scim_error(413, "");
    let large = json!({ "userName": "x", "more": "x".repeat(1 << 20) });
    provider.send("POST", USERS, &large).await.scim_error(400, "tooMany");
    provider.get(&format!("{USERS}?filter=%ff%00&count=%ff&attributes=%00")).await.scim_error(400, "invalidFilter");
    let cross = client.request(reqwest::Method::POST, USERS).header("origin", "https://evil.example");
    client.send(cross.header("content-type", "application/json").body("{}")).await.scim_error(403, "");
    provider.made(USERS, &json!({ "userName": "ada" })).await;
    assert!(!hub.said().contains("panicked"), "{}", hub.said());
}

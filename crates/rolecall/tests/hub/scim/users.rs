//! One person, from being made to being gone.

use serde_json::{Value as Json, json};

use super::{ENTERPRISE, Provider, USERS, path_of};
use crate::harness::Hub;

fn ada() -> Json {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": "Ada@acme.test", "externalId": "e-1", "active": true, "password": "Tr0ub4dor",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [{ "value": "ada@acme.test", "type": "work", "primary": true }],
        ENTERPRISE: { "employeeNumber": "42", "department": "R&D", "manager": { "value": "m-1", "displayName": "no" } },
        "urn:acme:custom:2.0:User": { "npmUsername": "ada-l" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_made_found_changed_and_deleted() {
    let hub = Hub::start().await;
    let provider = Provider::add(&hub, "Okta");
    let answer = provider.send("POST", USERS, &ada()).await.expect(201);
    let made = answer.json();
    let path = path_of(&made);
    assert_eq!(answer.header("content-type"), "application/scim+json");
    assert_eq!((answer.header("etag"), made["meta"]["version"].as_str()), ("W/\"1\"", Some("W/\"1\"")));
    assert!(answer.location().ends_with(&path), "{answer:#?}");
    assert_eq!(made["urn:acme:custom:2.0:User"]["npmUsername"], "ada-l");
    assert_eq!(made[ENTERPRISE]["manager"], json!({ "value": "m-1" }), "the server's own part is ignored");
    assert!(!answer.body.contains("Tr0ub4dor") && !answer.body.contains("password"), "{answer:#?}");
    let schemas = json!([
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:acme:custom:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ]);
    assert_eq!(made["schemas"], schemas);

    assert_eq!(provider.get(&path).await.expect(200).json(), made);
    assert_eq!(provider.found(USERS, "userName eq \"ADA@ACME.TEST\"").await, std::slice::from_ref(&made));
    assert_eq!(
        provider.found(USERS, "emails[type eq \"work\" and value ew \"@acme.test\"]").await,
        std::slice::from_ref(&made)
    );

    // The same again is refused, also when the first answer was lost.
    let again = provider.send("POST", USERS, &ada()).await;
    again.scim_error(409, "uniqueness");

    let patched = provider.patched(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    assert_eq!((&patched["active"], &patched["meta"]["version"]), (&json!(false), &json!("W/\"2\"")));
    let same = provider.patched(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    assert_eq!(same["meta"]["version"], "W/\"2\"", "what changes nothing is no new version");

    let replaced = provider.send("PUT", &path, &json!({ "userName": "ada.l@acme.test", "id": "no" })).await.expect(200);
    let replaced = replaced.json();
    assert_eq!((&replaced["id"], replaced.get("name")), (&made["id"], None));

    provider.delete(&path).await.expect(204);
    provider.get(&path).await.scim_error(404, "");
    provider.delete(&path).await.scim_error(404, "");
    let anew = provider.made(USERS, &json!({ "userName": "ADA.L@acme.test" })).await;
    assert_ne!(anew["id"], made["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_keep_two_from_changing_the_same_unseen() {
    let hub = Hub::start().await;
    let provider = Provider::add(&hub, "Okta");
    let made = provider.made(USERS, &ada()).await;
    let path = path_of(&made);
    let body = |name: &str| json!({ "userName": "ada@acme.test", "displayName": name });
    let known = provider.with("GET", &path, ("if-none-match", "W/\"1\""), &Json::Null).await.expect(304);
    assert_eq!((known.body.as_str(), known.header("etag")), ("", "W/\"1\""));
    let stale = provider.with("PUT", &path, ("if-match", "W/\"7\""), &body("x")).await;
    stale.scim_error(412, "");
    provider.with("DELETE", &path, ("if-match", "\"7\""), &Json::Null).await.scim_error(412, "");
    let changed = provider.with("PUT", &path, ("if-match", "W/\"1\""), &body("first")).await.expect(200);
    assert_eq!(changed.header("etag"), "W/\"2\"");
    provider.with("GET", &path, ("if-none-match", "W/\"1\""), &Json::Null).await.expect(200);
    provider.with("PUT", &path, ("if-match", "*"), &body("second")).await.expect(200);
    // Of those who say no version, nobody is refused because others were quicker.
    let operation = |name: &str| json!([{ "op": "add", "path": format!("urn:acme:2.0:User:{name}"), "value": name }]);
    let (one, two, three) = tokio::join!(
        provider.patched(&path, operation("one")),
        provider.patched(&path, operation("two")),
        provider.patched(&path, operation("three"))
    );
    drop((one, two, three));
    let both = provider.get(&path).await.expect(200).json();
    assert_eq!(both["urn:acme:2.0:User"], json!({ "one": "one", "two": "two", "three": "three" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_its_own_and_keeps_what_it_holds_when_its_token_changes() {
    let hub = Hub::start().await;
    let (okta, entra) = (Provider::add(&hub, "Okta"), Provider::add(&hub, "Entra ID"));
    let made = okta.made(USERS, &ada()).await;
    let path = path_of(&made);
    entra.get(&path).await.scim_error(404, "");
    entra.delete(&path).await.scim_error(404, "");
    entra.send("PUT", &path, &ada()).await.scim_error(404, "");
    assert_eq!(entra.found(USERS, "userName pr").await, Vec::<Json>::new());
    entra.made(USERS, &ada()).await;

    let listed = hub.binary.command(&["people", "scim", "list", "--format", "json"]).output().unwrap();
    let listed: Json = serde_json::from_slice(&listed.stdout).unwrap();
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Entra ID", "Okta"]);
    assert!(listed[1]["lastUsed"].is_string() && listed[1]["state"] == "in use", "{listed:#}");

    let revoked = hub.binary.command(&["people", "scim", "revoke", "okta"]).output().unwrap();
    assert!(revoked.status.success(), "{revoked:?}");
    okta.get(&path).await.scim_error(401, "");
    let twice = hub.binary.command(&["people", "scim", "revoke", "okta"]).output().unwrap();
    assert!(!twice.status.success() && String::from_utf8_lossy(&twice.stderr).contains("people scim list"));
    let again = Provider::add(&hub, "okta");
    assert_eq!(again.get(&path).await.expect(200).json()["id"], made["id"]);
    okta.get(&path).await.scim_error(401, "");
}

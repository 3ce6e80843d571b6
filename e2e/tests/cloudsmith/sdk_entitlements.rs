//! Entitlement tokens: keys to read one repository, held by whoever knows them.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::{merged, owner};

fn production(others: Value) -> Value {
    merged(owner(json!({ "repo": "production" })), others)
}

#[test]
fn tokens_are_listed_without_their_values() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("entitlements_list", production(json!({})));
    assert_eq!((listed.kind(), listed.header("x-pagination-count")), ("list of RepositoryToken", Some("2")));
    let values =
        |rows: &Value| rows.as_array().expect("rows").iter().map(|row| row["token"].clone()).collect::<Vec<_>>();
    assert!(values(listed.succeeded()).iter().all(|value| value.as_str().is_some_and(|text| text.starts_with('*'))));

    let shown = production(json!({ "show_tokens": true, "active": true, "exclude_other_user_tokens": true }));
    let shown = sdk.get("entitlements_list", shown);
    assert_eq!(shown.as_array().map(Vec::len), Some(1), "not what is somebody else's own");
    assert!(values(&shown).iter().all(|value| value.as_str().is_some_and(|text| !text.contains('*'))));
    assert_eq!(shown[0]["name"], "customers");
    sdk.set("key", simulator.key("publisher"));
    sdk.call("entitlements_create", production(json!({ "data": { "name": "mine" } }))).refused(403);
    sdk.set("key", simulator.key("member"));
    sdk.call("entitlements_list", production(json!({}))).refused(404);
}

#[test]
fn a_token_lives_and_dies() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let made = sdk.call("entitlements_create", production(json!({ "data": { "name": "t1" } })));
    assert_eq!((made.kind(), made.status()), ("RepositoryToken", 201));
    let token = |others: Value| merged(production(json!({ "identifier": made.succeeded()["slug_perm"] })), others);
    let limit = token(json!({ "data": { "limit_num_downloads": 5 } }));
    assert_eq!(sdk.get("entitlements_partial_update", limit)["limit_num_downloads"], 5);
    assert_eq!(sdk.call("entitlements_disable", token(json!({}))).status(), 204);
    let read = sdk.get("entitlements_read", token(json!({})));
    assert_eq!((&read["is_active"], &read["has_limits"]), (&json!(false), &json!(true)));
    assert_eq!(sdk.call("entitlements_enable", token(json!({}))).status(), 204);
    let before = sdk.get("entitlements_read", token(json!({ "show_tokens": true })));
    assert_eq!(before["is_active"], true);

    assert_eq!(sdk.call("entitlements_refresh", token(json!({}))).kind(), "RepositoryTokenRefresh");
    let after = sdk.get("entitlements_read", token(json!({ "show_tokens": true })));
    assert_ne!(after["token"], before["token"]);
    assert_eq!(sdk.call("entitlements_reset", token(json!({}))).status(), 204);
    assert_eq!(sdk.call("entitlements_delete", token(json!({}))).status(), 204);
    sdk.call("entitlements_read", token(json!({}))).refused(404);
}

#[test]
fn tokens_are_copied_from_another_repository() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let copied = sdk.call("entitlements_sync", production(json!({ "data": { "source": "partner-drops" } })));
    assert_eq!(copied.kind(), "RepositoryTokenSync");
    let names = sdk.column("entitlements_list", production(json!({})), "name");
    assert!(names.iter().any(|name| name == "partner trial"), "{names:?}");
    sdk.call("entitlements_sync", production(json!({ "data": { "source": "nowhere" } }))).refused(422);
}

#[test]
fn a_token_opens_no_api() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let shown = sdk.get("entitlements_list", production(json!({ "show_tokens": true })));
    sdk.set("key", shown[0]["token"].clone());
    sdk.call("user_self", json!({})).refused(401);
}

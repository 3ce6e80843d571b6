//! Who am I, which organisations are there, and by which ways a key is told.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::{org, owner};

#[test]
fn a_key_names_its_account() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let me = sdk.call("user_self", json!({}));
    assert_eq!(me.kind(), "UserBrief");
    assert_eq!(me.succeeded()["authenticated"], true);
    assert_eq!(me.succeeded()["slug"], simulator.account("owner"));
    assert_eq!(me.succeeded()["email"], "maria-lund@acme.example");

    let profile = sdk.get("users_profile_read", json!({ "slug": "lena-k" }));
    assert_eq!((&profile["first_name"], &profile["last_name"]), (&json!("Lena"), &json!("Kovac")));
    sdk.set("key", simulator.key("service"));
    assert_eq!(sdk.get("user_self", json!({}))["slug"], simulator.account("service"), "a service has no e-mail");
}

#[test]
fn an_organisation_is_found_by_both_its_names() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_list", json!({}));
    assert_eq!(listed.kind(), "list of Organization");
    assert_eq!(listed.header("x-pagination-count"), Some("1"));
    let acme = &listed.succeeded()[0];
    assert_eq!(acme["slug"], simulator.organization());
    assert_eq!(&sdk.get("orgs_read", org(json!({}))), acme);
    assert_eq!(&sdk.get("orgs_read", json!({ "org": acme["slug_perm"] })), acme);
    assert_eq!(sdk.column("namespaces_list", json!({}), "type_name"), ["Organization"]);
    assert_eq!(sdk.get("namespaces_read", json!({ "slug": "acme" }))["slug_perm"], acme["slug_perm"]);
    sdk.call("orgs_read", json!({ "org": "nobody" })).refused(404);

    sdk.set("key", simulator.key("outsider"));
    assert_eq!(sdk.get("orgs_list", json!({})), json!([]));
    sdk.call("orgs_members_list", org(json!({}))).refused(404);
}

#[test]
fn without_a_key_there_is_only_oneself() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let members = org(json!({ "page_size": 1 }));
    sdk.set("key", Value::Null);
    assert_eq!(sdk.get("user_self", json!({}))["authenticated"], false);
    let refusal = sdk.call("orgs_members_list", members.clone()).refused(401);
    assert_eq!(refusal["detail"], "Authentication credentials were not provided.");

    sdk.set("key", "not-a-key");
    assert_eq!(sdk.call("user_self", json!({})).refused(401)["detail"], "Invalid token.");
    assert_eq!(sdk.call("orgs_members_list", members.clone()).refused(401)["detail"], "Invalid token.");

    // Nobody signs in with an address and a password any more.
    sdk.set("key", Value::Null);
    sdk.set("basic", json!(["maria-lund@acme.example", "pw"]));
    sdk.call("orgs_members_list", members).refused(401);
}

#[test]
fn a_key_is_told_in_several_ways_to_several_addresses() {
    let simulator = Simulator::cloudsmith();
    let members = || org(json!({ "page_size": 1 }));
    let key = simulator.key("owner");

    let mut basic = Sdk::new(&simulator, "owner");
    basic.set("key", Value::Null);
    basic.set("basic", json!(["token", key]));
    assert_eq!(basic.get("user_self", json!({}))["slug"], "maria-lund");
    basic.get("orgs_members_list", members());
    basic.set("key", key);
    assert_eq!(basic.get("user_self", json!({}))["slug"], "maria-lund", "both are sent");

    let mut sdk = Sdk::new(&simulator, "owner");
    for host in [simulator.url().to_owned(), format!("{}v1", simulator.url())] {
        sdk.set("host", host.trim_end_matches('/'));
        assert_eq!(sdk.get("user_self", json!({}))["slug"], "maria-lund", "{host}");
        assert_eq!(sdk.get("orgs_members_list", members()).as_array().map(Vec::len), Some(1), "{host}");
    }
}

#[test]
fn ones_own_key_is_one_and_can_be_renewed() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "member");
    let keys = sdk.get("user_tokens_list", json!({}));
    let key = &keys["results"][0];
    let shown = key["key"].as_str().expect("a key");
    let real = simulator.key("member");
    assert!(shown.starts_with('*') && shown.ends_with(&real[real.len() - 4..]), "{shown}");

    let refusal = sdk.call("user_tokens_create", json!({})).refused(400);
    assert!(refusal["detail"].as_str().is_some_and(|detail| detail.contains("already")), "{refusal}");

    let renewed = sdk.get("user_tokens_refresh", json!({ "slug_perm": key["slug_perm"] }));
    assert_ne!(renewed["key"], json!(real));
    sdk.call("user_tokens_list", json!({})).refused(401);
    sdk.set("key", renewed["key"].clone());
    assert_eq!(sdk.get("user_self", json!({}))["slug"], simulator.account("member"));
}

#[test]
fn nobody_signs_in_with_a_password_any_more() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let data = json!({ "data": { "email": "maria-lund@acme.example", "password": "pw" } });
    assert_eq!(sdk.call("user_token_create", data).refused(422)["code"], "invalid");
}

#[test]
fn quota_rates_and_status_are_told() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    for call in ["quota_read", "quota_oss_read"] {
        let quota = sdk.get(call, owner(json!({})));
        assert!(quota.pointer("/usage/raw/storage/used").is_some_and(Value::is_number), "{quota}");
    }
    for call in ["quota_history_read", "quota_oss_history_read"] {
        assert!(sdk.get(call, owner(json!({})))["history"][0]["days"].is_number());
    }
    let rates = sdk.call("rates_limits_list", json!({}));
    assert!(rates.succeeded()["resources"]["core"]["remaining"].is_number());
    assert!(rates.header("x-ratelimit-remaining").is_some());
    assert!(sdk.get("status_check_basic", json!({}))["version"].is_string());
}

/// Clients and assistants are generated from the published document, so its names are theirs.
#[test]
fn the_service_publishes_its_calls_under_the_librarys_names() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let known = sdk.names();
    let page = rolecall_e2e::Page::open(&format!("{}v1/swagger/?format=openapi", simulator.url()));
    let document: Value = serde_json::from_str(&page.body).expect("a document");
    let paths = document["paths"].as_object().expect("paths").values();
    let operations = paths.flat_map(|path| path.as_object().expect("operations").values());
    let published: Vec<&str> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    assert!(published.len() > 90, "{published:?}");
    let strange: Vec<_> = published.iter().filter(|name| !known.iter().any(|call| call == *name)).collect();
    assert!(strange.is_empty(), "the library has no {strange:?}");
}

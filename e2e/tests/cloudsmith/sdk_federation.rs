//! What other systems decide about access: SAML, groups of an identity provider, and tokens of pipelines.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::{org, owner};

fn one(slug_perm: &Value) -> Value {
    org(json!({ "slug_perm": slug_perm }))
}

#[test]
fn groups_are_mapped_to_teams() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_saml_group_sync_list", org(json!({})));
    assert_eq!((listed.kind(), listed.header("x-pagination-count")), ("list of OrganizationGroupSync", Some("1")));
    assert_eq!(listed.succeeded()[0]["team"], "payments");

    let data =
        json!({ "idp_key": "groups", "idp_value": "x", "organization": "acme", "role": "Member", "team": "web" });
    let mapped = sdk.call("orgs_saml_group_sync_create", org(json!({ "data": data })));
    assert_eq!((mapped.kind(), mapped.status()), ("OrganizationGroupSync", 201));
    let teams = sdk.column("orgs_saml_group_sync_list", org(json!({})), "team");
    assert_eq!(teams.len(), 2);
    assert_eq!(sdk.call("orgs_saml_group_sync_delete", one(&mapped.succeeded()["slug_perm"])).status(), 204);
    assert_eq!(sdk.column("orgs_saml_group_sync_list", org(json!({})), "team"), ["payments"]);
}

#[test]
fn the_mapping_is_switched_on_and_off() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    for (call, on) in [("orgs_saml_group_sync_enable", true), ("orgs_saml_group_sync_disable", false)] {
        assert_eq!(sdk.call(call, org(json!({}))).status(), 204);
        let status = sdk.call("orgs_saml_group_sync_status", org(json!({})));
        assert_eq!(status.kind(), "OrganizationGroupSyncStatus");
        assert_eq!(status.succeeded()["saml_group_sync_status"], on);
    }
    sdk.set("key", simulator.key("member"));
    sdk.call("orgs_saml_group_sync_enable", org(json!({}))).refused(403);
}

#[test]
fn single_sign_on_is_told_and_enforced() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let told = sdk.call("orgs_saml_authentication_read", org(json!({})));
    assert_eq!(told.kind(), "OrganizationSAMLAuth");
    let state = |told: &Value| (told["saml_auth_enabled"].clone(), told["saml_auth_enforced"].clone());
    assert_eq!(state(told.succeeded()), (json!(true), json!(false)));
    let enforce = org(json!({ "data": { "saml_auth_enforced": true } }));
    sdk.get("orgs_saml_authentication_partial_update", enforce);
    assert_eq!(state(&sdk.get("orgs_saml_authentication_read", org(json!({})))), (json!(true), json!(true)));

    let unpaid = Simulator::cloudsmith_with(&["--quirk", "saml-unpaid"]);
    let mut sdk = Sdk::new(&unpaid, "owner");
    sdk.call("orgs_saml_authentication_read", org(json!({}))).refused(402);
}

#[test]
fn providers_of_tokens_are_made_changed_and_deleted() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_openid_connect_list", org(json!({})));
    assert_eq!(listed.kind(), "list of ProviderSettings");
    assert_eq!(listed.succeeded()[0]["claims"], json!({}), "anybody's token of that provider will do");

    let provider = |name: &str, claims: Value| {
        json!({ "name": name, "provider_url": "https://x.example", "enabled": true, "claims": claims,
            "service_accounts": ["ci"] })
    };
    let made = sdk.call("orgs_openid_connect_create", org(json!({ "data": provider("X", json!({ "a": "b" })) })));
    assert_eq!((made.kind(), made.status()), ("ProviderSettingsWrite", 201));
    let id = made.succeeded()["slug_perm"].clone();
    let change = |data: Value| org(json!({ "slug_perm": id, "data": data }));
    sdk.get("orgs_openid_connect_partial_update", change(json!({ "enabled": false })));
    assert_eq!(sdk.get("orgs_openid_connect_read", one(&id))["enabled"], false);
    sdk.get("orgs_openid_connect_update", change(provider("Y", json!({ "a": "c" }))));
    let read = sdk.call("orgs_openid_connect_read", one(&id));
    assert_eq!(read.kind(), "ProviderSettings");
    assert_eq!((&read.succeeded()["name"], &read.succeeded()["claims"]), (&json!("Y"), &json!({ "a": "c" })));
    assert_eq!(sdk.call("orgs_openid_connect_delete", one(&id)).status(), 204);
    sdk.call("orgs_openid_connect_read", one(&id)).refused(404);
}

#[test]
fn one_provider_can_stand_for_several_services() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let data = json!({ "name": "Dynamic", "provider_url": "https://d.example", "enabled": true, "claims": { "a": "b" },
        "mapping_claim": "sub", "dynamic_mappings": [{ "claim_value": "repo", "service_account": "ci" }] });
    let made = sdk.get("orgs_openid_connect_create", org(json!({ "data": data })));
    let settings = |claim: Option<&str>| match claim {
        Some(claim) => org(json!({ "provider_setting": made["slug_perm"], "claim_value": claim })),
        None => org(json!({ "provider_setting": made["slug_perm"] })),
    };
    let listed = sdk.call("orgs_openid_connect_dynamic_mappings_list", settings(None));
    assert_eq!(listed.kind(), "list of DynamicMapping");
    let one = sdk.get("orgs_openid_connect_dynamic_mappings_read", settings(Some("repo")));
    assert_eq!(one["service_account"], "ci");
    sdk.call("orgs_openid_connect_dynamic_mappings_read", settings(Some("else"))).refused(404);
}

#[test]
fn a_pipelines_token_is_exchanged_for_that_of_a_service() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    sdk.set("key", Value::Null);
    let exchange = |service: &str| {
        let data = json!({ "oidc_token": simulator.identity_token(), "service_slug": service });
        owner(json!({ "data": data }))
    };
    let exchanged = sdk.call("openid_create", exchange(simulator.identity_service()));
    assert_eq!(exchanged.status(), 201);
    sdk.call("openid_create", exchange("mirror")).refused(401);
    sdk.set("prefix", "Bearer");
    sdk.set("key", exchanged.succeeded()["token"].clone());
    assert_eq!(sdk.get("user_self", json!({}))["slug"], simulator.identity_service());
    assert!(!sdk.column("repos_namespace_list", owner(json!({})), "slug").is_empty());
}

#[test]
fn a_token_that_nobody_issued_is_not_exchanged() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    sdk.set("key", Value::Null);
    let data = json!({ "oidc_token": "eyJhbGciOiJub25lIn0.e30.x", "service_slug": "ci" });
    let refusal = sdk.call("openid_create", owner(json!({ "data": data }))).refused(401);
    assert!(refusal["detail"].is_string(), "{refusal}");
}

//! What the organisation records and limits: audit log, rules for API keys, usage limits, domains.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::{merged, org, owner};

const AUDIT: &str = "audit_log_namespace_list";

#[test]
fn what_is_done_is_recorded() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let before = sdk.call(AUDIT, owner(json!({})));
    assert_eq!(before.kind(), "list of NamespaceAuditLog");
    sdk.get("orgs_teams_create", org(json!({ "data": { "name": "New Team" } })));
    sdk.call("orgs_members_delete", org(json!({ "member": "lena-k" }))).succeeded();
    let made = sdk.get(AUDIT, owner(json!({ "query": "event:org.team.created" })));
    assert_eq!(made[0]["actor"], simulator.account("owner"));
    assert_eq!(made[0]["actor_slug_perm"], sdk.get("user_self", json!({}))["slug_perm"]);
    let removed = sdk.get(AUDIT, owner(json!({ "query": "event:org.member.removed" })));
    assert_eq!(removed.as_array().map(Vec::len), Some(1), "{removed}");
    assert!(sdk.get(AUDIT, owner(json!({ "query": "event:org.nothing" }))).as_array().is_some_and(Vec::is_empty));
}

/// Whoever reads only the log misses these; the documented list of events has none for them.
#[test]
fn a_role_and_a_privilege_change_without_a_record() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let count = |sdk: &mut Sdk| sdk.get(AUDIT, owner(json!({ "page_size": 500 }))).as_array().map(Vec::len);
    let before = count(&mut sdk);
    let role = org(json!({ "member": "lena-k", "data": { "role": "Owner" } }));
    sdk.call("orgs_members_update_role", role).succeeded();
    let rows = json!({ "privileges": [{ "user": "lena-k", "privilege": "Admin" }] });
    let grant = owner(json!({ "identifier": "production", "data": rows }));
    sdk.call("repos_privileges_partial_update", grant).succeeded();
    assert_eq!(count(&mut sdk), before);
}

#[test]
fn a_repository_has_a_log_of_its_own() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let production = || owner(json!({ "repo": "production" }));
    let made = owner(json!({ "repo": "production", "data": { "name": "t1" } }));
    sdk.call("entitlements_create", made).succeeded();
    let log = sdk.call("audit_log_repo_list", production());
    assert_eq!(log.kind(), "list of RepositoryAuditLog");
    assert!(log.succeeded()[0]["event"].as_str().is_some_and(|event| event.starts_with("repo.entitlement.")));
    sdk.call("audit_log_repo_list", owner(json!({ "repo": "nowhere" }))).refused(404);
}

#[test]
fn a_plan_without_a_log_says_so() {
    let simulator = Simulator::cloudsmith_with(&["--quirk", "audit-log-unpaid"]);
    let mut sdk = Sdk::new(&simulator, "owner");
    assert!(sdk.call(AUDIT, owner(json!({}))).refused(402)["detail"].is_string());
}

#[test]
fn rules_for_keys_are_made_changed_and_deleted() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_api_key_rules_list", org(json!({})));
    assert_eq!(listed.kind(), "list of OrganizationApiKeyRule");
    let data = json!({ "rule_type": "Service Accounts", "max_age_hours": 240, "enforce_refresh": true });
    let made = sdk.call("orgs_api_key_rules_create", org(json!({ "data": data })));
    assert_eq!((made.kind(), made.status()), ("OrganizationApiKeyRule", 201));
    let one = |others: Value| merged(org(json!({ "slug_perm": made.succeeded()["slug_perm"] })), others);
    assert_eq!(&sdk.get("orgs_api_key_rules_read", one(json!({}))), made.succeeded());
    let changed = sdk.get("orgs_api_key_rules_partial_update", one(json!({ "data": { "max_age_hours": 480 } })));
    assert_eq!(changed["max_age_hours"], 480);
    let whole = json!({ "rule_type": "Service Accounts", "max_age_hours": 720, "enforce_refresh": false });
    assert_eq!(sdk.get("orgs_api_key_rules_update", one(json!({ "data": whole })))["max_age_hours"], 720);
    assert_eq!(sdk.call("orgs_api_key_rules_delete", one(json!({}))).status(), 204);
    sdk.call("orgs_api_key_rules_read", one(json!({}))).refused(404);
}

#[test]
fn limits_and_domains_are_told() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let limits = sdk.get("orgs_retrieve_usage_limits", org(json!({})));
    assert!(limits["storage_maximum"].is_number(), "{limits}");
    let change = org(json!({ "data": { "bandwidth_overage_limit": 5 } }));
    sdk.call("orgs_update_usage_limits", change).succeeded();
    assert_eq!(sdk.get("orgs_retrieve_usage_limits", org(json!({})))["bandwidth_overage_limit"], 5);
    assert!(sdk.get("orgs_custom_domains_list", org(json!({}))).is_array());
}

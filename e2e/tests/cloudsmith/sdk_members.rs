//! Members of the organisation: who is listed to whom, and what is done to them.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::org;

const LIST: &str = "orgs_members_list";

fn member(slug: &str) -> Value {
    org(json!({ "member": slug }))
}

fn change(slug: &str, data: Value) -> Value {
    org(json!({ "member": slug, "data": data }))
}

#[test]
fn members_are_listed_with_role_state_and_teams() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call(LIST, org(json!({ "page": 1, "page_size": 500 })));
    assert_eq!(listed.kind(), "list of OrganizationMembership");
    assert_eq!(listed.header("x-pagination-count"), Some("11"));
    let rows = listed.succeeded().as_array().expect("a list");
    assert_eq!(rows.len(), 11);
    let lena = rows.iter().find(|row| row["user"] == "lena-k").expect("a member");
    assert_eq!(lena["email"], "lena.k@acme.example");
    assert_eq!((&lena["role"], &lena["is_active"]), (&json!("Member"), &json!(true)));
    assert_eq!(lena["teams"], json!([{ "name": "Release", "role": "Member", "slug": "release" }]));
    assert_eq!(&sdk.get("orgs_members_read", member("lena-k")), lena);
    assert_eq!(&sdk.get("orgs_members_read", member("lena.k@acme.example")), lena, "an address is a name as well");
    assert_eq!(&sdk.get("orgs_members_read", member(lena["user_id"].as_str().expect("an id"))), lena);
    assert_eq!(sdk.call("orgs_members_read", member("nobody")).refused(404)["detail"], "Not found.");
}

#[test]
fn members_are_filtered_sorted_and_paged() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let mut users = |others: Value| sdk.column(LIST, org(others), "user");
    assert_eq!(users(json!({ "is_active": false })), ["berit-left"]);
    assert_eq!(users(json!({ "is_active": true })).len(), 10);
    assert_eq!(users(json!({})).len(), 11, "everybody, unless the service is told to read it otherwise");
    let owners = users(json!({ "query": "role:Owner", "sort": "-user_name" }));
    assert_eq!(owners, ["maria-lund", "acme-inventory"]);

    let mut paged = users(json!({ "page": 1, "page_size": 6 }));
    paged.extend(users(json!({ "page": 2, "page_size": 6 })));
    assert_eq!(paged, users(json!({})));
    assert_eq!(sdk.call(LIST, org(json!({ "page": 99 }))).refused(404)["detail"], "Invalid page.");
}

#[test]
fn a_page_holds_five_hundred_and_no_more() {
    let simulator = Simulator::cloudsmith_with(&["--members", "620", "--seed", "3"]);
    let mut sdk = Sdk::new(&simulator, "read-only");
    let organization = simulator.organization();
    let page = |number: u32| json!({ "org": organization, "page": number, "page_size": 1000 });
    let first = sdk.call(LIST, page(1));
    assert_eq!(first.succeeded().as_array().map(Vec::len), Some(500));
    let headers = ["x-pagination-count", "x-pagination-pagetotal", "x-pagination-page", "x-pagination-pagesize"];
    assert_eq!(headers.map(|name| first.header(name)), [Some("620"), Some("2"), Some("1"), Some("500")]);
    assert!(first.header("link").is_some_and(|link| link.contains("rel=\"next\"")));
    assert_eq!(sdk.get(LIST, page(2)).as_array().map(Vec::len), Some(120));
}

#[test]
fn a_role_and_a_visibility_are_set() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let set = sdk.call("orgs_members_update_role", change("lena-k", json!({ "role": "Collaborator" })));
    assert_eq!(set.kind(), "OrganizationMembershipRoleUpdate");
    assert_eq!(set.succeeded()["role"], "Collaborator");
    assert!(set.succeeded().get("teams").is_none() && set.succeeded().get("is_active").is_none());

    sdk.set("model", "OrganizationMembershipRoleUpdateRequestPatch");
    sdk.get("orgs_members_update_role", change("lena-k", json!({ "role": "Manager" })));
    sdk.set("model", Value::Null);
    let refusal = sdk.call("orgs_members_update_role", change("lena-k", json!({ "role": "Admin" }))).refused(422);
    assert_eq!(refusal["fields"], json!({ "role": ["\"Admin\" is not a valid choice."] }));

    let hidden = change("lena-k", json!({ "visibility": "Private" }));
    let hidden = sdk.call("orgs_members_update_visibility", hidden);
    assert_eq!(hidden.kind(), "OrganizationMembershipVisibilityUpdate");
    // Nothing can be set by this one.
    let same = sdk.call("orgs_members_partial_update", change("lena-k", json!({})));
    assert_eq!(same.kind(), "OrganizationMembership");
    let lena = sdk.get("orgs_members_read", member("lena-k"));
    assert_eq!((&lena["role"], &lena["visibility"]), (&json!("Manager"), &json!("Private")));
    assert_eq!(&lena, same.succeeded());
}

#[test]
fn a_members_key_is_renewed_and_the_old_one_is_dead() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let renewed = sdk.call("orgs_members_refresh", member(simulator.account("member")));
    assert_eq!((renewed.status(), renewed.succeeded()), (204, &Value::Null));
    sdk.set("key", simulator.key("member"));
    sdk.call("user_self", json!({})).refused(401);
}

#[test]
fn members_are_removed_even_by_a_get() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    assert_eq!(sdk.call("orgs_members_delete", member("lena-k")).status(), 204);
    assert_eq!(sdk.call("orgs_members_remove", member("henrikb")).status(), 204);
    let left = sdk.column(LIST, org(json!({})), "user");
    assert_eq!(left.len(), 9);
    assert!(!left.iter().any(|user| user == "lena-k" || user == "henrikb"));
    let team = sdk.get("orgs_teams_members_list", org(json!({ "team": "release" })));
    assert_eq!(team["members"].as_array().map(Vec::len), Some(2), "who left an organisation left its teams");
}

#[test]
fn a_role_decides_who_is_seen_and_how() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "manager");
    let everyone = sdk.column(LIST, org(json!({})), "email");
    assert!(everyone.iter().all(|email| email.contains('@')), "{everyone:?}");
    assert_eq!(everyone.len(), 11);

    sdk.set("key", simulator.key("member"));
    let seen = sdk.get(LIST, org(json!({})));
    let seen = seen.as_array().expect("a list");
    assert_eq!(seen.len(), 10, "not who is there privately");
    let redacted = seen.iter().filter(|row| row["user"] != simulator.account("member"));
    assert!(redacted.clone().count() > 0);
    for row in redacted {
        assert!(!row["email"].as_str().is_some_and(|email| email.contains('@')), "{row}");
    }

    sdk.set("key", simulator.key("collaborator"));
    let mates = sdk.column(LIST, org(json!({})), "user");
    assert_eq!(mates, ["jonas-weber", "nadia-freelance"], "only those of the same team");
    sdk.set("key", simulator.key("service"));
    assert_eq!(sdk.column(LIST, org(json!({})), "user").len(), 10, "a service is a member like others");
    sdk.set("key", simulator.key("service-manager"));
    assert_eq!(sdk.column(LIST, org(json!({})), "user").len(), 11);
    sdk.set("key", simulator.key("inactive"));
    sdk.call(LIST, org(json!({}))).refused(401);
}

#[test]
fn only_who_manages_changes_members_and_only_owners_change_owners() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "member");
    let promote = |slug: &str| change(slug, json!({ "role": "Owner" }));
    sdk.call("orgs_members_update_role", promote("lena-k")).refused(403);
    sdk.call("orgs_members_delete", member("lena-k")).refused(403);
    sdk.set("key", simulator.key("manager"));
    sdk.call("orgs_members_update_role", promote("lena-k")).refused(403);
    sdk.call("orgs_members_delete", member("maria-lund")).refused(403);
    sdk.call("orgs_members_delete", member("lena-k")).succeeded();
    sdk.set("key", simulator.key("owner"));
    sdk.call("orgs_members_update_role", promote("yuki_tan")).succeeded();
    assert_eq!(sdk.get("orgs_members_read", member("yuki_tan"))["role"], "Owner");
}

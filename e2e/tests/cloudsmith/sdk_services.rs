//! Services: accounts of machines, with a key that is shown once.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::org;

fn service(slug: &str) -> Value {
    org(json!({ "service": slug }))
}

#[test]
fn services_are_listed_to_those_who_manage() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_services_list", org(json!({})));
    assert_eq!((listed.kind(), listed.header("x-pagination-count")), ("list of Service", Some("3")));
    let ci = sdk.get("orgs_services_read", service("ci"));
    assert_eq!((&ci["role"], &ci["created_by"]), (&json!("Member"), &json!("otto-brandt")));
    assert_eq!(ci["teams"], json!([{ "name": "Web", "role": "Member", "slug": "web" }]));
    let managers = org(json!({ "query": "role:Manager" }));
    assert_eq!(sdk.column("orgs_services_list", managers, "slug"), ["acme-release-bot"]);
    sdk.call("orgs_services_read", service("maria-lund")).refused(404);

    for (part, allowed) in [("manager", true), ("service-manager", true), ("member", false), ("collaborator", false)] {
        sdk.set("key", simulator.key(part));
        let answer = sdk.call("orgs_services_list", org(json!({})));
        match allowed {
            true => assert_eq!(answer.succeeded().as_array().map(Vec::len), Some(3), "{part}"),
            false => assert!(answer.refused(403)["detail"].is_string(), "{part}"),
        }
    }
}

#[test]
fn a_key_is_shown_when_it_is_made_and_never_again() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let data = json!({ "name": "New Svc", "role": "Member", "teams": [{ "slug": "web", "role": "Member" }] });
    let made = sdk.call("orgs_services_create", org(json!({ "data": data })));
    assert_eq!((made.kind(), made.status()), ("Service", 200), "200 and not 201");
    let first = made.succeeded()["key"].as_str().expect("a key").to_owned();
    let slug = made.succeeded()["slug"].as_str().expect("a slug").to_owned();
    let shown = sdk.get("orgs_services_read", service(&slug));
    let shown = shown["key"].as_str().expect("a key");
    assert!(shown.starts_with('*') && shown.ends_with(&first[first.len() - 4..]), "{shown}");
    let seats = sdk.get("orgs_teams_members_list", org(json!({ "team": "web", "user_kind": "service" })));
    assert!(seats.to_string().contains(&slug), "{seats}");

    let second = sdk.get("orgs_services_refresh", service(&slug))["key"].clone();
    sdk.set("key", first);
    sdk.call("user_self", json!({})).refused(401);
    sdk.set("key", second);
    assert_eq!(sdk.get("user_self", json!({}))["slug"], json!(slug));
}

#[test]
fn a_service_is_changed_and_deleted() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    sdk.get("orgs_services_partial_update", org(json!({ "service": "ci", "data": { "role": "Manager" } })));
    assert_eq!(sdk.get("orgs_services_read", service("ci"))["role"], "Manager");
    let owner = org(json!({ "service": "ci", "data": { "role": "Owner" } }));
    sdk.call("orgs_services_partial_update", owner).refused(422);
    assert_eq!(sdk.call("orgs_services_delete", service("ci")).status(), 204);
    assert_eq!(sdk.column("orgs_services_list", org(json!({})), "slug"), ["acme-release-bot", "mirror"]);
    sdk.set("key", simulator.key("service"));
    sdk.call("user_self", json!({})).refused(401);
}

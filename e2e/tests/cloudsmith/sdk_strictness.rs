//! Where the library stops reading: words it does not know. Null passes wherever the schema permits it,
//! and what it drops is what a connector has to keep.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::{org, owner};

/// Every list that a connector reads, with what the library calls its organisation.
fn lists() -> [(&'static str, Value); 8] {
    [
        ("orgs_members_list", org(json!({}))),
        ("orgs_teams_list", org(json!({}))),
        ("orgs_teams_members_list", org(json!({ "team": "release" }))),
        ("orgs_services_list", org(json!({}))),
        ("orgs_invites_list", org(json!({}))),
        ("repos_namespace_list", owner(json!({}))),
        ("repos_privileges_list", owner(json!({ "identifier": "production" }))),
        ("entitlements_list", owner(json!({ "repo": "production" }))),
    ]
}

#[test]
fn null_is_read_wherever_the_schema_permits_it() {
    let simulator = Simulator::cloudsmith_with(&["--quirk", "nulls"]);
    let mut sdk = Sdk::new(&simulator, "owner");
    for (call, arguments) in lists() {
        sdk.call(call, arguments).succeeded();
    }
}

#[test]
fn unknown_words_are_read_only_without_the_librarys_own_checks() {
    let simulator = Simulator::cloudsmith_with(&["--quirk", "unknown-words"]);
    let mut sdk = Sdk::new(&simulator, "owner");
    for (call, arguments) in lists() {
        sdk.set("validate", true);
        let message = sdk.call(call, arguments.clone()).raised("ValueError").to_owned();
        assert!(message.contains("must be one of"), "{call}: {message}");
        sdk.set("validate", false);
        sdk.call(call, arguments).succeeded();
    }
}

/// A member without a role would become an owner: whoever trusts this library counts owners that are none.
#[test]
fn a_page_of_something_else_becomes_owners() {
    let simulator = Simulator::cloudsmith_with(&["--fault", "html-200 GET /orgs/*/members"]);
    let mut sdk = Sdk::new(&simulator, "owner");
    let rows = sdk.get("orgs_members_list", org(json!({})));
    let rows = rows.as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["role"] == "Owner"), "{rows:?}");
}

#[test]
fn refusals_keep_their_status_and_their_text() {
    for (fault, status) in [("json-400", 400), ("json-402", 402), ("json-403", 403), ("json-404", 404)] {
        let simulator = Simulator::cloudsmith_with(&["--fault", &format!("{fault} GET /orgs/*/members")]);
        let mut sdk = Sdk::new(&simulator, "owner");
        assert!(sdk.call("orgs_members_list", org(json!({}))).refused(status)["detail"].is_string(), "{fault}");
    }
    let simulator = Simulator::cloudsmith_with(&["--fault", "html-503 GET /orgs/*/members"]);
    Sdk::new(&simulator, "owner").call("orgs_members_list", org(json!({}))).raised("ApiException");
    let simulator = Simulator::cloudsmith_with(&["--fault", "nested-fields GET /orgs/*/members"]);
    let refusal = Sdk::new(&simulator, "owner").call("orgs_members_list", org(json!({}))).refused(422);
    assert!(refusal["fields"].to_string().contains("[{"), "{refusal}");
}

#[test]
fn the_library_waits_and_asks_again_three_times() {
    for (times, succeeds) in [("once", true), ("first-3", true), ("first-4", false)] {
        let simulator = Simulator::cloudsmith_with(&["--fault", &format!("{times} too-many GET /orgs/*/teams")]);
        let outcome = Sdk::new(&simulator, "owner").call("orgs_teams_list", org(json!({})));
        match succeeds {
            true => assert_eq!(outcome.succeeded().as_array().map(Vec::len), Some(5), "{times}"),
            false => assert!(outcome.refused(429)["detail"].is_string(), "{times}"),
        }
    }
}

#[test]
fn lists_are_read_without_pagination_headers() {
    let simulator = Simulator::cloudsmith_with(&["--quirk", "no-page-headers", "--quirk", "teams-absent"]);
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_members_list", org(json!({})));
    assert_eq!(listed.header("x-pagination-count"), None);
    let rows = listed.succeeded().as_array().expect("rows");
    assert!(rows.len() == 11 && rows.iter().all(|row| row.get("teams").is_none()));
}

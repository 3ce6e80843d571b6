//! Privileges on repositories: what is granted, replaced and refused, and that it takes effect.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::owner;

const LIST: &str = "repos_privileges_list";
const GRANT: &str = "repos_privileges_partial_update";
const REPLACE: &str = "repos_privileges_update";

fn repository(slug: &str) -> Value {
    owner(json!({ "identifier": slug }))
}

fn privileges(slug: &str, rows: Value) -> Value {
    owner(json!({ "identifier": slug, "data": { "privileges": rows } }))
}

/// `who level` of every entry, in alphabetical order.
fn entries(sdk: &mut Sdk, slug: &str) -> Vec<String> {
    let listed = sdk.get(LIST, repository(slug));
    let rows = listed["privileges"].as_array().expect("privileges").iter();
    let who =
        |row: &Value| ["user", "team", "service"].into_iter().find_map(|kind| row[kind].as_str().map(str::to_owned));
    let level = |row: &Value| row["privilege"].as_str().expect("a level").to_owned();
    let mut entries: Vec<String> = rows.map(|row| format!("{} {}", who(row).expect("somebody"), level(row))).collect();
    entries.sort_unstable();
    entries
}

#[test]
fn entries_name_a_team_a_person_or_a_service() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    assert_eq!(sdk.call(LIST, repository("production")).kind(), "RepositoryPrivilegeInput");
    assert_eq!(entries(&mut sdk, "production"), ["acme-release-bot Admin", "berit-left Admin", "release Write"]);
    sdk.call(LIST, repository("nowhere")).refused(404);
    // Who may read it all the same may not see who else does.
    sdk.set("key", simulator.key("publisher"));
    sdk.call(LIST, repository("production")).refused(403);
    sdk.set("key", simulator.key("collaborator"));
    sdk.call(LIST, repository("production")).refused(404);
}

#[test]
fn granting_changes_what_is_named_and_nothing_else() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let rows = json!([{ "team": "release", "privilege": "Read" }, { "service": "mirror", "privilege": "Write" }]);
    assert_eq!(sdk.call(GRANT, privileges("production", rows)).status(), 204);
    let now = ["acme-release-bot Admin", "berit-left Admin", "mirror Write", "release Read"];
    assert_eq!(entries(&mut sdk, "production"), now);
    for wrong in [
        json!([{ "team": "ghost", "privilege": "Read" }]),
        json!([{ "team": "web", "user": "lena-k", "privilege": "Read" }]),
        json!([{ "team": "web", "privilege": "None" }]),
        json!([{ "privilege": "Read" }]),
    ] {
        assert_eq!(sdk.call(GRANT, privileges("production", wrong)).refused(422)["code"], "invalid");
    }
    assert_eq!(entries(&mut sdk, "production"), now);
}

#[test]
fn replacing_leaves_nothing_else() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    sdk.set("model", "RepositoryPrivilegeInputRequest");
    let only = json!([{ "privilege": "Admin", "user": "maria-lund" }]);
    assert_eq!(sdk.call(REPLACE, privileges("production", only)).status(), 204);
    assert_eq!(entries(&mut sdk, "production"), ["maria-lund Admin"]);
    sdk.set("model", Value::Null);
    let nulls = json!([{ "privilege": "Admin", "user": "maria-lund", "team": null }]);
    sdk.call(REPLACE, privileges("production", nulls)).refused(422);
    assert_eq!(entries(&mut sdk, "production"), ["maria-lund Admin"], "what is read cannot be written back as it is");
}

#[test]
fn a_right_takes_effect_and_so_does_its_end() {
    let simulator = Simulator::cloudsmith();
    let mut admin = Sdk::new(&simulator, "owner");
    let mut member = Sdk::new(&simulator, "member");
    let read = |sdk: &mut Sdk| sdk.call("repos_read", repository("payments"));
    let rename = owner(json!({ "identifier": "payments", "data": { "description": "mine" } }));
    read(&mut member).refused(404);
    for (level, may) in [("Read", false), ("Write", false), ("Admin", true)] {
        let rows = json!([{ "user": "jonas-weber", "privilege": level }]);
        admin.call(GRANT, privileges("payments", rows)).succeeded();
        assert_eq!(read(&mut member).succeeded()["slug"], "payments", "{level}");
        let renamed = member.call("repos_partial_update", rename.clone());
        match may {
            true => assert_eq!(renamed.succeeded()["description"], "mine"),
            false => assert!(renamed.refused(403)["detail"].is_string(), "{level}"),
        }
    }
    admin.call(REPLACE, privileges("payments", json!([{ "team": "payments", "privilege": "Admin" }]))).succeeded();
    read(&mut member).refused(404);
}

#[test]
fn who_administers_a_repository_can_lock_themself_out() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "service-manager");
    sdk.call(REPLACE, privileges("production", json!([{ "team": "web", "privilege": "Admin" }]))).succeeded();
    sdk.call(LIST, repository("production")).refused(404);
}

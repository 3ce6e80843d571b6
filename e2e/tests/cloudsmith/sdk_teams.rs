//! Teams, and the people and services in them.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::org;

fn team(slug: &str) -> Value {
    org(json!({ "team": slug }))
}

fn members(slug: &str, rows: Value) -> Value {
    org(json!({ "team": slug, "data": { "members": rows } }))
}

/// `account role` of everybody of a kind in a team.
fn seats(sdk: &mut Sdk, slug: &str, kind: &str) -> Vec<String> {
    let listed = sdk.get("orgs_teams_members_list", org(json!({ "team": slug, "user_kind": kind })));
    let rows = listed["members"].as_array().expect("members").iter();
    let text = |value: &Value| value.as_str().expect("a word").to_owned();
    let mut seats: Vec<String> = rows.map(|row| format!("{} {}", text(&row["user"]), text(&row["role"]))).collect();
    seats.sort_unstable();
    seats
}

#[test]
fn teams_are_listed_to_those_who_may_know_of_them() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_teams_list", org(json!({})));
    assert_eq!((listed.kind(), listed.header("x-pagination-count")), ("list of OrganizationTeam", Some("5")));
    let mut slugs = |others: Value| {
        let mut slugs = sdk.column("orgs_teams_list", org(others), "slug");
        slugs.sort_unstable();
        slugs
    };
    assert_eq!(slugs(json!({})), ["incident-response", "partners", "payments", "release", "web"]);
    assert_eq!(slugs(json!({ "for_user": true })), ["release"], "the caller's own");
    let release = sdk.get("orgs_teams_read", team("release"));
    assert_eq!((&release["name"], &release["visibility"]), (&json!("Release"), &json!("Visible")));
    assert_eq!(sdk.get("orgs_teams_read", org(json!({ "team": release["slug_perm"] }))), release);

    for (part, count) in [("manager", 5), ("member", 4), ("collaborator", 1), ("service", 4)] {
        sdk.set("key", simulator.key(part));
        let seen = sdk.column("orgs_teams_list", org(json!({})), "slug");
        assert!(seen.len() >= count && (count == 5 || !seen.iter().any(|slug| slug == "incident-response")), "{part}");
    }
    sdk.call("orgs_teams_read", team("incident-response")).refused(404);
}

#[test]
fn an_empty_list_is_a_list() {
    let simulator = Simulator::cloudsmith_with(&["--members", "3", "--teams", "0", "--seed", "1"]);
    let mut sdk = Sdk::new(&simulator, "read-only");
    let listed = sdk.call("orgs_teams_list", json!({ "org": simulator.organization() }));
    assert_eq!(listed.succeeded(), &json!([]));
    assert_eq!(listed.header("x-pagination-count"), Some("0"));
    assert!(listed.header("x-pagination-pagetotal").is_some());

    let options = ["--members", "3", "--teams", "0", "--seed", "1", "--quirk", "no-page-headers-when-empty"];
    let simulator = Simulator::cloudsmith_with(&options);
    let mut sdk = Sdk::new(&simulator, "read-only");
    let listed = sdk.call("orgs_teams_list", json!({ "org": simulator.organization() }));
    assert_eq!((listed.succeeded(), listed.header("x-pagination-count")), (&json!([]), None));
}

#[test]
fn a_team_is_made_changed_and_deleted() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let made = sdk.call("orgs_teams_create", org(json!({ "data": { "name": "New Team", "visibility": "Hidden" } })));
    assert_eq!((made.kind(), made.status()), ("OrganizationTeam", 201));
    let slug = made.succeeded()["slug"].as_str().expect("a slug").to_owned();
    assert_eq!(seats(&mut sdk, &slug, "user"), ["maria-lund Manager"], "who makes a team is in it");

    sdk.get("orgs_teams_partial_update", org(json!({ "team": slug, "data": { "description": "x" } })));
    let read = sdk.get("orgs_teams_read", team(&slug));
    assert_eq!((&read["description"], &read["visibility"]), (&json!("x"), &json!("Hidden")));
    assert_eq!(sdk.call("orgs_teams_delete", team(&slug)).status(), 204);
    sdk.call("orgs_teams_read", team(&slug)).refused(404);

    sdk.set("key", simulator.key("member"));
    sdk.call("orgs_teams_create", org(json!({ "data": { "name": "Mine" } }))).refused(403);
}

#[test]
fn people_are_listed_unless_services_are_asked_for() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_teams_members_list", team("release"));
    assert_eq!(listed.kind(), "OrganizationTeamMembers");
    assert_eq!(listed.header("x-pagination-count"), None, "this list has no pages");
    assert!(!listed.succeeded().to_string().contains("acme-release-bot"));
    assert_eq!(
        seats(&mut sdk, "release", "user"),
        ["berit-left Manager", "henrikb Member", "lena-k Member", "maria-lund Manager"]
    );
    assert_eq!(seats(&mut sdk, "release", "service"), ["acme-release-bot Member"]);
    sdk.call("orgs_teams_members_list", team("nowhere")).refused(404);
}

#[test]
fn members_are_added_and_nobody_twice() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let add = "orgs_teams_members_create";
    let added = sdk.call(add, members("web", json!([{ "user": "yuki_tan", "role": "Member" }])));
    assert_eq!((added.kind(), added.status()), ("OrganizationTeamMembers", 201));
    sdk.set("model", "OrganizationTeamMembers");
    sdk.get(add, members("web", json!([{ "user": "lena-k", "role": "Manager", "user_kind": "User" }])));
    sdk.get(add, members("web", json!([{ "user": "mirror", "role": "Member", "user_kind": "Service" }])));
    sdk.set("model", Value::Null);
    let people = ["amara-d Member", "jonas-weber Manager", "lena-k Manager", "yuki_tan Member"];
    assert_eq!(seats(&mut sdk, "web", "user"), people);
    assert_eq!(seats(&mut sdk, "web", "service"), ["ci Member", "mirror Member"]);

    let twice = sdk.call(add, members("web", json!([{ "user": "lena-k", "role": "Member" }]))).refused(422);
    assert_eq!(twice["fields"]["non_field_errors"], json!(["lena-k is already a member of this team."]));
    let unknown = sdk.call(add, members("web", json!([{ "user": "ghost", "role": "Member" }]))).refused(422);
    assert!(unknown["fields"]["members"].to_string().contains("User not found."), "{unknown}");
    assert_eq!(seats(&mut sdk, "web", "user"), people);
}

/// The answer is empty, which the library does not expect; whoever tries again does the same again.
#[test]
fn replacing_members_is_done_although_the_library_raises() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let replace = "orgs_teams_members_update";
    let only = members("release", json!([{ "user": "yuki_tan", "role": "Manager" }]));
    let message = sdk.call(replace, only.clone()).raised("ValueError").to_owned();
    assert_eq!(message, "Invalid value for `members`, must not be `None`");
    assert_eq!(seats(&mut sdk, "release", "user"), ["yuki_tan Manager"]);
    assert_eq!(seats(&mut sdk, "release", "service"), [""; 0], "everybody is replaced, services as well");

    sdk.call(replace, members("release", json!([]))).raised("ValueError");
    assert_eq!(seats(&mut sdk, "release", "user"), [""; 0]);
    sdk.set("validate", false);
    assert_eq!(sdk.call(replace, only).status(), 204);
    assert_eq!(seats(&mut sdk, "release", "user"), ["yuki_tan Manager"]);
}

#[test]
fn the_other_readings_of_replacing_can_be_had() {
    let quirks = ["--quirk", "team-put-answers-200", "--quirk", "team-put-keeps-services"];
    let simulator = Simulator::cloudsmith_with(&quirks);
    let mut sdk = Sdk::new(&simulator, "owner");
    let only = members("release", json!([{ "user": "yuki_tan", "role": "Manager" }]));
    let replaced = sdk.call("orgs_teams_members_update", only);
    assert_eq!((replaced.kind(), replaced.status()), ("OrganizationTeamMembers", 200));
    assert_eq!(seats(&mut sdk, "release", "user"), ["yuki_tan Manager"]);
    assert_eq!(seats(&mut sdk, "release", "service"), ["acme-release-bot Member"]);
}

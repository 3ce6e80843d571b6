//! What disappears while a key sees less than before, and accounts whose slugs come back.

use rolecall_sim::cloudsmith::{Role, story};
use rolecall_sim::{Answer, Fault, Times};
use rolecall_testkit::{Binary, Ran};
use serde_json::{Value as Json, json};

use super::support::{Workspace, json};
use crate::source::Source;
use crate::support::run;

fn users(binary: &Binary) -> Vec<Json> {
    json(binary, &["list", "users"]).as_array().unwrap().clone()
}

fn user(binary: &Binary, slug: &str) -> Option<Json> {
    users(binary).into_iter().find(|row| row["account"] == slug)
}

fn held(ran: &Ran) -> Vec<String> {
    let stages = ran.json()["stages"].as_array().unwrap().clone();
    let held = stages.iter().flat_map(|stage| stage["held"].as_array().unwrap().clone());
    held.map(|one| one["reason"].as_str().unwrap().to_owned()).collect()
}

fn synced(workspace: &Workspace, binary: &Binary) -> Ran {
    let ran = workspace.sync(binary, &["--format", "json"]);
    assert!(matches!(ran.code, 0 | 5), "{ran:?}");
    ran
}

/// A member who holds nothing else, so that their removal is one.
fn hire(workspace: &Workspace, slug: &str, role: Role) {
    let mut world = workspace.server.world();
    world.account(slug);
    world.member("acme", slug, role);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_removal_waits_while_the_keys_role_is_lower_until_that_is_accepted() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    ["one", "two", "three"].iter().for_each(|slug| hire(&workspace, slug, Role::Member));
    synced(&workspace, &binary);
    let shown = || json(&binary, &["connectors", "show", "cloudsmith:acme"]);
    assert_eq!((&shown()["seesLess"], shown()["sees"].as_str().unwrap().contains("role owner")), (&json!(false), true));

    workspace.server.world().role_set("acme", story::READER, Role::Manager);
    workspace.server.world().member_remove("acme", "one");
    hire(&workspace, "brand-new", Role::Owner);
    let ran = synced(&workspace, &binary);
    let reasons = held(&ran);
    let is_told = |reason: &String| {
        reason.starts_with("the credential sees less than on 20") && reason.contains(": role owner then, manager now")
    };
    assert!(!reasons.is_empty() && reasons.iter().all(is_told), "{ran:?}");
    assert_eq!(user(&binary, "one").unwrap()["removalUnconfirmed"], true);
    assert_eq!(user(&binary, "brand-new").unwrap()["roles"][0], "owner", "what appears is current at once");
    assert_eq!(shown()["seesLess"], true);
    let text = run(&binary, &["connectors", "show", "cloudsmith:acme"]).stdout;
    assert!(text.contains("rolecall connectors accept-sight cloudsmith:acme"), "{text}");

    let accept = || {
        run(
            &binary,
            &["connectors", "accept-sight", "cloudsmith:acme", "--reason", "least privilege", "--format", "json"],
        )
    };
    assert_eq!(accept().json()["accepted"], true);
    assert_eq!(accept().json()["accepted"], false, "there is nothing less to accept any more");
    workspace.server.world().member_remove("acme", "two");
    assert_eq!(held(&synced(&workspace, &binary)), [""; 0]);
    assert_eq!(user(&binary, "two"), None, "from now on that is what it sees");
    assert!(user(&binary, "one").is_some(), "what waits is still a person's to decide");

    // With an owner's key again there is more to be seen, and that is what later readings are compared with.
    workspace.server.world().role_set("acme", story::READER, Role::Owner);
    synced(&workspace, &binary);
    workspace.server.world().role_set("acme", story::READER, Role::Manager);
    workspace.server.world().member_remove("acme", "three");
    assert!(!held(&synced(&workspace, &binary)).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_account_that_sees_as_much_is_no_loss() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    hire(&workspace, "second-owner", Role::Owner);
    hire(&workspace, "one", Role::Member);
    synced(&workspace, &binary);
    let key = workspace.server.world().key("second-owner");
    let workspace = workspace.with_key(key.clone());
    let binary = binary.variable("CLOUDSMITH_API_KEY", &key);
    workspace.server.world().member_remove("acme", "one");
    assert_eq!(held(&synced(&workspace, &binary)), [""; 0]);
    assert_eq!(user(&binary, "one"), None);
}

/// A page of members as they are, one of them with another `user_id`.
fn members(workspace: &Workspace, changed: &str, id: &str) -> Fault {
    let world = workspace.server.world();
    let row = |(user, role): (String, Role)| {
        let own = if user == changed { id } else { world.user_id(&user).unwrap_or_default() };
        json!({ "user": user, "user_id": own, "user_name": user, "role": format!("{role:?}"), "visibility": "Public",
            "is_active": world.is_active(&user), "email": format!("{user}@acme.example"), "has_two_factor": true })
    };
    let rows: Vec<Json> = world.members("acme").into_iter().map(row).collect();
    let answer = Answer::json(200_u16.try_into().unwrap(), &Json::from(rows.clone()));
    Fault::Instead(
        answer
            .with("x-pagination-count", &rows.len().to_string())
            .with("x-pagination-page", "1")
            .with("x-pagination-pagetotal", "1")
            .with("x-pagination-pagesize", "500"),
    )
}

fn read_members(workspace: &Workspace, binary: &Binary, id: &str) {
    workspace.server.faults().clear();
    workspace.server.faults().add("GET /orgs/*/members", members(workspace, "one", id), Times::Always);
    synced(workspace, binary);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_that_comes_back_is_told_by_the_id_that_stays() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    hire(&workspace, "one", Role::Member);
    read_members(&workspace, &binary, "id-1");
    let comes_back = |id: &str| {
        workspace.server.world().member_remove("acme", "one");
        read_members(&workspace, &binary, id);
        assert_eq!(user(&binary, "one"), None);
        workspace.server.world().member("acme", "one", Role::Member);
        read_members(&workspace, &binary, id);
        user(&binary, "one").unwrap().get("nameUsedBefore").cloned()
    };
    assert_eq!(comes_back("id-1"), None, "the same account");
    assert_eq!(comes_back("id-2"), Some(json!(true)), "another one");
    let confirm = ["accounts", "confirm-same", "cloudsmith:acme", "one", "--reason", "I think so"];
    let ran = run(&binary, &confirm);
    assert!(ran.code == 2 && ran.stderr.contains("another account"), "{ran:?}");
    assert_eq!(json(&binary, &["access", "one"])["nameUsedBefore"][0]["isAnother"], true);

    // Exchanged between two readings: nobody saw the slug go.
    read_members(&workspace, &binary, "id-3");
    let changes = json(&binary, &["changes"]);
    let new = changes.as_array().unwrap().iter().find(|one| one["kind"] == "resource").unwrap();
    assert_eq!((&new["nameUsedBefore"], &new["change"]), (&json!(true), &json!("appeared")), "{changes}");
}

/// The lower value of a property waits with the removal, and is there once a person confirmed it.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_confirmed_to_be_inactive_are_inactive_with_the_next_reading() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    for number in 0..12 {
        hire(&workspace, &format!("temp-{number}"), Role::Member);
    }
    synced(&workspace, &binary);
    for number in 0..12 {
        workspace.server.world().deactivate(&format!("temp-{number}"));
    }
    assert!(!held(&synced(&workspace, &binary)).is_empty());
    let suspended = || users(&binary).iter().filter(|row| row["suspended"] == true).count();
    let before = suspended();
    assert_eq!(run(&binary, &["changes", "confirm", "cloudsmith:acme", "--reason", "season is over"]).code, 0);
    synced(&workspace, &binary);
    assert_eq!(suspended(), before + 12);
}

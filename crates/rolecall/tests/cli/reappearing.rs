//! Accounts that leave and come back: in a registry that gives names anew they are others until somebody says.

use rolecall_sim::npm::{Permission, Role, World};
use rolecall_testkit::Binary;
use serde_json::{Value as Json, json};

use crate::support::{Served, run, serve};

async fn organization() -> Served {
    let mut world = World::new();
    world.organization_without_developers("acme");
    for (name, role) in [("olivia", Role::Owner), ("adam", Role::Admin), ("alice", Role::Developer)] {
        world.account(name);
        world.member("acme", name, role);
    }
    world.package("@acme/widgets").collaborator("alice", Permission::Write);
    serve(world, "acme", "adam").await
}

fn list(binary: &Binary, name: &str) -> Json {
    let users = run(binary, &["list", "users", "--format", "json"]).json();
    users.as_array().unwrap().iter().find(|user| user["account"] == name).cloned().unwrap_or_default()
}

fn changes(binary: &Binary) -> Vec<Json> {
    run(binary, &["changes", "--format", "json"]).json().as_array().unwrap().clone()
}

async fn leaves_and_comes_back(served: &Served, binary: &Binary) {
    served.sync(binary, &["--membership-only"]).await;
    served.server.world().member_remove("acme", "alice");
    served.sync(binary, &["--membership-only"]).await;
    assert!(list(binary, "alice")["roles"].as_array().is_none_or(Vec::is_empty), "she is gone for certain");
    served.server.world().member("acme", "alice", Role::Developer);
    served.sync(binary, &["--membership-only"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_comes_back_is_a_new_account_until_somebody_says_otherwise() {
    let served = organization().await;
    let binary = served.binary();
    leaves_and_comes_back(&served, &binary).await;
    assert_eq!(list(&binary, "alice")["nameUsedBefore"], true);
    assert_eq!(list(&binary, "olivia").get("nameUsedBefore"), None);
    let table = run(&binary, &["list", "users"]).stdout;
    assert!(table.contains("new account with a name used before"), "{table}");

    let access = run(&binary, &["access", "alice", "--format", "json"]).json();
    assert_eq!(access["nameUsedBefore"][0]["connector"], "npm:acme");
    assert_eq!(access["nameUsedBefore"][0]["isAnother"], false);
    let text = run(&binary, &["access", "alice"]).stdout;
    assert!(text.contains("rolecall accounts confirm-same npm:acme alice"), "{text}");
    let told = changes(&binary);
    let of = |change: &'static str| {
        told.iter().filter(move |one| one["change"] == change && one["fact"].to_string().contains("alice"))
    };
    assert!(of("appeared").count() > 0 && of("appeared").all(|one| one["nameUsedBefore"] == true), "{told:?}");
    assert!(of("disappeared").all(|one| one.get("nameUsedBefore").is_none()), "that was the former one: {told:?}");

    let confirm = |arguments: &[&str]| run(&binary, &[&["accounts", "confirm-same", "npm:acme"], arguments].concat());
    assert_eq!(confirm(&["alice"]).code, 2, "a reason is needed");
    assert_eq!(confirm(&["olivia", "--reason", "x"]).code, 6);
    let ran = confirm(&["alice", "--reason", "back from leave", "--format", "json"]);
    assert_eq!(ran.json(), json!({ "connector": "npm:acme", "account": "alice", "same": true }), "{ran:?}");
    assert_eq!(list(&binary, "alice").get("nameUsedBefore"), None);
    assert_eq!(run(&binary, &["access", "alice", "--format", "json"]).json().get("nameUsedBefore"), None);
    assert!(changes(&binary).iter().all(|one| one.get("nameUsedBefore").is_none()));
    assert_eq!(confirm(&["alice", "--reason", "again"]).code, 6, "there is nothing more to confirm");
}

/// What npm was last heard to say of the former account's rights is not taken for the new one's.
#[tokio::test(flavor = "multi_thread")]
async fn old_evidence_is_no_right_of_the_new_account_until_it_is_read_again() {
    let served = organization().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let publishes = || list(&binary, "alice")["publishes"].clone();
    assert_eq!(publishes(), 1);
    leaves_and_comes_back(&served, &binary).await;
    assert_eq!(publishes(), 0, "it was read of the account that is gone");
    served.sync(&binary, &[]).await;
    assert_eq!(publishes(), 1, "npm says it of whoever has the name now");
    assert_eq!(list(&binary, "alice")["nameUsedBefore"], true);
    assert_eq!(run(&binary, &["status", "--format", "json"]).json()[0]["removalsWaiting"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_only_waited_to_go_never_left() {
    let served = organization().await;
    let binary = served.binary();
    served.sync(&binary, &["--membership-only"]).await;
    // The last owner waits.
    served.server.world().member_remove("acme", "olivia");
    served.sync(&binary, &["--membership-only"]).await;
    served.server.world().member("acme", "olivia", Role::Owner);
    served.sync(&binary, &["--membership-only"]).await;
    let olivia = list(&binary, "olivia");
    assert_eq!((olivia.get("nameUsedBefore"), &olivia["removalUnconfirmed"]), (None, &json!(false)));
}

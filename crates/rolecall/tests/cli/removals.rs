//! *Architecture Invariant* 3 at every size: how many removals pass, which wait, and what a decision means later.

use rolecall_sim::npm::{Role, World};
use rolecall_sim::{Fault, Times};
use rolecall_testkit::{Binary, Ran};
use rstest::rstest;
use serde_json::{Value as Json, json};

use crate::support::{Served, run, serve, served};

/// An organisation of this many members: an owner, an admin who reads, and developers in a team.
async fn organization(members: usize) -> Served {
    let mut world = World::new();
    world.organization("acme");
    for (name, role) in [("olivia", Role::Owner), ("adam", Role::Admin)] {
        world.account(name);
        world.member("acme", name, role);
    }
    for number in 2..members {
        let name = developer(number);
        world.account(&name);
        world.member("acme", &name, Role::Developer);
    }
    serve(world, "acme", "adam").await
}

fn developer(number: usize) -> String {
    format!("dev-{number}")
}

fn leave(served: &Served, numbers: std::ops::Range<usize>) {
    let mut world = served.server.world();
    for number in numbers {
        world.member_remove(&served.organization, &developer(number));
    }
}

async fn sync(served: &Served, binary: &Binary) -> Ran {
    let ran = served.sync(binary, &["--membership-only", "--format", "json"]).await;
    assert!(matches!(ran.code, 0 | 5), "{ran:?}");
    ran
}

/// Why removals wait, by kind of listing, as a sync announces it.
fn held(ran: &Ran) -> Vec<(String, String)> {
    let held = ran.json()["stages"][0]["held"].clone();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    held.as_array().unwrap().iter().map(|one| (text(&one["key"]["kind"]), text(&one["reason"]))).collect()
}

fn accounts(binary: &Binary) -> Vec<Json> {
    run(binary, &["list", "users", "--format", "json"]).json().as_array().unwrap().clone()
}

fn account(binary: &Binary, name: &str) -> Option<Json> {
    accounts(binary).into_iter().find(|row| row["account"] == name)
}

fn waiting(binary: &Binary) -> u64 {
    run(binary, &["status", "--format", "json"]).json()[0]["removalsWaiting"].as_u64().unwrap()
}

/// First so many leave as may, then one more than that.
#[rstest]
#[case::small(20, 3, 4)]
#[case::large(3_000, 300, 271)]
#[tokio::test(flavor = "multi_thread")]
async fn a_few_of_many_members_pass_and_more_wait(#[case] members: usize, #[case] few: usize, #[case] many: usize) {
    let served = organization(members).await;
    let binary = served.binary();
    sync(&served, &binary).await;
    leave(&served, 2..2 + few);
    let ran = sync(&served, &binary).await;
    assert_eq!(held(&ran), []);
    assert_eq!((accounts(&binary).len(), waiting(&binary)), (members - few, 0));

    leave(&served, 2 + few..2 + few + many);
    let ran = sync(&served, &binary).await;
    let limit = many - 1;
    let reason = format!("{many} of {} are missing, and at most {limit} pass without a person's word", members - few);
    let of = |kind: &str| held(&ran).into_iter().find(|(held, _)| held == kind).map(|(_, reason)| reason);
    assert_eq!(of("roster").unwrap(), reason);
    assert!(of("team-members").is_some(), "all of them are developers: {ran:?}");
    assert_eq!(accounts(&binary).len(), members - few);
    assert!(sync(&served, &binary).await.json()["stages"][0]["removed"] == 0, "nor do they pass the next day");
    assert_eq!(run(&binary, &["changes", "confirm", "npm:acme", "--reason", "a spin-off"]).code, 0);
    assert_eq!((accounts(&binary).len(), waiting(&binary)), (members - few - many, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_three_members_one_passes_and_the_last_owner_waits() {
    let served = organization(3).await;
    let binary = served.binary();
    sync(&served, &binary).await;
    leave(&served, 2..3);
    assert_eq!(held(&sync(&served, &binary).await), []);
    assert_eq!(accounts(&binary).len(), 2);
    served.server.world().member_remove("acme", "olivia");
    let ran = sync(&served, &binary).await;
    let last = ("roster".to_owned(), "nobody would hold organization:acme:owner any more".to_owned());
    assert!(held(&ran).contains(&last), "{ran:?}");
    assert_eq!(account(&binary, "olivia").unwrap()["removalUnconfirmed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_says_how_many_pass_and_for_which_listing() {
    let served = organization(30).await;
    let binary = served.binary();
    let limits = ["--removal-limit", "8", "--removal-limit", "team-members=5", "--removal-share", "0.05"];
    assert_eq!(run(&binary, &served.add_arguments(&limits)).code, 0);
    let shown = run(&binary, &["connectors", "show", "npm:acme"]).stdout;
    assert!(shown.contains("8, or 5 % of a listing; team-members: 5, or 5 %"), "{shown}");
    sync(&served, &binary).await;
    leave(&served, 2..10);
    let held = held(&sync(&served, &binary).await);
    assert_eq!(held.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["team-members"], "{held:?}");

    let edit = |more: &[&str]| run(&binary, &[&["connectors", "edit", "npm:acme"], more].concat());
    assert_eq!(edit(&["--removal-limit", "team-members=9"]).code, 0);
    let shown = run(&binary, &["connectors", "show", "npm:acme", "--format", "json"]).json();
    let own = json!({ "limit": 9, "share": 0.05 });
    assert_eq!(shown["removals"], json!({ "default": { "limit": 8, "share": 0.05 }, "team-members": own }));
    assert_eq!(edit(&["--unset", "removal-limit", "--unset", "removal-share"]).code, 0);
    let shown = run(&binary, &["connectors", "show", "npm:acme"]).stdout;
    assert!(shown.contains("3, or 10 % of a listing\n"), "{shown}");
    for (wrong, word) in [("rooster=1", "team-members"), ("-1", "whole number"), ("team-members=", "whole number")] {
        let ran = edit(&[&format!("--removal-limit={wrong}")]);
        assert!(ran.code == 2 && ran.stderr.contains(word), "{ran:?}");
    }
}

/// The drop of somebody's reading is not believed. What else happens to that listing meanwhile is told all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_drop_stays_quiet_and_what_is_new_is_announced() {
    let served = organization(30).await;
    let binary = served.binary();
    sync(&served, &binary).await;
    leave(&served, 2..10);
    sync(&served, &binary).await;
    assert_eq!(run(&binary, &["changes", "discard", "npm:acme", "--reason", "npm was down"]).code, 0);
    assert_eq!(held(&sync(&served, &binary).await), [], "the same drop");

    served.server.world().account("brand-new");
    served.server.world().member("acme", "brand-new", Role::Owner);
    let ran = sync(&served, &binary).await;
    assert_eq!((held(&ran), waiting(&binary)), (vec![], 0), "the same drop in a list that changed otherwise");
    assert_eq!(account(&binary, "brand-new").unwrap()["roles"][0], "owner");

    leave(&served, 10..11);
    let ran = sync(&served, &binary).await;
    assert!(held(&ran).iter().any(|(kind, _)| kind == "roster"), "a new removal beside it: {ran:?}");
    let left = account(&binary, &developer(10)).unwrap();
    assert_eq!(left["removalUnconfirmed"], true, "{left}");
    assert_eq!(run(&binary, &["changes", "confirm", "npm:acme", "--reason", "she left"]).code, 0);
    assert_eq!(account(&binary, &developer(10)), None);
    assert!(account(&binary, &developer(2)).is_some(), "what was discarded is not confirmed with the rest");

    // They are seen again: the mark goes, and the next loss is a new question.
    for number in 2..10 {
        served.server.world().member("acme", &developer(number), Role::Developer);
    }
    sync(&served, &binary).await;
    assert!(accounts(&binary).iter().all(|row| row["removalUnconfirmed"] == false));
    leave(&served, 2..10);
    assert!(!held(&sync(&served, &binary).await).is_empty());
    assert!(waiting(&binary) > 0);
}

/// Of eight that a person did not believe to be gone, six come back. That only two are left is no reason to let them go.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_a_persons_to_decide_however_little_is_left_of_it() {
    let served = organization(30).await;
    let binary = served.binary();
    sync(&served, &binary).await;
    leave(&served, 2..10);
    sync(&served, &binary).await;
    run(&binary, &["changes", "discard", "npm:acme"]);
    for number in 4..10 {
        served.server.world().member("acme", &developer(number), Role::Developer);
    }
    let ran = sync(&served, &binary).await;
    assert_eq!((ran.json()["stages"][0]["removed"].as_u64(), held(&ran).len()), (Some(0), 0), "{ran:?}");
    let unconfirmed = accounts(&binary).iter().filter(|row| row["removalUnconfirmed"] == true).count();
    assert_eq!(unconfirmed, 2);
    assert_eq!(run(&binary, &["changes", "confirm", "npm:acme", "--format", "json"]).json()["facts"], 0);
    let ran = run(&binary, &["changes", "confirm", "npm:acme", "--discarded", "--reason", "they did leave"]);
    assert_eq!((ran.code, accounts(&binary).len()), (0, 28), "{ran:?}");
}

/// The token is not shown a team any more, which says nothing good about what else it is not shown.
#[tokio::test(flavor = "multi_thread")]
async fn every_removal_waits_while_a_listing_is_kept_from_the_token() {
    let served = organization(30).await;
    let binary = served.binary();
    sync(&served, &binary).await;
    let refused = Fault::json(403, &json!({ "error": "Forbidden" }));
    served.server.faults().add("GET /-/team/*/*/user", refused, Times::Always);
    leave(&served, 2..3);
    served.server.world().account("brand-new");
    served.server.world().member("acme", "brand-new", Role::Owner);
    let ran = sync(&served, &binary).await;
    let [(kind, reason)] = held(&ran).try_into().unwrap();
    assert_eq!(kind, "roster");
    assert!(
        reason.starts_with("the credential sees less than on ")
            && reason.ends_with("team-members kept from it: 0 then, 1 now"),
        "{reason}"
    );
    assert_eq!(account(&binary, &developer(2)).unwrap()["removalUnconfirmed"], true);
    assert_eq!(account(&binary, "brand-new").unwrap()["roles"][0], "owner", "what appears is current at once");

    // With all of it in sight again, only what waits still does.
    served.server.faults().clear();
    leave(&served, 3..4);
    let ran = sync(&served, &binary).await;
    assert_eq!((held(&ran), ran.json()["stages"][0]["sightShrank"].clone()), (vec![], Json::Null), "{ran:?}");
    assert!(account(&binary, &developer(3)).is_none() && account(&binary, &developer(2)).is_some());
}

/// A failure of the moment keeps nothing from the token, and a deleted team is not hidden.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_or_a_deleted_team_is_not_less_sight() {
    let served = organization(30).await;
    let binary = served.binary();
    served.server.world().team("acme", "release");
    sync(&served, &binary).await;
    served.server.faults().add("GET /-/team/*/*/user", Fault::html(503), Times::Always);
    leave(&served, 2..3);
    let ran = sync(&served, &binary).await;
    assert_eq!((held(&ran), ran.json()["stages"][0]["sightShrank"].clone()), (vec![], Json::Null), "{ran:?}");
    served.server.faults().clear();
    sync(&served, &binary).await;

    served.server.world().team_remove("acme", "release");
    leave(&served, 3..4);
    let ran = sync(&served, &binary).await;
    let held = held(&ran);
    assert_eq!(held.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["teams"], "{held:?}");
    assert_eq!(ran.json()["stages"][0]["sightShrank"], Json::Null);
    assert_eq!(
        account(&binary, &developer(3)),
        None,
        "that a team vanished is no reason to hold the roster's removals"
    );
}

/// Every call fails in turn while somebody leaves; nobody goes on the word of any of them.
#[tokio::test(flavor = "multi_thread")]
async fn no_failing_call_removes_anybody_or_makes_anybody_new() {
    let served = served(23, 12, 3, 4).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let before = accounts(&binary).len();
    let unusable = [Fault::html(403), Fault::html(429), Fault::error_ok("not found"), Fault::Truncated];
    for route in ["GET /-/org/*/user", "GET /-/org/*/team", "GET /-/team/*/*/user", "GET /-/whoami"] {
        for fault in unusable.clone() {
            served.server.faults().add(route, fault, Times::Always);
            served.sync(&binary, &["--membership-only"]).await;
            served.server.faults().clear();
            assert_eq!(accounts(&binary).len(), before, "{route}");
        }
    }
    served.sync(&binary, &[]).await;
    assert!(accounts(&binary).iter().all(|row| row.get("nameUsedBefore").is_none()));
    assert_eq!(run(&binary, &["changes", "--format", "json"]).json(), json!([]));
}

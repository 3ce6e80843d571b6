//! What a plan predicts passes without waiting, however much it is; what nobody predicted waits beside it.

use rolecall_sim::npm::{Role, World};

use super::support::Office;
use crate::support::{Served, serve};

async fn office() -> (Served, Office) {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "otto", Role::Owner);
    world.member("acme", "adam", Role::Admin);
    for number in 0..20 {
        let name = format!("dev-{number}");
        world.member("acme", &name, Role::Developer).team_member("acme", "core", &name);
    }
    let served = serve(world, "acme", "adam").await;
    let office = Office::of(served.binary());
    sync(&served, &office).await;
    (served, office)
}

async fn sync(served: &Served, office: &Office) {
    let ran = served.sync(&office.binary, &["--membership-only"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn waiting(office: &Office) -> u64 {
    office.json(&["status"])[0]["removalsWaiting"].as_u64().unwrap()
}

fn leave(served: &Served, numbers: std::ops::Range<usize>) {
    for number in numbers {
        served.server.world().team_member_remove("acme", "core", &format!("dev-{number}"));
    }
}

fn deny(office: &Office, name: &str, numbers: std::ops::Range<usize>) {
    let holders: Vec<String> = numbers.map(|number| format!("user dev-{number}")).collect();
    let grants: Vec<(&str, &str)> = holders.iter().map(|holder| (holder.as_str(), "team:acme/core:member")).collect();
    office.denied(name, &grants);
}

fn verified(office: &Office, name: &str) -> usize {
    office.stands(name).iter().filter(|step| step.ends_with(" verified")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_predicted_passes_and_what_was_not_waits_in_the_same_listing() {
    let (served, office) = office().await;
    deny(&office, "Q4", 0..8);
    leave(&served, 0..13);
    sync(&served, &office).await;
    assert_eq!((verified(&office, "Q4"), waiting(&office)), (8, 5));
    let unconfirmed = office.json(&["list", "grants"]);
    let unconfirmed = unconfirmed.as_array().unwrap().iter();
    let left = unconfirmed.filter(|row| row["entitlement"] == "team:acme/core:member").count();
    assert_eq!(left, 12, "five of them wait for a person");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_before_it_was_denied_is_verified_once_somebody_confirms_it() {
    let (served, office) = office().await;
    leave(&served, 0..6);
    sync(&served, &office).await;
    assert_eq!(waiting(&office), 6);
    deny(&office, "Q4", 0..6);
    let first = office.plan("Q4")["steps"][0]["first"].as_str().unwrap().to_owned();
    assert!(first.contains("look whether it is gone"), "{first}");
    office.asked(&["changes", "confirm", "npm:acme", "--reason", "they left"]);
    sync(&served, &office).await;
    assert_eq!((verified(&office, "Q4"), waiting(&office)), (6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_believed_and_is_denied_waits_for_the_word_of_whoever_did_not_believe_it() {
    let (served, office) = office().await;
    leave(&served, 0..6);
    sync(&served, &office).await;
    office.asked(&["changes", "discard", "npm:acme"]);
    deny(&office, "Q4", 0..6);
    sync(&served, &office).await;
    assert_eq!(verified(&office, "Q4"), 0, "a removal that waits is a person's to decide");
    office.asked(&["changes", "confirm", "npm:acme", "--discarded", "--reason", "they were denied"]);
    sync(&served, &office).await;
    assert_eq!((verified(&office, "Q4"), waiting(&office)), (6, 0), "{:?}", office.stands("Q4"));
}

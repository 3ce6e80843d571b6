//! Which appearing facts are changes, and which were there as somebody first looked.

use rolecall_model::{Fact, ListingKey, Reason, ResourceRef, Verdict};
use rolecall_store::{ListingChange, ListingDelta, SnapshotId, StoredFact};

use crate::world::{World, exists, member, members, org, owner, roster, team, teams, user};

const START: SnapshotId = SnapshotId(0);

#[tokio::test]
async fn the_first_reading_of_a_listing_is_no_change_even_in_a_later_sync() {
    let mut world = World::new().await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    world.sync_reading(vec![(members("dev"), vec![member("dev", "ada")])]).await;
    assert_eq!(world.changes().await, []);
    world.sync_reading(vec![(members("dev"), vec![member("dev", "ada"), member("dev", "bob")])]).await;
    assert_eq!(world.change_lines(START).await, ["+ bob has team:acme/dev:member"]);
}

#[tokio::test]
async fn a_listing_whose_first_readings_fail_has_its_baseline_at_the_first_whole_one() {
    let mut world = World::new().await;
    let failed = world.fails(roster());
    world.sync(vec![failed]).await;

    let partial = Verdict::Partial(Reason::new("short", "a page is missing"));
    let delta = ListingDelta { appear: vec![owner("ada")], ..ListingDelta::default() };
    let part = world.write(roster(), partial, ListingChange::Changed(delta));
    world.sync(vec![part]).await;
    assert_eq!(world.facts().await, [owner("ada")].into());
    assert_eq!(world.changes().await, [], "part of a first reading is no change either");

    let unproven = Verdict::Unproven(Reason::new("no-identity", "nothing shows what the credential can see"));
    let delta = ListingDelta { appear: vec![owner("bob")], ..ListingDelta::default() };
    let whole = world.write(roster(), unproven, ListingChange::Changed(delta));
    world.sync(vec![whole]).await;
    assert_eq!(world.changes().await, []);

    let more = world.reads(roster(), vec![owner("ada"), owner("bob"), owner("eve")]).await;
    world.sync(vec![more]).await;
    assert_eq!(world.change_lines(START).await, ["+ eve has organization:acme:owner"]);
    world.is_sound().await;
}

#[tokio::test]
async fn the_members_of_a_new_team_are_changes() {
    let mut world = World::new().await;
    let read = world.reads(teams(), vec![exists(team("dev"))]).await;
    let before = read.read_at;
    world.sync(vec![read]).await;
    // The members come first in the write: the order does not matter.
    world
        .sync_reading(vec![
            (members("ops"), vec![member("ops", "eve")]),
            (teams(), vec![exists(team("dev")), exists(team("ops"))]),
        ])
        .await;
    assert_eq!(world.change_lines(START).await, ["+ eve has team:acme/ops:member", "+ team:acme/ops"]);
    let changes = world.changes().await;
    assert!(changes.iter().all(|change| change.not_before == Some(before)), "no older than the team");
}

#[tokio::test]
async fn a_failed_or_late_first_reading_hides_no_member_of_a_new_team() {
    let mut world = World::new().await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    let found = world.reads(teams(), vec![exists(team("dev")), exists(team("ops"))]).await;
    let failed = world.fails(members("ops"));
    let second = world.sync(vec![found, failed]).await;
    world.sync_reading(vec![(members("ops"), vec![member("ops", "eve")])]).await;
    assert_eq!(world.change_lines(second.snapshot).await, ["+ eve has team:acme/ops:member"]);
}

#[tokio::test]
async fn what_is_new_inside_something_new_is_a_change_too() {
    let mut world = World::new().await;
    let package = ResourceRef::new("package", "@acme/widgets");
    let packages = ListingKey { kind: "team-packages".into(), subject: team("ops") };
    let maintainers = ListingKey { kind: "maintainers".into(), subject: package.clone() };
    world.sync_reading(vec![(teams(), vec![])]).await;
    world
        .sync_reading(vec![
            (maintainers, vec![Fact::evidence(&user("eve"), &package, "write")]),
            (packages, vec![exists(package)]),
            (teams(), vec![exists(team("ops"))]),
        ])
        .await;
    assert_eq!(world.changes().await.len(), 3);
}

#[tokio::test]
async fn a_known_resource_that_another_listing_mentions_is_not_new() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![exists(user("ada"))]), (teams(), vec![])]).await;
    let keys = ListingKey { kind: "tokens".into(), subject: user("ada") };
    let token = Fact::property(&user("ada"), "tokens", rolecall_model::Value::number(2));
    // The established listing of teams states ada for the first time, in the sync that first reads her tokens.
    let second = world.sync_reading(vec![(teams(), vec![exists(user("ada"))]), (keys, vec![token])]).await;
    assert_eq!(world.change_lines(START).await, ["+ user:ada"]);
    assert_eq!(second.counts.baseline, 1);
}

#[tokio::test]
async fn a_stored_fact_says_whether_it_may_be_older() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    let second = world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    let mut stored = Vec::new();
    let collect = |fact: StoredFact| stored.push(fact);
    world.store.facts_at(world.connector, None, collect).await.unwrap();
    stored.sort_by_key(|stored| stored.since);
    assert_eq!((stored[0].fact.clone(), stored[0].baseline), (owner("ada"), true));
    assert_eq!((stored[1].since, stored[1].baseline), (second.snapshot, false));
    assert_eq!(stored[1].listing_kind, "roster");
    assert_eq!(stored[1].fact.subject(), &org());
}

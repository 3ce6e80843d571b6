//! What goes with a resource, and comes back with it.

use rolecall_model::{Fact, ListingKey, ResourceRef};
use rolecall_store::ListingChange;

use crate::world::{World, exists, member, members, team, teams, user};

#[tokio::test]
async fn the_listings_of_a_vanished_team_are_retired() {
    let mut world = World::new().await;
    let both = vec![exists(team("dev")), exists(team("ops"))];
    let ops = vec![member("ops", "ada")];
    world.sync_reading(vec![(teams(), both.clone()), (members("ops"), ops.clone())]).await;
    let gone = world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    assert_eq!((gone.counts.removed, gone.counts.cascaded, gone.counts.retired), (1, 1, 1));
    assert_eq!(world.facts().await, [exists(team("dev"))].into());

    let current = world.store.listing_current(world.connector, &members("ops")).await.unwrap().unwrap();
    assert!(current.state.retired && current.facts.is_empty() && current.state.digest.is_none());
    assert_eq!(world.store.resources_current(world.connector, "team").await.unwrap(), [team("dev")]);

    // Back again: the listing is live, and its members are changes.
    let back = world.sync_reading(vec![(teams(), both), (members("ops"), ops)]).await;
    let current = world.store.listing_current(world.connector, &members("ops")).await.unwrap().unwrap();
    assert!(!current.state.retired && current.facts.len() == 1);
    assert_eq!(world.change_lines(gone.snapshot).await.len(), 2);
    assert_eq!(back.counts.baseline, 0);
    world.is_sound().await;
}

#[tokio::test]
async fn a_resource_that_another_listing_still_states_takes_nothing_along() {
    let mut world = World::new().await;
    let elsewhere = ListingKey { kind: "my-teams".into(), subject: user("ada") };
    world
        .sync_reading(vec![
            (teams(), vec![exists(team("dev"))]),
            (elsewhere.clone(), vec![exists(team("dev"))]),
            (members("dev"), vec![member("dev", "ada")]),
        ])
        .await;
    let kept = world.sync_reading(vec![(teams(), vec![])]).await;
    assert_eq!((kept.counts.cascaded, world.facts().await.len()), (0, 2));
    let gone = world.sync_reading(vec![(elsewhere, vec![])]).await;
    assert_eq!((gone.counts.cascaded, world.facts().await.len()), (1, 0));
    world.is_sound().await;
}

#[tokio::test]
async fn a_cascade_goes_on_with_what_went() {
    let mut world = World::new().await;
    let package = ResourceRef::new("package", "@acme/widgets");
    let packages = ListingKey { kind: "team-packages".into(), subject: team("dev") };
    let maintainers = ListingKey { kind: "maintainers".into(), subject: package.clone() };
    let evidence = Fact::evidence(&user("ada"), &package, "write");
    world
        .sync_reading(vec![
            (teams(), vec![exists(team("dev"))]),
            (packages, vec![exists(package)]),
            (maintainers, vec![evidence]),
        ])
        .await;
    let gone = world.sync_reading(vec![(teams(), vec![])]).await;
    assert_eq!((gone.counts.cascaded, gone.counts.retired), (2, 2));
    assert!(world.facts().await.is_empty());
    assert_eq!(world.changes().await.len(), 3);
}

#[tokio::test]
async fn what_was_read_of_a_team_in_the_sync_that_saw_it_vanish_leaves_no_trace() {
    let mut world = World::new().await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))]), (members("dev"), vec![member("dev", "ada")])]).await;
    let report = world
        .sync_reading(vec![(members("dev"), vec![member("dev", "ada"), member("dev", "bob")]), (teams(), vec![])])
        .await;
    assert!(world.facts().await.is_empty());
    assert!(world.facts_at(Some(report.snapshot)).await.is_empty());
    let lines = world.change_lines(rolecall_store::SnapshotId(0)).await;
    assert_eq!(lines, ["- team:acme/dev", "- ada has team:acme/dev:member"]);
    world.is_sound().await;
}

#[tokio::test]
async fn a_team_and_its_unreadable_members_go_in_one_step() {
    let mut world = World::new().await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))]), (members("dev"), vec![member("dev", "ada")])]).await;
    let (none, failed) = (world.reads(teams(), vec![]).await, world.fails(members("dev")));
    assert!(matches!(failed.change, ListingChange::Unread));
    world.sync(vec![none, failed]).await;
    let states = world.store.listing_states(world.connector).await.unwrap();
    assert!(states.iter().any(|state| state.key == members("dev") && state.retired));
    world.is_sound().await;
}

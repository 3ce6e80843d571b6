//! Three syncs of a small organisation, from the first reading to what changed.

use rolecall_model::{Fact, Replaced, Stage};
use rolecall_store::{ListingChange, ListingDelta, SyncStatus};

use crate::world::{World, described, exists, member, members, owner, roster, team, teams};

#[tokio::test]
async fn three_syncs() {
    let mut world = World::new().await;
    let roster_facts = vec![owner("ada"), owner("bob")];
    let team_facts = vec![exists(team("dev")), described("dev", "builds")];
    let first = world
        .sync_reading(vec![
            (roster(), roster_facts.clone()),
            (teams(), team_facts.clone()),
            (members("dev"), vec![member("dev", "ada")]),
        ])
        .await;
    assert_eq!((first.counts.listings, first.counts.appeared, first.counts.baseline), (3, 5, 5));
    assert_eq!(world.changes().await, [], "what was there as it was first read is no change");

    let second = world
        .sync_reading(vec![
            (roster(), vec![owner("ada")]),
            (teams(), team_facts.clone()),
            (members("dev"), vec![member("dev", "ada"), member("dev", "cleo")]),
        ])
        .await;
    assert_eq!(
        world.change_lines(first.snapshot).await,
        ["+ cleo has team:acme/dev:member", "- bob has organization:acme:owner"]
    );

    let replaced = Replaced { old: described("dev", "builds"), new: described("dev", "ships") };
    let delta = ListingDelta { replace: vec![replaced], ..ListingDelta::default() };
    let write = world.changes_to(teams(), delta);
    let third = world.sync(vec![write]).await;
    assert_eq!(
        world.change_lines(second.snapshot).await,
        [r#"~ team:acme/dev description="builds" -> team:acme/dev description="ships""#]
    );

    let then: Vec<Fact> = roster_facts.into_iter().chain(team_facts).chain([member("dev", "ada")]).collect();
    assert_eq!(world.facts_at(Some(first.snapshot)).await, then.into_iter().collect());
    assert_eq!(world.facts_at(Some(third.snapshot)).await, world.facts().await);
    assert!(world.facts().await.contains(&described("dev", "ships")));

    let syncs = world.store.sync_list(world.connector, 10).await.unwrap();
    assert!(syncs.iter().all(|sync| sync.status == SyncStatus::Finished) && syncs.len() == 3);
    let snapshots = world.store.snapshot_list(world.connector, 2).await.unwrap();
    assert_eq!(snapshots.iter().map(|snapshot| snapshot.id).collect::<Vec<_>>(), [third.snapshot, second.snapshot]);
    assert_eq!(snapshots[0].counts.replaced, 1);
    assert_eq!(snapshots[0].stage, Stage::Membership.into());
    world.is_sound().await;
}

#[tokio::test]
async fn a_change_says_between_which_readings_it_happened() {
    let mut world = World::new().await;
    let before = world.reads(roster(), vec![owner("ada")]).await;
    let not_before = before.read_at;
    world.sync(vec![before]).await;
    let failed = world.fails(roster());
    world.sync(vec![failed]).await;
    let after = world.reads(roster(), vec![owner("eve")]).await;
    let not_after = after.read_at;
    world.sync(vec![after]).await;

    let changes = world.changes().await;
    assert_eq!(changes.len(), 2);
    for change in changes {
        assert_eq!((change.not_before, change.not_after), (Some(not_before), not_after));
        assert_eq!(change.made_current_at, world.now());
        assert_eq!(change.key, roster());
        assert_eq!(change.confirmed_by, None);
    }
}

#[tokio::test]
async fn an_unread_listing_keeps_its_facts_and_says_so() {
    let mut world = World::new().await;
    let read = world.reads(roster(), vec![owner("ada")]).await;
    let complete_at = read.read_at;
    world.sync(vec![read]).await;
    let failed = world.fails(roster());
    world.sync(vec![failed.clone()]).await;

    let current = world.store.listing_current(world.connector, &roster()).await.unwrap().unwrap();
    assert!(current.facts.contains(&owner("ada")) && current.held.is_empty());
    assert_eq!(current.state.verdict, failed.verdict);
    assert_eq!(current.state.read_at, failed.read_at);
    assert_eq!(current.state.complete_at, Some(complete_at));
    assert!(matches!(world.reads(roster(), vec![owner("ada")]).await.change, ListingChange::Same));
}

//! Removals that wait: held, confirmed, discarded, seen again.

use rolecall_model::{Fact, FactSet};
use rolecall_store::{
    ChangeFilter, ChangeKind, Decision, ListingChange, ListingDelta, Removal, RemovalFilter, SnapshotId, StoredFact,
};

use crate::world::{World, decision, exists, member, members, owner, roster, team, teams};

/// A roster of three owners, two of whom wait to be removed since the second sync.
async fn world_holding_two() -> (World, SnapshotId) {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob"), owner("cleo")])]).await;
    let report = hold(&mut world, vec![owner("bob"), owner("cleo")]).await;
    (world, report)
}

async fn hold(world: &mut World, facts: Vec<Fact>) -> SnapshotId {
    let delta = ListingDelta { hold: facts, hold_reason: Some("too many".to_owned()), ..ListingDelta::default() };
    let write = world.changes_to(roster(), delta);
    world.sync(vec![write]).await.snapshot
}

async fn stored(world: &World, at: Option<SnapshotId>, fact: &Fact) -> StoredFact {
    let mut found = None;
    let search = |stored: StoredFact| {
        if stored.fact == *fact {
            found = Some(stored);
        }
    };
    world.store.facts_at(world.connector, at.map(Into::into), search).await.unwrap();
    found.unwrap()
}

#[tokio::test]
async fn held_facts_stay_current_and_are_marked() {
    let (world, held_at) = world_holding_two().await;
    assert_eq!(world.facts().await.len(), 3);
    assert_eq!(world.changes().await, []);

    let current = world.store.listing_current(world.connector, &roster()).await.unwrap().unwrap();
    assert_eq!(current.held, FactSet::new([owner("bob"), owner("cleo")]));
    assert_eq!(current.facts.len(), 3);

    let mark = Removal { missing_since: held_at, discarded: false, reason: "too many".into() };
    assert_eq!(stored(&world, None, &owner("bob")).await.removal, Some(mark.clone()));
    assert_eq!(stored(&world, Some(held_at), &owner("bob")).await.removal, Some(mark));
    assert_eq!(stored(&world, Some(SnapshotId(1)), &owner("bob")).await.removal, None);
    assert_eq!(stored(&world, None, &owner("ada")).await.removal, None);
    world.is_sound().await;
}

#[tokio::test]
async fn a_fact_held_again_keeps_its_first_mark() {
    let (mut world, held_at) = world_holding_two().await;
    let since = world.store.removals_pending(world.connector).await.unwrap();
    hold(&mut world, vec![owner("ada"), owner("bob"), owner("cleo")]).await;
    let pending = world.store.removals_pending(world.connector).await.unwrap();
    assert_eq!(pending.len(), 3);
    let of = |fact: Fact| pending.iter().find(|pending| pending.fact == fact).unwrap();
    assert_eq!(of(owner("bob")), &since[0]);
    assert_eq!(of(owner("bob")).missing_since, held_at);
    assert!(of(owner("ada")).missing_since > held_at);
    assert!(of(owner("ada")).missing_since_at > of(owner("bob")).missing_since_at);
    world.is_sound().await;
}

#[tokio::test]
async fn a_confirmed_removal_is_dated_by_the_reading_that_missed_it() {
    let (mut world, held_at) = world_holding_two().await;
    let now = world.tick();
    let all = RemovalFilter::default();
    let report = world.store.removals_confirm(world.connector, &decision(), now, all).await.unwrap();
    assert_eq!((report.facts, report.cascaded), (2, 0));
    assert_eq!(world.facts().await, [owner("ada")].into());
    assert_eq!(world.facts_at(Some(held_at)).await.len(), 3);
    assert_eq!(world.store.removals_pending(world.connector).await.unwrap(), []);

    let changes = world.changes().await;
    assert_eq!(changes.len(), 2);
    for change in &changes {
        assert_eq!(change.kind, ChangeKind::Disappeared);
        assert_eq!(Some(change.snapshot), report.snapshot);
        assert_eq!(change.made_current_at, now);
        assert!(change.not_after < now && change.not_before.is_some_and(|before| before < change.not_after));
        let confirmed = change.confirmed_by.as_ref().unwrap();
        assert_eq!((&*confirmed.actor, &*confirmed.reason, confirmed.at), ("mara", "they left", now));
    }

    let again = world.store.removals_confirm(world.connector, &decision(), now, all).await.unwrap();
    assert_eq!((again.facts, again.snapshot), (0, None), "nothing waits any more");
    let unchanged = world.reads(roster(), vec![owner("ada")]).await;
    assert!(matches!(&unchanged.change, ListingChange::Changed(delta) if delta.remove.is_empty()));
    world.is_sound().await;
}

#[tokio::test]
async fn a_decision_may_be_about_one_listing_only() {
    let (mut world, _) = world_holding_two().await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    let delta = ListingDelta { hold: vec![exists(team("dev"))], ..ListingDelta::default() };
    let write = world.changes_to(teams(), delta);
    world.sync(vec![write]).await;

    let pending = world.store.removals_pending(world.connector).await.unwrap();
    let of_teams = pending.iter().find(|pending| pending.key == teams()).unwrap();
    assert_eq!(of_teams.reason, "");
    let only = RemovalFilter { listing: Some(of_teams.listing), ..RemovalFilter::default() };
    let now = world.tick();
    let report = world.store.removals_confirm(world.connector, &decision(), now, only).await.unwrap();
    assert_eq!(report.facts, 1);
    assert_eq!(world.store.removals_pending(world.connector).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_discarded_removal_stays_discarded_until_the_fact_is_seen_again() {
    let (mut world, _) = world_holding_two().await;
    let all = RemovalFilter::default();
    let now = world.tick();
    let report = world.store.removals_discard(world.connector, &decision(), now, all).await.unwrap();
    assert_eq!((report.facts, report.snapshot), (2, None));

    let report = hold(&mut world, vec![owner("bob"), owner("cleo")]).await;
    let pending = world.store.removals_pending(world.connector).await.unwrap();
    assert!(pending.len() == 2 && pending.iter().all(|pending| pending.discarded && pending.missing_since < report));
    let confirmed = world.store.removals_confirm(world.connector, &decision(), now, all).await.unwrap();
    assert_eq!(confirmed.facts, 0, "what is discarded is not confirmed along with the rest");

    let delta = ListingDelta { seen_again: vec![owner("bob")], ..ListingDelta::default() };
    let write = world.changes_to(roster(), delta);
    assert_eq!(world.sync(vec![write]).await.counts.seen_again, 1);
    assert_eq!(stored(&world, None, &owner("bob")).await.removal, None);
    hold(&mut world, vec![owner("bob")]).await;
    assert!(!stored(&world, None, &owner("bob")).await.removal.unwrap().discarded, "a new loss is a new question");

    let after_all = RemovalFilter { include_discarded: true, ..all };
    let now = world.tick();
    let report = world.store.removals_confirm(world.connector, &decision(), now, after_all).await.unwrap();
    assert_eq!(report.facts, 2);
    world.is_sound().await;
}

#[tokio::test]
async fn confirming_a_vanished_team_takes_its_members_along() {
    let mut world = World::new().await;
    let first = world
        .sync_reading(vec![
            (teams(), vec![exists(team("dev")), exists(team("ops"))]),
            (members("dev"), vec![member("dev", "ada"), member("dev", "bob")]),
        ])
        .await;
    let delta = ListingDelta { hold: vec![exists(team("dev"))], ..ListingDelta::default() };
    let (write, failed) = (world.changes_to(teams(), delta), world.fails(members("dev")));
    let missed = write.read_at;
    world.sync(vec![write, failed]).await;
    assert_eq!(world.facts().await.len(), 4);

    let now = world.tick();
    let left = Decision { reason: "dissolved".to_owned(), ..decision() };
    let all = RemovalFilter::default();
    let report = world.store.removals_confirm(world.connector, &left, now, all).await.unwrap();
    assert_eq!((report.facts, report.cascaded), (1, 2));
    assert_eq!(world.facts().await, [exists(team("ops"))].into());
    assert_eq!(world.facts_at(Some(first.snapshot)).await.len(), 4);

    let changes = world.store.changes(&ChangeFilter::default()).await.unwrap();
    assert_eq!(changes.len(), 3);
    assert!(changes.iter().all(|change| change.confirmed_by.as_ref().is_some_and(|by| by.reason == "dissolved")));
    assert!(changes.iter().all(|change| change.not_after == missed), "all went when the team was first missing");
    world.is_sound().await;
}

//! Ids that come back after their holders were gone for certain.

use rolecall_model::{Fact, IdReuse, ResourceRef, Timestamp, Value, Verdict};
use rolecall_store::{
    ChangeFilter, ListingChange, ListingDelta, PastMoment, Reappearance, SameReport, SnapshotId, StoredFact,
};

use crate::world::{World, decision, exists, member, members, org, owner, roster, team, teams, user};

/// A source that gives the ids of users anew and does not tell.
async fn world() -> World {
    world_of(IdReuse::Untold).await
}

async fn world_of(reuse: IdReuse) -> World {
    let mut world = World::new().await;
    world.reused_ids = vec![("user", reuse)];
    world
}

fn known(names: &[&str]) -> Vec<Fact> {
    names.iter().flat_map(|name| [exists(user(name)), owner(name)]).collect()
}

fn told(name: &str, id: &str) -> Vec<Fact> {
    vec![exists(user(name)), owner(name), Fact::property(&user(name), "userId", Value::text(id))]
}

fn evidence(name: &str) -> Fact {
    Fact::Evidence { principal: user(name), entitlement: team("dev").entitlement("member") }
}

async fn reappearances(world: &World, at: Option<PastMoment>) -> Vec<Reappearance> {
    world.store.reappearances(world.connector, at).await.unwrap()
}

async fn of_former(world: &World, at: Option<PastMoment>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let collect = |stored: StoredFact| {
        if stored.of_former {
            facts.push(stored.fact);
        }
    };
    world.store.facts_at(world.connector, at, collect).await.unwrap();
    facts.sort_unstable();
    facts
}

/// Alice is in the roster and in a team's evidence, leaves the roster, and comes back.
async fn alice_came_back(world: &mut World) -> [SnapshotId; 3] {
    let dev = vec![(teams(), vec![exists(team("dev"))]), (members("dev"), vec![evidence("alice")])];
    world.sync_reading([dev, vec![(roster(), known(&["ada", "alice"]))]].concat()).await;
    let mut snapshots = Vec::new();
    for names in [&["ada"][..], &["ada", "alice"], &["ada", "alice", "bob"]] {
        snapshots.push(world.sync_reading(vec![(roster(), known(names))]).await.snapshot);
    }
    snapshots.try_into().unwrap()
}

#[tokio::test]
async fn who_comes_back_is_another_until_somebody_says_otherwise() {
    let mut world = world().await;
    let [gone, back, later] = alice_came_back(&mut world).await;
    let [alice] = reappearances(&world, None).await.try_into().unwrap();
    assert_eq!((&alice.resource, alice.snapshot, alice.is_another), (&user("alice"), back, false));
    assert_eq!(alice.confirmed, None);
    assert_eq!(reappearances(&world, Some(gone.into())).await, [], "nobody knew then");
    assert_eq!(reappearances(&world, Some(later.into())).await.len(), 1);
    assert_eq!(of_former(&world, None).await, [evidence("alice")], "it was not read again");
    assert_eq!(of_former(&world, Some(gone.into())).await, [], "she was the one who had the name");

    let changes = world.changes().await;
    let new: Vec<_> = changes.iter().filter(|change| change.of_new_holder).map(|change| change.fact.clone()).collect();
    assert_eq!(new, known(&["alice"]));
    world.is_sound().await;
}

#[tokio::test]
async fn what_is_read_again_is_known_of_the_new_holder() {
    let mut world = world().await;
    let [_, back, _] = alice_came_back(&mut world).await;
    let same = world.reads(members("dev"), vec![evidence("alice")]).await;
    assert!(matches!(same.change, ListingChange::Changed(_)), "its digest does not stand any more: {same:?}");
    let report = world.sync(vec![same]).await;
    assert_eq!((report.counts.appeared, report.counts.removed), (1, 1));
    assert_eq!(of_former(&world, None).await.len(), 0);
    assert_eq!(of_former(&world, Some(back.into())).await, [evidence("alice")]);
    let again = world.reads(members("dev"), vec![evidence("alice")]).await;
    assert!(matches!(again.change, ListingChange::Same));
    assert_eq!(world.sync(vec![again]).await.counts.appeared, 0);

    let left = world.reads(members("dev"), vec![]).await;
    assert_eq!(world.sync(vec![left]).await.counts.removed, 1);
    world.is_sound().await;
}

#[tokio::test]
async fn an_incomplete_reading_makes_nothing_the_new_holders() {
    let mut world = world().await;
    alice_came_back(&mut world).await;
    let partial = Verdict::Partial(rolecall_model::Reason::new("cut-off", "it ended early"));
    let write = world.write(members("dev"), partial, ListingChange::Changed(ListingDelta::default()));
    assert_eq!(world.sync(vec![write]).await.counts.appeared, 0);
    assert_eq!(of_former(&world, None).await, [evidence("alice")]);
    let failed = world.fails(members("dev"));
    world.sync(vec![failed]).await;
    assert_eq!(of_former(&world, None).await, [evidence("alice")]);
}

/// An export neither counts nor tells a former holder's rights, and tells evidence as what it is.
#[tokio::test]
async fn a_moment_has_no_rights_of_former_holders() {
    let mut world = world().await;
    let dev = vec![member("dev", "alice"), member("dev", "ada"), evidence("alice")];
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))]), (members("dev"), dev)]).await;
    for names in [&["ada", "alice"][..], &["ada"], &["ada", "alice"]] {
        world.sync_reading(vec![(roster(), known(names))]).await;
    }
    let told = async |world: &World, at: Option<Timestamp>| {
        let mut moment = match at {
            Some(at) => world.store.moment_at(at).await.unwrap(),
            None => world.store.moment().await.unwrap(),
        };
        let (mut told, mut count) = (Vec::new(), 0);
        for listing in moment.listings(world.connector).await.unwrap() {
            let facts = moment.facts(world.connector, listing.id).await.unwrap();
            count += u64::try_from(facts.len()).unwrap();
            if listing.key == members("dev") {
                told.extend(facts.into_iter().map(|fact| (fact.fact, fact.of_former)));
            }
        }
        assert_eq!(moment.counts(world.connector).await.unwrap().facts, count);
        told
    };
    let (ada, alice) = ((member("dev", "ada"), false), (member("dev", "alice"), false));
    let open = vec![ada.clone(), (evidence("alice"), true)];
    assert_eq!(told(&world, None).await, open);
    let (before, now) = (world.now(), world.tick());
    world.store.reappearance_confirm(world.connector, &user("alice"), &decision(), now).await.unwrap();
    assert_eq!(told(&world, Some(before)).await, open);
    let same = vec![ada, alice, (evidence("alice"), false)];
    assert_eq!((told(&world, Some(now)).await, told(&world, None).await), (same.clone(), same));
}

#[tokio::test]
async fn a_person_says_that_it_is_the_same() {
    let mut world = world().await;
    let [_, back, _] = alice_came_back(&mut world).await;
    let now = world.tick();
    let confirm = async |who: ResourceRef| {
        world.store.reappearance_confirm(world.connector, &who, &decision(), now).await.unwrap()
    };
    assert_eq!(confirm(user("ada")).await, SameReport::NothingToConfirm);
    assert_eq!(confirm(team("alice")).await, SameReport::NothingToConfirm);
    assert_eq!(confirm(user("alice")).await, SameReport::Confirmed);
    assert_eq!(confirm(user("alice")).await, SameReport::NothingToConfirm);
    let [alice] = reappearances(&world, None).await.try_into().unwrap();
    let confirmed = alice.confirmed.unwrap();
    assert_eq!((&*confirmed.actor, &*confirmed.reason, confirmed.at), ("mara", "they left", now));
    assert_eq!(of_former(&world, None).await.len(), 0);
    assert!(world.changes().await.iter().all(|change| !change.of_new_holder));
    assert_eq!(reappearances(&world, Some(back.into())).await[0].confirmed, None, "nobody had said so then");
}

/// What a person said counts from then on, and not only from the next snapshot on.
#[tokio::test]
async fn a_past_moment_knows_what_was_said_by_then() {
    let mut world = world().await;
    let [_, _, snapshot] = alice_came_back(&mut world).await;
    let (before, now) = (world.now(), world.tick());
    world.store.reappearance_confirm(world.connector, &user("alice"), &decision(), now).await.unwrap();
    for (at, is_said) in [(before, false), (now, true)] {
        let then = Some(PastMoment { snapshot, at: Some(at) });
        assert_eq!(reappearances(&world, then).await[0].confirmed.is_some(), is_said);
        assert_eq!(of_former(&world, then).await.is_empty(), is_said);
        let filter = ChangeFilter { known_at: Some(at), ..ChangeFilter::default() };
        let changes = world.store.changes(&filter).await.unwrap();
        assert_eq!(changes.iter().all(|change| !change.of_new_holder), is_said);
    }
}

#[tokio::test]
async fn every_return_is_a_question_of_its_own() {
    let mut world = world().await;
    alice_came_back(&mut world).await;
    let now = world.tick();
    world.store.reappearance_confirm(world.connector, &user("alice"), &decision(), now).await.unwrap();
    assert_eq!(of_former(&world, None).await.len(), 0);
    world.sync_reading(vec![(roster(), known(&["ada"]))]).await;
    let back = world.sync_reading(vec![(roster(), known(&["ada", "alice"]))]).await.snapshot;
    let [alice] = reappearances(&world, None).await.try_into().unwrap();
    assert_eq!((alice.snapshot, alice.confirmed), (back, None));
    assert_eq!(of_former(&world, None).await, [evidence("alice")], "of the first, who is not known to be the third");
    world.is_sound().await;
}

#[tokio::test]
async fn what_waits_or_is_seen_again_never_left() {
    let mut world = world().await;
    world.sync_reading(vec![(roster(), known(&["ada", "alice"]))]).await;
    let hold =
        ListingDelta { hold: known(&["alice"]), hold_reason: Some("wait".to_owned()), ..ListingDelta::default() };
    let write = world.changes_to(roster(), hold);
    world.sync(vec![write]).await;
    let seen = ListingDelta { seen_again: known(&["alice"]), ..ListingDelta::default() };
    let write = world.changes_to(roster(), seen);
    world.sync(vec![write]).await;
    // Another listing says that she exists before the roster stops to.
    world.sync_reading(vec![(teams(), vec![exists(user("alice"))])]).await;
    world.sync_reading(vec![(roster(), known(&["ada"]))]).await;
    world.sync_reading(vec![(roster(), known(&["ada", "alice"]))]).await;
    assert_eq!(reappearances(&world, None).await, []);
    world.is_sound().await;
}

#[tokio::test]
async fn a_removal_that_waits_of_a_former_holder_is_seen_again_of_the_new_one() {
    let mut world = world().await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    world
        .sync_reading(vec![(members("dev"), vec![member("dev", "alice")]), (roster(), known(&["ada", "alice"]))])
        .await;
    let hold = ListingDelta { hold: vec![member("dev", "alice")], ..ListingDelta::default() };
    let (held, left) = (world.changes_to(members("dev"), hold), world.reads(roster(), known(&["ada"])).await);
    world.sync(vec![held, left]).await;
    let seen = ListingDelta { seen_again: vec![member("dev", "alice")], ..ListingDelta::default() };
    let (seen, back) = (world.changes_to(members("dev"), seen), world.reads(roster(), known(&["ada", "alice"])).await);
    world.sync(vec![seen, back]).await;
    assert_eq!(world.store.removals_pending(world.connector).await.unwrap(), []);
    assert_eq!(of_former(&world, None).await.len(), 0);
    assert!(world.facts().await.contains(&member("dev", "alice")));
    world.is_sound().await;
}

#[tokio::test]
async fn an_id_that_stays_with_its_holder_tells_who_came_back() {
    for (id, is_another) in [("id-1", false), ("id-2", true)] {
        let mut world = world_of(IdReuse::ToldBy("userId")).await;
        for facts in [told("alice", "id-1"), vec![exists(org())], told("alice", id)] {
            world.sync_reading(vec![(roster(), facts)]).await;
        }
        let found = reappearances(&world, None).await;
        assert_eq!(found.iter().map(|found| found.is_another).collect::<Vec<_>>(), vec![true; usize::from(is_another)]);
        let now = world.tick();
        let same = world.store.reappearance_confirm(world.connector, &user("alice"), &decision(), now).await.unwrap();
        assert_eq!(same, if is_another { SameReport::IsAnother } else { SameReport::NothingToConfirm });
        world.is_sound().await;
    }
}

/// Between two syncs one account was deleted and another one took its slug.
#[tokio::test]
async fn an_account_that_was_exchanged_unseen_is_another() {
    let mut world = world_of(IdReuse::ToldBy("userId")).await;
    world.sync_reading(vec![(roster(), told("alice", "id-1"))]).await;
    let property = |id: &str| Fact::property(&user("alice"), "userId", Value::text(id));
    let replaced = rolecall_model::Replaced { old: property("id-1"), new: property("id-2") };
    let write = world.changes_to(roster(), ListingDelta { replace: vec![replaced], ..ListingDelta::default() });
    world.sync(vec![write]).await;
    assert!(reappearances(&world, None).await[0].is_another);
    assert_eq!(of_former(&world, None).await.len(), 0);
    assert_eq!(world.facts().await.len(), 3);
    let new = world.changes().await.into_iter().filter(|change| change.of_new_holder).count();
    assert_eq!(new, 3, "all that is stated of it is stated of another");
    world.is_sound().await;
}

#[tokio::test]
async fn sources_that_keep_their_ids_know_no_other_holders() {
    let mut world = World::new().await;
    alice_came_back(&mut world).await;
    assert_eq!(reappearances(&world, None).await, []);
}

/// More names than are looked up one by one.
#[tokio::test]
async fn a_scan_finds_the_latest_holders_too() {
    let mut world = world().await;
    let names: Vec<String> = (0..300).map(|number| format!("user-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for present in [&names[..], &names[..1], &names[..], &names[..2], &names[..]] {
        world.sync_reading(vec![(roster(), known(present))]).await;
    }
    let found = reappearances(&world, None).await;
    assert_eq!(found.len(), 299);
    assert_eq!(world.facts().await.len(), 600);
    world.is_sound().await;
}

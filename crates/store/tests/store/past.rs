//! How things stood at a past moment: listings, marks, connectors.

use rolecall_model::{Reason, Timestamp, Verdict};
use rolecall_store::{
    ConnectorChange, ListingChange, ListingDelta, ListingState, ListingWrite, PastMoment, RemovalFilter, SnapshotId,
    StoredFact,
};

use crate::world::{World, config, decision, exists, member, members, minute, owner, roster, team, teams};

/// What is told of a past moment, to the millisecond.
fn told(mut states: Vec<ListingState>) -> Vec<ListingState> {
    let milliseconds = |at: Timestamp| Timestamp(at.0.div_euclid(1000) * 1000);
    for state in &mut states {
        (state.digest, state.validator) = (None, None);
        state.diagnostics.clear();
        state.read_at = milliseconds(state.read_at);
        (state.whole_at, state.complete_at) = (state.whole_at.map(milliseconds), state.complete_at.map(milliseconds));
    }
    // A retired listing is dated by what retired it.
    states.iter_mut().filter(|state| state.retired).for_each(|state| state.read_at = Timestamp(0));
    states
}

async fn states(world: &World, at: Option<SnapshotId>) -> Vec<ListingState> {
    told(match at {
        None => world.store.listing_states(world.connector).await.unwrap(),
        Some(at) => world.store.listing_states_at(world.connector, at).await.unwrap(),
    })
}

fn short(world: &mut World) -> ListingWrite {
    let verdict = Verdict::Partial(Reason::new("short", "a page is missing"));
    world.write(roster(), verdict, ListingChange::Changed(ListingDelta::default()))
}

#[tokio::test]
async fn listings_stand_as_they_stood_however_they_were_read_since() {
    let mut world = World::new().await;
    let mut recorded = Vec::new();
    let (both, one) = (vec![exists(team("dev")), exists(team("ops"))], vec![exists(team("dev"))]);
    for step in 0..12 {
        let mut writes = Vec::new();
        match step {
            0 | 1 | 6 => writes.push(world.reads(roster(), vec![owner("ada")]).await),
            2 | 3 | 7 => writes.push(world.fails(roster())),
            4 | 5 => writes.push(short(&mut world)),
            8 => writes.push(world.write(
                roster(),
                Verdict::Unavailable(Reason::new("lost-sight", "the same, in other words")),
                ListingChange::Unread,
            )),
            _ => {}
        }
        match step {
            0 | 1 | 10 => {
                writes.push(world.reads(teams(), both.clone()).await);
                writes.push(world.reads(members("ops"), vec![member("ops", "eve")]).await);
            }
            // Its listing was read in the very sync that saw it vanish.
            8 => writes.push(world.reads(members("ops"), vec![member("ops", "eve")]).await),
            _ => {}
        }
        if step == 8 {
            writes.push(world.reads(teams(), one.clone()).await);
        }
        let report = world.sync(writes).await;
        recorded.push((report.snapshot, states(&world, None).await));
    }
    for (snapshot, then) in recorded {
        assert_eq!(states(&world, Some(snapshot)).await, then, "snapshot {snapshot}");
    }
    world.is_sound().await;
}

#[tokio::test]
async fn a_mark_is_told_of_the_time_when_it_was_there() {
    let mut world = World::new().await;
    let first = world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await.snapshot;
    let hold =
        ListingDelta { hold: vec![owner("bob")], hold_reason: Some("too many".to_owned()), ..ListingDelta::default() };
    let write = world.changes_to(roster(), hold);
    let held = world.sync(vec![write]).await.snapshot;
    let before_discard = world.now();
    let discarded = world.tick();
    world.store.removals_discard(world.connector, &decision(), discarded, RemovalFilter::default()).await.unwrap();
    let again = ListingDelta { seen_again: vec![owner("bob")], ..ListingDelta::default() };
    let write = world.changes_to(roster(), again);
    let seen = world.sync(vec![write]).await.snapshot;

    let removal = |at: PastMoment| {
        let (store, connector) = (world.store.clone(), world.connector);
        async move {
            let mut found = None;
            let search = |stored: StoredFact| {
                if stored.fact == owner("bob") {
                    found = Some(stored.removal);
                }
            };
            assert_eq!(store.facts_at(connector, Some(at), search).await.unwrap(), 2);
            found.unwrap()
        }
    };
    let mark = async |at: SnapshotId| removal(at.into()).await.map(|removal| removal.missing_since);
    for (at, is_discarded) in [(before_discard, false), (discarded, true)] {
        let then = removal(PastMoment { snapshot: held, at: Some(at) }).await.unwrap();
        assert_eq!(then.discarded, is_discarded);
    }
    assert_eq!((mark(first).await, mark(held).await, mark(seen).await), (None, Some(held), None));
    let pending = |snapshot, at| world.store.removals_pending_at(world.connector, snapshot, at);
    assert_eq!(pending(first, before_discard).await.unwrap(), []);
    let then = pending(held, before_discard).await.unwrap();
    assert_eq!((then.len(), then[0].discarded, &*then[0].reason), (1, false, "too many"));
    assert!(pending(held, discarded).await.unwrap()[0].discarded);
    assert_eq!(pending(seen, world.now()).await.unwrap(), []);

    let mut moment = world.store.moment_at(discarded).await.unwrap();
    let listing = moment.listings(world.connector).await.unwrap()[0].id;
    let facts = moment.facts(world.connector, listing).await.unwrap();
    assert_eq!(facts.iter().map(|fact| fact.unconfirmed).collect::<Vec<_>>(), [false, true]);
    assert_eq!(moment.counts(world.connector).await.unwrap().facts, 2);
    let mut moment = world.store.moment_at(minute(0)).await.unwrap();
    assert_eq!(moment.counts(world.connector).await.unwrap(), rolecall_store::CurrentCounts::default());
    assert_eq!(moment.listings(world.connector).await.unwrap(), []);
    world.is_sound().await;
}

#[tokio::test]
async fn connectors_are_as_they_were() {
    let world = World::new().await;
    let id = world.connector;
    let mut described = config("acme");
    described.description = "production".to_owned();
    for (at, change) in [
        (10, ConnectorChange::Put(described)),
        (20, ConnectorChange::Pause(id)),
        (30, ConnectorChange::Rename { connector: id, name: "umbrella".to_owned() }),
        (40, ConnectorChange::Remove(id)),
        (50, ConnectorChange::Put(config("umbrella"))),
    ] {
        // What it reads never changes, whatever it is called.
        let change = match change {
            ConnectorChange::Put(config) if at == 50 => {
                ConnectorChange::Put(rolecall_store::NewConnector { root: "acme".to_owned(), ..config })
            }
            other => other,
        };
        world.store.connector_change(&[change], "mara", minute(at)).await.unwrap();
    }
    let then = |at: i64| {
        let store = world.store.clone();
        async move {
            let found = store.connector_list_at(minute(at)).await.unwrap();
            let about = found.into_iter().map(|it| (it.config.name, it.config.description, it.paused_at));
            about.collect::<Vec<_>>()
        }
    };
    let acme = |text: &str, paused: Option<i64>| vec![("acme".to_owned(), text.to_owned(), paused.map(minute))];
    assert_eq!(then(-1).await, []);
    assert_eq!(then(9).await, acme("", None));
    assert_eq!(then(15).await, acme("production", None));
    assert_eq!(then(25).await, acme("production", Some(20)));
    assert_eq!(then(35).await, vec![("umbrella".to_owned(), "production".to_owned(), Some(minute(20)))]);
    assert_eq!(then(45).await, []);
    assert_eq!(then(55).await, vec![("umbrella".to_owned(), String::new(), None)]);
    assert_eq!(world.store.connector_list_at(minute(99)).await.unwrap(), world.store.connector_list().await.unwrap());
}

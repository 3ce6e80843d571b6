//! The plain records: connectors, syncs, staged readings, requests, and what they cost in space.

use rolecall_model::{ListingKey, Proof, Reading, Stage, Timestamp};
use rolecall_store::{
    ConnectorId, ListingChange, ListingDelta, MonthRequests, NewConnector, SnapshotWrite, StoreError, SyncEnd, SyncId,
    SyncStatus,
};

use crate::world::{World, config, exists, member, members, membership_write, minute, owner, roster, team, teams};

#[tokio::test]
async fn a_connector_keeps_its_identity_while_its_settings_change() {
    let world = World::new().await;
    let first = world.store.connector_find("npm", "acme").await.unwrap().unwrap();
    assert_eq!(first.config, config("acme"));
    let moved = NewConnector { base_url: "https://mirror.invalid".to_owned(), ..config("acme") };
    let second = world.store.connector_put(&moved, "tester", minute(9)).await.unwrap();
    assert_eq!((second.id, second.uuid, second.created_at), (first.id, first.uuid, first.created_at));
    assert_eq!(second.config, moved);

    let other_root = NewConnector { root: "umbrella".to_owned(), ..config("acme") };
    let error = world.store.connector_put(&other_root, "tester", minute(9)).await.unwrap_err();
    assert_eq!(error.code(), "store-conflict");
    assert_eq!(world.store.connector_list().await.unwrap(), [second]);
}

#[tokio::test]
async fn a_sync_that_died_is_found_interrupted_by_the_next() {
    let world = World::new().await;
    let store = &world.store;
    let died = store.sync_begin(world.connector, minute(1)).await.unwrap();
    assert_eq!(died.status, SyncStatus::Running);
    let next = store.sync_begin(world.connector, minute(2)).await.unwrap();
    let why = serde_json::json!({"code": "forbidden"});
    store.sync_finish(next.id, &SyncEnd::Failed(why.clone()), minute(3), 12).await.unwrap();

    let syncs = store.sync_list(world.connector, 10).await.unwrap();
    assert_eq!((syncs[0].status, syncs[0].error.as_ref(), syncs[0].requests), (SyncStatus::Failed, Some(&why), 12));
    assert_eq!((syncs[1].status, syncs[1].finished_at), (SyncStatus::Interrupted, Some(minute(2))));
    let error = store.sync_finish(died.id, &SyncEnd::Finished, minute(4), 1).await.unwrap_err();
    assert_eq!(error.code(), "store-conflict");
    assert!(store.sync_begin(ConnectorId(99), minute(5)).await.is_err());
}

async fn stage(world: &World, key: &ListingKey, read_at: Timestamp) {
    let reading = Reading::whole(Proof::Sight, vec![owner("ada")]);
    world.store.staged_put(world.connector, Stage::Membership, [(key, read_at, &reading)]).await.unwrap();
}

async fn staged_keys(world: &World) -> Vec<ListingKey> {
    let staged = world.store.staged_list(world.connector, Stage::Membership).await.unwrap();
    staged.into_iter().map(|staged| staged.key).collect()
}

#[tokio::test]
async fn staged_readings_wait_for_exactly_their_listings() {
    let mut world = World::new().await;
    stage(&world, &teams(), minute(2)).await;
    stage(&world, &roster(), minute(1)).await;
    stage(&world, &members("dev"), minute(3)).await;
    assert_eq!(staged_keys(&world).await, [roster(), teams(), members("dev")]);
    let staged = world.store.staged_list(world.connector, Stage::Membership).await.unwrap();
    assert_eq!(staged[0].reading, Reading::whole(Proof::Sight, vec![owner("ada")]));
    assert_eq!(world.store.staged_list(world.connector, Stage::Detail).await.unwrap(), []);

    stage(&world, &roster(), minute(4)).await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    assert_eq!(staged_keys(&world).await, [members("dev"), roster()]);
    assert_eq!(world.store.staged_purge(world.connector, minute(4)).await.unwrap(), 1);
    assert_eq!(staged_keys(&world).await, [roster()]);
}

#[tokio::test]
async fn requests_are_counted_by_month_and_with_the_snapshot() {
    let mut world = World::new().await;
    let (store, connector) = (world.store.clone(), world.connector);
    assert_eq!(store.requests_used(connector, "2025-03").await.unwrap(), 0);
    store.requests_add(connector, "2025-03", 40).await.unwrap();
    let at = world.tick();
    let sync = store.sync_begin(connector, at).await.unwrap().id;
    let requests_month = Some(MonthRequests { month: "2025-03".to_owned(), count: 2 });
    let listings = vec![world.reads(roster(), vec![owner("ada")]).await];
    let write =
        SnapshotWrite { stage: Stage::Detail, requests_month, ..membership_write(connector, sync, at, listings) };
    store.snapshot_make_current(&write).await.unwrap();
    store.requests_add(connector, "2025-04", 1).await.unwrap();
    assert_eq!(store.requests_used(connector, "2025-03").await.unwrap(), 42);
}

#[tokio::test]
async fn the_snapshot_of_a_moment_is_the_latest_until_then() {
    let mut world = World::new().await;
    let before = world.tick();
    let first = world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    let at_first = world.now();
    let second = world.sync_reading(vec![(roster(), vec![owner("bob")])]).await;
    let at = |moment| world.store.snapshot_at(world.connector, moment);
    assert_eq!(at(before).await.unwrap(), None);
    assert_eq!(at(at_first).await.unwrap(), Some(first.snapshot));
    assert_eq!(at(Timestamp(world.now().0 - 1)).await.unwrap(), Some(first.snapshot));
    assert_eq!(at(world.now()).await.unwrap(), Some(second.snapshot));
}

#[tokio::test]
async fn a_listing_keeps_what_the_next_reading_needs() {
    let mut world = World::new().await;
    let mut read = world.reads(roster(), vec![owner("ada")]).await;
    let digest = read.digest;
    read.validator = Some("\"etag\"".to_owned());
    read.diagnostics = vec![rolecall_model::Diagnostic::new("odd", "an unknown field")];
    world.sync(vec![read]).await;
    let same = world.reads(roster(), vec![owner("ada")]).await;
    world.sync(vec![same.clone()]).await;
    let states = world.store.listing_states(world.connector).await.unwrap();
    assert_eq!((states[0].digest, states[0].validator.as_deref()), (digest, Some("\"etag\"")));
    assert_eq!((states[0].read_at, states[0].whole_at, states[0].complete_at), {
        let at = same.read_at;
        (at, Some(at), Some(at))
    });
    assert_eq!(states[0].diagnostics, []);

    // A partial reading that adds something ends what the digest said.
    let partial = rolecall_model::Verdict::Partial(rolecall_model::Reason::new("short", "a page is missing"));
    let delta = ListingDelta { appear: vec![owner("bob")], ..ListingDelta::default() };
    let part = world.write(roster(), partial, ListingChange::Changed(delta));
    world.sync(vec![part]).await;
    let states = world.store.listing_states(world.connector).await.unwrap();
    assert_eq!((states[0].digest, states[0].validator.as_deref()), (None, None));
    assert_eq!(states[0].complete_at, Some(same.read_at));
}

#[tokio::test]
async fn a_sync_that_finds_nothing_new_costs_almost_no_space() {
    let mut world = World::in_file().await;
    let names: Vec<String> = (0..200).map(|number| format!("team-{number}")).collect();
    let mut readings = vec![(teams(), names.iter().map(|name| exists(team(name))).collect())];
    readings.extend(names.iter().map(|name| (members(name), vec![member(name, "ada"), member(name, "bob")])));
    world.sync_reading(readings.clone()).await;
    let size = |world: &World| {
        let path = world.path().to_owned();
        async move { std::fs::metadata(path).unwrap().len() }
    };
    let reopen = |world: &World| {
        let (store, address) = (world.store.clone(), world.address());
        async move {
            store.close().await;
            rolecall_store::Store::open(&address, rolecall_store::Mode::Write).await.unwrap()
        }
    };
    world.store = reopen(&world).await;
    let before = size(&world).await;
    for _ in 0..20 {
        let report = world.sync_reading(readings.clone()).await;
        assert!(report.counts.is_unchanged());
    }
    world.store = reopen(&world).await;
    let grown = size(&world).await - before;
    // A page more or less is where the file happens to end.
    assert!(grown <= 20 * 1300 + 2 * 4096, "20 unchanged syncs of 201 listings cost {grown} bytes");
}

#[tokio::test]
async fn a_write_that_does_not_fit_changes_nothing() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    stage(&world, &teams(), minute(2)).await;
    let before = (world.facts().await, world.store.listing_states(world.connector).await.unwrap());

    let good = world.reads(teams(), vec![exists(team("dev"))]).await;
    let misfits = [
        ListingDelta { appear: vec![owner("eve"), owner("ada")], ..ListingDelta::default() },
        ListingDelta { appear: vec![owner("eve"), owner("eve")], ..ListingDelta::default() },
        ListingDelta { remove: vec![owner("eve")], ..ListingDelta::default() },
        ListingDelta { hold: vec![owner("ada"), owner("eve")], ..ListingDelta::default() },
        ListingDelta { seen_again: vec![owner("eve")], ..ListingDelta::default() },
    ];
    for delta in misfits {
        let bad = world.changes_to(roster(), delta);
        let error = world.try_sync(vec![good.clone(), bad]).await.unwrap_err();
        assert!(matches!(error, StoreError::Inconsistent(_)), "{error}");
    }
    let twice = world.try_sync(vec![good.clone(), good.clone()]).await.unwrap_err();
    assert!(twice.to_string().contains("twice"), "{twice}");
    let sync = SyncId(99);
    let (connector, at, listings) = (world.connector, world.tick(), vec![good]);
    let write = membership_write(connector, sync, at, listings);
    assert!(world.store.snapshot_make_current(&write).await.is_err(), "there is no such sync");

    assert_eq!(before, (world.facts().await, world.store.listing_states(world.connector).await.unwrap()));
    assert_eq!(world.store.snapshot_list(world.connector, 9).await.unwrap().len(), 1);
    assert_eq!(staged_keys(&world).await, [teams()]);
    world.is_sound().await;
}

//! The life of a connector: configured, changed, paused, removed, configured again, and deleted with its history.

use rolecall_model::{Reading, Reason, Stage};
use rolecall_store::{ConnectorAction, ConnectorChange, ListingDelta, NewConnector, RemovalFilter, StoreError};

use crate::jobs::wanted;
use crate::tables::rows_by_table;
use crate::world::{World, config, decision, exists, member, members, minute, owner, roster, team, teams};

async fn actions(world: &World) -> Vec<ConnectorAction> {
    let connector = world.store.connector_find("npm", "acme").await.unwrap().unwrap();
    let events = world.store.connector_events(connector.uuid, usize::MAX).await.unwrap();
    events.into_iter().rev().map(|event| event.action).collect()
}

async fn change(world: &World, change: ConnectorChange) -> Result<(), StoreError> {
    world.store.connector_change(&[change], "mara", minute(9)).await.map(drop)
}

#[tokio::test]
async fn every_change_is_recorded_and_what_changes_nothing_is_not() {
    let world = World::new().await;
    let id = world.connector;
    let described = NewConnector { description: "production".to_owned(), ..config("acme") };
    for step in [
        ConnectorChange::Put(config("acme")),
        ConnectorChange::Put(described.clone()),
        ConnectorChange::Resume(id),
        ConnectorChange::Pause(id),
        ConnectorChange::Pause(id),
        ConnectorChange::Rename { connector: id, name: "acme".to_owned() },
        ConnectorChange::Resume(id),
        ConnectorChange::Remove(id),
    ] {
        change(&world, step).await.unwrap();
    }
    use ConnectorAction::{Added, Changed, Paused, Removed, Resumed};
    assert_eq!(actions(&world).await, [Added, Changed, Paused, Resumed, Removed]);
    let connector = world.store.connector_find("npm", "acme").await.unwrap().unwrap();
    let events = world.store.connector_events(connector.uuid, usize::MAX).await.unwrap();
    let changed = &events[3];
    assert_eq!((changed.actor.as_str(), changed.at), ("mara", minute(9)));
    assert_eq!(changed.before.as_ref().unwrap()["description"], "");
    assert_eq!(changed.after.as_ref().unwrap()["description"], "production");
    assert_eq!(events[0].after, Some(connector.to_json()));
}

#[tokio::test]
async fn a_removed_connector_is_in_no_list_and_continues_when_it_is_configured_again() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    change(&world, ConnectorChange::Pause(world.connector)).await.unwrap();
    change(&world, ConnectorChange::Remove(world.connector)).await.unwrap();
    assert_eq!(world.store.connector_list().await.unwrap(), []);
    assert_eq!(world.store.connector_list_removed().await.unwrap().len(), 1);

    let other = NewConnector { root: "umbrella".to_owned(), ..config("acme") };
    let refused = change(&world, ConnectorChange::Put(other)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Conflict(why) if why.contains("history")), "{refused}");

    let back = world.store.connector_put(&config("acme"), "mara", minute(10)).await.unwrap();
    assert_eq!((back.id, back.removed_at, back.paused_at), (world.connector, None, None));
    assert!(world.facts().await.contains(&owner("ada")));
    assert_eq!(actions(&world).await.last(), Some(&ConnectorAction::Restored));
}

#[tokio::test]
async fn changes_are_made_together_or_not_at_all() {
    let world = World::new().await;
    let other = world.store.connector_put(&config("umbrella"), "mara", minute(1)).await.unwrap();
    let changes = [
        ConnectorChange::Pause(world.connector),
        ConnectorChange::Rename { connector: other.id, name: "acme".to_owned() },
    ];
    let refused = world.store.connector_change(&changes, "mara", minute(2)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    let connectors = world.store.connector_list().await.unwrap();
    assert!(connectors.iter().all(|connector| connector.paused_at.is_none()));
}

/// Every table gets a row: facts that come and go, one that is held, decisions, a staged reading, requests.
async fn lived_in(world: &mut World) {
    let team_facts = vec![exists(team("dev"))];
    world
        .sync_reading(vec![
            (roster(), vec![owner("ada"), owner("bob"), owner("cleo")]),
            (teams(), team_facts),
            (members("dev"), vec![member("dev", "ada")]),
        ])
        .await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    let reason = Some("the last owner".to_owned());
    let held = ListingDelta { hold: vec![owner("bob")], hold_reason: reason, ..ListingDelta::default() };
    let write = world.changes_to(roster(), held);
    world.sync(vec![write]).await;
    let now = world.now();
    world.store.removals_discard(world.connector, &decision(), now, RemovalFilter::default()).await.unwrap();
    world.store.requests_add(world.connector, "2026-11", 7).await.unwrap();
    let reading = Reading::unavailable(Reason::new("lost-sight", "the source says 404"));
    world.store.staged_put(world.connector, Stage::Membership, [(&teams(), now, &reading)]).await.unwrap();
}

#[tokio::test]
async fn deleting_its_history_leaves_no_row_of_it_and_every_row_of_others() {
    let mut world = World::new().await;
    let others = rows_by_table(&world.address()).await;
    let first = world.connector;
    let second = world.store.connector_put(&config("umbrella"), "mara", minute(1)).await.unwrap();
    world.connector = second.id;
    lived_in(&mut world).await;
    let job = wanted(&second.uuid.to_string(), minute(1));
    world.store.job_enqueue(&job, minute(1)).await.unwrap();

    let purged = world.store.connector_purge(second.id, "mara", minute(99)).await.unwrap();
    let facts = purged.iter().find(|purged| purged.table == "fact").unwrap().rows;
    assert!(facts >= 5, "{purged:?}");
    // What is said of the deletion, and of all that went before it, stays, and so do the numbers that are not given again.
    let ours = |(name, _): &(String, i64)| {
        !matches!(name.as_str(), "term" | "connector_event" | "audit_record" | "audit_personal" | "number_given")
    };
    let (before, after) =
        (others.into_iter().filter(ours), rows_by_table(&world.address()).await.into_iter().filter(ours));
    assert_eq!(after.collect::<Vec<_>>(), before.collect::<Vec<_>>());
    let events = world.store.connector_events(second.uuid, 9).await.unwrap();
    assert_eq!(events[0].action, ConnectorAction::Purged);
    assert_eq!(events[0].after.as_ref().unwrap()["rowsDeleted"], purged.iter().map(|purged| purged.rows).sum::<u64>());
    assert!(world.store.connector_list().await.unwrap().iter().any(|record| record.id == first));
    assert!(matches!(world.store.connector_purge(second.id, "mara", minute(99)).await, Err(StoreError::Conflict(_))));
    world.is_sound().await;
}

#[tokio::test]
async fn nothing_is_deleted_while_somebody_syncs() {
    let world = World::new().await;
    let _lock = world.store.writer_lock(world.connector, "a sync").await.unwrap();
    let refused = world.store.connector_purge(world.connector, "mara", minute(1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
}

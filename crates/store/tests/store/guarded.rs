//! Changes that are only made if something holds: nobody else changed it, and nobody else reads the same.

use rolecall_store::{Connector, ConnectorChange, ConnectorGuard, NewConnector, StoreError};

use crate::world::{World, config, minute};

async fn try_change(world: &World, change: ConnectorChange, guard: ConnectorGuard) -> Result<Connector, StoreError> {
    Ok(world.store.connector_change_guarded(&[change], guard, "mara", minute(9)).await?.remove(0))
}

#[tokio::test]
async fn the_second_of_two_editors_changes_nothing() {
    let world = World::new().await;
    let record = world.store.connector_find("npm", "acme").await.unwrap().unwrap();
    let guard = ConnectorGuard { version: Some((record.id, record.version)), ..ConnectorGuard::default() };
    let described = |text: &str| ConnectorChange::Put(NewConnector { description: text.into(), ..config("acme") });
    let first = try_change(&world, described("one"), guard).await.unwrap();
    assert_eq!(first.version, record.version + 1);
    let refused = try_change(&world, described("two"), guard).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    let found = world.store.connector_of_uuid(record.uuid).await.unwrap().unwrap();
    assert_eq!((found.config.description.as_str(), found.version), ("one", first.version));
    // What changes nothing raises nothing.
    let again = ConnectorGuard { version: Some((record.id, found.version)), ..ConnectorGuard::default() };
    assert_eq!(try_change(&world, described("one"), again).await.unwrap().version, found.version);
}

#[tokio::test]
async fn one_active_connector_reads_an_organisation() {
    let world = World::new().await;
    let only = ConnectorGuard { only_active: true, ..ConnectorGuard::default() };
    let twin = NewConnector { root: config("acme").root, ..config("twin") };
    let refused = try_change(&world, ConnectorChange::Put(twin.clone()), only).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Conflict(why) if why.contains("acme")), "{refused}");
    assert!(world.store.connector_find("npm", "twin").await.unwrap().is_none());
    try_change(&world, ConnectorChange::Pause(world.connector), only).await.unwrap();
    try_change(&world, ConnectorChange::Put(twin), only).await.unwrap();
    let refused = try_change(&world, ConnectorChange::Resume(world.connector), only).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    let elsewhere =
        NewConnector { base_url: "https://other.example.test".into(), root: "acme".into(), ..config("third") };
    try_change(&world, ConnectorChange::Put(elsewhere), only).await.unwrap();
}

#[tokio::test]
async fn what_is_new_replaces_nothing_that_is_configured() {
    let world = World::new().await;
    let only = ConnectorGuard { only_new: true, ..ConnectorGuard::default() };
    let put = || ConnectorChange::Put(NewConnector { description: "another".into(), ..config("acme") });
    let refused = try_change(&world, put(), only).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Conflict(why) if why.contains("called acme already")), "{refused}");
    try_change(&world, ConnectorChange::Remove(world.connector), only).await.unwrap();
    assert_eq!(try_change(&world, put(), only).await.unwrap().id, world.connector);
}

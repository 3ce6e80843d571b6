//! Databases that cannot be used are refused with a reason, and nothing that was current is lost.

use rolecall_model::{Fact, ListingKey, ResourceRef};
use rolecall_store::{DatabaseAddress, Mode, Store, StoreError};

use crate::world::World;

fn roster() -> ListingKey {
    ListingKey { kind: "roster".into(), subject: ResourceRef::new("organization", "acme") }
}

fn user(name: &str) -> Fact {
    Fact::resource(ResourceRef::new("user", name), None)
}

#[tokio::test]
async fn a_missing_database_is_not_made_by_reading() {
    let directory = tempfile::tempdir().unwrap();
    let address = DatabaseAddress::Sqlite(directory.path().join("none.db"));
    assert!(matches!(Store::open(&address, Mode::Read).await, Err(StoreError::Missing { .. })));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_is_no_database_is_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    let text =
        "these are notes, and they are longer than the header of a database would be, by far and away, are they not";
    std::fs::write(&path, text).unwrap();
    let error = Store::open(&DatabaseAddress::Sqlite(path.clone()), Mode::Write).await.err().unwrap();
    assert!(error.hint().is_some(), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn two_writers_are_refused_and_readers_are_not() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![user("alice")])]).await;
    let lock = world.store.writer_lock(world.connector, "a test").await.unwrap();
    let other = Store::open(&world.address(), Mode::Read).await.unwrap();
    assert!(matches!(other.writer_lock(world.connector, "another").await, Err(StoreError::Busy { .. })));
    assert_eq!(other.connector_list().await.unwrap().len(), 1);
    drop(lock);
    // A program that another test starts has it for a moment too.
    assert!(other.writer_lock_within(world.connector, "another", std::time::Duration::from_secs(10)).await.is_ok());
}

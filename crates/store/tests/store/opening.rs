//! Opening: what is created, what is refused, and what is left as it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use rolecall_store::{DatabaseAddress, Mode, Store, StoreError};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::world::{World, config, exists, minute, owner, roster, team, teams};

fn at(path: &Path) -> DatabaseAddress {
    DatabaseAddress::Sqlite(path.to_owned())
}

async fn refusal(path: &Path, mode: Mode) -> StoreError {
    let error = Store::open(&at(path), mode).await.err().unwrap();
    assert!(error.hint().is_some(), "{error} comes without a hint");
    error
}

/// Runs a statement behind the store's back.
async fn sql(path: &Path, statement: &'static str) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut db = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

fn permissions(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_new_database_is_its_owners_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/down/rolecall.db");
    let store = Store::open(&at(&path), Mode::Write).await.unwrap();
    let connector = store.connector_put(&config("acme"), "tester", minute(0)).await.unwrap();
    drop(store.writer_lock(connector.id, "a test").await.unwrap());
    assert_eq!(permissions(path.parent().unwrap()), 0o700);
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let file = path.with_file_name(format!("rolecall.db{suffix}"));
        assert_eq!(permissions(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn a_closed_database_is_one_file_and_opens_again() {
    let world = World::in_file().await;
    let path = world.path().to_owned();
    world.store.clone().close().await;
    assert!(!path.with_file_name("rolecall.db-wal").exists());
    let again = Store::open(&at(&path), Mode::Read).await.unwrap();
    assert_eq!(again.connector_list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_store_opened_for_reading_refuses_to_write() {
    let world = World::new().await;
    let reader = Store::open(&world.address(), Mode::Read).await.unwrap();
    let error = reader.connector_put(&config("other"), "tester", minute(1)).await.unwrap_err();
    assert_eq!(error.code(), "store-unwritable");
}

#[tokio::test]
async fn reading_goes_on_while_another_writes() {
    let mut world = World::in_file().await;
    let reader = Store::open(&world.address(), Mode::Read).await.unwrap();
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    // An open transaction of a third process, with the write lock in its hands.
    let options = SqliteConnectOptions::new().filename(world.path());
    let mut writer = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("begin immediate; delete from listing_read; update connector set name = 'x'")
        .execute(&mut writer)
        .await
        .unwrap();
    assert!(reader.connector_find("npm", "acme").await.unwrap().is_some());
    assert_eq!(reader.facts_at(world.connector, None, |_| ()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_newer_schema_is_refused_in_both_modes() {
    let world = World::in_file().await;
    sql(world.path(), "insert into schema_version values (99, 0)").await;
    for mode in [Mode::Read, Mode::Write] {
        let error = refusal(world.path(), mode).await;
        assert!(matches!(error, StoreError::NewerSchema { found: 99, known: 1.., .. }), "{error}");
    }
}

#[tokio::test]
async fn an_older_schema_is_never_migrated_by_reading() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rolecall.db");
    fs::write(&path, "").unwrap();
    let error = refusal(&path, Mode::Read).await;
    assert!(matches!(error, StoreError::OlderSchema { found: 0, known: 1.., .. }), "{error}");
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
}

#[tokio::test]
async fn another_programs_database_is_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("browser.db");
    sql(&path, "create table bookmark (url text)").await;
    let before = fs::read(&path).unwrap();
    for mode in [Mode::Read, Mode::Write] {
        let error = refusal(&path, mode).await;
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_database_says_so() {
    let mut world = World::in_file().await;
    let many = (0..2000).map(|number| exists(team(&format!("team-{number}")))).collect();
    world.sync_reading(vec![(teams(), many)]).await;
    let path = world.path().to_owned();
    world.store.clone().close().await;

    let mut bytes = fs::read(&path).unwrap();
    bytes[16 * 1024..].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let found = match Store::open(&at(&path), Mode::Read).await {
        Ok(store) => store.facts_at(world.connector, None, |_| ()).await.map(|_| ()),
        Err(error) => Err(error),
    };
    assert_eq!(found.unwrap_err().code(), "store-corrupt");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refusal(&file.join("rolecall.db"), Mode::Write).await;
    assert_eq!(error.code(), "store-unwritable");
    assert!(error.to_string().contains("file"), "{error}");
    let error = refusal(directory.path(), Mode::Write).await;
    assert_eq!(error.code(), "store-unwritable");
}

#[tokio::test]
async fn a_read_only_directory_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let closed = directory.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        return; // Permissions do not bind this user.
    }
    let error = refusal(&closed.join("rolecall.db"), Mode::Write).await;
    assert_eq!(error.code(), "store-unwritable");
}

#[tokio::test]
async fn the_lock_names_its_holder_and_is_free_again_afterwards() {
    let world = World::new().await;
    let other = Store::open(&world.address(), Mode::Write).await.unwrap();
    let lock = world.store.writer_lock(world.connector, "sync npm acme").await.unwrap();
    let error = other.writer_lock(world.connector, "sync npm again").await.unwrap_err();
    let StoreError::Busy { pid, purpose, since } = &error else { panic!("{error}") };
    assert_eq!((*pid, purpose.as_deref()), (Some(std::process::id()), Some("sync npm acme")));
    assert!(since.is_some());
    // Single transactions do not need the lock.
    other.connector_put(&config("other"), "tester", minute(1)).await.unwrap();
    drop(lock);
    // A program that another test starts has it for a moment too.
    other.writer_lock_within(world.connector, "sync npm again", Duration::from_secs(10)).await.unwrap();
}

#[tokio::test]
async fn a_file_has_one_lock_for_all_connectors() {
    let world = World::in_file().await;
    let second = world.store.connector_put(&config("other"), "tester", minute(1)).await.unwrap();
    let _lock = world.store.writer_lock(world.connector, "sync npm acme").await.unwrap();
    assert!(matches!(world.store.writer_lock(second.id, "sync npm other").await, Err(StoreError::Busy { .. })));
}

#[tokio::test]
async fn one_hub_at_a_time_works_on_a_database_and_others_may_write() {
    let world = World::in_file().await;
    let other = Store::open(&world.address(), Mode::Write).await.unwrap();
    let hub = world.store.hub_lock("work").unwrap();
    let error = other.hub_lock("work").unwrap_err();
    assert!(matches!(error, StoreError::HubRunning { pid: Some(pid), .. } if pid == std::process::id()), "{error:?}");
    assert!(error.to_string().contains(&std::process::id().to_string()) && error.hint().is_some(), "{error}");
    // It is no writer lock.
    other.writer_lock(world.connector, "a sync").await.unwrap();
    drop(hub);
    other.hub_lock("work").unwrap();
}

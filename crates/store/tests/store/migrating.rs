//! Opening a database that an earlier version wrote.

use std::path::Path;

use rolecall_store::{DatabaseAddress, Mode, Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

/// A database as version 1 left it: one connector, synced once.
const FIRST: &str = "
    insert into schema_version (version, applied_at) values (1, 1);
    insert into connector (uuid, connector_type, name, root, base_url, settings, secret_source, created_at)
        values ('018c0000-0000-7000-8000-000000000001', 'npm', 'acme', 'acme', 'https://npm.example.test/',
                '{\"tokenExpires\":\"2027-01-31\"}', 'environment variable NPM_TOKEN', 1700000000000000);
    insert into sync (uuid, connector_id, started_at, finished_at, status, requests)
        values ('018c0000-0000-7000-8000-000000000002', 1, 1700000000000000, 1700000001000000, 'finished', 12);
";

async fn first_version(path: &Path) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut db = options.connect().await.unwrap();
    sqlx::raw_sql(include_str!("../../migrations/0001_foundation.sql")).execute(&mut db).await.unwrap();
    sqlx::raw_sql(FIRST).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_database_of_the_first_version_is_migrated_with_everything_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rolecall.db");
    first_version(&path).await;
    let address = DatabaseAddress::Sqlite(path);
    assert!(matches!(Store::open(&address, Mode::Read).await, Err(StoreError::OlderSchema { found: 1, .. })));

    let store = Store::open(&address, Mode::Write).await.unwrap();
    let connectors = store.connector_list().await.unwrap();
    let [connector] = connectors.as_slice() else { panic!("{connectors:?}") };
    assert_eq!((connector.config.name.as_str(), connector.created_at.0), ("acme", 1_700_000_000_000_000));
    assert_eq!(connector.config.settings["tokenExpires"], "2027-01-31");
    assert_eq!((connector.config.description.as_str(), connector.config.owners.len()), ("", 0));
    assert_eq!((connector.paused_at, connector.removed_at), (None, None));
    assert_eq!(connector.config.secret_source, None, "it told where one token was found, not where to look");
    assert_eq!(store.sync_list(connector.id, 9).await.unwrap()[0].requests, 12);
    assert!(directory.path().join("rolecall.db.before-1").exists(), "it was copied first");
    assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
}

//! Opening a database that an earlier version wrote.

use std::path::Path;

use rolecall_store::{DatabaseAddress, Mode, SnapshotId, Store, StoreError};
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
    insert into snapshot (connector_id, sync_id, stage, made_current_at, counts) values
        (1, 1, 'membership', 100000, '{}'), (1, 1, 'membership', 200000, '{}'), (1, 1, 'membership', 300000, '{}');
    insert into term (id, word) values (1, 'team'), (2, 'team-members');
    insert into resource (connector_id, type_id, wire_id) values (1, 1, 'acme/dev');
    insert into listing (connector_id, kind_id, subject_id, verdict, read_at, whole_at, complete_at, diagnostics,
                         first_snapshot, retired) values (1, 2, 1, 'unavailable', 190000, 90000, 90000, '[]', 1, 1);
    insert into listing_read (listing_id, snapshot_id, read_at, not_before, verdict, reason_code) values
        (1, 1, 90000, null, 'proven', null), (1, 2, 190000, 90000, 'unavailable', 'lost-sight'),
        (1, 3, 300000, 90000, 'retired', null);
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
    let mut then = Vec::new();
    for snapshot in [1, 2, 3] {
        let states = store.listing_states_at(connector.id, SnapshotId(snapshot)).await.unwrap();
        let [state] = states.as_slice() else { panic!("{states:?}") };
        then.push((state.verdict.kind().word(), state.read_at.0, state.complete_at.map(|at| at.0), state.retired));
    }
    assert_eq!(
        then,
        [
            ("proven", 90_000, Some(90_000), false),
            ("unavailable", 190_000, Some(90_000), false),
            ("unavailable", 300_000, Some(90_000), true)
        ]
    );
    assert!(directory.path().join("rolecall.db.before-1").exists(), "it was copied first");
    assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
}

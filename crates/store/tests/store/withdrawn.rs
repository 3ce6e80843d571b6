//! A removed connector's secret is nowhere any more, and nobody works for it.

use std::fs;
use std::path::Path;

use rolecall_store::{ConnectorChange, JobState, KeyPlace, NewConnector, SEALED};
use secrecy::SecretString;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::jobs::wanted;
use crate::world::{World, config, minute, owner, roster};

fn sealing(name: &str) -> NewConnector {
    NewConnector { secret_source: Some(SEALED.to_owned()), ..config(name) }
}

/// What is sealed in the table, read behind the store's back.
async fn sealed_bytes(path: &Path) -> Vec<Vec<u8>> {
    let mut db = SqliteConnectOptions::new().filename(path).read_only(true).connect().await.unwrap();
    let rows: Vec<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select ciphertext, wrapped_key from secret").fetch_all(&mut db).await.unwrap();
    rows.into_iter().flat_map(|(ciphertext, key)| [ciphertext, key]).collect()
}

/// Whether any file beside the database has any eighth byte after another of what is looked for.
fn is_anywhere(path: &Path, needle: &[u8]) -> bool {
    let files = fs::read_dir(path.parent().unwrap()).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.is_file() && !file.to_string_lossy().ends_with(".key")).any(|file| {
        let bytes = fs::read(file).unwrap();
        needle.chunks_exact(8).any(|part| bytes.windows(8).any(|window| window == part))
    })
}

#[tokio::test]
async fn not_a_byte_of_a_removed_connectors_secret_is_left() {
    let mut world = World::in_file().await;
    let vault = world.store.vault(KeyPlace::beside(world.store.address().path().unwrap()));
    let mut ids = Vec::new();
    for name in ["one", "two", "three", "four", "five"] {
        let token = SecretString::from(format!("t0ken-of-{name}-{}", name.repeat(30)));
        for at in 1..4 {
            let changes = [ConnectorChange::Put(sealing(name))];
            let changed = vault.connector_change_sealing(&changes, &token, "mara", minute(at)).await.unwrap();
            ids.push(changed[0].id);
        }
    }
    vault.rotate(None, minute(5)).await.unwrap();
    ids.dedup();
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    let path = world.path().to_owned();
    let sealed = sealed_bytes(&path).await;
    assert_eq!(sealed.len(), 10);
    assert!(sealed.iter().all(|bytes| is_anywhere(&path, bytes)), "or the test finds nothing ever");
    for (number, id) in ids.iter().enumerate() {
        let withdrawn = world.store.connector_withdraw(*id, "mara", minute(9)).await.unwrap();
        assert!(withdrawn.had_secret && withdrawn.is_scrubbed, "{withdrawn:?}");
        for gone in &sealed[number * 2..number * 2 + 2] {
            assert!(!is_anywhere(&path, gone), "connector {number}");
        }
    }
    assert!(!is_anywhere(&path, b"t0ken-of"));
    assert!(world.facts().await.contains(&owner("ada")));
    world.is_sound().await;
}

#[tokio::test]
async fn what_an_earlier_version_left_in_the_file_is_gone_too() {
    let world = World::in_file().await;
    let vault = world.store.vault(KeyPlace::beside(world.store.address().path().unwrap()));
    let token = SecretString::from("t0ken-that-is-long-enough-to-be-found");
    let changes = [ConnectorChange::Put(sealing("umbrella"))];
    let id = vault.connector_change_sealing(&changes, &token, "mara", minute(1)).await.unwrap()[0].id;
    let path = world.path().to_owned();
    let sealed = sealed_bytes(&path).await;
    // A copy of the row that was deleted without being overwritten.
    let mut db = SqliteConnectOptions::new().filename(&path).pragma("secure_delete", "off").connect().await.unwrap();
    sqlx::raw_sql("create table saved as select * from secret; drop table saved").execute(&mut db).await.unwrap();
    drop(db);
    let withdrawn = world.store.connector_withdraw(id, "mara", minute(9)).await.unwrap();
    assert!(withdrawn.is_scrubbed);
    assert!(sealed.iter().all(|bytes| !is_anywhere(&path, bytes)));
    world.is_sound().await;
}

#[tokio::test]
async fn a_withdrawn_connector_keeps_its_history_and_has_no_jobs() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    let uuid = world.store.connector_list().await.unwrap()[0].uuid.to_string();
    world.store.job_enqueue(&wanted(&uuid, minute(1)), minute(1)).await.unwrap();
    let withdrawn = world.store.connector_withdraw(world.connector, "mara", minute(9)).await.unwrap();
    assert_eq!((withdrawn.jobs_cancelled, withdrawn.had_secret, withdrawn.is_scrubbed), (1, false, true));
    let jobs = world.store.job_list(rolecall_store::JobFilter::default(), 9).await.unwrap();
    assert!(jobs.iter().all(|job| job.state == JobState::Cancelled));
    assert!(world.facts().await.contains(&owner("ada")));
    assert!(world.store.connector_list().await.unwrap().is_empty());
    world.is_sound().await;
}

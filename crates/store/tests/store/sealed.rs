//! Secrets sealed at rest: what is written, what is noticed, and when they are gone.

use std::fs;
use std::path::Path;

use rolecall_store::{
    CONNECTOR_TOKEN, Connector, ConnectorChange, KeyPlace, NewConnector, SEALED, Store, StoreError, Vault,
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::world::{World, config, minute};

fn sealing(name: &str) -> NewConnector {
    NewConnector { secret_source: Some(SEALED.to_owned()), ..config(name) }
}

fn vault(store: &Store) -> Vault {
    store.vault(KeyPlace::beside(store.address().path().unwrap()))
}

fn token(name: &str) -> SecretString {
    SecretString::from(format!("t0ken-of-{name}"))
}

async fn seal(world: &World, name: &str) -> Connector {
    let changes = [ConnectorChange::Put(sealing(name))];
    let vault = vault(&world.store);
    vault.connector_change_sealing(&changes, &token(name), "mara", minute(1)).await.unwrap().remove(0)
}

/// Runs a statement behind the store's back.
async fn sql(store: &Store, statement: &str) {
    let options = SqliteConnectOptions::new().filename(store.address().path().unwrap()).foreign_keys(false);
    let mut db = options.connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

async fn problems(store: &Store) -> Vec<String> {
    vault(store).check().await.unwrap().problems
}

#[tokio::test]
async fn a_sealed_token_is_opened_and_is_in_no_file() {
    let world = World::in_file().await;
    let acme = seal(&world, "umbrella").await;
    let opened = vault(&world.store).connector_token(acme.id).await.unwrap().unwrap();
    assert_eq!(opened.expose_secret(), token("umbrella").expose_secret());
    assert!(vault(&world.store).connector_token(world.connector).await.unwrap().is_none());

    let listed = world.store.secret_list().await.unwrap();
    assert_eq!((listed.len(), listed[0].purpose.as_str()), (1, CONNECTOR_TOKEN));
    assert_eq!((listed[0].connector.as_deref(), listed[0].created_at), (Some("npm:umbrella"), minute(1)));
    assert_eq!(world.store.connector_secret(acme.id).await.unwrap().as_ref(), Some(&listed[0]));
    let shown = format!("{listed:?} {:?} {acme:?}", vault(&world.store));
    assert!(!shown.contains("t0ken"), "{shown}");
    for file in fs::read_dir(world.path().parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"t0ken"), "{}", path.display());
    }
}

#[tokio::test]
async fn any_changed_column_is_noticed_and_the_secret_is_named() {
    let world = World::in_file().await;
    seal(&world, "umbrella").await;
    let columns = [
        "id = 99",
        "uuid = '018c0000-0000-7000-8000-000000000001'",
        "purpose = 'connector.other'",
        "connector_id = 1",
        "key_id = '000000000000'",
        "wrapped_key = zeroblob(48)",
        "wrap_nonce = zeroblob(24)",
        "nonce = zeroblob(24)",
        "ciphertext = zeroblob(20)",
        "ciphertext = x''",
        "created_at = created_at + 1",
        "updated_at = updated_at + 1",
    ];
    let copy = fs::read(world.path()).unwrap().len();
    assert!(copy > 0);
    for change in columns {
        sql(&world.store, "drop table if exists saved; create table saved as select * from secret").await;
        assert_eq!(problems(&world.store).await, Vec::<String>::new());
        sql(&world.store, &format!("update secret set {change}")).await;
        let found = problems(&world.store).await;
        assert_eq!(found.len(), 1, "{change}: {found:?}");
        let is_named = found[0].contains("connector.") && found[0].contains("of npm:");
        assert!(is_named && found[0].contains("is not as it was sealed"), "{change}: {found:?}");
        sql(&world.store, "delete from secret; insert into secret select * from saved").await;
    }
}

#[tokio::test]
async fn what_is_moved_from_another_row_opens_nothing() {
    let world = World::in_file().await;
    let (one, other) = (seal(&world, "umbrella").await, seal(&world, "initech").await);
    for columns in [
        &["ciphertext", "nonce"][..],
        &["wrapped_key", "wrap_nonce"],
        &["ciphertext", "nonce", "wrapped_key", "wrap_nonce"],
    ] {
        sql(&world.store, "drop table if exists saved; create table saved as select * from secret").await;
        let swap: Vec<String> = columns
            .iter()
            .map(|column| format!("{column} = (select o.{column} from saved o where o.id <> secret.id)"))
            .collect();
        sql(&world.store, &format!("update secret set {}", swap.join(", "))).await;
        assert_eq!(problems(&world.store).await.len(), 2, "{columns:?}");
        for connector in [&one, &other] {
            let error = vault(&world.store).connector_token(connector.id).await.unwrap_err();
            assert_eq!(error.code(), "secret-tampered");
            assert!(error.to_string().contains(&connector.config.name), "{error}");
        }
        sql(&world.store, "delete from secret; insert into secret select * from saved").await;
        assert_eq!(problems(&world.store).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_token_that_is_looked_for_elsewhere_or_nowhere_is_not_kept() {
    let world = World::in_file().await;
    let sealed = seal(&world, "umbrella").await;
    let (store, by) = (&world.store, "mara");
    // Replaced: the old one is gone.
    seal(&world, "umbrella").await;
    assert_eq!(store.secret_list().await.unwrap().len(), 1);
    // Other changes leave it.
    let described = NewConnector { description: "all of it".into(), ..sealing("umbrella") };
    store.connector_put(&described, by, minute(2)).await.unwrap();
    store.connector_change(&[ConnectorChange::Pause(sealed.id)], by, minute(2)).await.unwrap();
    assert_eq!(store.secret_list().await.unwrap().len(), 1);
    // Looked for elsewhere.
    store.connector_put(&config("umbrella"), by, minute(3)).await.unwrap();
    assert_eq!(store.secret_list().await.unwrap(), []);
    // Removed.
    seal(&world, "umbrella").await;
    store.connector_change(&[ConnectorChange::Remove(sealed.id)], by, minute(4)).await.unwrap();
    assert_eq!(store.secret_list().await.unwrap(), []);
    // Purged.
    seal(&world, "umbrella").await;
    store.connector_purge(sealed.id, by, minute(5)).await.unwrap();
    assert_eq!(store.secret_list().await.unwrap(), []);
    assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn sealing_is_on_record_and_what_is_sealed_is_not() {
    let world = World::in_file().await;
    let sealed = seal(&world, "umbrella").await;
    let first = world.store.connector_secret(sealed.id).await.unwrap().unwrap().uuid.to_string();
    seal(&world, "umbrella").await;
    let events = world.store.connector_events(sealed.uuid, 9).await.unwrap();
    let ids: Vec<_> =
        events.iter().map(|event| event.before.as_ref().and_then(|before| before.get("sealedToken"))).collect();
    assert_eq!(ids[0].and_then(|id| id.as_str()), Some(first.as_str()), "{events:?}");
    assert!(!format!("{events:?}").contains("t0ken"));
}

#[tokio::test]
async fn a_key_that_is_gone_is_missed_and_no_other_is_made() {
    let world = World::in_file().await;
    let sealed = seal(&world, "umbrella").await;
    let file = world.path().with_file_name("rolecall.db.key");
    let moved = file.with_file_name("moved.key");
    fs::rename(&file, &moved).unwrap();
    let error = vault(&world.store).connector_token(sealed.id).await.unwrap_err();
    assert_eq!(error.code(), "secret-key-missing");
    let changes = [ConnectorChange::Put(sealing("initech"))];
    let error = vault(&world.store).connector_change_sealing(&changes, &token("initech"), "mara", minute(2)).await;
    assert_eq!(error.unwrap_err().code(), "secret-key-missing");
    assert!(!file.exists() && world.store.connector_find("npm", "initech").await.unwrap().is_none());
    fs::rename(&moved, &file).unwrap();
    assert_eq!(problems(&world.store).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_sealed_with_a_key_of_before_a_rotation_is_never_written() {
    let world = World::in_file().await;
    seal(&world, "umbrella").await;
    let file = world.path().with_file_name("rolecall.db.key");
    let before = SecretString::from(fs::read_to_string(&file).unwrap());
    vault(&world.store).rotate(None, minute(2)).await.unwrap();
    // A process that still has the old key.
    let late = world.store.vault(KeyPlace::Variable("ROLECALL_SECRET_KEY", before));
    let changes = [ConnectorChange::Put(sealing("initech"))];
    let error = late.connector_change_sealing(&changes, &token("initech"), "mara", minute(3)).await.unwrap_err();
    assert!(matches!(&error, StoreError::Secret(error) if error.code() == "secret-key-wrong"), "{error}");
    assert!(error.hint().is_some());
    assert!(world.store.connector_find("npm", "initech").await.unwrap().is_none());
    assert!(Path::new(&file).exists());
}

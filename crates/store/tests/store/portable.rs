//! The database as one file and back: nothing is lost, nothing is added, and nothing that was changed is taken.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rolecall_model::{Fact, IdReuse, ListingKey, Proof, Reading, ResourceRef, SourceEvent, Stage, Value, Verdict};
use rolecall_store::{
    ConnectorChange, DatabaseAddress, FingerprintWrite, ImportEnd, ImportStep, KeyPlace, ListingChange, ListingDelta,
    Mode, NewDecisionPending, RemovalFilter, SEALED, SnapshotId, Store, StoreError,
};
use rolecall_testkit::cases;
use secrecy::SecretString;

use crate::audit::key;
use crate::fingerprint;
use crate::jobs::wanted;
use crate::world::{World, config, decision, members, minute, roster, teams, user};
use crate::{alerting, attestation, identity, owner, people, plan, review, runner, scim};

/// A database with something in every table.
async fn filled(names: &[String]) -> World {
    let mut world = World::new().await;
    let exists = |name: &String| Fact::resource(user(name), None);
    world.sync_reading(vec![(roster(), names.iter().map(exists).collect())]).await;
    let described = names.iter().map(|name| Fact::property(&user(name), "n", Value::text(name))).collect();
    world.sync_reading(vec![(teams(), described)]).await;
    if let Some(first) = names.first() {
        let hold_reason = Some("too many".to_owned());
        let delta = ListingDelta { hold: vec![exists(first)], hold_reason, ..ListingDelta::default() };
        let write = world.changes_to(roster(), delta);
        world.sync(vec![write]).await;
        let (at, all) = (world.tick(), RemovalFilter::default());
        world.store.removals_discard(world.connector, &decision(), at, all).await.unwrap();
    }
    let (key, reading) = (roster(), Reading::whole(Proof::Itself, names.iter().map(exists).collect()));
    world.store.staged_put(world.connector, Stage::Membership, [(&key, minute(9), &reading)]).await.unwrap();
    let other = ListingKey { kind: "ä".into(), subject: ResourceRef::new("team", "Z/a") };
    world.store.staged_put(world.connector, Stage::Detail, [(&other, minute(9), &reading)]).await.unwrap();
    beside_facts(&mut world).await;
    people::somebody(&world).await;
    scim::directory(&world).await;
    runner::runner(&world).await;
    identity::filled(&world).await;
    owner::filled(&world).await;
    attestation::filled(&world).await;
    alerting::filled(&world).await;
    plan::filled(&world).await;
    review::filled(&world).await;
    // Of a history that was deleted its last numbers are kept.
    let gone = world.store.connector_put(&config("gone"), "mara", minute(9)).await.unwrap();
    world.store.connector_purge(gone.id, "mara", minute(9)).await.unwrap();
    let sealing = rolecall_store::NewConnector { secret_source: Some(SEALED.into()), ..config("umbrella") };
    let vault = world.store.vault(KeyPlace::beside(&world.file("rolecall.db")));
    let token = SecretString::from("t0ken");
    vault.connector_change_sealing(&[ConnectorChange::Put(sealing)], &token, "mara", minute(9)).await.unwrap();
    world
}

/// What is kept beside facts: jobs, what a source wrote down, what was seen, a name that was used before, a signed head.
async fn beside_facts(world: &mut World) {
    let (store, connector) = (world.store.clone(), world.connector);
    store.job_enqueue(&wanted("nightly", minute(1)), minute(1)).await.unwrap();
    store.requests_add(connector, "2026-11", 7).await.unwrap();
    let event = SourceEvent {
        id: "e-1".to_owned(),
        at: minute(1),
        actor: Some("mara".to_owned()),
        action: "user.add".to_owned(),
        object: Some(user("eve")),
        altered: None,
        fields: BTreeMap::new(),
    };
    store.source_events_add(connector, &[event]).await.unwrap();
    world.fingerprint = Some(FingerprintWrite { seen: fingerprint::seen("owner", 1), is_reference: true });
    world.reused_ids = vec![("user", IdReuse::Untold)];
    for facts in [vec![Fact::resource(user("eve"), None)], vec![], vec![Fact::resource(user("eve"), None)]] {
        world.sync_reading(vec![(members("dev"), facts)]).await;
    }
    // A removal that waited and was seen again, and a reading that changed nothing.
    let why = Some("too many".to_owned());
    let hold =
        ListingDelta { hold: vec![Fact::resource(user("eve"), None)], hold_reason: why, ..ListingDelta::default() };
    let seen = ListingDelta { seen_again: vec![Fact::resource(user("eve"), None)], ..ListingDelta::default() };
    for delta in [hold, seen] {
        let write = world.changes_to(members("dev"), delta);
        world.sync(vec![write]).await;
    }
    let same = world.write(members("dev"), Verdict::Proven, ListingChange::Same);
    world.sync(vec![same]).await;
    store.audit_head_sign(&key(world), minute(2)).await.unwrap();
    waits_for_somebody(world).await;
}

/// What waits for another person's word, and what somebody was told.
async fn waits_for_somebody(world: &World) {
    let (store, connector) = (&world.store, world.connector);
    let asked = NewDecisionPending {
        connector,
        is_confirmation: true,
        listing: None,
        seen: SnapshotId(1),
        actor: "mara".to_owned(),
        reason: "she left".to_owned(),
        due_at: minute(9),
    };
    store.decision_delay(&asked, minute(2)).await.unwrap();
    store.purge_ask(connector, "mara", "a test", minute(2)).await.unwrap();
    store.notices_tell(&[(connector, "token-expires".to_owned())], minute(2)).await.unwrap();
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("user-{number}")).collect()
}

/// The file of a database.
async fn export(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.export(&mut bytes).await.unwrap();
    bytes
}

struct Place {
    _directory: tempfile::TempDir,
    file: PathBuf,
    address: DatabaseAddress,
}

/// A new place with this file in it.
fn place(bytes: &[u8]) -> Place {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("export");
    fs::write(&file, bytes).unwrap();
    let address = DatabaseAddress::Sqlite(directory.path().join("new.db"));
    Place { _directory: directory, file, address }
}

fn go_on(_: ImportStep) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

async fn import(address: &DatabaseAddress, file: &Path) -> Result<ImportEnd, StoreError> {
    Store::import(address, file, minute(99), go_on).await
}

/// Imports all of it, and exports what that made.
async fn round_trip(bytes: &[u8]) -> Vec<u8> {
    let place = place(bytes);
    assert!(matches!(import(&place.address, &place.file).await.unwrap(), ImportEnd::Done(_)));
    let store = Store::open(&place.address, Mode::Read).await.unwrap();
    assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
    export(&store).await
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(24, 500)).unwrap(), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_exported_and_imported_is_exported_alike(
        names in prop::collection::btree_set("\\PC{1,12}|[\\x01-\\x1f\"\\\\]{1,4}", 0..12)
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let names: Vec<String> = names.into_iter().collect();
            let world = filled(&names).await;
            let bytes = export(&world.store).await;
            assert_eq!(export(&world.store).await, bytes);
            assert_eq!(round_trip(&bytes).await, bytes);
        });
    }
}

#[tokio::test]
async fn every_table_has_rows_in_these_tests_and_the_copy_is_the_same_database() {
    let world = filled(&names(2)).await;
    let mut bytes = Vec::new();
    let exported = world.store.export(&mut bytes).await.unwrap();
    let empty: Vec<&str> = exported.rows.iter().filter(|(_, rows)| *rows == 0).map(|(name, _)| name.as_str()).collect();
    assert_eq!(empty, Vec::<&str>::new());
    let place = place(&bytes);
    let ImportEnd::Done(imported) = import(&place.address, &place.file).await.unwrap() else { panic!("it stopped") };
    assert_eq!((imported.rows, imported.resumed, &imported.digest), (exported.rows, 0, &exported.digest));
    assert_eq!(imported.database, world.store.database_id().await.unwrap());
    // Sealed as it was: the key opens it there too.
    let store = Store::open(&place.address, Mode::Read).await.unwrap();
    let there = store.vault(KeyPlace::beside(&world.file("rolecall.db")));
    assert_eq!(there.check().await.unwrap().problems, Vec::<String>::new());
    // Keys go on where they were.
    let writer = Store::open(&place.address, Mode::Write).await.unwrap();
    writer.connector_put(&config("initech"), "mara", minute(100)).await.unwrap();
}

#[tokio::test]
async fn an_import_stopped_after_any_chunk_goes_on_there_and_is_no_database_before() {
    let world = filled(&names(2500)).await;
    let bytes = export(&world.store).await;
    let place = place(&bytes);
    let mut stops = 0;
    loop {
        let stop = |_: ImportStep| ControlFlow::Break(());
        match Store::import(&place.address, &place.file, minute(99), stop).await.unwrap() {
            ImportEnd::Stopped(step) => {
                stops += 1;
                assert_eq!(step.done, stops);
                for mode in [Mode::Read, Mode::Write] {
                    let error = Store::open(&place.address, mode).await.err().unwrap();
                    assert!(matches!(error, StoreError::ImportUnfinished { .. }) && error.hint().is_some(), "{error}");
                }
            }
            ImportEnd::Done(imported) => {
                assert_eq!(imported.resumed, stops);
                break;
            }
        }
    }
    assert!(stops > 20, "{stops}");
    assert_eq!(export(&Store::open(&place.address, Mode::Read).await.unwrap()).await, bytes);
}

#[tokio::test]
async fn an_import_goes_on_with_the_same_file_alone_and_mixes_no_two_databases() {
    let (one, other) = (filled(&names(1)).await, filled(&names(2)).await);
    let place = place(&export(&one.store).await);
    let stop = |_: ImportStep| ControlFlow::Break(());
    Store::import(&place.address, &place.file, minute(99), stop).await.unwrap();
    fs::write(&place.file, export(&other.store).await).unwrap();
    let error = import(&place.address, &place.file).await.unwrap_err();
    assert!(error.to_string().contains("another file"), "{error}");
    let error = import(&other.address(), &place.file).await.unwrap_err();
    assert!(error.to_string().contains("in use already"), "{error}");
    other.is_sound().await;
}

#[tokio::test]
async fn a_changed_byte_anywhere_is_refused_and_nothing_is_made() {
    let world = filled(&names(3)).await;
    let bytes = export(&world.store).await;
    let place = place(&bytes);
    let step = bytes.len().div_ceil(cases(300, 100_000)).max(1);
    for at in (0..bytes.len()).step_by(step).chain(bytes.len() - 40..bytes.len()) {
        for flip in [1_u8, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            fs::write(&place.file, &changed).unwrap();
            let error = import(&place.address, &place.file).await.err();
            let error = error.unwrap_or_else(|| panic!("byte {at} of {} was changed", bytes.len()));
            assert!(matches!(error, StoreError::Import { .. }), "byte {at}: {error:?}");
            assert!(place.address.is_missing());
        }
    }
}

#[tokio::test]
async fn a_file_that_is_cut_off_or_rearranged_is_refused_with_the_place() {
    let world = filled(&names(2500)).await;
    let bytes = export(&world.store).await;
    let members = file_members(&bytes);
    assert!(members.len() > 20);
    let refusal = async |bytes: Vec<u8>| {
        let place = place(&bytes);
        let error = import(&place.address, &place.file).await.unwrap_err();
        assert_eq!((error.code(), error.hint().is_some()), ("store-import", true), "{error}");
        error.to_string()
    };
    for end in [0, 1, 9, bytes.len() / 2, bytes.len() - 1] {
        let why = refusal(bytes[..end].to_vec()).await;
        assert!(why.contains("ends"), "{end}: {why}");
    }
    for gone in 0..members.len() {
        let mut fewer = members.clone();
        fewer.remove(gone);
        refusal(fewer.concat()).await;
    }
    for pair in 1..members.len() - 2 {
        let mut swapped = members.clone();
        swapped.swap(pair, pair + 1);
        let why = refusal(swapped.concat()).await;
        assert!(why.contains("chunk ") || why.contains("the end"), "{why}");
    }
    let mut twice = members.clone();
    twice.insert(5, members[5].clone());
    assert!(refusal(twice.concat()).await.contains("does not follow"));
    assert!(refusal([bytes.clone(), b"x".to_vec()].concat()).await.contains("something follows"));
    assert!(refusal(b"[[connector]]\n".to_vec()).await.contains("cannot be read"));
}

/// The file's members.
fn file_members(bytes: &[u8]) -> Vec<Vec<u8>> {
    // What each begins with; the header's digest makes sure that it is nowhere else.
    let starts: Vec<usize> =
        (0..bytes.len() - 10).filter(|at| bytes[*at..].starts_with(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])).collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts.iter().zip(ends).map(|(start, end)| bytes[*start..end].to_vec()).collect()
}

#[tokio::test]
async fn an_import_given_up_at_any_moment_goes_on_and_ends_alike() {
    let world = filled(&names(200)).await;
    let bytes = export(&world.store).await;
    let place = place(&bytes);
    let (mut attempts, mut patience) = (0, std::time::Duration::from_millis(1));
    let imported = loop {
        (attempts, patience) = (attempts + 1, patience.mul_f64(1.2));
        if let Ok(ended) = tokio::time::timeout(patience, import(&place.address, &place.file)).await {
            break ended;
        }
    };
    match imported {
        Ok(ImportEnd::Done(_)) => {}
        // It was given up after its last step, so that the next one found a finished database.
        Err(StoreError::Conflict(_)) => {}
        other => panic!("nobody stopped it: {other:?}"),
    }
    assert!(attempts > 3, "it was given up too seldom: {attempts}");
    assert_eq!(export(&Store::open(&place.address, Mode::Read).await.unwrap()).await, bytes);
}

//! The audit log as it is written, read back, signed, exported and verified, when nobody tampers with it.

use std::io::BufReader;

use rolecall_model::Timestamp;
use rolecall_store::{
    AuditEvidence, AuditFilter, AuditHead, AuditKey, AuditRecord, AuditVerdict, ConnectorChange, Decision,
    ListingDelta, Mode, NewConnector, PersonalField, RemovalFilter, Store, StoreError, audit_file_verify,
    audit_heads_read,
};

use crate::world::{World, config, decision, minute, owner, roster};

const EVERYTHING: AuditFilter = AuditFilter { since: None, action: None, actor: None, limit: usize::MAX };

/// Every record, oldest first.
pub(crate) async fn records(store: &Store) -> Vec<AuditRecord> {
    let mut records = store.audit_list(&EVERYTHING).await.unwrap();
    records.reverse();
    records
}

pub(crate) fn key(world: &World) -> AuditKey {
    AuditKey::open_or_create(&world.file("audit-key")).unwrap()
}

pub(crate) async fn export(store: &Store, personal: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.audit_export(personal, &mut bytes).await.unwrap();
    bytes
}

pub(crate) fn verified(export: &[u8], evidence: &AuditEvidence) -> AuditVerdict {
    audit_file_verify(BufReader::new(export), evidence).unwrap()
}

/// A connector with two removals that wait, one of which a person lets go.
pub(crate) async fn lived_in() -> World {
    lived_in_of(World::new().await).await
}

pub(crate) async fn lived_in_of(mut world: World) -> World {
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob"), owner("cleo")])]).await;
    let held = ListingDelta { hold: vec![owner("bob")], hold_reason: Some("why".into()), ..ListingDelta::default() };
    let write = world.changes_to(roster(), held);
    world.sync(vec![write]).await;
    let now = world.tick();
    world.store.removals_confirm(world.connector, &decision(), now, RemovalFilter::default()).await.unwrap();
    world
}

#[tokio::test]
async fn each_record_says_what_was_done_to_what_and_by_whom() {
    let world = lived_in().await;
    let records = records(&world.store).await;
    let told: Vec<_> = records.iter().map(|record| (record.sequence, record.action.as_str(), record.actor())).collect();
    assert_eq!(
        told,
        [
            (1, "database.migrated", None),
            (2, "connector.added", Some("mara")),
            (3, "snapshot.made-current", None),
            (4, "snapshot.made-current", None),
            (5, "removals.confirmed", Some("mara")),
        ]
    );
    let connector = world.store.connector_find("npm", "acme").await.unwrap().unwrap();
    assert_eq!(records[1].subject, connector.uuid.to_string());
    let confirmed = &records[4];
    assert_eq!((confirmed.at, &confirmed.subject), (world.now(), &connector.uuid.to_string()));
    assert_eq!(confirmed.details, r#"{"cascaded":0,"facts":1,"listing":null,"snapshot":3}"#);
    let reason = confirmed.personal.get("reason").unwrap();
    assert!(matches!(reason, PersonalField::Told { value, .. } if value == "they left"), "{reason:?}");
    assert_eq!(
        records[2].details,
        r#"{"counts":{"appeared":3,"baseline":3,"listings":1},"snapshot":1,"stage":"membership","sync":1}"#
    );
}

#[tokio::test]
async fn the_log_is_asked_by_time_action_and_person() {
    let world = lived_in().await;
    let pause = [ConnectorChange::Pause(world.connector)];
    world.store.connector_change(&pause, "nils", minute(9)).await.unwrap();
    let numbers = |filter: AuditFilter| {
        let store = world.store.clone();
        async move { store.audit_list(&filter).await.unwrap().iter().map(|record| record.sequence).collect::<Vec<_>>() }
    };
    assert_eq!(numbers(AuditFilter { limit: 2, ..EVERYTHING }).await, [6, 5]);
    assert_eq!(numbers(AuditFilter { actor: Some("mara".into()), ..EVERYTHING }).await, [5, 2]);
    assert_eq!(numbers(AuditFilter { action: Some("connector.paused".into()), ..EVERYTHING }).await, [6]);
    // The migration is dated by this machine's clock, which is later than the minutes of these tests.
    assert_eq!(numbers(AuditFilter { since: Some(minute(9)), ..EVERYTHING }).await, [6, 1]);
    assert!(numbers(AuditFilter { actor: Some("nobody".into()), ..EVERYTHING }).await.is_empty());
}

#[tokio::test]
async fn what_is_public_tells_of_no_person_and_of_no_secret() {
    let world = lived_in().await;
    let talkative = NewConnector {
        description: "ask Zelda Quist".to_owned(),
        owners: vec!["zelda@example.test".to_owned()],
        secret_source: Some("env:ZELDAS_TOKEN".to_owned()),
        settings: serde_json::json!({ "proxy": "http://zelda:pass@proxy.test" }),
        ..config("acme")
    };
    world.store.connector_put(&talkative, "zelda", minute(9)).await.unwrap();
    let public = String::from_utf8(export(&world.store, false).await).unwrap();
    for word in ["elda", "mara", "they left", "pass@"] {
        assert!(!public.contains(word), "{word} in {public}");
    }
    assert!(public.contains(r#"\"changed\":[\"description\",\"owners\",\"secretSource\",\"settings\"]"#), "{public}");
    assert!(verified(public.as_bytes(), &AuditEvidence::default()).is_sound());

    let told = String::from_utf8(export(&world.store, true).await).unwrap();
    assert!(told.contains("zelda@example.test") && told.contains("they left"), "{told}");
    assert!(verified(told.as_bytes(), &AuditEvidence::default()).is_sound());
}

#[tokio::test]
async fn a_sound_log_says_how_far_it_goes_and_what_covers_it() {
    let mut world = lived_in().await;
    let key = key(&world);
    let head = world.store.audit_head_sign(&key, world.now()).await.unwrap();
    assert_eq!((head.sequence, head.at, head.signer()), (5, world.now(), Ok(key.public())));
    assert_eq!(world.store.audit_heads().await.unwrap(), std::slice::from_ref(&head));
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;

    let evidence = AuditEvidence { heads: vec![head.clone()], keys: vec![key.public()] };
    let verdict = world.store.audit_verify(&evidence).await.unwrap();
    assert!(verdict.is_sound(), "{verdict:?}");
    assert_eq!((verdict.records, verdict.signed_until, verdict.delivered_until), (6, Some(5), Some(5)));
    assert_eq!(verdict, verified(&export(&world.store, true).await, &evidence));
    let alone = world.store.audit_verify(&AuditEvidence::default()).await.unwrap();
    assert_eq!((alone.is_sound(), alone.signed_until, alone.delivered_until), (true, Some(5), None));

    // Heads as they are delivered: one on each line, behind whatever a log daemon writes.
    let line = serde_json::to_string(&head).unwrap();
    assert_eq!(
        audit_heads_read(&format!("{line}\n\n<109>1 - - rolecall - - - {line}\n")).unwrap(),
        [head.clone(), head]
    );
    assert!(audit_heads_read("").is_err());
    assert!(audit_heads_read("{}").unwrap_err().contains("line 1"));
}

#[tokio::test]
async fn an_erased_person_is_nowhere_in_the_file_and_the_log_still_verifies() {
    let mut world = lived_in().await;
    let owned = NewConnector { owners: vec!["mara@example.test".to_owned(), "nils".to_owned()], ..config("acme") };
    world.store.connector_put(&owned, "nils", minute(9)).await.unwrap();
    let said = Decision { actor: "nils".to_owned(), reason: "a request of 3 March".to_owned() };
    let now = world.tick();
    let nobody = world.store.audit_erase("mar", &said, now).await.unwrap();
    assert_eq!((nobody.fields, nobody.rows, records(&world.store).await.len()), (0, 0, 6));

    let erased = world.store.audit_erase("mara", &said, now).await.unwrap();
    assert_eq!((erased.fields, erased.rows), (3, 3), "two actors and a configuration; a decision and two events");
    let again = world.store.audit_erase("mara", &said, now).await.unwrap();
    assert_eq!((again.fields, again.rows), (0, 0));
    let records = records(&world.store).await;
    assert_eq!((records[1].actor(), records[4].actor()), (None, None));
    assert_eq!(records[4].personal.get("actor"), Some(&PersonalField::Erased));
    let last = records.last().unwrap();
    assert_eq!((last.action.as_str(), last.actor()), ("audit.erased", Some("nils")));
    assert_eq!(last.details, r#"{"erased":{"actor":[2,5],"configuration":[6]},"rows":3}"#);

    let verdict = world.store.audit_verify(&AuditEvidence::default()).await.unwrap();
    assert!(verdict.is_sound() && verdict.erased == 3, "{verdict:?}");
    assert_eq!(verdict, verified(&export(&world.store, true).await, &AuditEvidence::default()));
    let changes = world.changes().await;
    assert!(changes.iter().any(|change| change.confirmed_by.as_ref().is_some_and(|by| by.actor == "erased")));

    // The connector itself still names them as an owner, until somebody changes it.
    world.store.connector_put(&config("acme"), "nils", minute(10)).await.unwrap();
    world.store.audit_erase("mara@example.test", &said, now).await.unwrap();
    world.store.clone().close().await;
    if let Some(path) = world.address().path() {
        let bytes = std::fs::read(path).unwrap();
        assert!(!bytes.windows(4).any(|window| window == b"mara"), "it is still in the file");
    }
}

#[tokio::test]
async fn nobody_is_erased_while_somebody_syncs_or_without_a_name() {
    let world = World::new().await;
    let unnamed = world.store.audit_erase(" ", &decision(), minute(1)).await.unwrap_err();
    assert!(matches!(unnamed, StoreError::Conflict(_)), "{unnamed}");
    let _lock = world.store.writer_lock(world.connector, "a sync").await.unwrap();
    let refused = world.store.audit_erase("mara", &decision(), minute(1)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_time_leave_no_gap() {
    const EACH: usize = 20;
    let world = World::new().await;
    let writer = |number: usize| {
        let address = world.address();
        async move {
            let store = Store::open(&address, Mode::Write).await.unwrap();
            for turn in 0..EACH {
                let name = format!("acme-{number}-{turn}");
                store.connector_put(&config(&name), "mara", Timestamp(1)).await.unwrap();
            }
        }
    };
    let writers: Vec<_> = (0..4).map(|number| tokio::spawn(writer(number))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let numbers: Vec<i64> = records(&world.store).await.iter().map(|record| record.sequence).collect();
    let expected: Vec<i64> = (1..).take(2 + 4 * EACH).collect();
    assert_eq!(numbers, expected);
    assert!(world.store.audit_verify(&AuditEvidence::default()).await.unwrap().is_sound());
}

#[tokio::test]
async fn more_records_than_are_read_at_once_are_one_chain() {
    let world = World::new().await;
    let described = |turn: usize| NewConnector { description: turn.to_string(), ..config("acme") };
    let changes: Vec<_> = (0..1200).map(|turn| ConnectorChange::Put(described(turn))).collect();
    world.store.connector_change(&changes, "mara", minute(1)).await.unwrap();
    let verdict = world.store.audit_verify(&AuditEvidence::default()).await.unwrap();
    assert_eq!((verdict.is_sound(), verdict.records), (true, 1202), "{verdict:?}");
    assert_eq!(verified(&export(&world.store, true).await, &AuditEvidence::default()), verdict);
}

#[test]
fn heads_from_outside_are_read_strictly() {
    let head = serde_json::json!({
        "format": "rolecall-audit-head-1", "database": "d", "sequence": 1, "hash": "0".repeat(64), "at": 1,
        "keyId": "k", "publicKey": "0".repeat(64), "signature": "0".repeat(128),
    });
    let read = |value: serde_json::Value| serde_json::from_value::<AuditHead>(value);
    assert!(read(head.clone()).unwrap().signer().is_err());
    for (field, value) in [("hash", "F".repeat(64)), ("hash", "0".repeat(63)), ("more", String::new())] {
        let mut changed = head.clone();
        changed[field] = value.into();
        assert!(read(changed).is_err(), "{field}");
    }
}

#[tokio::test]
async fn an_extract_tells_of_people_in_its_time_alone_and_verifies_with_a_head_that_is_not_kept() {
    let world = lived_in().await;
    let (key, now) = (key(&world), minute(500));
    let all = world.store.audit_list(&EVERYTHING).await.unwrap();
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches("\"told\"").count();
    let extract = async |time| {
        let mut bytes = Vec::new();
        let head = world.store.audit_extract(time, (&key, now), &mut bytes).await.unwrap();
        (bytes, head)
    };
    let (nobody, head) = extract(Timestamp(0)..=Timestamp(0)).await;
    let (everybody, _) = extract(Timestamp(i64::MIN)..=Timestamp(i64::MAX)).await;
    assert!(told(&nobody) == 0 && told(&everybody) > 0);
    let decided = all.iter().find(|record| record.action == "removals.confirmed").unwrap();
    let (one, _) = extract(decided.at..=decided.at).await;
    assert!(told(&one) > 0 && told(&one) <= told(&everybody));
    for bytes in [&nobody, &everybody, &one] {
        let evidence = AuditEvidence { heads: vec![head.clone()], keys: vec![key.public()] };
        let verdict = verified(bytes, &evidence);
        assert!(verdict.is_sound() && verdict.delivered_until == Some(all[0].sequence), "{verdict:?}");
    }
    assert_eq!(world.store.audit_heads().await.unwrap(), [], "nothing is written");
}

//! Whatever is done to a log or to an export of it is found, and the first record that is not as it was written is named.

use std::io::BufReader;

use proptest::prelude::*;
use proptest::sample::Index;
use ring::digest::{SHA256, digest};
use rolecall_store::{
    AuditEvidence, AuditHead, AuditKey, AuditVerdict, ConnectorChange, DatabaseAddress, Decision, Mode, NewConnector,
    Store, audit_file_verify,
};
use serde_json::Value as Json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::audit::{export, key, lived_in_of, verified};
use crate::world::{World, config, decision, minute, owner, roster};

/// An exported log: a header, a head that was kept, records, and the end.
#[derive(Clone, Debug)]
struct Exported {
    header: String,
    head: String,
    /// Each with its line end.
    records: Vec<String>,
    end: String,
}

impl Exported {
    fn read(bytes: &[u8]) -> Self {
        let mut lines: Vec<String> =
            std::str::from_utf8(bytes).unwrap().split_inclusive('\n').map(str::to_owned).collect();
        let end = lines.pop().unwrap();
        let records = lines.split_off(2);
        let [header, head] = lines.try_into().unwrap();
        Self { header, head, records, end }
    }

    fn bytes(&self) -> Vec<u8> {
        let lines = [&self.header, &self.head].into_iter().chain(&self.records).chain([&self.end]);
        lines.flat_map(|line| line.bytes()).collect()
    }

    fn count(&self) -> i64 {
        i64::try_from(self.records.len()).unwrap()
    }

    /// Where the first broken record is, if any is.
    fn broken(&self, evidence: &AuditEvidence) -> Option<i64> {
        verified(&self.bytes(), evidence).broken.map(|broken| broken.sequence)
    }

    fn record(&self, index: usize) -> Json {
        serde_json::from_str::<Json>(&self.records[index]).unwrap()["record"].take()
    }

    /// Changes a record as somebody would who knows how it is hashed, and whose program is not ours.
    fn record_forge(&mut self, index: usize, change: impl FnOnce(&mut Json)) {
        let mut record = self.record(index);
        change(&mut record);
        let database = serde_json::from_str::<Json>(&self.header).unwrap()["header"]["database"].take();
        let text = |name: &str| match &record[name] {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let mut hashed = "rolecall-audit-record-1\n".to_owned();
        let fields = ["sequence", "at", "action", "subject", "details", "commitments", "previous"].map(text);
        for field in [database.as_str().unwrap()].into_iter().chain(fields.iter().map(String::as_str)) {
            hashed += &format!("{}:{field}\n", field.len());
        }
        let hash: String =
            digest(&SHA256, hashed.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        record["hash"] = hash.into();
        self.records[index] = format!("{}\n", serde_json::json!({ "record": record }));
    }

    /// Forges every record from one on, so that each continues the one before, and the end with them.
    fn chain_forge(&mut self, from: usize) {
        for index in from..self.records.len() {
            let previous = if index == 0 { "0".repeat(64).into() } else { self.record(index - 1)["hash"].take() };
            self.record_forge(index, |record| record["previous"] = previous);
        }
        self.end_forge();
    }

    fn end_forge(&mut self) {
        let last = self.record(self.records.len() - 1);
        self.end = format!("{}\n", serde_json::json!({ "end": { "hash": last["hash"], "records": self.count() } }));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Describe(String),
    Pause,
    Resume,
    Read(usize),
    Erase,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        "\\PC{0,12}".prop_map(Step::Describe),
        Just(Step::Pause),
        Just(Step::Resume),
        (0..4_usize).prop_map(Step::Read),
        Just(Step::Erase),
    ];
    prop::collection::vec(step, 1..9)
}

/// A log of these steps, exported with a head for its last record, and the key that signed it.
async fn log(steps: &[Step]) -> (World, Exported, AuditHead, AuditKey) {
    let mut world = World::new().await;
    let (store, id) = (world.store.clone(), world.connector);
    for (step, number) in steps.iter().zip(0..) {
        let (who, now) = (["mara", "nils"][number % 2], world.tick());
        let change = match step {
            Step::Describe(text) => ConnectorChange::Put(NewConnector { description: text.clone(), ..config("acme") }),
            Step::Pause => ConnectorChange::Pause(id),
            Step::Resume => ConnectorChange::Resume(id),
            Step::Read(members) => {
                let facts = (0..*members).map(|member| owner(&format!("user-{member}"))).collect();
                world.sync_reading(vec![(roster(), facts)]).await;
                continue;
            }
            Step::Erase => {
                let said = Decision { actor: "nils".to_owned(), reason: "asked".to_owned() };
                store.audit_erase("mara", &said, now).await.unwrap();
                continue;
            }
        };
        store.connector_change(&[change], who, now).await.unwrap();
    }
    let key = key(&world);
    let head = store.audit_head_sign(&key, world.now()).await.unwrap();
    let exported = Exported::read(&export(&store, true).await);
    (world, exported, head, key)
}

/// A log that was forged or cut off where it tells of an erasure shows by that alone.
fn without_erasures(steps: Vec<Step>) -> Vec<Step> {
    steps.into_iter().filter(|step| !matches!(step, Step::Erase)).collect()
}

fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap() + 1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_single_tampering_with_an_export_is_found_and_named(
        steps in steps(), one in any::<Index>(), other in any::<Index>(), place in any::<Index>(), mask in 1..=255_u8,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (_world, sound, ..) = runtime.block_on(log(&steps));
        let alone = AuditEvidence::default();
        let count = sound.records.len();
        let (i, j) = (one.index(count), other.index(count));
        prop_assert!(verified(&sound.bytes(), &alone).is_sound());

        // Any byte of a record.
        let mut bytes = sound.bytes();
        let before: usize = sound.header.len() + sound.head.len() + sound.records[..i].iter().map(String::len).sum::<usize>();
        bytes[before + place.index(sound.records[i].len())] ^= mask;
        let broken = verified(&bytes, &alone).broken.map(|broken| broken.sequence);
        prop_assert_eq!(broken, Some(number(i)), "{}", String::from_utf8_lossy(&bytes));

        // Any byte of the rest.
        let mut bytes = sound.bytes();
        let at = place.index(bytes.len());
        bytes[at] ^= mask;
        let verdict = audit_file_verify(BufReader::new(&*bytes), &alone);
        prop_assert!(verdict.is_err() || !verified(&bytes, &alone).is_sound());

        let mut dropped = sound.clone();
        dropped.records.remove(i);
        prop_assert_eq!(dropped.broken(&alone), Some(number(i)));

        let mut repeated = sound.clone();
        repeated.records.insert(j, sound.records[i].clone());
        prop_assert_eq!(repeated.broken(&alone), Some(if i == j { number(i + 1) } else { number(j) }));

        if i != j {
            let mut swapped = sound.clone();
            swapped.records.swap(i, j);
            prop_assert_eq!(swapped.broken(&alone), Some(number(i.min(j))));
        }

        let mut cut = sound.bytes();
        cut.truncate(before + place.index(sound.records[i].len()));
        prop_assert_eq!(verified(&cut, &alone).broken.map(|broken| broken.sequence), Some(number(i)));
    }

    #[test]
    fn what_somebody_forges_who_knows_the_format_is_found_by_what_left_the_machine(
        steps in steps(), one in any::<Index>(), kept in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (world, sound, head, key) = runtime.block_on(log(&without_erasures(steps)));
        let count = sound.records.len();
        let (index, alone) = (one.index(count), AuditEvidence::default());
        let delivered = AuditEvidence { heads: vec![head], keys: vec![key.public()] };
        let mut base = sound;
        if !kept {
            base.head.clear();
        }

        // One record: the next one does not continue it.
        let mut forged = base.clone();
        forged.record_forge(index, |record| record["subject"] = "somebody else".into());
        let expected = if index + 1 == count { number(index) } else { number(index + 1) };
        prop_assert_eq!(forged.broken(&alone), Some(expected));

        // All records from there on: only a head can tell.
        forged.chain_forge(index + 1);
        prop_assert_eq!(forged.broken(&alone).is_some(), kept);
        prop_assert_eq!(forged.broken(&delivered), Some(number(count - 1)));

        // The tail.
        let mut cut = base.clone();
        cut.records.truncate(index);
        if index > 0 {
            cut.end_forge();
            prop_assert_eq!(cut.broken(&alone).is_some(), kept);
            prop_assert_eq!(cut.broken(&delivered), Some(number(index)));
        }

        // All of it, signed anew with another key.
        let other = AuditKey::open_or_create(&world.file("other-key")).unwrap();
        let head = runtime.block_on(world.store.audit_head_sign(&other, minute(99))).unwrap();
        let signed = AuditEvidence { heads: vec![head], keys: vec![] };
        prop_assert!(verified(&base.bytes(), &signed).is_sound());
        let pinned = AuditEvidence { keys: vec![key.public()], ..signed };
        prop_assert_eq!(verified(&base.bytes(), &pinned).refused.len(), 1);
    }
}

/// A closed database with a log of seven records, the sixth of which tells of an erasure, and a head for its end.
async fn closed() -> (World, AuditHead) {
    let world = lived_in_of(World::in_file().await).await;
    let said = Decision { actor: "nils".to_owned(), ..decision() };
    world.store.audit_erase("mara", &said, minute(9)).await.unwrap();
    world.store.connector_change(&[ConnectorChange::Pause(world.connector)], "nils", minute(9)).await.unwrap();
    let head = world.store.audit_head_sign(&key(&world), minute(9)).await.unwrap();
    world.store.clone().close().await;
    (world, head)
}

/// What a verification finds in a copy of the database on which these statements were run behind the store's back.
async fn tampered(world: &World, statements: &str, evidence: &AuditEvidence) -> AuditVerdict {
    let copy = world.file("copy.db");
    std::fs::copy(world.path(), &copy).unwrap();
    let options = SqliteConnectOptions::new().filename(&copy).foreign_keys(false);
    let mut db = options.connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    let store = Store::open(&DatabaseAddress::Sqlite(copy), Mode::Write).await.unwrap();
    let verdict = store.audit_verify(evidence).await.unwrap();
    store.close().await;
    verdict
}

#[tokio::test]
async fn any_column_of_any_record_is_missed_when_it_is_changed() {
    let (world, _) = closed().await;
    let alone = AuditEvidence::default();
    assert!(tampered(&world, "select 1", &alone).await.is_sound());
    for sequence in 1..=7_i64 {
        for change in [
            "at = at + 1",
            "action = action || ' '",
            "subject = 'x' || subject",
            "details = replace(details, '{', '{ ')",
            "commitments = replace(commitments, '}', ' }')",
            "previous_hash = zeroblob(31) || x'01'",
            "previous_hash = x'01'",
            "hash = zeroblob(32)",
            "hash = x''",
            "hash = 'text'",
            "at = 'yesterday'",
            "action = x'ff'",
        ] {
            let verdict =
                tampered(&world, &format!("update audit_record set {change} where sequence = {sequence}"), &alone)
                    .await;
            assert_eq!(verdict.broken.map(|broken| broken.sequence), Some(sequence), "{change}");
        }
    }
}

#[tokio::test]
async fn what_is_kept_of_people_can_be_erased_but_neither_changed_nor_lost() {
    let (world, _) = closed().await;
    let alone = AuditEvidence::default();
    for (statement, sequence) in [
        ("update audit_personal set value = 'they stayed' where sequence = 5 and field = 'reason'", 5),
        ("update audit_personal set salt = zeroblob(32) where sequence = 5 and field = 'reason'", 5),
        ("update audit_personal set salt = x'00' where sequence = 5 and field = 'reason'", 5),
        ("update audit_personal set value = null, salt = null where sequence = 5 and field = 'reason'", 5),
        ("update audit_personal set field = 'because' where sequence = 5 and field = 'reason'", 5),
        ("update audit_personal set erased = 0 where sequence = 2 and field = 'actor'", 2),
        ("delete from audit_personal where sequence = 2 and field = 'actor'", 2),
        ("insert into audit_personal (sequence, field, salt, value) values (3, 'actor', zeroblob(32), 'mara')", 3),
        // Erased, and no record says so.
        ("update audit_personal set value = null, salt = null, erased = 1 where sequence = 5 and field = 'reason'", 5),
    ] {
        let verdict = tampered(&world, statement, &alone).await;
        assert_eq!(verdict.broken.map(|broken| broken.sequence), Some(sequence), "{statement}");
    }
}

#[tokio::test]
async fn records_that_are_dropped_moved_added_or_cut_off_are_missed() {
    let (world, head) = closed().await;
    let delivered = AuditEvidence { heads: vec![head], keys: Vec::new() };
    let end = "update audit_chain set sequence = 6, hash = (select hash from audit_record where sequence = 6)";
    let cut = "delete from audit_record where sequence > 6; delete from audit_head";
    let swap = "update audit_record set sequence = -2 where sequence = 2; \
                update audit_record set sequence = 2 where sequence = 4; \
                update audit_record set sequence = 4 where sequence = -2";
    let copy = "insert into audit_record select 8, at, action, subject, details, commitments, hash, hash \
                from audit_record where sequence = 7";
    for (statements, alone, with_head) in [
        ("delete from audit_record where sequence = 1", Some(1), Some(1)),
        ("delete from audit_record where sequence = 3", Some(3), Some(3)),
        ("delete from audit_record where sequence = 7", Some(7), Some(7)),
        ("delete from audit_record", Some(1), Some(1)),
        (swap, Some(2), Some(2)),
        (copy, Some(8), Some(8)),
        (cut, Some(7), Some(7)),
        // With its end moved as well, only what left the machine tells.
        (&format!("{cut}; {end}"), None, Some(7)),
        ("update audit_chain set sequence = 8", Some(8), Some(8)),
        ("update audit_chain set hash = zeroblob(32)", Some(7), Some(7)),
        ("update audit_chain set database_uuid = 'another'", Some(1), Some(1)),
    ] {
        for (evidence, expected) in [(&AuditEvidence::default(), alone), (&delivered, with_head)] {
            let verdict = tampered(&world, statements, evidence).await;
            assert_eq!(verdict.broken.as_ref().map(|broken| broken.sequence), expected, "{statements}: {verdict:?}");
        }
    }
}

#[tokio::test]
async fn a_head_that_was_changed_proves_nothing() {
    let (world, head) = closed().await;
    let alone = AuditEvidence::default();
    for change in [
        "sequence = 5",
        "hash = zeroblob(32)",
        "at = at + 1",
        "public_key = zeroblob(32)",
        "signature = zeroblob(64)",
        "signature = x''",
    ] {
        let verdict = tampered(&world, &format!("update audit_head set {change}"), &alone).await;
        assert_eq!((verdict.is_sound(), verdict.refused.len(), verdict.signed_until), (false, 1, None), "{change}");
    }
    let other = World::new().await;
    let evidence = AuditEvidence { heads: vec![head], keys: Vec::new() };
    let verdict = other.store.audit_verify(&evidence).await.unwrap();
    assert!(verdict.refused[0].contains("of database"), "{verdict:?}");
}

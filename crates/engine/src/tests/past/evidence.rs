//! Evidence of made-up organisations: what it says, and that no byte of it can be another.

use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;
use rolecall_model::Timestamp;
use rolecall_model::review::RemainingItems;
use rolecall_store::AuditKey;
use rolecall_testkit::cases;
use serde_json::Value as Json;

use super::registry::{World, now};
use super::{Step, steps};
use crate::evidence::{
    EvidenceMaker, EvidenceQuestion, EvidenceVerdict, NewSince, evidence_make, evidence_verify, last_review, new_grants,
};
use crate::reviews::{CompleteWish, ReviewDefinition, review_complete, review_create, review_stage, review_start};
use crate::world_load;

fn question(at: Timestamp, since: Timestamp, now: Timestamp) -> EvidenceQuestion {
    EvidenceQuestion { only: None, at, since, now }
}

fn key(folder: &Path, name: &str) -> AuditKey {
    AuditKey::open_or_create(&folder.join(name)).unwrap()
}

async fn package(world: &World, question: &EvidenceQuestion, key: &AuditKey) -> Vec<u8> {
    let maker = EvidenceMaker { actor: "mara".to_owned(), program: "rolecall 0".to_owned(), key };
    let mut bytes = Vec::new();
    evidence_make(&world.store, question, &maker, &mut bytes).await.unwrap();
    bytes
}

fn verify(bytes: &[u8], keys: &[&AuditKey]) -> EvidenceVerdict {
    let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
    evidence_verify(&mut Cursor::new(bytes), &keys).unwrap()
}

/// The bytes of a file of a package, read by another program's rules: by the directory at its end.
fn file(package: &[u8], name: &str) -> Vec<u8> {
    let number = |at: usize, length: usize| {
        package[at..at + length].iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let mut at = number(package.len() - 6, 4);
    loop {
        let (packed, length, offset) = (number(at + 20, 4), number(at + 28, 2), number(at + 42, 4));
        if &package[at + 46..at + 46 + length] == name.as_bytes() {
            let begin = offset + 30 + number(offset + 26, 2) + number(offset + 28, 2);
            let mut bytes = Vec::new();
            std::io::copy(&mut flate2::read::DeflateDecoder::new(&package[begin..begin + packed]), &mut bytes).unwrap();
            return bytes;
        }
        at += 46 + length + number(at + 30, 2);
    }
}

/// The rows of a table of a package.
fn rows(package: &[u8], name: &str) -> Vec<Json> {
    let text = String::from_utf8(file(package, &format!("{name}.ndjson"))).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    lines.filter_map(|mut line| line.get_mut("row").map(Json::take)).collect()
}

fn texts(row: &Json, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| row[*column].as_str().unwrap_or_default().to_owned()).collect()
}

/// What the answers about each account say, as rows.
fn answered(view: &crate::WorldView) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for user in view.list_users("users") {
        let access = view.account_access(&user.account).unwrap();
        for item in &access.items {
            let row = |path: &crate::PathAnswer| {
                let resource = &item.resource;
                vec![
                    user.account.clone(),
                    resource.connector.clone(),
                    resource.kind.clone(),
                    resource.id.clone(),
                    item.entitlement.clone(),
                    path.text.clone(),
                    path.since.clone(),
                ]
            };
            rows.extend(item.paths.iter().map(row));
        }
    }
    rows.sort();
    rows
}

async fn went_through(steps: &[Step]) -> (World, Vec<Timestamp>) {
    let world = World::new().await;
    let mut moments = Vec::new();
    world.sync().await;
    for step in steps {
        world.step(step).await;
        moments.push(now());
    }
    (world, moments)
}

const ASKED: [&str; 7] = ["account", "connector", "resourceType", "resource", "entitlement", "path", "since"];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(6, 60)).unwrap(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_population_is_what_the_answers_say_and_the_same_later(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let key = key(folder.path(), "key");
            let (world, moments) = went_through(&steps).await;
            let (middle, last) = (moments[moments.len() / 2], now());
            let made_last = package(&world, &question(last, Timestamp(0), last), &key).await;
            let made_middle = package(&world, &question(middle, Timestamp(0), last), &key).await;
            for (at, made) in [(last, &made_last), (middle, &made_middle)] {
                let view = world_load(&world.store, None, Some(at)).await.unwrap();
                let mut told: Vec<Vec<String>> = rows(made, "population")
                    .iter()
                    .filter(|row| row["accountType"] == "user" && row["resource"] != "")
                    .map(|row| texts(row, &ASKED))
                    .collect();
                told.sort();
                assert_eq!(told, answered(&view));
                let verdict = verify(made, &[&key]);
                assert!(verdict.is_sound(), "{:?}", verdict.faults);
            }
            // Whatever happens later, what was known then stays that.
            world.step(&Step::Sync(vec![super::registry::Event::Leaves(2)], Default::default())).await;
            let again = package(&world, &question(middle, Timestamp(0), now()), &key).await;
            for name in ["population", "listings", "people", "changes", "gaps"] {
                for ending in ["csv", "ndjson"] {
                    let name = format!("{name}.{ending}");
                    assert_eq!(file(&again, &name), file(&made_middle, &name), "{name}");
                }
            }
            // The same question at the same moment has the same bytes.
            let at = now();
            let asked = question(middle, Timestamp(0), at);
            assert_eq!(package(&world, &asked, &key).await, package(&world, &asked, &key).await);
        });
    }

    #[test]
    fn what_is_new_is_there_now_and_was_not_before(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (world, moments) = went_through(&steps).await;
            let (since, at) = (moments[0], now());
            let answer = new_grants(&world.store, &question(at, since, at), &NewSince::moment(since)).await.unwrap();
            let held = |view: &crate::WorldView, grant: &crate::evidence::NewGrant| {
                view.account_access(&grant.account).is_ok_and(|access| {
                    access.items.iter().any(|item| {
                        (&item.resource.id, &item.entitlement) == (&grant.resource, &grant.entitlement)
                    })
                })
            };
            let then = world_load(&world.store, None, Some(since)).await.unwrap();
            let view = world_load(&world.store, None, Some(at)).await.unwrap();
            for grant in &answer.grants {
                assert!(held(&view, grant) && !held(&then, grant), "{grant:?}");
                if let Some(not_after) = &grant.not_after {
                    assert!(*not_after <= answer.as_of, "{grant:?}");
                }
            }
            let count = answered(&view).into_iter().map(|row| row[..5].to_vec());
            let before: Vec<Vec<String>> = answered(&then).into_iter().map(|row| row[..5].to_vec()).collect();
            let new: std::collections::BTreeSet<Vec<String>> = count.filter(|row| !before.contains(row)).collect();
            assert!(answer.grants.len() <= new.len(), "what is lowered is not new: {answer:?}");
        });
    }

    /// What became current while a population was being fixed is among what was reviewed, or else new since.
    #[test]
    fn no_right_is_neither_reviewed_nor_new_since(steps in steps(), meanwhile in steps(), later in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (world, _) = went_through(&steps).await;
            let context = world.context();
            review_create(&context, "Q4", &ReviewDefinition::default(), "mara").await.unwrap();
            let (looked_at, view) = (now(), world_load(&world.store, None, None).await.unwrap());
            for step in &meanwhile {
                world.step(step).await;
            }
            if review_stage(&context, &view, "Q4", "mara").await.is_err() {
                // Nothing can be reviewed where nobody holds anything.
                return;
            }
            for step in &later {
                world.step(step).await;
            }
            review_start(&context, "Q4", "mara").await.unwrap();
            let wish = CompleteWish { remaining: Some(RemainingItems::Deny), reason: "enough".to_owned() };
            review_complete(&context, &view, "Q4", &wish, "mara").await.unwrap();
            let at = now();
            let last = last_review(&world.store, None, at).await.unwrap().unwrap();
            let since = new_grants(&world.store, &question(at, last.at, at), &last).await.unwrap();
            let looked_at = NewSince::moment(looked_at);
            let expected = new_grants(&world.store, &question(at, looked_at.at, at), &looked_at).await.unwrap();
            assert_eq!(since.grants, expected.grants);
        });
    }
}

#[tokio::test]
async fn no_byte_of_a_package_can_be_another() {
    let folder = tempfile::tempdir().unwrap();
    let (key, other) = (key(folder.path(), "key"), key(folder.path(), "other"));
    let (world, _) = went_through(&[]).await;
    let at = now();
    let whole = package(&world, &question(at, at, at), &key).await;
    assert!(verify(&whole, &[]).is_sound() && verify(&whole, &[&other, &key]).is_sound());
    let refused = verify(&whole, &[&other]);
    assert!(!refused.is_sound() && refused.faults[0].why.contains("another key"), "{:?}", refused.faults);
    // Each byte in turn is another, in several parts of the package at a time.
    let parts: Vec<Vec<usize>> = (0..4).map(|part| (part..whole.len()).step_by(4).collect()).collect();
    std::thread::scope(|threads| {
        for part in parts {
            threads.spawn(|| part.into_iter().for_each(|at| is_refused_without_byte(&whole, at)));
        }
    });
    for length in 0..whole.len() {
        assert!(!verify(&whole[..length], &[]).is_sound(), "cut off after {length}");
    }
    for at in [0, 1, 30, whole.len() / 2, whole.len() - 22, whole.len() - 1, whole.len()] {
        let longer = [&whole[..at], b"\0", &whole[at..]].concat();
        assert!(!verify(&longer, &[]).is_sound(), "a byte more at {at}");
    }
}

fn is_refused_without_byte(whole: &[u8], at: usize) {
    let mut bytes = whole.to_vec();
    // Deeply, each bit of each byte.
    for bit in (0..8).filter(|bit| cases(usize::from(*bit == at % 8), 1) == 1) {
        bytes[at] = whole[at] ^ (1 << bit);
        let verdict = verify(&bytes, &[]);
        assert!(!verdict.is_sound() && !verdict.faults.is_empty(), "bit {bit} of byte {at} of {}", whole.len());
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let key = key(folder.path(), "key");
    let (world, _) = went_through(&[]).await;
    let at = now();
    let whole = package(&world, &question(at, at, at), &key).await;
    let find = |text: &[u8]| whole.windows(text.len()).position(|window| window == text).unwrap();
    let said = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        verify(&bytes, &[]).faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let population = find(b"population.csv");
    let in_file = said(population + 40);
    assert!(in_file.starts_with("population.csv has as it is packed the SHA-256 digest"), "{in_file}");
    let in_header = said(population - 10);
    assert!(in_header.starts_with("population.csv has a header") && in_header.contains("at byte"), "{in_header}");
    let in_manifest = said(find(b"\"madeBy\"") + 13);
    assert!(in_manifest.contains("manifest.sig does not belong to manifest.json"), "{in_manifest}");
    let in_end = said(whole.len() - 1);
    assert!(in_end.starts_with("the package"), "{in_end}");
}

#[tokio::test]
async fn every_column_of_every_section_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let key = key(folder.path(), "key");
    let (world, _) = went_through(&[]).await;
    let at = now();
    let whole = package(&world, &question(at, at, at), &key).await;
    let documented = include_str!("../../../../../docs/reference/evidence.md");
    let manifest = verify(&whole, &[]).manifest.unwrap();
    let sections = manifest.files.iter().filter_map(|file| file.name.strip_suffix(".ndjson"));
    for section in sections.filter(|section| *section != "audit-log") {
        let text = String::from_utf8(file(&whole, &format!("{section}.ndjson"))).unwrap();
        let first: Json = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        let begins = format!("| `{section}` |");
        let row = documented.lines().find(|line| line.starts_with(&begins)).unwrap_or_else(|| panic!("{section}"));
        let mut rest = row.trim_start_matches(&begins);
        for column in first["section"]["columns"].as_array().unwrap() {
            let name = format!("`{}`", column.as_str().unwrap());
            let at = rest.find(&name).unwrap_or_else(|| panic!("{section}: {name} is not documented in its place"));
            rest = &rest[at + name.len()..];
        }
    }
}

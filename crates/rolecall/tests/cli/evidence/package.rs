//! Making packages, and verifying them elsewhere.

use std::fs;
use std::io::Read as _;

use rolecall_testkit::Binary;
use serde_json::Value as Json;

use super::Office;
use crate::support::run;

/// A file of a package: found by its local header, as it lies in the ZIP file.
pub(super) fn file(package: &str, name: &str) -> String {
    let bytes = fs::read(package).unwrap();
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let mut at = 0;
    loop {
        assert_eq!(&bytes[at..at + 4], b"PK\x03\x04", "{name} is in {package}");
        let (packed, length) = (number(at + 18, 4), number(at + 26, 2));
        let begin = at + 30 + length;
        if &bytes[at + 30..begin] == name.as_bytes() {
            let content = &bytes[begin..begin + packed];
            let mut text = String::new();
            match number(at + 8, 2) {
                0 => text.push_str(std::str::from_utf8(content).unwrap()),
                _ => drop(flate2::read::DeflateDecoder::new(content).read_to_string(&mut text).unwrap()),
            }
            return text;
        }
        at = begin + packed;
    }
}

/// The rows of a table of a package.
pub(super) fn rows(package: &str, name: &str) -> Vec<Json> {
    let text = file(package, &format!("{name}.ndjson"));
    let lines = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    lines.filter_map(|mut line| line.get_mut("row").map(Json::take)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_made_and_verified_on_another_machine() {
    let office = Office::open().await;
    office.yuki_leaves().await;
    let made = office.run(&["evidence", "--format", "json"]);
    assert_eq!(made.code, 0, "{made:?}");
    let made = made.json();
    let package = made["file"].as_str().unwrap().to_owned();
    assert!(package.starts_with("evidence-20") && package.ends_with(".zip"), "{package}");
    assert_eq!(made["signedWith"], office.key());
    let named = office.make("all.zip", &[]);
    // Another home, no database, no network.
    let elsewhere = Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap();
    let ran = run(&elsewhere, &["evidence", "verify", &named, "--key", &office.key(), "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let verdict = ran.json();
    assert_eq!((&verdict["sound"], &verdict["signer"]), (&Json::Bool(true), &Json::String(office.key())));
    let manifest: Json = serde_json::from_str(&file(&named, "manifest.json")).unwrap();
    assert_eq!(verdict["manifest"], manifest);
    assert_eq!(manifest["connectors"], serde_json::json!(["npm:acme", "roster:people"]));
    let files = manifest["files"].as_array().unwrap();
    assert!(files.iter().all(|file| !file["completeness"].as_str().unwrap().is_empty()), "{manifest:#}");
    // The log in it is one that is verified by itself, with its head.
    let log = office.path("log.ndjson");
    fs::write(&log, file(&named, "audit-log.ndjson")).unwrap();
    let ran = run(&elsewhere, &["audit", "verify", &log.display().to_string(), "--key", &office.key()]);
    assert!(ran.code == 0 && ran.stdout.contains("up to record"), "{ran:?}");
    assert_eq!(fs::read_dir(elsewhere.home()).unwrap().count(), 0, "verifying leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn making_one_changes_nothing_in_the_database() {
    let office = Office::open().await;
    let before = (office.run(&["audit", "list", "--format", "json"]).stdout, office.run(&["audit", "verify"]).stdout);
    office.make("one.zip", &[]);
    let after = (office.run(&["audit", "list", "--format", "json"]).stdout, office.run(&["audit", "verify"]).stdout);
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_at_a_moment_is_the_same_whenever_it_is_asked() {
    let office = Office::open().await;
    let at = jiff::Timestamp::now().to_string();
    let then = office.make("then.zip", &["--as-of", &at, "--since", "30d"]);
    office.yuki_leaves().await;
    let later = office.make("later.zip", &["--as-of", &at, "--since", "30d"]);
    for name in ["population", "listings", "people", "leavers", "credentials"] {
        let (csv, ndjson) = (format!("{name}.csv"), format!("{name}.ndjson"));
        assert_eq!(file(&then, &csv), file(&later, &csv), "{name}");
        assert_eq!(file(&then, &ndjson), file(&later, &ndjson), "{name}");
    }
    let now = office.make("now.zip", &[]);
    assert_ne!(file(&then, "population.csv"), file(&now, "population.csv"));
    let holds = |package: &str| {
        rows(package, "population").iter().any(|row| row["account"] == "yuki_tan" && row["resource"] != "")
    };
    assert!(holds(&later) && !holds(&now));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_package_as_it_was_signed_is_refused_and_named() {
    let office = Office::open().await;
    let package = office.make("one.zip", &[]);
    let whole = fs::read(&package).unwrap();
    let refused = |name: &str, bytes: &[u8], says: &str| {
        let path = office.path(name).display().to_string();
        fs::write(&path, bytes).unwrap();
        let ran = office.run(&["evidence", "verify", &path]);
        assert!(ran.code == 9 && ran.stdout.contains(says), "{name}: {ran:?}");
        assert_eq!(office.run(&["evidence", "verify", &path, "--format", "json"]).json()["sound"], false);
    };
    refused("cut.zip", &whole[..whole.len() / 2], "does not end as a package of evidence ends");
    refused("longer.zip", &[whole.as_slice(), b"more"].concat(), "does not end as a package of evidence ends");
    refused("empty.zip", b"", "is no package of evidence");
    refused("rubbish.zip", &[7; 5000], "is no package of evidence ends".trim_start_matches("is no "));
    let at = whole.windows(14).position(|window| window == b"population.csv").unwrap();
    let mut changed = whole;
    changed[at + 100] ^= 0x40;
    refused("changed.zip", &changed, "population.csv has as it is packed the SHA-256 digest");
    let another = "0".repeat(63) + "1";
    let ran = office.run(&["evidence", "verify", &package, "--key", &another]);
    assert!(ran.code == 9 && ran.stdout.contains("another key than expected"), "{ran:?}");
    let missing = office.run(&["evidence", "verify", "nowhere.zip"]);
    assert!(missing.code == 2 && missing.stderr.contains("hint:"), "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_make_no_sense_are_explained() {
    let office = Office::open().await;
    for (arguments, code, says) in [
        (&["evidence", "--as-of", "2999-01-01"][..], 2, "still to come"),
        (&["evidence", "--as-of", "2001-01-01"], 6, "nothing was known"),
        (&["evidence", "--as-of", "7d", "--since", "1d"], 2, "later than the moment"),
        (&["evidence", "--connector", "npm:nobody"], 6, "npm:nobody"),
        (&["evidence", "--format", "csv"], 2, "csv"),
        (&["evidence", "-f", "nowhere/one.zip"], 1, "cannot be written"),
        (&["evidence", "new-grants"], 2, "there has been no review yet"),
        (&["evidence", "new-grants", "--since", "soon"], 2, "--since"),
        (&["evidence", "--hub", "http://127.0.0.1:1"], 2, "key that signs"),
    ] {
        let ran = office.run(arguments);
        assert!(ran.code == code && ran.stderr.contains(says), "{arguments:?}: {ran:?}");
    }
    assert!(!office.path("evidence-2001-01-01.zip").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_connector_nothing_is_told_of_others_and_people_are_still_known() {
    let office = Office::open().await;
    let package = office.make("npm.zip", &["--connector", "npm:acme"]);
    let manifest: Json = serde_json::from_str(&file(&package, "manifest.json")).unwrap();
    assert_eq!(manifest["connectors"], serde_json::json!(["npm:acme"]));
    assert_eq!(manifest["leftOut"], serde_json::json!(["roster:people"]));
    let population = rows(&package, "population");
    let maria = population.iter().find(|row| row["account"] == "maria-lund").unwrap();
    assert_eq!((&maria["personName"], &maria["employment"]), (&"Maria Lund".into(), &"active".into()));
    assert!(maria["twoFactor"].is_null() && maria["lastSignIn"].is_null(), "unknown is not no: {maria}");
    assert!(rows(&package, "listings").iter().all(|row| row["connector"] == "npm:acme"));
    let accounts: Vec<Json> = rows(&package, "people").into_iter().map(|row| row["accounts"].clone()).collect();
    assert_eq!(accounts, ["npm:acme maria-lund", "npm:acme yuki_tan"]);
}

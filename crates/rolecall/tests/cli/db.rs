//! The database itself: sound or not, which schema, and moved as one file.

use std::fs;

use rolecall_testkit::{Binary, Ran};

use crate::support::{run, served};

fn done(binary: &Binary, arguments: &[&str]) -> Ran {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_moved_with_everything_in_it() {
    let served = served(81, 9, 3, 5).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let grants = done(&binary, &["list", "grants", "--format", "csv"]).stdout;
    let exported = done(&binary, &["db", "export", "all.jsonl.gz", "--format", "json"]).json();
    assert_eq!(exported["action"], "exported");

    let there = ["--database", "there/new.db"];
    let import = ["db", "import", "all.jsonl.gz", "--format", "json"];
    let imported = done(&binary, &[&there[..], &import].concat()).json();
    for same in ["database", "rows", "sha256"] {
        assert_eq!(exported[same], imported[same]);
    }
    assert_eq!(done(&binary, &[&there[..], &["list", "grants", "--format", "csv"]].concat()).stdout, grants);
    done(&binary, &[&there[..], &["db", "check"]].concat());
    done(&binary, &[&there[..], &["db", "export", "again.jsonl.gz"]].concat());
    let file = |name: &str| fs::read(binary.home().join(name)).unwrap();
    assert!(file("all.jsonl.gz") == file("again.jsonl.gz"), "a copy of the copy is the same file");
    // Two databases do not mix.
    let twice = run(&binary, &import);
    assert!(twice.code == 7 && twice.stderr.contains("in use already"), "{twice:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_refused_with_its_place_and_makes_no_database() {
    let served = served(82, 6, 2, 3).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    done(&binary, &["db", "export", "all.jsonl.gz"]);
    let path = binary.home().join("all.jsonl.gz");
    let mut bytes = fs::read(&path).unwrap();
    // In what is packed of a chunk: of the header before that some bits mean nothing.
    let middle = bytes[..bytes.len() / 2].windows(3).rposition(|three| three == [0x1f, 0x8b, 8]).unwrap() + 20;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let refused = run(&binary, &["--database", "new.db", "db", "import", "all.jsonl.gz"]);
    assert!(refused.code == 7 && refused.stderr.contains("chunk "), "{refused:?}");
    fs::write(&path, &bytes[..middle]).unwrap();
    let refused = run(&binary, &["--database", "new.db", "db", "import", "all.jsonl.gz"]);
    assert!(refused.code == 7 && refused.stderr.contains("ends"), "{refused:?}");
    let missing = run(&binary, &["--database", "new.db", "db", "import", "none"]);
    assert!(missing.code == 7 && missing.stderr.contains("none"), "{missing:?}");
    assert!(!binary.home().join("new.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_found_and_ends_with_nine() {
    let served = served(83, 40, 4, 30).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    assert_eq!(done(&binary, &["db", "check"]).stdout, "The database is sound.\n");
    let mut bytes = fs::read(binary.database()).unwrap();
    bytes[16 * 1024..].fill(0x5a);
    fs::write(binary.database(), bytes).unwrap();
    let checked = run(&binary, &["db", "check", "--format", "json"]);
    assert_eq!(checked.code, 9, "{checked:?}");
    let found = checked.json();
    assert!(found["sound"] == false && !found["problems"].as_array().unwrap().is_empty(), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_says_what_it_did() {
    let binary = Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap();
    let missing = run(&binary, &["db", "check"]);
    assert_eq!(missing.code, 7, "{missing:?}");
    assert!(!binary.database().exists());
    let made = done(&binary, &["db", "migrate", "--format", "json"]).json();
    assert!(made["before"] == 0 && made["after"].as_i64().unwrap() >= 4, "{made}");
    assert!(done(&binary, &["db", "migrate"]).stdout.contains("already"));
    fs::write(binary.home().join("other.db"), "these are notes, and no database at all, however long they are")
        .unwrap();
    let foreign = run(&binary, &["--database", "other.db", "db", "migrate"]);
    assert_eq!(foreign.code, 7, "{foreign:?}");
}

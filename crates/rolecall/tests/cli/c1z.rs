//! Files of baton's world go out, and come in.

use rolecall_testkit::Binary;
use serde_json::Value as Json;

use crate::support::{binary, run, served};

/// What is current, without the times at which it became so.
fn current(binary: &Binary) -> Vec<String> {
    let exported = run(binary, &["export"]);
    assert_eq!(exported.code, 0, "{exported:?}");
    let timeless = exported.stdout.lines().skip(1).map(|line| {
        let mut line: Json = serde_json::from_str(line).unwrap();
        let fields = line.as_object_mut().unwrap();
        ["readAt", "completeAt", "since"].iter().for_each(|field| drop(fields.remove(*field)));
        line.to_string()
    });
    let mut lines: Vec<String> = timeless.collect();
    lines.sort();
    lines
}

fn json(binary: &Binary, arguments: &[&str]) -> Json {
    let ran = run(binary, &[arguments, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_rolecall_read_is_what_another_knows() {
    let served = served(61, 12, 3, 5).await;
    let reads = served.binary();
    let synced = served.sync(&reads, &["-f", "sync.c1z"]).await;
    assert_eq!(synced.code, 0, "{synced:?}");
    let file = reads.home().join("sync.c1z");
    assert!(std::fs::read(&file).unwrap().starts_with(b"C1ZF\0"));

    let knows = binary("");
    let imported = json(&knows, &["import", "c1z", file.to_str().unwrap()]);
    assert_eq!(imported["connector"], format!("npm:{}", served.organization));
    assert_eq!(imported["import"]["isOwn"], true);
    assert_eq!(current(&knows), current(&reads), "every fact with its listing, every listing with its verdict");
    let again = json(&knows, &["import", "c1z", file.to_str().unwrap()]);
    assert_eq!(again["import"]["sync"], imported["import"]["sync"]);
    assert_eq!(current(&knows), current(&reads));
    let changes = run(&knows, &["changes", "--format", "json"]);
    assert!(!changes.stdout.contains("disappeared"), "{}", changes.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_file_takes_nothing_away_unless_it_is_said_to_be_everything() {
    let served = served(62, 10, 3, 4).await;
    let reads = served.binary();
    assert_eq!(served.sync(&reads, &["--membership-only"]).await.code, 0);
    let whole = run(&reads, &["export", "c1z", "--plain", "-f", "whole.c1z"]);
    assert_eq!(whole.code, 0, "{whole:?}");
    let file = |name: &str| reads.home().join(name).to_str().unwrap().to_owned();

    let knows = binary("");
    let imported = json(&knows, &["import", "c1z", &file("whole.c1z"), "--name", "elsewhere"]);
    assert_eq!(imported["connector"], "baton:elsewhere");
    let counts = &imported["import"]["counts"];
    assert!(counts["expanded"].as_u64().unwrap() > 0, "{counts}");
    let view = json(&reads, &["export", "--view", "baton", "--expanded"]);
    let count = |of: &str| view[of].as_array().unwrap().len() as u64;
    for (of, told) in [("resourceTypes", "resourceTypes"), ("resources", "resources"), ("entitlements", "entitlements")]
    {
        assert_eq!(counts[told], count(of), "{of}");
    }
    assert_eq!(counts["grants"], count("grants"));
    let status = run(&knows, &["status"]);
    assert!(status.stdout.contains("unproven"), "{}", status.stdout);

    // Somebody leaves a team, and the next file is brought.
    let stated = |binary: &Binary| {
        let text = run(binary, &["list", "grants", "--format", "json"]).stdout;
        serde_json::from_str::<Json>(&text).unwrap().as_array().unwrap().len()
    };
    let before = stated(&knows);
    let fewer = binary_without(&reads, &file("whole.c1z"));
    json(&knows, &["import", "c1z", &fewer, "--name", "elsewhere"]);
    assert_eq!(stated(&knows), before, "nobody said that it is everything");
    let complete = run(&knows, &["import", "c1z", &fewer, "--name", "elsewhere", "--complete"]);
    assert_eq!(complete.code, 0, "{complete:?}");
    assert_eq!(stated(&knows), before - 1);
    let status = run(&knows, &["status"]);
    assert!(!status.stdout.contains("unproven"), "{}", status.stdout);
}

/// The same file without one grant of a user, as another sync would write it.
fn binary_without(binary: &Binary, file: &str) -> String {
    let bytes = std::fs::read(file).unwrap();
    let database = binary.home().join("fewer.db");
    std::fs::write(&database, zstd::decode_all(&bytes[5..]).unwrap()).unwrap();
    let connection = rusqlite::Connection::open(&database).unwrap();
    let gone = connection
        .execute(
            "delete from v1_grants where id = (select min(id) from v1_grants where resource_type_id = 'team' \
             and principal_resource_type_id = 'user')",
            [],
        )
        .unwrap();
    assert_eq!(gone, 1);
    drop(connection);
    let packed = zstd::encode_all(std::fs::File::open(&database).unwrap(), 1).unwrap();
    let fewer = binary.home().join("fewer.c1z");
    std::fs::write(&fewer, [b"C1ZF\0".as_slice(), &packed].concat()).unwrap();
    fewer.to_str().unwrap().to_owned()
}

#[test]
fn what_is_no_such_file_is_refused_and_says_what_to_do() {
    let binary = binary("");
    let refused = |name: &str, bytes: &[u8]| {
        let file = binary.home().join(name);
        std::fs::write(&file, bytes).unwrap();
        let ran = binary.run(&["import", "c1z", file.to_str().unwrap()]).unwrap();
        assert_eq!(ran.code, 2, "{ran:?}");
        ran.stderr
    };
    assert!(refused("a.c1z", b"PK\x03\x04").contains("it begins with other bytes"));
    assert!(refused("b.c1z", b"C1Z3\0\0\0\0\0").contains("--storage-engine sqlite"));
    assert!(refused("c.c1z", b"C1ZF\0 nothing compressed").contains("nothing was changed"));
    let empty = zstd::encode_all([].as_slice(), 1).unwrap();
    assert!(refused("d.c1z", &[b"C1ZF\0".as_slice(), &empty].concat()).contains("the file was not read"));
    let missing = binary.run(&["import", "c1z", "missing.c1z"]).unwrap();
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("missing.c1z cannot be read"), "{}", missing.stderr);
    let nothing = binary.run(&["list", "grants"]).unwrap();
    assert!(nothing.stdout.is_empty() || nothing.stdout.contains("Nothing"), "{}", nothing.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_at_which_the_same_was_current_are_one_sync() {
    let served = served(63, 6, 2, 2).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &["--membership-only"]).await.code, 0);
    let written = run(&binary, &["export", "c1z", "--as-of", "now", "--as-of", "now"]);
    assert_eq!(written.code, 0, "{written:?}");
    assert!(written.stderr.contains("sync.c1z: 1 sync of npm:"), "{}", written.stderr);
    let unknown = run(&binary, &["export", "c1z", "--connector", "npm:nobody"]);
    assert_eq!(unknown.code, 6, "{unknown:?}");
}

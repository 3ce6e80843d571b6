//! The audit log from the command line: listed, signed and delivered, exported, verified elsewhere, and erased from.

use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use rolecall_testkit::{Binary, Ran};

use crate::support::{binary, run, served};

/// A binary with a log: a connector that was added, described and paused by people.
fn configured(variables: &[(&str, &str)]) -> Binary {
    let binary = variables.iter().fold(binary("npm_x"), |binary, (name, value)| binary.variable(name, value));
    for arguments in [
        &["connectors", "add", "npm", "--org", "acme", "--owner", "zelda@example.test"][..],
        &["connectors", "edit", "npm:acme", "--description", "ask zelda"],
        &["connectors", "pause", "npm:acme"],
    ] {
        assert_eq!(run(&binary, arguments).code, 0, "{:?}", run(&binary, arguments));
    }
    binary
}

fn home(binary: &Binary, name: &str) -> PathBuf {
    binary.home().join(name)
}

fn read(binary: &Binary, name: &str) -> String {
    std::fs::read_to_string(home(binary, name)).unwrap()
}

/// Verifies in a home that has nothing but these files: as somebody elsewhere would.
fn verify_elsewhere(files: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let elsewhere = binary("");
    for (name, text) in files {
        std::fs::write(home(&elsewhere, name), text).unwrap();
    }
    let ran = run(&elsewhere, &[&["audit", "verify"], arguments].concat());
    assert!(!elsewhere.database().exists(), "verifying a file needs no database");
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_listed_in_every_format() {
    let binary = configured(&[]);
    let all = run(&binary, &["audit", "list", "--format", "json"]).json();
    let told = |name: &str| {
        let rows = all.as_array().unwrap().iter();
        rows.map(|row| row[name].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("action"), ["connector.paused", "connector.changed", "connector.added", "database.migrated"]);
    assert_eq!(told("actor"), ["tester", "tester", "tester", ""]);
    assert_eq!((&all[1]["connector"], &all[3]["connector"]), (&"npm:acme".into(), &serde_json::Value::Null));
    assert_eq!(all[1]["details"]["changed"], serde_json::json!(["description"]));
    assert_eq!(all[1]["personal"]["configuration"]["description"], "ask zelda");

    let table = run(&binary, &["audit", "list", "--action", "connector.changed"]);
    assert!(
        table.stdout.contains("npm:acme")
            && table.stdout.contains("changed: description")
            && !table.stdout.contains("paused"),
        "{table:?}"
    );
    assert_eq!(run(&binary, &["audit", "list", "--limit", "2", "--format", "csv"]).stdout.lines().count(), 3);
    assert_eq!(run(&binary, &["audit", "list", "--actor", "tester", "--format", "ndjson"]).stdout.lines().count(), 3);
    let none = run(&binary, &["audit", "list", "--actor", "nobody"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, "No such record.\n"));
    for (arguments, word) in [
        (&["audit", "list", "--since", "soon"][..], "is no moment"),
        (&["audit", "list", "--action", "nothing"], "invalid value"),
        (&["audit", "list", "--format", "html"], "cannot print"),
        (&["audit", "head", "--deliver", "nowhere"], "file:PATH"),
        (&["audit", "verify", "none.ndjson"], "cannot be read"),
        (&["audit", "verify", "--key", "5f0C"], "64 small hexadecimal digits"),
    ] {
        let ran = run(&binary, arguments);
        assert!(ran.code == 2 && ran.stderr.contains(word), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_verified_elsewhere_against_what_was_delivered() {
    let binary = configured(&[]);
    let head = run(&binary, &["audit", "head", "--deliver", "file:heads", "--format", "json"]);
    assert_eq!((head.code, head.json()["sequence"].as_i64()), (0, Some(4)), "{head:?}");
    let key = run(&binary, &["audit", "key"]).stdout.trim().to_owned();
    assert_eq!(head.json()["publicKey"], key.as_str());
    let secret = home(&binary, "rolecall.db.audit-key");
    assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);

    assert_eq!(run(&binary, &["connectors", "resume", "npm:acme"]).code, 0);
    assert_eq!(run(&binary, &["audit", "export", "log.ndjson"]).code, 0);
    assert_eq!(run(&binary, &["audit", "export", "told.ndjson", "--personal"]).code, 0);
    let (log, heads) = (read(&binary, "log.ndjson"), read(&binary, "heads"));
    assert!(!log.contains("zelda") && !log.contains("tester"), "{log}");
    assert!(read(&binary, "told.ndjson").contains("zelda@example.test"));
    assert_eq!(run(&binary, &["audit", "export", "-"]).stdout, log);

    let arguments = ["log", "--head", "heads", "--key", &key];
    let sound = verify_elsewhere(&[("log", &log), ("heads", &heads)], &arguments);
    assert_eq!(sound.code, 0, "{sound:?}");
    assert!(sound.stdout.contains("5 records are as written") && sound.stdout.contains("up to record 4"), "{sound:?}");
    let told = verify_elsewhere(&[("log", &read(&binary, "told.ndjson"))], &["log", "--format", "json"]).json();
    assert_eq!((&told["sound"], &told["records"], &told["deliveredUntil"]), (&true.into(), &5.into(), &().into()));

    let lines: Vec<&str> = log.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let changed = log.replacen("connector.paused", "connector.resumed", 1);
    let dropped = joined(&[&lines[..4], &lines[5..]].concat());
    let swapped = joined(&[&lines[..3], &[lines[4], lines[3]], &lines[5..]].concat());
    let cut = joined(&lines[..4]);
    for (tampered, record) in [(changed, 4), (dropped, 3), (swapped, 2), (cut, 3)] {
        let found = verify_elsewhere(&[("log", &tampered), ("heads", &heads)], &arguments);
        assert_eq!(found.code, 9, "{found:?}");
        assert!(found.stdout.contains(&format!("Broken: record {record} is not")), "{record}: {found:?}");
    }

    // A database that was made anew is not the one whose head was delivered, and its key is another.
    let anew = configured(&[]);
    run(&anew, &["audit", "head"]);
    let found = run(&anew, &["audit", "verify", "--key", &key]);
    assert!(found.code == 9 && found.stdout.contains("another key than expected"), "{found:?}");
    std::fs::write(home(&anew, "heads"), &heads).unwrap();
    let found = run(&anew, &["audit", "verify", "--head", "heads", "--format", "json"]);
    assert!(found.code == 9 && found.json()["refused"][0].as_str().unwrap().contains("of database"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_prove_nothing_are_said_to() {
    let binary = configured(&[]);
    let bare = run(&binary, &["audit", "verify"]);
    assert!(bare.code == 0 && bare.stdout.contains("No head covers it"), "{bare:?}");
    let kept = run(&binary, &["audit", "head"]);
    assert!(kept.stdout.contains("proves nothing to others until it is delivered"), "{kept:?}");
    let verified = run(&binary, &["audit", "verify"]);
    assert!(verified.code == 0 && verified.stdout.contains("Only heads kept beside it"), "{verified:?}");

    let no_heads = verify_elsewhere(&[("log", "{}\n"), ("heads", "\n")], &["log", "--head", "heads"]);
    assert!(no_heads.code == 2 && no_heads.stderr.contains("no head of an audit log"), "{no_heads:?}");
    let foreign = verify_elsewhere(&[("log", "{}\n")], &["log"]);
    assert!(foreign.code == 2 && foreign.stderr.contains("no export of an audit log"), "{foreign:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sync_lets_a_head_leave_where_that_is_configured() {
    let log_server = UdpSocket::bind("127.0.0.1:0").unwrap();
    log_server.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let deliver = format!("file:heads,syslog:{}", log_server.local_addr().unwrap());
    let served = served(83, 6, 2, 3).await;
    let binary = served.binary().variable("ROLECALL_AUDIT_DELIVER", &deliver).variable("ROLECALL_AUDIT_KEY", "own-key");
    let synced = served.sync(&binary, &[]).await;
    assert_eq!(synced.code, 0, "{synced:?}");
    let heads = read(&binary, "heads");
    assert_eq!(heads.lines().count(), 1);
    assert!(home(&binary, "own-key").exists() && !home(&binary, "rolecall.db.audit-key").exists());
    let mut bytes = [0; 2048];
    let length = log_server.recv(&mut bytes).unwrap();
    let logged = std::str::from_utf8(&bytes[..length]).unwrap();
    assert!(logged.starts_with("<109>1 20") && logged.ends_with(heads.trim_end()), "{logged}");

    let verified = run(&binary, &["audit", "verify", "--head", "heads"]);
    assert!(
        verified.code == 0 && verified.stdout.contains("Heads from outside cover it up to record 4"),
        "{verified:?}"
    );
    served.sync(&binary, &[]).await;
    assert_eq!(read(&binary, "heads").lines().count(), 2);
    assert_eq!(run(&binary, &["audit", "head", "--quiet"]).code, 0);
    assert_eq!(read(&binary, "heads").lines().count(), 3, "without --deliver it goes where it always goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_delivered_is_said_and_the_sync_is_done() {
    let served = served(84, 6, 2, 3).await;
    let webhook = "webhook:https://127.0.0.1:9/s3cret";
    let unreachable = served.binary().variable("ROLECALL_AUDIT_DELIVER", webhook);
    let synced = served.sync(&unreachable, &[]).await;
    assert_eq!(synced.code, 0, "{synced:?}");
    assert!(synced.stderr.contains("was not delivered to webhook:https://127.0.0.1/…"), "{synced:?}");
    let head = run(&unreachable, &["audit", "head"]);
    assert!(head.code == 1 && head.stderr.contains("ROLECALL_ALLOW_INTERNAL"), "{head:?}");
    assert!(!format!("{synced:?}{head:?}").contains("s3cret"));

    let mistaken = served.binary().variable("ROLECALL_AUDIT_DELIVER", "webhooks:https://x.test/s3cret");
    let refused = served.sync(&mistaken, &[]).await;
    assert!(refused.code == 2 && refused.stderr.contains("ROLECALL_AUDIT_DELIVER"), "{refused:?}");
    assert!(!refused.stderr.contains("s3cret"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_others_can_read_signs_nothing() {
    let binary = configured(&[]);
    run(&binary, &["audit", "key"]);
    let path = home(&binary, "rolecall.db.audit-key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = run(&binary, &["audit", "head"]);
    assert!(refused.code == 1 && refused.stderr.contains("chmod 600"), "{refused:?}");
    let key = std::fs::read_to_string(path).unwrap();
    assert!(!refused.stderr.contains(key.trim_end().rsplit(' ').next().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_shown_as_erased_and_the_log_still_verifies() {
    let binary = configured(&[]);
    let erase =
        |who: &str| run(&binary, &["audit", "erase", "--person", who, "--reason", "asked to", "--format", "json"]);
    let erased = erase("zelda");
    assert_eq!(erased.code, 0, "{erased:?}");
    assert!(erased.json()["fields"].as_i64().unwrap() >= 2, "{erased:?}");
    assert!(erased.stderr.contains("npm:acme may still name them"), "{erased:?}");
    let listed = run(&binary, &["audit", "list", "--format", "json"]);
    assert!(!listed.stdout.contains("zelda"), "{listed:?}");
    assert_eq!(listed.json()[0]["action"], "audit.erased");
    assert_eq!(listed.json()[2]["personal"]["configuration"], serde_json::Value::Null);
    assert!(run(&binary, &["audit", "list"]).stdout.contains("because: asked to"));
    let verified = run(&binary, &["audit", "verify"]);
    assert!(verified.code == 0 && verified.stdout.contains("erased"), "{verified:?}");
    assert_eq!(run(&binary, &["audit", "erase", "--person", "zelda"]).stdout, "Nothing names them.\n");
    assert_eq!(erase(" ").code, 7);
}

#[test]
fn every_action_is_described() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/audit.md");
    let page = std::fs::read_to_string(page).unwrap();
    for action in rolecall_store::AUDIT_ACTIONS {
        assert!(page.contains(&format!("`{action}`")), "{action} is missing");
    }
}

//! Tokens that are sealed in the database: kept, used, replaced, dropped, and sealed with another key.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rolecall_testkit::{Binary, Ran};

use crate::support::{Served, run, served};

/// A binary that finds no token anywhere.
fn bare() -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap()
}

fn given(binary: &Binary, arguments: &[&str], input: &str) -> Ran {
    tokio::task::block_in_place(|| binary.run_with_input(arguments, input)).unwrap()
}

fn done(binary: &Binary, arguments: &[&str]) -> Ran {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

fn refused(ran: &Ran, code: i32, words: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    for word in words {
        assert!(ran.stderr.contains(word), "{word:?} is missing in {ran:?}");
    }
}

/// An organisation that is configured with its token sealed.
async fn sealed(binary: &Binary) -> Served {
    let served = served(61, 8, 3, 4).await;
    let more = ["--name", "acme", "--seal-token", "--token-stdin", "--check"];
    let added = given(binary, &served.add_arguments(&more), &served.token);
    assert_eq!(added.code, 0, "{added:?}");
    assert!(added.stderr.contains("proven complete") && added.stdout.contains("sealed, since 20"), "{added:?}");
    served
}

fn key_file(binary: &Binary) -> PathBuf {
    binary.home().join("rolecall.db.key")
}

fn shown(binary: &Binary) -> serde_json::Value {
    done(binary, &["connectors", "show", "npm:acme", "--format", "json"]).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_token_is_read_once_and_used_by_every_command_from_then_on() {
    let binary = bare();
    let served = sealed(&binary).await;
    assert_eq!(fs::metadata(key_file(&binary)).unwrap().permissions().mode() & 0o777, 0o600);
    let synced = done(&binary, &["sync", "--all"]);
    assert!(synced.stderr.contains("from sealed in the database"), "{synced:?}");
    done(&binary, &["connectors", "sync", "acme"]);
    let named = served.sync_arguments(&["--name", "acme"]);
    assert_eq!(run(&binary, &named).code, 0);
    let doctor = ["doctor", "npm", "--org", &served.organization, "--registry", served.server.url(), "--name", "acme"];
    assert_eq!(run(&binary, &doctor).code, 0);
    done(&binary, &["connectors", "edit", "npm:acme", "--name", "prod", "--check"]);
    done(&binary, &["sync", "--all"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_token_is_shown_by_its_age_and_replaced_and_dropped() {
    let binary = bare();
    let served = sealed(&binary).await;
    let view = shown(&binary);
    assert_eq!(view["tokenSource"], "sealed");
    assert!(view["tokenSealedAt"].as_str().unwrap().starts_with("20"), "{view}");
    let listed = done(&binary, &["secrets", "list", "--format", "json"]).json();
    assert_eq!((&listed[0]["secret"], &listed[0]["connector"]), (&"connector.token".into(), &"npm:acme".into()));

    // Replaced by a wrong one, which is tried before it is kept.
    let wrong = "npm_wrongwrongwrongwrongwrongwrongwrong";
    let replace = ["connectors", "edit", "npm:acme", "--seal-token", "--token-stdin"];
    refused(&given(&binary, &[&replace[..], &["--check"]].concat(), wrong), 3, &[]);
    done(&binary, &["sync", "--all"]);
    let replaced = given(&binary, &replace, wrong);
    assert!(replaced.code == 0 && replaced.stdout.contains("sealed anew"), "{replaced:?}");
    assert_eq!(run(&binary, &["sync", "--all"]).code, 3);
    // By what a variable holds.
    let file = binary.home().join("token");
    fs::write(&file, &served.token).unwrap();
    let from_file = ["connectors", "edit", "npm:acme", "--seal-token", "--token-file", file.to_str().unwrap()];
    done(&binary, &from_file);
    fs::remove_file(&file).unwrap();
    done(&binary, &["sync", "--all"]);
    let changes = shown(&binary)["changes"].to_string();
    assert!(changes.contains("sealedToken"), "{changes}");

    done(&binary, &["connectors", "edit", "npm:acme", "--unset", "token"]);
    assert!(done(&binary, &["secrets", "list"]).stdout.contains("Nothing is sealed"));
    refused(&run(&binary, &["sync", "--all"]), 3, &["no npm token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sealed_changes_nothing() {
    let binary = bare();
    let served = served(62, 6, 2, 3).await;
    let add = |more: &[&str], input: &str| given(&binary, &served.add_arguments(more), input);
    refused(&add(&["--token-stdin"], &served.token), 2, &["--seal-token"]);
    refused(&add(&["--seal-token", "--token-stdin"], ""), 3, &["standard input", "empty"]);
    refused(&add(&["--seal-token"], ""), 3, &["NPM_TOKEN"]);
    assert!(!binary.database().exists() && !key_file(&binary).exists());

    fs::write(key_file(&binary), "no key").unwrap();
    fs::set_permissions(key_file(&binary), fs::Permissions::from_mode(0o600)).unwrap();
    refused(&add(&["--seal-token", "--token-stdin"], &served.token), 3, &["holds no usable master key", "base64"]);
    fs::set_permissions(key_file(&binary), fs::Permissions::from_mode(0o644)).unwrap();
    refused(&add(&["--seal-token", "--token-stdin"], &served.token), 3, &["read by others", "chmod 600"]);
    assert!(done(&binary, &["connectors", "list"]).stdout.contains("No connector"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_declares_that_a_token_is_sealed_and_never_holds_it() {
    let binary = bare();
    let served = served(63, 6, 2, 3).await;
    let file = binary.home().join("connectors.toml");
    let text = format!(
        "[[connector]]\ntype = \"npm\"\nname = \"acme\"\norg = \"{}\"\nregistry = \"{}\"\ntoken = {{ sealed = true }}\n",
        served.organization,
        served.server.url()
    );
    fs::write(&file, text).unwrap();
    done(&binary, &["connectors", "apply", file.to_str().unwrap()]);
    assert!(shown(&binary)["token"].as_str().unwrap().contains("none is"));
    refused(&run(&binary, &["sync", "--all"]), 3, &["no token of npm:acme is sealed", "--seal-token"]);
    let seal = ["connectors", "edit", "npm:acme", "--seal-token", "--token-stdin"];
    assert_eq!(given(&binary, &seal, &served.token).code, 0);
    done(&binary, &["sync", "--all"]);
    // Applied again, it stays.
    let again = done(&binary, &["connectors", "apply", file.to_str().unwrap()]);
    assert!(again.stdout.contains("as declared"), "{again:?}");
    done(&binary, &["sync", "--all"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_master_key_takes_the_place_of_the_first() {
    let binary = bare();
    let _served = sealed(&binary).await;
    let before = fs::read_to_string(key_file(&binary)).unwrap();
    let rotated = done(&binary, &["secrets", "rotate", "--format", "json"]).json();
    assert_eq!((&rotated["secrets"], &rotated["finished"]), (&1.into(), &false.into()));
    let after = fs::read_to_string(key_file(&binary)).unwrap();
    assert_ne!(before, after);
    assert_eq!(fs::metadata(key_file(&binary)).unwrap().permissions().mode() & 0o777, 0o600);
    done(&binary, &["sync", "--all"]);

    // With the old key nothing opens, and the message says which is needed.
    let old = bare_with(&binary, "ROLECALL_SECRET_KEY", before.trim());
    let id = rotated["to"].as_str().unwrap();
    refused(&old(&["sync", "--all"]), 3, &["ROLECALL_SECRET_KEY", id]);
    refused(&old(&["secrets", "check"]), 3, &[id]);
    // A key in a variable is rotated into a file.
    let held = bare_with(&binary, "ROLECALL_SECRET_KEY", after.trim());
    refused(&held(&["secrets", "rotate"]), 3, &["--new-key-file"]);
    let next = binary.home().join("next.key");
    let ran = held(&["secrets", "rotate", "--new-key-file", next.to_str().unwrap()]);
    assert!(ran.code == 0 && ran.stderr.contains("unset ROLECALL_SECRET_KEY"), "{ran:?}");
    let named = bare_with(&binary, "ROLECALL_SECRET_KEY_FILE", next.to_str().unwrap());
    let checked = named(&["secrets", "check"]);
    assert!(checked.code == 0 && checked.stdout.contains("1 secret of 1 can be opened"), "{checked:?}");
}

/// Runs on the same database, with a variable more.
fn bare_with(binary: &Binary, name: &str, value: &str) -> impl Fn(&[&str]) -> Ran {
    let other = bare().variable(name, value).variable("ROLECALL_DATABASE", binary.database().to_str().unwrap());
    move |arguments| run(&other, arguments)
}

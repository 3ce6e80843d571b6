//! The life of a connector, from the command line.

use std::path::Path;

use rolecall_sim::npm::Role;
use rolecall_testkit::{Binary, Ran};
use rstest::rstest;

use crate::support::{Served, binary, run, served};

/// Runs a command that must succeed.
fn done(binary: &Binary, arguments: &[&str]) -> Ran {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

fn refused(binary: &Binary, arguments: &[&str], code: i32, words: &[&str]) {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
    for word in words {
        assert!(ran.stderr.contains(word), "{word:?} is missing in {ran:?}");
    }
}

fn shown(binary: &Binary, name: &str) -> serde_json::Value {
    done(binary, &["connectors", "show", name, "--format", "json"]).json()
}

fn package(binary: &Binary) -> String {
    let listed = done(binary, &["list", "packages", "--format", "json"]).json();
    listed[0]["package"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_is_added_read_changed_paused_and_resumed() {
    let served = served(51, 10, 3, 4).await;
    let binary = served.binary();
    let more = ["--name", "prod", "--owner", "ana@example.com", "--owner", "ben", "--description", "all of it"];
    let added = done(&binary, &served.add_arguments(&[&more[..], &["--check"]].concat()));
    assert!(added.stderr.contains("proven complete"), "the token was tried: {added:?}");
    refused(&binary, &served.add_arguments(&["--name", "prod"]), 2, &["configured already", "connectors edit"]);

    let listed = done(&binary, &["connectors", "list", "--format", "json"]).json();
    assert_eq!((&listed[0]["connector"], &listed[0]["state"]), (&"npm:prod".into(), &"Not connected".into()));
    assert_eq!(listed[0]["owners"], serde_json::json!(["ana@example.com", "ben"]));
    done(&binary, &["connectors", "sync", "prod"]);
    let status = done(&binary, &["status", "--format", "json"]).json();
    assert_eq!((&status[0]["state"], &status[0]["description"]), (&"Connected".into(), &"all of it".into()));

    let edited = done(&binary, &["connectors", "edit", "npm:prod", "--rate", "50", "--name", "main", "--owner", "cy"]);
    for change in ["name: prod → main", "rate: not set → 50", "owners: ana@example.com, ben → cy"] {
        assert!(edited.stdout.contains(change), "{change:?} is missing in {edited:?}");
    }
    let same = done(&binary, &["connectors", "edit", "main", "--rate", "50"]);
    assert!(same.stdout.contains("as it was"), "{same:?}");
    done(&binary, &["connectors", "edit", "main", "--unset", "rate", "--unset", "owners"]);
    let changes = shown(&binary, "main")["changes"].clone();
    let actions: Vec<&str> =
        changes.as_array().unwrap().iter().map(|change| change["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["changed", "changed", "renamed", "added"],
        "newest first, and nothing for what changed nothing"
    );
    assert!(changes.as_array().unwrap().iter().all(|change| change["actor"] == "tester"));

    done(&binary, &["connectors", "pause", "main"]);
    refused(&binary, &["connectors", "sync", "main"], 2, &["paused since", "connectors resume npm:main"]);
    refused(&binary, &served.sync_arguments(&["--name", "main"]), 2, &["paused since"]);
    let all = done(&binary, &["sync", "--all", "--format", "json"]).json();
    assert_eq!(all["connectors"][0]["outcome"], "paused");
    let question = ["who-can", "publish", &package(&binary)];
    assert!(done(&binary, &question).stdout.contains("Paused: npm:main is not read since"));
    let answer = done(&binary, &[&question[..], &["--format", "json"]].concat()).json();
    assert_eq!(answer["completeness"]["paused"][0]["connector"], "npm:main", "{answer}");
    assert!(done(&binary, &["list", "users"]).stdout.contains("Paused: npm:main"));
    assert!(done(&binary, &["status"]).stdout.contains("npm:main: Paused"));
    done(&binary, &["connectors", "resume", "main"]);
    assert!(!done(&binary, &question).stdout.contains("Paused"));
    done(&binary, &["connectors", "sync", "main"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_connector_is_in_no_answer_and_continues_when_it_is_added_again() {
    let served = served(52, 10, 3, 4).await;
    let binary = served.binary();
    done(&binary, &served.add_arguments(&["--name", "prod"]));
    done(&binary, &["connectors", "sync", "prod"]);
    let package = package(&binary);
    refused(&binary, &["connectors", "remove", "prod"], 2, &["say --yes"]);
    assert_eq!(
        done(&binary, &["connectors", "remove", "prod", "--yes", "--format", "json"]).json()["action"],
        "removed"
    );

    assert_eq!(done(&binary, &["status", "--format", "json"]).json(), serde_json::json!([]));
    assert_eq!(done(&binary, &["list", "users", "--format", "json"]).json(), serde_json::json!([]));
    assert_eq!(done(&binary, &["changes", "--format", "json"]).json(), serde_json::json!([]));
    refused(&binary, &["who-can", "publish", &package], 6, &["not recorded"]);
    refused(&binary, &["sync", "--all"], 6, &["no connector is configured"]);
    refused(&binary, &served.sync_arguments(&["--name", "prod"]), 2, &["was removed at", "connectors add"]);
    let removed = done(&binary, &["connectors", "list", "--removed", "--format", "json"]).json();
    assert_eq!(removed[0]["state"], "Removed");
    let elsewhere = ["connectors", "add", "npm", "--org", "other", "--registry", served.server.url(), "--name", "prod"];
    refused(&binary, &elsewhere, 2, &["its history is that of", "--purge"]);

    let members = served.server.world().members(&served.organization);
    let developer = members.iter().rfind(|(_, role)| *role == Role::Developer).unwrap().0.clone();
    served.server.world().member(&served.organization, &developer, Role::Owner);
    let again = done(&binary, &served.add_arguments(&["--name", "prod"]));
    assert!(again.stdout.contains("continues with its history"), "{again:?}");
    done(&binary, &["connectors", "sync", "prod"]);
    let changes = done(&binary, &["changes"]).stdout;
    assert!(changes.contains(&developer), "what changed meanwhile is a change: {changes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn purging_deletes_one_connectors_history_and_says_how_much() {
    let (first, second) = (served(53, 8, 2, 3).await, served(54, 12, 3, 5).await);
    let binary = first.binary().variable("SECOND", &second.token);
    done(&binary, &first.add_arguments(&["--name", "first", "--token-env", "NPM_TOKEN"]));
    done(&binary, &second.add_arguments(&["--name", "second", "--token-env", "SECOND"]));
    done(&binary, &["sync", "--all"]);
    let grants =
        |connector: &str| done(&binary, &["list", "grants", "--connector", connector, "--format", "csv"]).stdout;
    let before = grants("first");

    let purged = done(&binary, &["connectors", "remove", "second", "--purge", "--yes", "--format", "json"]).json();
    assert!(purged["tables"]["fact"].as_u64().unwrap() > 20, "{purged}");
    let sum: u64 = purged["tables"].as_object().unwrap().values().map(|rows| rows.as_u64().unwrap()).sum();
    assert_eq!(purged["rows"], sum);
    assert_eq!(grants("first"), before);
    refused(&binary, &["connectors", "show", "second"], 6, &["no connector is called"]);

    done(&binary, &second.add_arguments(&["--name", "second", "--token-env", "SECOND"]));
    assert_eq!(shown(&binary, "second")["state"], "Not connected", "it begins anew");
    done(&binary, &["connectors", "remove", "second", "--yes"]);
    let text = done(&binary, &["connectors", "remove", "second", "--purge", "--yes"]).stdout;
    assert!(text.contains("history deleted"), "one that was removed before can be deleted too: {text}");
}

#[rstest]
#[case::variable(&["--token-env", "ACME_TOKEN"], "environment variable ACME_TOKEN")]
#[case::file(&["--token-file", "token.txt"], "token.txt")]
#[case::npmrc(&["--token-npmrc"], "the user's .npmrc")]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_looked_for_where_the_connector_says_and_nowhere_else(#[case] place: &[&str], #[case] named: &str) {
    let served = served(55, 6, 2, 3).await;
    // The wrong token in the usual place shows that it is not looked at.
    let without = binary("npm_wrong00000000000000000000000000000000");
    let added = done(&without, &served.add_arguments(&[&["--name", "prod"], place].concat()));
    assert!(added.stderr.contains("not usable here yet"), "{added:?}");
    assert!(added.stdout.contains(named), "{added:?}");
    refused(&without, &["connectors", "sync", "prod"], 3, &["error: npm:prod:", "hint:"]);
    assert!(served.server.requests().is_empty(), "no token went anywhere");

    let host = served.server.url().trim_start_matches("http:").trim_end_matches('/').to_owned();
    std::fs::write(without.home().join("token.txt"), &served.token).unwrap();
    std::fs::write(without.home().join(".npmrc"), format!("{host}/:_authToken={}\n", served.token)).unwrap();
    let with = without.variable("ACME_TOKEN", &served.token);
    let read = done(&with, &["connectors", "sync", "prod"]);
    assert!(read.stderr.contains(named), "{read:?}");
    done(&with, &["connectors", "edit", "prod", "--unset", "token"]);
    refused(&with, &["connectors", "sync", "prod"], 3, &["environment variable NPM_TOKEN"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_before_anything_is_recorded() {
    let served = served(56, 6, 2, 3).await;
    let binary = binary("");
    let (secret, https) = (served.token.as_str(), "https://npm.example.com");
    for (arguments, word) in [
        (served.add_arguments(&["--token-env", secret]), "looks like a token"),
        (served.add_arguments(&["--token-file", secret]), "looks like a token"),
        (served.add_arguments(&["--token-env", "a b"]), "no name of an environment variable"),
        (served.add_arguments(&["--name", "npm:x"]), "no colon"),
        (served.add_arguments(&["--attest-user", "ana"]), "go together"),
        (served.add_arguments(&["--proxy", "http://ana:hunter2@proxy.example.com"]), "keeps no secret"),
        (vec!["connectors", "add", "npm", "--org", "acme", "--registry", https, "--ca-file", "none.pem"], "none.pem"),
        (vec!["connectors", "add", "npm", "--org", "acme", "--registry", "http://npm.example.com"], "unencrypted"),
        (vec!["connectors", "add", "npm", "--org", "a b"], "names no npm organisation"),
    ] {
        refused(&binary, &arguments, 2, &[word]);
        let ran = run(&binary, &arguments);
        assert!(!ran.stderr.contains(&secret[4..]) && !ran.stderr.contains("hunter2"), "{ran:?}");
        assert!(!binary.database().exists(), "{arguments:?}");
    }
    refused(&binary, &served.add_arguments(&["--check"]), 3, &["no npm token"]);
    refused(&binary, &["connectors", "list"], 7, &["rolecall sync npm"]);
    refused(&binary, &["connectors", "pause", "prod"], 7, &["rolecall sync npm"]);
    assert!(!binary.database().exists());
    done(&binary, &served.add_arguments(&["--name", "prod"]));
    refused(&binary, &["connectors", "edit", "other"], 6, &["no connector is called", "npm:prod"]);
    refused(&binary, &["connectors", "edit", "prod", "--unset", "colour"], 2, &["nothing to unset", "token-expires"]);
    refused(&binary, &["connectors", "describe", "cargo"], 6, &["there is npm"]);
    refused(&binary, &["sync"], 2, &["sync --all"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_fails_records_nothing() {
    let served = served(57, 6, 2, 3).await;
    let wrong = binary("npm_wrong00000000000000000000000000000000");
    refused(&wrong, &served.add_arguments(&["--check"]), 3, &["error:"]);
    assert!(!wrong.database().exists());
    let right = served.binary();
    let misspelt = ["connectors", "add", "npm", "--org", "nosuchorg", "--registry", served.server.url(), "--check"];
    refused(&right, &misspelt, 3, &["roster of nosuchorg", "hint:"]);
    assert!(!right.database().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_which_a_token_expires_is_remembered_and_warned_about() {
    let served = served(58, 6, 2, 3).await;
    let binary = served.binary();
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    let soon = today.checked_add(jiff::Span::new().days(5)).unwrap().to_string();
    assert_eq!(served.sync(&binary, &["--token-expires", &soon, "--membership-only"]).await.code, 0);
    let warning = format!("the token expires on {soon}, in 5 days");
    assert!(served.sync(&binary, &["--membership-only"]).await.stderr.contains(&warning));
    let name = served.organization.as_str();
    assert!(done(&binary, &["connectors", "sync", name, "--membership-only"]).stderr.contains(&warning));
    assert!(done(&binary, &["connectors", "list"]).stdout.contains("(in 5 days)"));
    assert!(done(&binary, &["status"]).stdout.contains(&warning));
    let edited = done(&binary, &["connectors", "edit", name, "--token-expires", "2020-01-31"]);
    assert!(edited.stderr.contains("expired on 2020-01-31"), "{edited:?}");
    done(&binary, &["connectors", "edit", name, "--unset", "token-expires"]);
    assert!(!done(&binary, &["connectors", "sync", name, "--membership-only"]).stderr.contains("expire"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sync_npm_is_told_holds_for_that_run_and_what_is_configured_holds_for_all() {
    let served = served(59, 6, 2, 3).await;
    let binary = served.binary();
    let stages = |ran: &Ran| ran.json()["stages"].as_array().unwrap().len();
    let json = ["--format", "json"];
    let only = ["--format", "json", "--membership-only", "--rate", "900"];
    assert_eq!(stages(&served.sync(&binary, &only).await), 1);
    assert_eq!(stages(&served.sync(&binary, &json).await), 2);
    assert_eq!(shown(&binary, &served.organization)["settings"], serde_json::json!({}));
    done(&binary, &["connectors", "edit", &served.organization, "--membership-only"]);
    assert_eq!(stages(&served.sync(&binary, &json).await), 1);
    std::fs::write(binary.home().join("token.txt"), &served.token).unwrap();
    let other = done(&binary, &served.sync_arguments(&["--name", "other", "--token-file", "token.txt"]));
    for word in ["reads the same organisation", "connectors edit npm:other --token-file"] {
        assert!(other.stderr.contains(word), "{word:?} is missing in {other:?}");
    }
    assert_eq!(shown(&binary, "other")["token"], "the usual places");
    assert_eq!(done(&binary, &["connectors", "list", "--format", "json"]).json().as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_any_output_of_connectors_or_in_any_file() {
    let served = served(60, 6, 2, 3).await;
    let binary = binary("").variable("ACME_TOKEN", &served.token);
    let file = format!(
        "[[connector]]\ntype = \"npm\"\norg = {:?}\nregistry = {:?}\ntoken = {{ env = \"ACME_TOKEN\" }}\nname = \"prod\"\n",
        served.organization,
        served.server.url()
    );
    std::fs::write(binary.home().join("connectors.toml"), file).unwrap();
    let mut printed = String::new();
    for arguments in [
        served.add_arguments(&["--name", "prod", "--token-env", "ACME_TOKEN", "--check", "-vv"]),
        vec!["connectors", "sync", "prod", "-vv"],
        vec!["connectors", "show", "prod", "--format", "json"],
        vec!["connectors", "apply", "connectors.toml", "--format", "json"],
        vec!["connectors", "edit", "prod", "--token-env", &served.token],
        vec!["sync", "--all", "--format", "json"],
        vec!["connectors", "list", "--format", "csv"],
    ] {
        let ran = run(&binary, &arguments);
        printed.push_str(&ran.stdout);
        printed.push_str(&ran.stderr);
    }
    let secret = &served.token.trim_start_matches("npm_")[..12];
    assert!(printed.contains("GET") && !printed.contains(secret), "{printed}");
    assert!(!files_hold(binary.home(), secret));
}

fn files_hold(directory: &Path, secret: &str) -> bool {
    std::fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return files_hold(&path, secret);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_not_needed_to_be_shown_everything() {
    let served: Served = served(61, 6, 2, 3).await;
    let binary = served.binary();
    done(&binary, &served.add_arguments(&["--name", "prod"]));
    let shown = done(&binary, &["connectors", "show", "prod"]).stdout;
    for word in ["Latest syncs", "Latest changes", "added by tester", "the usual places"] {
        assert!(shown.contains(word), "{word:?} is missing in {shown}");
    }
    let described = done(&binary, &["connectors", "describe", "npm", "--format", "json"]).json();
    assert!(described["requests"].as_array().unwrap().len() > 10);
    assert!(described["requests"].as_array().unwrap().iter().all(|request| request["method"] == "GET"));
    assert_eq!(described["types"][0]["type"], "organization");
    let csv = done(&binary, &["connectors", "describe", "npm", "--format", "csv"]).stdout;
    assert!(csv.contains("entitlements,6,entitlement,read-write"), "{csv}");
}

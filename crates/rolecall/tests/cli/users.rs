//! The people who use the hub, as whoever has its database looks after them.

use std::sync::Arc;

use rolecall_engine::hub::{Caller, Hub, NewAccount, Peer, SignedIn};
use rolecall_engine::{Context, Silent, clock_system};
use rolecall_store::{KeyPlace, Mode, Store};
use rolecall_testkit::{Binary, Ran};
use secrecy::SecretString;

use crate::support::{binary, run};

const PASSWORD: &str = "a long walk by the sea";

/// A binary with a database in which nobody is.
fn hub_home() -> Binary {
    let binary = binary("");
    done(&binary, &["db", "migrate"]);
    binary
}

fn done(binary: &Binary, arguments: &[&str]) -> Ran {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

fn refused(binary: &Binary, arguments: &[&str], code: i32, words: &[&str]) {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
    for word in words.iter().chain(&["hint:"]) {
        assert!(ran.stderr.contains(word), "{word:?} is missing in {ran:?}");
    }
}

/// The hub's own use-cases, as its pages use them.
async fn hub(binary: &Binary) -> Hub {
    let path = binary.home().join("rolecall.db");
    let store = Store::open(&path.display().to_string().parse().unwrap(), Mode::Write).await.unwrap();
    let (_, stop) = tokio::sync::watch::channel(false);
    let context = Context { store, clock: clock_system, stop, progress: Arc::new(Silent) };
    Hub::new(&context, KeyPlace::beside(&path))
}

/// Uses a link that was printed.
async fn joins(binary: &Binary, link: &str, name: &str) -> SignedIn {
    let token = SecretString::from(link.trim().rsplit('/').next().unwrap());
    let account = NewAccount {
        name: name.to_owned(),
        display_name: String::new(),
        email: None,
        password: SecretString::from(PASSWORD),
    };
    hub(binary).await.link_join(&token, &account, &Peer::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_listed_disabled_enabled_and_reset() {
    let binary = hub_home();
    assert_eq!(done(&binary, &["users", "list"]).stdout, "Nobody has an account yet.\n");
    let base = ["--base-url", "https://hub.example.com/rolecall/"];
    let invited = done(&binary, &[&["users", "invite", "--role", "administrator"][..], &base].concat());
    assert!(invited.stdout.starts_with("https://hub.example.com/rolecall/invitation/"), "{invited:?}");
    assert!(invited.stderr.contains("it works once, until 20"), "{invited:?}");
    joins(&binary, &invited.stdout, "Ada").await;
    let bare = done(&binary, &["users", "invite", "--role", "reviewer", "--email", "bob@example.com"]);
    assert!(bare.stdout.starts_with("/invitation/") && bare.stderr.contains("--base-url"), "{bare:?}");
    let bob = joins(&binary, &bare.stdout, "bob").await;

    let listed = done(&binary, &["users", "list", "--format", "json"]).json();
    let users: Vec<_> = listed.as_array().unwrap().iter().map(|user| (&user["name"], &user["role"])).collect();
    assert_eq!(users, [(&"Ada".into(), &"administrator".into()), (&"bob".into(), &"reviewer".into())]);
    assert_eq!((&listed[1]["email"], &listed[1]["state"]), (&"bob@example.com".into(), &"enabled".into()));
    assert_eq!(done(&binary, &["users", "list", "--format", "ndjson"]).stdout.lines().count(), 2);
    assert!(done(&binary, &["users", "list"]).stdout.contains("bob@example.com"));

    assert!(done(&binary, &["users", "disable", "BOB"]).stdout.starts_with("bob is disabled"));
    assert!(hub(&binary).await.session_resume(&bob.token, &Peer::default()).await.is_err());
    let enabled = done(&binary, &["users", "enable", "bob", "--format", "json"]).json();
    assert_eq!((&enabled["state"], &enabled["disabledAt"]), (&"enabled".into(), &serde_json::Value::Null));
    let reset = done(&binary, &["users", "reset", "bob", "--format", "json"]).json();
    let token = SecretString::from(reset["link"].as_str().unwrap().rsplit('/').next().unwrap());
    hub(&binary)
        .await
        .link_reset(&token, &SecretString::from("another walk by the sea"), &Peer::default())
        .await
        .unwrap();
    let only = done(&binary, &["users", "reset", "bob", "--only", "second-factor"]);
    assert!(only.stdout.contains("has no second factor any more"), "{only:?}");

    // All of it is on record with who was at the keyboard.
    let records = done(&binary, &["audit", "list", "--format", "json"]).json();
    let actions: Vec<&str> =
        records.as_array().unwrap().iter().rev().map(|record| record["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions[1..],
        [
            "hub.user-invited",
            "hub.user-added",
            "hub.user-invited",
            "hub.user-added",
            "hub.user-disabled",
            // What is ended is noticed when it is presented.
            "hub.session-refused",
            "hub.user-enabled",
            "hub.user-reset",
            "hub.password-changed",
            "hub.user-reset",
        ]
    );
    assert_eq!(run(&binary, &["audit", "verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_and_strangers_are_refused() {
    let binary = hub_home();
    let invited = done(&binary, &["users", "invite", "--role", "administrator", "--format", "csv"]);
    let link = invited.stdout.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
    joins(&binary, &link, "ada").await;
    refused(&binary, &["users", "disable", "ada"], 2, &["last enabled administrator", "somebody else"]);
    refused(&binary, &["users", "disable", "nobody"], 6, &["nobody has the sign-in name nobody", "users list"]);
    refused(&binary, &["users", "invite", "--role", "auditor", "--email", "nobody"], 2, &["no e-mail address"]);
    assert_eq!(run(&binary, &["users", "invite"]).code, 2);
    assert_eq!(run(&binary, &["users", "reset", "ada", "--base-url", "no address"]).code, 2);
    let users = hub(&binary).await.users(&Caller::terminal("a test")).await.unwrap();
    assert!(users.len() == 1 && users[0].is_enabled());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_nobody_is_looked_after() {
    let binary = binary("");
    for arguments in [&["users", "list"][..], &["users", "invite", "--role", "auditor"]] {
        refused(&binary, arguments, 7, &["there is no database"]);
    }
}

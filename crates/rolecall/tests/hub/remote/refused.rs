//! What no hub does for a machine, and what it does not do for everybody.

use std::collections::BTreeMap;

use serde_json::json;

use super::Machine;
use crate::harness::{Hub, ROLES};

/// Every command that changes something, is about files of the hub, or connects to elsewhere.
const REFUSED: &[&[&str]] = &[
    &["sync", "npm", "--org", "acme"],
    &["sync", "--all"],
    &["work", "--once"],
    &["serve"],
    &["jobs", "retry", "1"],
    &["jobs", "cancel", "1"],
    &["connectors", "add", "npm", "--org", "acme", "--owner", "ada"],
    &["connectors", "edit", "npm:acme", "--rate", "1"],
    &["connectors", "pause", "npm:acme"],
    &["connectors", "resume", "npm:acme"],
    &["connectors", "sync", "--all"],
    &["connectors", "accept-sight", "npm:acme", "--reason", "x"],
    &["connectors", "remove", "npm:acme", "--yes"],
    &["connectors", "apply", "/etc/hostname"],
    &["watch"],
    &["changes", "confirm", "npm:acme"],
    &["changes", "discard", "npm:acme"],
    &["audit", "head"],
    &["audit", "head", "--deliver", "file:heads"],
    &["audit", "key"],
    &["audit", "verify", "/etc/hostname"],
    &["audit", "verify", "--head", "/etc/hostname"],
    &["audit", "erase", "--person", "ada", "--reason", "x"],
    &["accounts", "confirm-same", "npm:acme", "ada", "--reason", "x"],
    &["diff", "/etc/hostname"],
    &["diff", "/etc/hostname", "/etc/hostname"],
    &["secrets", "check"],
    &["secrets", "rotate"],
    &["users", "invite", "--role", "administrator"],
    &["users", "disable", "ada"],
    &["users", "enable", "ada"],
    &["users", "reset", "ada"],
    &["db", "check"],
    &["doctor", "npm", "--org", "acme"],
    &["demo"],
    &["sim", "npm"],
    &["completions", "bash"],
    &["man"],
    &["man", "--directory", "manual"],
    &["login", "https://r.example.com"],
    &["logout", "https://r.example.com"],
];

#[tokio::test(flavor = "multi_thread")]
async fn what_does_more_than_read_is_refused_by_the_client_and_by_the_hub() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let machine = Machine::with_token(&hub, &administrator.token);
    let files = || std::fs::read_dir(hub.binary.home()).unwrap().count();
    let (before, records) = (files(), hub.binary.run(&["audit", "list", "--format", "csv"]).unwrap().stdout);
    for arguments in REFUSED {
        if !matches!(arguments[0], "login" | "logout") {
            let ran = machine.run(arguments);
            assert!(ran.code == 2 && ran.stdout.is_empty(), "{arguments:?}: {ran:?}");
            let is_told = ran.stderr.contains("no hub runs") || ran.stderr.contains("--hub has no part");
            assert!(is_told, "{arguments:?}: {ran:?}");
        }
        // A client of another make says it to the hub itself.
        let asked = json!({ "arguments": arguments });
        let problem =
            administrator.program.json("POST", "/api/v1/commands", &asked).await.problem(422, "command-refused");
        assert!(problem["hint"].is_string(), "{arguments:?}: {problem:#}");
    }
    assert_eq!(files(), before);
    assert_eq!(hub.binary.run(&["audit", "list", "--format", "csv"]).unwrap().stdout, records);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_sent_chooses_what_is_read_or_written() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let ask = async |body: &serde_json::Value| administrator.program.json("POST", "/api/v1/commands", body).await;
    for arguments in [
        &["status", "--database", "/etc/passwd"][..],
        &["--database=/etc/passwd", "connectors", "list"],
        &["connectors", "list", "--hub", "http://127.0.0.1:1"],
        &["status", "--hub-token-file", "/etc/passwd"],
    ] {
        ask(&json!({ "arguments": arguments })).await.problem(422, "command-refused");
    }
    // A file of queries is one of the client's, which sends what is in it.
    let last = async |arguments: &[&str], input: Option<&str>| {
        let answer = ask(&json!({ "arguments": arguments, "input": input })).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/x-ndjson");
        let end: serde_json::Value = serde_json::from_str(answer.body.lines().last().unwrap()).unwrap();
        (answer.body, end["end"].clone())
    };
    std::fs::write(hub.binary.home().join("own.j1ql"), "FIND own_secret_name").unwrap();
    for arguments in [&["query", "--file", "own.j1ql"][..], &["query", "-"], &["query"]] {
        let (said, end) = last(arguments, None).await;
        assert!(end["exit"] == 2 && !said.contains("own_secret_name"), "{said}");
        let (said, end) = last(arguments, Some("FIND npm_user;\n:quit\nFIND npm_team")).await;
        assert!(end["exit"] == 0, "{said}");
    }
    // A file to write is one of the client's, which is told what is in it.
    let written = hub.binary.home().join("written.ndjson");
    for arguments in [&["export", "--output", "written.ndjson"][..], &["audit", "export", "written.ndjson"]] {
        let (said, end) = last(arguments, None).await;
        assert!(end["exit"] == 0 && said.contains("{\"fileEnd\":true}"), "{said}");
        assert!(!written.exists());
    }
    // Tables are as wide as the client's terminal, whatever that says of its width.
    for width in [json!(0), json!(1), json!(65535), json!(null)] {
        let answer = ask(&json!({ "arguments": ["audit", "list"], "width": width })).await.expect(200);
        assert!(answer.body.lines().last().unwrap().contains("\"exit\":0"), "{answer:#?}");
    }
    for odd in [json!({}), json!({ "arguments": "status" }), json!({ "arguments": [], "more": 1 }), json!([])] {
        ask(&odd).await.problem(400, "body");
    }
    for arguments in [vec![], vec!["--help"], vec!["--version"], vec!["\u{0}"], vec!["a"; 501], vec!["help", "sync"]] {
        ask(&json!({ "arguments": arguments })).await.problem(422, "command-refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_reads_by_a_command_what_it_may_read_otherwise() {
    let hub = Hub::start().await;
    let mut tokens = BTreeMap::new();
    for role in ROLES {
        let person = if role == "administrator" { hub.administrator().await.clone() } else { hub.person(role).await };
        tokens.insert(role, person.token);
    }
    for (role, token) in &tokens {
        let machine = Machine::with_token(&hub, token);
        let may = |roles: &[&str]| if roles.contains(role) { 0 } else { 3 };
        for (arguments, expected) in [
            (&["status"][..], 0),
            (&["jobs", "list"], 0),
            (&["audit", "list"], may(&["administrator", "auditor"])),
            (&["audit", "export", "-"], may(&["administrator", "auditor"])),
            (&["users", "list"], may(&["administrator"])),
            (&["secrets", "list"], may(&["administrator"])),
        ] {
            let ran = machine.run(arguments);
            assert_eq!(ran.code, expected, "{role} {arguments:?}: {ran:?}");
            if expected == 3 {
                assert!(ran.stdout.is_empty() && ran.stderr.contains("hint: "), "{ran:?}");
            }
        }
    }
    let nobody = Machine::new(&hub).run(&["status"]);
    assert!(nobody.code == 3 && nobody.stderr.contains("rolecall login http://127.0.0.1"), "{nobody:?}");
    for token in ["rolecall_nothing", "npm_something"] {
        let ran = Machine::with_token(&hub, token).run(&["status"]);
        assert!(ran.code == 3 && !ran.stderr.contains("npm_something"), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_clear_which_hub_or_database_is_meant() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let machine = Machine::with_token(&hub, &administrator.token);
    let both = machine.run(&["status", "--database", "x.db"]);
    assert!(both.code == 2 && both.stderr.contains("--hub and --database"), "{both:?}");
    let Machine { binary, hub: url } = machine;
    let machine = binary.variable("ROLECALL_HUB", &url);
    let both = machine.run(&["status"]).unwrap();
    assert!(both.code == 2 && both.stderr.contains("both ROLECALL_HUB and ROLECALL_DATABASE"), "{both:?}");
    // What is typed counts.
    assert_eq!(machine.run(&["status", "--hub", &url]).unwrap().code, 0);
    assert_eq!(machine.run(&["status", "--database", "none.db"]).unwrap().code, 7);
    assert_eq!(machine.run(&["completions", "bash"]).unwrap().code, 0);
    let machine = machine.variable("ROLECALL_DATABASE", "");
    let refused = machine.run(&["sync", "--all"]).unwrap();
    assert!(refused.code == 2 && refused.stderr.contains("unset ROLECALL_HUB"), "{refused:?}");

    let machine = Machine::new(&hub);
    std::fs::write(machine.file("token"), format!("{}\n", administrator.token)).unwrap();
    assert_eq!(machine.run(&["status", "--hub-token-file", "token"]).code, 0);
    assert_eq!(machine.run(&["--hub-token-file=token", "status"]).code, 0);
    assert_eq!(machine.run(&["status", "--hub-token-file", "nothing"]).code, 3);
    let Machine { binary, hub: url } = Machine::with_token(&hub, &administrator.token);
    let told = binary.variable("ROLECALL_LOG", "trace").run(&["status", "--hub", &url]).unwrap();
    assert!(told.code == 0 && told.stderr.contains("TRACE") && !told.stderr.contains(&administrator.token), "{told:?}");
    for (address, code) in [("http://127.0.0.1:1", 4), ("http://r.example.com", 2), ("nothing", 2)] {
        let ran = machine.binary.run(&["status", "--hub", address, "--hub-token-file", "token"]).unwrap();
        assert!(ran.code == code && ran.stderr.contains("hint: "), "{ran:?}");
        assert!(!ran.stderr.contains(&administrator.token));
    }
}

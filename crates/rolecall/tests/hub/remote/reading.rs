//! What a hub says to a machine is, byte for byte, what its own terminal says.

use std::fs;

use rolecall_testkit::Ran;

use super::Machine;
use crate::harness::{Hub, Source, sync};

/// Every kind of reading command, with what makes it say other things. The last part of each is a format.
const COMMANDS: &[&[&str]] = &[
    &["who-can", "publish", "@acme/core"],
    &["who-can", "publish", "@acme/core", "--format", "json"],
    &["who-can", "publish", "@acme/core", "--format", "csv", "--connector", "npm:acme"],
    &["who-can", "publish", "@acme/core", "--require-complete"],
    &["who-can", "publish", "@acme/core", "--was", "2026-01-01"],
    &["who-can", "publish", "@acme/nothing-of-the-kind"],
    &["who-can", "frobnicate", "@acme/core"],
    &["access", "lena.k"],
    &["access", "lena.k", "--format", "json"],
    &["access", "nobody-of-the-kind"],
    &["list", "users"],
    &["list", "packages", "--format", "csv"],
    &["list", "grants", "--format", "ndjson"],
    &["list", "syncs", "--format", "json"],
    &["list", "grants", "--as-of", "2020-01-01"],
    &["query", "FIND npm_user THAT CAN publish npm_package RETURN TREE"],
    &["query", "FIND User AS u THAT CAN publish npm_package AS p RETURN u.username, count(p)", "--format", "csv"],
    &["query", "FIND npm_user THAT CAN publish npm_package RETURN PATH", "--format", "dot"],
    &["query", "FIND Nobody"],
    &["query", "FIND FIND"],
    &["query", "FIND #Lone", "--smart-class", "Lone=FIND npm_user WITH username = 'lena.k'"],
    &["query", "--question", "npm-lone-publisher", "--format", "json"],
    &["query", "--explain", "FIND npm_user"],
    &["query", "FIND npm_user", "--limit-rows", "2"],
    &["questions"],
    &["questions", "npm-lone-publisher"],
    &["check"],
    &["check", "--fail-on", "low", "--format", "json"],
    &["check", "--format", "csv", "--require-complete"],
    &["check", "--list"],
    &["changes"],
    &["changes", "--since", "7d", "--format", "ndjson"],
    &["watch", "--once"],
    &["watch", "--once", "--format", "ndjson", "--since", "7d"],
    &["diff", "--from", "2020-01-01", "--fail-on", "nothing"],
    &["status"],
    &["status", "--format", "json"],
    &["connectors", "list"],
    &["connectors", "list", "--removed"],
    &["connectors", "show", "npm:acme", "--format", "json"],
    &["connectors", "describe", "npm"],
    &["connectors", "describe", "npm", "--markdown"],
    &["jobs", "list"],
    &["jobs", "list", "--state", "failed", "--format", "csv"],
    &["audit", "list"],
    &["audit", "list", "--format", "json"],
    &["audit", "verify"],
    &["audit", "export", "-"],
    &["users", "list"],
    &["users", "list", "--format", "json"],
    &["secrets", "list", "--format", "json"],
];

/// Says when they were made, so that two are never the same.
const DATED: &[&[&str]] = &[
    &["export"],
    &["export", "--format", "csv"],
    &["export", "--format", "json", "--connector", "npm:acme"],
    &["export", "--view", "jupiterone"],
    &["report", "--format", "html"],
    &["report", "--since", "90d"],
];

/// Without the moments in it.
fn undated(text: &str) -> String {
    let mut undated = String::with_capacity(text.len());
    for part in text.split_inclusive(['"', ' ', ',', '.', '<']) {
        let is_moment = part.contains('T') && part.starts_with("2") && part.matches(':').count() == 2;
        undated.push_str(if is_moment { "(then)" } else { part });
    }
    undated
}

#[track_caller]
fn same(arguments: &[&str], here: &Ran, there: &Ran) {
    assert_eq!(there.code, here.code, "{arguments:?}: {there:#?}\n{here:#?}");
    assert_eq!(there.stdout, here.stdout, "{arguments:?}: {}", there.stderr);
    assert_eq!(there.stderr, here.stderr, "{arguments:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_says_to_a_machine_what_its_own_terminal_says() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let source = Source::npm().await;
    let connector = source.connect(&administrator.program).await;
    sync(&administrator.program, connector["id"].as_str().unwrap()).await;
    let machine = Machine::with_token(&hub, &administrator.token);
    // A token in use is noted once a minute, which is nothing that any of these says.
    for arguments in COMMANDS {
        let here = hub.binary.run(arguments).unwrap();
        assert!(!here.stdout.is_empty() || !here.stderr.is_empty(), "{arguments:?}");
        same(arguments, &here, &machine.run(arguments));
    }
    for arguments in DATED {
        let dateless = |ran: Ran| Ran { stdout: undated(&ran.stdout), ..ran };
        let (here, there) = (dateless(hub.binary.run(arguments).unwrap()), dateless(machine.run(arguments)));
        assert_eq!(here.code, 0, "{arguments:?}: {here:?}");
        same(arguments, &here, &there);
    }
    queries_are_read_by_the_client(&hub, &machine);
    access_is_compared_with_a_file_of_the_client(&hub, &machine);
    files_are_written_by_the_client(&hub, &machine);
    // Nothing of this left a trace on the machine but what it was told to write.
    let mut left: Vec<_> = fs::read_dir(machine.binary.home()).unwrap().map(|it| it.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["access.yaml", "audit.ndjson", "export.csv", "queries.j1ql", "report.html"]);
}

fn queries_are_read_by_the_client(hub: &Hub, machine: &Machine) {
    let queries =
        "FIND npm_team;\n:format json\nFIND FIND;\nFIND npm_user AS u RETURN u.username;\n:question npm-owners";
    for home in [hub.binary.home(), machine.binary.home()] {
        fs::write(home.join("queries.j1ql"), queries).unwrap();
    }
    for arguments in [&["query", "--file", "queries.j1ql"][..], &["query", "-"], &["query"]] {
        let here = hub.binary.run_with_input(arguments, queries).unwrap();
        assert_eq!(here.code, 2, "{here:?}");
        same(arguments, &here, &machine.run_with_input(arguments, queries));
    }
    let arguments = ["query", "--file", "nothing.j1ql"];
    same(&arguments, &hub.binary.run(&arguments).unwrap(), &machine.run(&arguments));
}

fn access_is_compared_with_a_file_of_the_client(hub: &Hub, machine: &Machine) {
    let arguments = ["drift", "--write", "access.yaml"];
    same(&arguments, &hub.binary.run(&arguments).unwrap(), &machine.run(&arguments));
    let written = fs::read_to_string(machine.binary.home().join("access.yaml")).unwrap();
    assert_eq!(fs::read_to_string(hub.binary.home().join("access.yaml")).unwrap(), written);
    let drifted = written.replacen("    only: true\n", "", 1).replacen("owner:", "admin:", 1);
    for (text, code) in
        [(written.as_str(), 0), (drifted.as_str(), 2), ("connectors: {npm:acme: {only: true}}", 9), ("x: y", 2)]
    {
        // The hub's own file is another: it is not read.
        fs::write(machine.binary.home().join("access.yaml"), text).unwrap();
        let there = machine.run(&["drift", "access.yaml"]);
        assert_eq!(there.code, code, "{there:?}");
        fs::write(hub.binary.home().join("access.yaml"), text).unwrap();
        same(&["drift"], &hub.binary.run(&["drift", "access.yaml"]).unwrap(), &there);
        fs::write(hub.binary.home().join("access.yaml"), "not read").unwrap();
        same(
            &["drift", "-"],
            &hub.binary.run_with_input(&["drift", "-"], text).unwrap(),
            &machine.run_with_input(&["drift", "-"], text),
        );
    }
}

fn files_are_written_by_the_client(hub: &Hub, machine: &Machine) {
    for (arguments, file) in [
        (&["export", "--output", "export.csv"][..], "export.csv"),
        (&["report", "-o", "report.html"], "report.html"),
        (&["audit", "export", "audit.ndjson", "--format", "json"], "audit.ndjson"),
    ] {
        same(arguments, &hub.binary.run(arguments).unwrap(), &machine.run(arguments));
        let read = |path| undated(&fs::read_to_string(path).unwrap());
        let written = read(machine.file(file));
        assert!(written.len() > 1000 && written == read(hub.binary.home().join(file)), "{arguments:?}: {written}");
    }
    // A hub that refuses leaves the file as it was.
    fs::write(machine.file("export.csv"), "before").unwrap();
    let refused = machine.run(&["export", "--output", "export.csv", "--connector", "npm:nobody"]);
    assert_eq!((refused.code, fs::read_to_string(machine.file("export.csv")).unwrap()), (6, "before".to_owned()));
    assert_eq!(machine.run(&["export", "--output", "no/such/folder/export.csv"]).code, 1);
}

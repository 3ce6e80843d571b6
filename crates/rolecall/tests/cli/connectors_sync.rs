//! Several connectors in one database.

use rolecall_sim::{Fault, Pattern, Times};

use crate::support::{Served, binary, run, served};

/// Two organisations on two registries, each with its token in a variable of its own.
async fn two(seed: u64) -> (Served, Served, rolecall_testkit::Binary) {
    let (first, second) = (served(seed, 8, 2, 3).await, served(seed + 1, 8, 2, 3).await);
    let binary = binary("").variable("FIRST", &first.token).variable("SECOND", &second.token);
    for (served, name, variable) in [(&first, "first", "FIRST"), (&second, "second", "SECOND")] {
        let ran = run(&binary, &served.add_arguments(&["--name", name, "--token-env", variable]));
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    (first, second, binary)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_fails_does_not_stop_the_others() {
    let (first, _second, binary) = two(71).await;
    first.server.faults().add(Pattern::all(), Fault::html(403), Times::Always);
    let ran = run(&binary, &["sync", "--all"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("error: npm:first:") && ran.stdout.contains("npm:second is read"), "{ran:?}");
    assert!(ran.stdout.contains("1 of 2 connectors read."), "{ran:?}");
    let states = run(&binary, &["status", "--format", "json"]).json();
    let state = |at: usize| (states[at]["connector"].as_str().unwrap(), states[at]["state"].as_str().unwrap());
    assert_eq!([state(0), state(1)], [("npm:first", "Error"), ("npm:second", "Connected")]);

    first.server.faults().clear();
    first.server.faults().add(Pattern::new("GET /-/org/*/user"), Fault::Truncated, Times::Always);
    let ran = run(&binary, &["sync", "--all", "--format", "json"]);
    assert_eq!((ran.code, ran.json()["exit"].as_u64()), (5, Some(5)), "{ran:?}");
    let outcomes = ran.json()["connectors"].clone();
    assert_eq!((&outcomes[0]["outcome"], &outcomes[1]["outcome"]), (&"incomplete".into(), &"read".into()));
    assert_eq!(outcomes[1]["report"]["connector"], "npm:second");

    first.server.faults().clear();
    assert_eq!(run(&binary, &["connectors", "sync", "second", "first", "--require-complete"]).code, 0);
    let csv = run(&binary, &["connectors", "sync", "--all", "--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_variable_is_not_taken_to_two_hosts() {
    let (first, second) = (served(73, 6, 2, 3).await, served(74, 6, 2, 3).await);
    let binary = first.binary();
    for (served, name) in [(&first, "first"), (&second, "second")] {
        assert_eq!(run(&binary, &served.add_arguments(&["--name", name])).code, 0);
    }
    let ran = run(&binary, &["sync", "--all"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("NPM_TOKEN is set") && ran.stderr.contains("--token-env"), "{ran:?}");
    assert!(first.server.requests().is_empty() && second.server.requests().is_empty());
    run(&binary, &["connectors", "edit", "first", "--token-env", "NPM_TOKEN"]);
    run(&binary, &["connectors", "pause", "second"]);
    assert_eq!(run(&binary, &["sync", "--all"]).code, 0);
    assert!(second.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_a_connector_elsewhere_is_not_read_as_another() {
    let (first, second, binary) = two(75).await;
    let mixed = run(&binary, &second.sync_arguments(&["--name", "first"]));
    assert_eq!(mixed.code, 2, "{mixed:?}");
    assert!(mixed.stderr.contains("connectors sync npm:first"), "{mixed:?}");
    assert!(first.server.requests().is_empty() && second.server.requests().is_empty());
}

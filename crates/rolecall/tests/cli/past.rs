//! Questions about the past: what was known then, who could then, and what differs between then and now.

use rolecall_sim::npm::{Permission, Role, story};
use rolecall_testkit::Binary;
use serde_json::Value as Json;

use crate::support::{Served, run, served, story_served};

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// The demo's organisation, read, and read again a week later; with the moment in between.
async fn two_weeks() -> (Served, Binary, String, Vec<String>) {
    let served = story_served().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let then = QUESTIONS.iter().map(|question| run(&binary, question).stdout).collect();
    run(&binary, &["export", "--output", "old.ndjson"]);
    let moment = now();
    story::a_week_later(&mut served.server.world());
    served.sync(&binary, &[]).await;
    (served, binary, moment, then)
}

const QUESTIONS: [&[&str]; 10] = [
    &["who-can", "publish", "@acme/payments-sdk", "--format", "json"],
    &["access", "lena.k", "--format", "json"],
    &["list", "users", "--format", "json"],
    &["list", "grants", "--format", "json"],
    &["list", "packages", "--format", "json"],
    &["list", "tokens", "--format", "json"],
    &["list", "syncs", "--format", "json"],
    &["check", "--format", "json"],
    &["changes", "--format", "json"],
    &["status", "--format", "json"],
];

fn undated(json: &mut Json) {
    match json {
        Json::Object(fields) => {
            fields.retain(|name, _| name != "asOf" && name != "requestsThisMonth");
            fields.values_mut().for_each(undated);
        }
        Json::Array(items) => items.iter_mut().for_each(undated),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reading_command_answers_as_it_did_then_and_says_so() {
    let (_served, binary, moment, then) = two_weeks().await;
    for (question, then) in QUESTIONS.iter().zip(then) {
        let asked = [question, &["--as-of", &moment][..]].concat();
        let ran = run(&binary, &asked);
        assert_eq!(ran.code, 0, "{question:?}: {ran:?}");
        let (mut of_then, mut then): (Json, Json) = (ran.json(), serde_json::from_str(&then).unwrap());
        let is_empty = of_then.as_array().is_some_and(Vec::is_empty);
        assert!(ran.stdout.contains("\"asOf\"") || is_empty, "{question:?}: {}", ran.stdout);
        undated(&mut of_then);
        undated(&mut then);
        assert_eq!(of_then, then, "{question:?}");

        let plain = &asked[..asked.len() - 4];
        let table = run(&binary, &[plain, &["--as-of", &moment]].concat());
        assert!(table.stdout.contains("As of 20") && table.stdout.contains("what was known then"), "{table:?}");
        let csv = run(&binary, &[plain, &["--format", "csv", "--as-of", &moment]].concat());
        let mut lines = csv.stdout.lines();
        assert!(lines.next().unwrap().ends_with(",as of"), "{csv:?}");
        assert!(lines.all(|line| line.contains(&moment[..16])), "{csv:?}");
        assert!(csv.stderr.contains("As of 20"), "{csv:?}");
        assert_ne!(run(&binary, plain).stdout, table.stdout, "{question:?}");
    }
    let report = run(&binary, &["report", "--as-of", &moment]).stdout;
    assert!(report.contains("This is as of 20"), "{report}");
    assert!(!report.contains("lena.k holds owner"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_a_past_moment_is_the_one_that_was_made_then() {
    let (_served, binary, moment, _) = two_weeks().await;
    let facts = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let then = std::fs::read_to_string(binary.home().join("old.ndjson")).unwrap();
    let of_then = run(&binary, &["export", "--as-of", &moment]).stdout;
    assert_eq!(facts(&of_then), facts(&then));
    let header: Json = serde_json::from_str(of_then.lines().next().unwrap()).unwrap();
    assert!(header["asOf"].as_str().unwrap().starts_with(&moment[..16]), "{header}");
    let csv = run(&binary, &["export", "--format", "csv", "--as-of", &moment]).stdout;
    assert!(csv.lines().next().unwrap().ends_with(",as of"), "{csv}");
    let view = run(&binary, &["export", "--view", "jupiterone", "--as-of", &moment]);
    assert!(view.code == 0 && view.stderr.contains("As of 20"), "{view:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_two_moments_and_syncs_of_the_database_can_be_compared() {
    let (_served, binary, moment, _) = two_weeks().await;
    let differences = |arguments: &[&str]| {
        let ran = run(&binary, &[&["diff", "--format", "json"], arguments].concat());
        assert_eq!(ran.code, 9, "{ran:?}");
        ran.json()["differences"].clone()
    };
    let expected = differences(&["old.ndjson"]);
    assert!(expected.as_array().unwrap().len() > 3);
    let syncs = run(&binary, &["list", "syncs", "--format", "json"]).json();
    let id = |place: usize| syncs[place]["sync"].as_str().unwrap().to_owned();
    assert_eq!((syncs.as_array().unwrap().len(), &*id(0), &*id(1)), (2, "sync:2", "sync:1"));
    let uuid = format!("sync:{}", syncs[1]["uuid"].as_str().unwrap());
    for arguments in [
        &["--from", &moment][..],
        &["--from", &moment, "--to", "now"],
        &["--from", "sync:1", "--to", "sync:2"],
        &["--from", &uuid, "--connector", "npm:acme"],
        &["old.ndjson", "--to", "sync:2"],
    ] {
        assert_eq!(differences(arguments), expected, "{arguments:?}");
    }
    for arguments in
        [&["--from", "sync:2"][..], &["old.ndjson", "--to", &moment], &["--from", "sync:1", "--to", "sync:1"]]
    {
        let ran = run(&binary, &[&["diff"], arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.contains("No difference"), "{ran:?}");
    }
    let table = run(&binary, &["diff", "--from", "sync:1"]).stdout;
    assert!(table.contains("sync:1 (20") && table.contains("the current database (20"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_is_yes_or_possibly() {
    let served = served(91, 8, 3, 4).await;
    let binary = served.binary();
    {
        let mut world = served.server.world();
        world.account("early");
        world.member(&served.organization, "early", Role::Developer);
        let team = world.teams(&served.organization)[0].clone();
        world.team_member(&served.organization, &team, "early");
        let package = format!("@{}/was", served.organization);
        world.package(&package);
        world.grant(&served.organization, &team, &package, Permission::Write);
    }
    let package = format!("@{}/was", served.organization);
    served.sync(&binary, &[]).await;
    let between = now();
    served.sync(&binary, &[]).await;
    let later = now();

    let who =
        |was: &str, format: &str| run(&binary, &["who-can", "publish", &package, "--was", was, "--format", format]);
    let held = |was: &str| {
        let answer = who(was, "json").json();
        let accounts = answer["accounts"].as_array().unwrap().clone();
        let found = accounts.iter().find(|account| account["holder"]["id"] == "early").unwrap();
        (found["held"].as_str().unwrap().to_owned(), answer["unseen"].as_array().unwrap().len())
    };
    assert_eq!(held(&between), ("yes".to_owned(), 0));
    assert_eq!(held("1d"), ("possibly".to_owned(), 1), "nobody looked before");
    assert_eq!(held(&later), ("possibly".to_owned(), 1), "nobody has looked since");
    let table = who(&between, "table").stdout;
    assert!(table.contains("Who could publish") && table.contains("For certain: "), "{table}");
    assert!(table.contains("came and went between two readings leaves no trace"), "{table}");
    let csv = who(&between, "csv").stdout;
    assert!(csv.lines().next().unwrap().starts_with("account,could,by,that path,was"), "{csv}");
    assert!(csv.contains("early,yes,"), "{csv}");
    let strict = run(&binary, &["who-can", "publish", &package, "--was", "1d", "--require-complete"]);
    assert_eq!(strict.code, 5, "{strict:?}");

    let access = run(&binary, &["access", "early", "--was", &between, "--format", "json"]).json();
    let items = access["items"].as_array().unwrap();
    assert!(items.iter().any(|item| item["resource"]["id"] == *package && item["held"] == "yes"), "{access}");
    let table = run(&binary, &["access", "early", "--was", "1d"]).stdout;
    assert!(table.contains("possibly") && table.contains("is recorded since"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_of_which_nothing_can_be_said_are_explained() {
    let served = served(92, 6, 2, 3).await;
    let binary = served.binary();
    let before = now();
    run(&binary, &[&served.add_arguments(&[])[..]].concat());
    let configured = now();
    served.sync(&binary, &[]).await;
    let title = format!("npm:{}", served.organization);
    for (arguments, code, words) in [
        (&["list", "users", "--as-of", "2999-01-01"][..], 2, &["--as-of", "still to come", "hint:"][..]),
        (&["list", "users", "--as-of", "soon"], 2, &["is no moment"]),
        (&["export", "--as-of", "2999-01-01"], 2, &["still to come", "hint:"]),
        (
            &["list", "users", "--as-of", "2001-01-01"],
            6,
            &["nothing was known", "no connector was configured", "hint:"],
        ),
        (&["list", "users", "--as-of", &before], 6, &["no connector was configured"]),
        (&["export", "--as-of", &configured], 6, &["had not been read yet", "became current at 20", "hint:"]),
        (&["who-can", "publish", "x", "--as-of", &configured], 6, &["had not been read yet"]),
        (&["list", "users", "--as-of", &before, "--connector", &title], 6, &["was not configured then"]),
        (&["list", "users", "--as-of", "1s", "--connector", "npm:other"], 6, &["no connector is called"]),
        (&["who-can", "publish", "x", "--was", "2999-01-01"], 2, &["--was", "still to come", "hint:"]),
        (&["who-can", "publish", "x", "--was", "1d", "--as-of", "1d"], 2, &["cannot be used with"]),
        (&["access", "x", "--was", "soon"], 2, &["is no moment"]),
        (&["diff"], 2, &["--from"]),
        (&["diff", "old", "--from", "1d"], 2, &["cannot be used with"]),
        (&["diff", "--from", "sync:99"], 6, &["there is no sync \"sync:99\"", "list syncs"]),
        (&["diff", "--from", "sync:x"], 6, &["there is no sync"]),
        (&["diff", "--from", "2001-01-01"], 6, &["nothing was known at 2001", "list syncs"]),
        (&["diff", "--from", "2999-01-01"], 2, &["still to come"]),
        (&["diff", "--from", "0s", "--connector", "npm:other"], 6, &["no connector is called"]),
    ] {
        let ran = run(&binary, arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        words.iter().for_each(|word| assert!(ran.stderr.contains(word), "{word:?} is missing: {ran:?}"));
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

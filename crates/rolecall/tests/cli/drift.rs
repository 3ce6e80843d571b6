//! A file that says who should hold what, against what registries say.

use std::fs;

use rolecall_sim::npm::{Role, story};
use rolecall_sim::{Fault, Pattern, Times};
use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::cloudsmith::support::Workspace;
use crate::source::Source;
use crate::support::{Served, run, served, story_served};

/// Both organisations of the demo in one database.
async fn both() -> (Served, Workspace, Binary) {
    let (npm, workspace) = (story_served().await, Workspace::story().await);
    let binary = workspace.binary().variable("NPM_TOKEN", &npm.token);
    npm.sync(&binary, &[]).await;
    assert_eq!(workspace.sync(&binary, &[]).code, 0);
    (npm, workspace, binary)
}

fn put(binary: &Binary, text: &str) {
    fs::write(binary.home().join("rolecall.access.yaml"), text).unwrap();
}

fn answer(binary: &Binary, arguments: &[&str]) -> (i32, Json) {
    let ran = run(binary, &[&["drift", "--format", "json"], arguments].concat());
    (ran.code, ran.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_differs_from_what_was_written_and_a_week_later_all_that_happened() {
    let (npm, workspace, binary) = both().await;
    let ran = run(&binary, &["drift", "--write", "rolecall.access.yaml"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    insta::assert_snapshot!("drift_written", fs::read_to_string(binary.home().join("rolecall.access.yaml")).unwrap());
    let ran = run(&binary, &["drift", "--require-complete"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains("What is recorded is what the file wants.") && ran.stdout.contains("Nothing was applied")
    );
    let json = run(&binary, &["drift", "--write", "access.json"]);
    assert_eq!((json.code, run(&binary, &["drift", "access.json"]).code), (0, 0), "{json:?}");

    story::a_week_later(&mut npm.server.world());
    rolecall_sim::cloudsmith::story::a_week_later(&mut workspace.server.world());
    npm.sync(&binary, &[]).await;
    workspace.sync(&binary, &[]);
    let (code, answer) = answer(&binary, &[]);
    assert_eq!(code, 9);
    insta::assert_snapshot!("drift_a_week_later", told(&answer));
    assert_eq!(run(&binary, &["drift", "--connector", "npm:acme", "--format", "ndjson"]).stdout.lines().count(), {
        answer["rows"].as_array().unwrap().iter().filter(|row| row["connector"] == "npm:acme").count()
    });
    let markdown = run(&binary, &["drift", "--format", "markdown"]).stdout;
    assert!(markdown.starts_with("# Access against the file\n"), "{markdown}");
    assert!(
        markdown.contains("| to change | user lena.k: developer of organization acme \\(is owner\\) |"),
        "{markdown}"
    );
    let rows = run(&binary, &["drift", "--format", "csv"]).stdout;
    assert_eq!(rows.lines().count(), answer["rows"].as_array().unwrap().len() + 1);
    let table = run(&binary, &["drift"]).stdout;
    assert!(table.contains("to change") && table.contains("user lena.k"), "{table}");
}

fn told(answer: &Json) -> String {
    let word = |row: &Json, field: &str| row[field].as_str().unwrap_or("-").to_owned();
    let rows = answer["rows"].as_array().unwrap().iter();
    let told = rows.map(|row| format!("{} {}: {}", word(row, "connector"), word(row, "change"), word(row, "text")));
    told.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn friendly_words_mean_what_each_registry_calls_so() {
    let (_npm, _workspace, binary) = both().await;
    put(
        &binary,
        "\
connectors:
  npm:acme:
    organization:
      owner: [maria-lund, otto.brandt]
    packages:
      \"@acme/core\": {publish: [team:acme/release]}
  cloudsmith:acme:
    repositories:
      acme/production: {write: nobody-yet}
    exceptions:
      - {on: acme/production, right: write, reason: moves to the new pipeline, until: 2100-06-30}
",
    );
    let ran = run(&binary, &["drift"]);
    assert_eq!(ran.code, 9, "{ran:?}");
    insta::assert_snapshot!(
        "drift_words",
        ran.stdout.lines().take_while(|line| !line.starts_with("Complete")).collect::<Vec<_>>().join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_tells_all_its_mistakes_and_nothing_else() {
    let served = served(91, 8, 2, 3).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let missing = run(&binary, &["drift"]);
    assert!(missing.code == 2 && missing.stderr.contains("rolecall drift --write"), "{missing:?}");
    put(&binary, "connectors:\n  npm:nothing: {}\nversion: 2\nconnectors: {}\n");
    let ran = run(&binary, &["drift"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    for place in ["line 2, column 3", "line 3, column 1", "line 4, column 1", "3 mistakes"] {
        assert!(ran.stderr.contains(place), "{place}: {ran:?}");
    }
    for arguments in [
        &["drift", "--write", "x.yaml", "--format", "json"][..],
        &["drift", "a", "--write", "b"],
        &["drift", "--format", "dot"],
    ] {
        assert_eq!(run(&binary, arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(run(&binary, &["drift", "--connector", "npm:other"]).code, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_person_counts_as_there_and_says_so() {
    let served = served(92, 30, 3, 6).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    run(&binary, &["drift", "--write", "rolecall.access.yaml"]);
    let members = served.server.world().members(&served.organization);
    let developers = members.iter().filter(|(_, role)| *role == Role::Developer).map(|(name, _)| name.clone());
    let gone: Vec<String> = developers.take(8).collect();
    for name in &gone {
        served.server.world().member_remove(&served.organization, name);
    }
    served.sync(&binary, &[]).await;
    let (code, held) = answer(&binary, &[]);
    assert_eq!(code, 9, "a few who left small teams are gone: {held}");
    assert!(held["counts"]["removalUnconfirmed"].as_u64().unwrap() >= 8, "{held}");
    let of_organization =
        held["rows"].as_array().unwrap().iter().filter(|row| row["on"].as_str().unwrap().starts_with("org"));
    assert!(
        of_organization.clone().count() == 8
            && of_organization.clone().all(|row| row["state"] == "removal-unconfirmed")
    );

    put(&binary, &format!("connectors: {{npm:{}: {{organization: {{developer: []}}}}}}", served.organization));
    let (code, unwanted) = answer(&binary, &[]);
    assert_eq!(code, 9);
    let waits = unwanted["rows"].as_array().unwrap().iter().filter(|row| row["removalUnconfirmed"] == true);
    assert!(waits.clone().count() >= 8 && waits.clone().all(|row| row["change"] == "remove"), "{unwanted}");
    let again = run(&binary, &["drift", "--write", "again.yaml"]);
    assert!(again.stderr.contains("removal waits for a person"), "{again:?}");
    assert_eq!(run(&binary, &["drift", "again.yaml"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_roster_that_was_not_read_lacks_is_unknown() {
    let served = served(93, 10, 2, 4).await;
    let whole = served.binary();
    served.sync(&whole, &[]).await;
    run(&whole, &["drift", "--write", "rolecall.access.yaml"]);
    let text = fs::read_to_string(whole.home().join("rolecall.access.yaml")).unwrap();
    served.server.faults().add(Pattern::new("GET /-/org/*/user"), Fault::Truncated, Times::Always);
    let binary = served.binary();
    let ran: Ran = served.sync(&binary, &[]).await;
    assert_ne!(ran.code, 2, "{ran:?}");
    put(&binary, &text);
    let (code, unread) = answer(&binary, &[]);
    assert_eq!(code, 0, "{unread}");
    assert!(unread["counts"]["unknown"].as_u64().unwrap() >= 10, "{unread}");
    assert_eq!(unread["completeness"]["complete"], false);
    assert_eq!(answer(&binary, &["--require-complete"]).0, 5);
    assert!(run(&binary, &["drift"]).stdout.contains("Not complete:"));
}

//! What packages say of reviews: whose word each decision is, who did what, and what nobody has looked at since.

use std::process::Stdio;

use rolecall_sim::npm::Role;
use serde_json::{Value as Json, json};

use super::Office;
use super::package::{file, rows};

impl Office {
    fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        format!("{}{}", ran.stdout, ran.stderr)
    }

    fn done_as(&self, who: &str, arguments: &[&str]) {
        let mut command = self.binary.command(arguments);
        let output = tokio::task::block_in_place(|| command.env("USER", who).stdin(Stdio::null()).output()).unwrap();
        assert!(output.status.success(), "{who}: {arguments:?}: {output:?}");
    }

    /// Stages a campaign and asks its reviewers; what staging says.
    fn campaign(&self, name: &str, more: &[&str]) -> String {
        self.done(&[&["reviews", "create", name], more].concat());
        let staged = self.done(&["reviews", "stage", name]);
        self.done(&["reviews", "start", name]);
        staged
    }

    fn new_grants(&self) -> Json {
        let ran = self.run(&["evidence", "new-grants", "--format", "json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.json()
    }
}

/// The grant of an account in a campaign that is an account's membership of a team.
fn number(office: &Office, review: &str, account: &str) -> String {
    let items = office.run(&["reviews", "items", review, "--format", "json"]).json();
    let is_it = |item: &&Json| {
        let entitlement = item["shown"]["entitlement"].as_str().unwrap();
        item["shown"]["holder"] == account && entitlement.starts_with("team:")
    };
    items.as_array().unwrap().iter().find(is_it).unwrap_or_else(|| panic!("{account}: {items:#}"))["number"].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_word_it_is_and_whether_two_people_did_it_is_told_or_unknown() {
    let office = Office::open().await;
    let scope = ["--connector", "npm:acme", "--reviewer", "maria@acme.test", "--fallback", "somebody@else.test"];
    let staged = office.campaign("Q4", &scope);
    assert!(staged.contains("somebody@else.test is in no directory"), "{staged}");
    assert!(!staged.contains("Maria Lund is in no directory"), "{staged}");
    let decide = |account: &str, what: &[&str]| {
        let number = number(&office, "Q4", account);
        let by = ["--reviewer", "maria@acme.test"];
        office.done_as("maria@acme.test", &[&["reviews", "decide", "Q4", &number], what, &by].concat());
    };
    decide("user yuki_tan", &["--certify"]);
    decide("user HenrikB", &["--certify"]);
    for account in ["user Priya-N", "user amara-d", "user sofia-ricci"] {
        decide(account, &["--deny", "--reason", "moved on"]);
    }
    let given = number(&office, "Q4", "user otto.brandt");
    let to = ["--to", "yuki@acme.test", "--reason", "knows them"];
    office.done(&[&["reviews", "reassign", "Q4", &given], &to[..]].concat());
    let completed = office.done(&["reviews", "complete", "Q4", "--reason", "the time is over"]);
    assert!(completed.contains("nobody decided about"), "{completed}");
    for (step, who) in [("1", "Maria Lund"), ("2", "yuki@acme.test"), ("3", "root")] {
        office.done_as(who, &["reviews", "done", "Q4", step]);
    }
    let package = office.make("one.zip", &[]);
    let decisions = rows(&package, "review-decisions");
    let decided = |account: &str, outcome: &str| {
        let is_it = |row: &&Json| row["holder"] == account && row["outcome"] == outcome;
        decisions.iter().find(is_it).unwrap_or_else(|| panic!("{account} {outcome}")).clone()
    };
    let known = decided("user yuki_tan", "certified");
    assert_eq!((&known["selfReview"], &known["whose"]), (&json!("not own"), &json!("Yuki Tan")), "{known:#}");
    let anybodys = decided("user HenrikB", "certified");
    assert!(anybodys["selfReview"].is_null(), "it may be theirs: {anybodys:#}");
    assert_eq!(anybodys["whose"], "unmatched");
    let handed: Vec<&str> =
        decisions.iter().filter_map(|row| row["reassigned"].as_str()).filter(|text| !text.is_empty()).collect();
    let handed = handed.concat();
    assert!(handed.contains("from Maria Lund to Yuki Tan by tester (knows them)"), "{handed}");
    let campaign = &rows(&package, "reviews")[0];
    assert_eq!(campaign["reviewers"], "maria@acme.test, fallback somebody@else.test");
    let steps = rows(&package, "remediation");
    let told: Vec<(&Json, &Json)> = steps.iter().map(|row| (&row["doneBy"], &row["separation"])).collect();
    let expected = [("Maria Lund", json!("same person")), ("yuki@acme.test", Json::Null), ("root", Json::Null)];
    let expected: Vec<(Json, Json)> = expected.into_iter().map(|(who, said)| (json!(who), said)).collect();
    assert_eq!(told, expected.iter().map(|(who, said)| (who, said)).collect::<Vec<_>>());
    let since =
        |row: &Json| (row["deniedAt"].as_str().unwrap().to_owned(), row["drawnUpAt"].as_str().unwrap().to_owned());
    assert!(steps.iter().map(since).all(|(denied, drawn_up)| denied <= drawn_up), "{steps:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_new_since_the_last_review_of_everything_there() {
    let office = Office::open().await;
    // A review of owners alone says nothing of anybody else.
    office.campaign("Owners", &["--entitlement", "owner", "--fallback", "somebody@else.test"]);
    office.done(&["reviews", "complete", "Owners", "--reason", "enough"]);
    let ran = office.run(&["evidence", "new-grants"]);
    assert!(ran.code == 2 && ran.stderr.contains("no review yet of everything"), "{ran:?}");
    office.campaign("Everything", &["--fallback", "somebody@else.test"]);
    office.served.server.world().member("acme", "new-joiner", Role::Developer);
    office.served.sync(&office.binary, &[]).await;
    office.done(&["reviews", "complete", "Everything", "--remaining", "deny", "--reason", "enough"]);
    let answer = office.new_grants();
    let accounts: Vec<&str> =
        answer["grants"].as_array().unwrap().iter().map(|grant| grant["account"].as_str().unwrap()).collect();
    assert!(!accounts.is_empty() && accounts.iter().all(|account| *account == "new-joiner"), "{answer:#}");
    assert_eq!((&answer["complete"], &answer["sinceOf"]["npm:acme"]), (&json!(true), &answer["since"]), "{answer:#}");
    // What nobody has ever reviewed is named.
    let url = office.served.server.url();
    office.done(&["connectors", "add", "npm", "--org", "beta", "--registry", url]);
    let answer = office.new_grants();
    assert_eq!(answer["complete"], false, "{answer:#}");
    assert!(answer["completeness"].as_str().unwrap().contains("about everything of npm:beta"), "{answer:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_was_removed_is_a_gap_and_nothing_is_called_complete() {
    let office = Office::open().await;
    let at = jiff::Timestamp::now().to_string();
    let gap = |package: &str, kind: &str| {
        let gaps = rows(package, "gaps");
        gaps.iter()
            .any(|row| row["kind"] == kind)
            .then(|| file(package, "population.csv").lines().next().unwrap().to_owned())
    };
    let before = office.make("before.zip", &["--as-of", &at]);
    assert_eq!((gap(&before, "removed"), gap(&before, "purged")), (None, None));
    office.done(&["connectors", "remove", "npm:acme", "--yes"]);
    let removed = office.make("removed.zip", &[]);
    assert!(gap(&removed, "removed").is_some_and(|first| first.contains("npm:acme was removed at")), "{removed}");
    office.done(&["connectors", "remove", "npm:acme", "--purge", "--yes"]);
    for package in [office.make("purged.zip", &[]), office.make("then.zip", &["--as-of", &at])] {
        assert!(gap(&package, "purged").is_some_and(|first| first.contains("was deleted at")), "{package}");
        let manifest: Json = serde_json::from_str(&file(&package, "manifest.json")).unwrap();
        assert_eq!(manifest["complete"], false);
    }
    // Of a period that begins later, nothing of it is missing.
    let later = office.make("later.zip", &["--since", "0s"]);
    assert_eq!((gap(&later, "removed"), gap(&later, "purged")), (None, None));
}

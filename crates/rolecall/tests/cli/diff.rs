//! Two exports compared, as a pipeline without a database does it.

use rolecall_sim::npm::{Role, story};
use rolecall_sim::{Fault, Pattern, Times};
use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::support::{Served, binary, run, served, story_served};

/// Reads the organisation into a database that did not exist before, and exports it to a file.
async fn export(served: &Served, into: &Binary, name: &str) -> String {
    let fresh = served.binary();
    served.sync(&fresh, &[]).await;
    let path = into.home().join(name).display().to_string();
    let ran = run(&fresh, &["export", "--output", &path]);
    assert_eq!(ran.code, 0, "{ran:?}");
    path
}

fn texts(answer: &Json, field: &str) -> Vec<String> {
    answer[field].as_array().unwrap().iter().map(|found| found["text"].as_str().unwrap().to_owned()).collect()
}

fn assert_refused(ran: &Ran, words: &[&str]) {
    assert_eq!(ran.code, 2, "{ran:?}");
    for word in words {
        assert!(ran.stderr.contains(word), "{word:?} is missing in {ran:?}");
    }
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_does_not_differ_from_what_it_was_made_of() {
    let served = served(61, 10, 3, 5).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    run(&binary, &["export", "--output", "old.ndjson"]);
    let again = export(&served, &binary, "again.ndjson").await;
    for arguments in [&["diff", "old.ndjson"][..], &["diff", "old.ndjson", &again]] {
        let ran = run(&binary, arguments);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.contains("No difference"), "{}", ran.stdout);
        assert_eq!(ran.stdout.matches("Complete: every listing").count(), 2, "{}", ran.stdout);
        let answer = run(&binary, &[arguments, &["--format", "json"]].concat()).json();
        assert_eq!(
            (answer["differences"].as_array().unwrap().len(), answer["notSeen"].as_array().unwrap().len()),
            (0, 0)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_week_of_the_demo_is_told_most_dangerous_first() {
    let served = story_served().await;
    let binary = binary("unused");
    let old = export(&served, &binary, "old.ndjson").await;
    story::a_week_later(&mut served.server.world());
    let new = export(&served, &binary, "new.ndjson").await;

    let ran = run(&binary, &["diff", &old, &new, "--format", "json"]);
    assert_eq!(ran.code, 9, "{ran:?}");
    let answer = ran.json();
    let found: Vec<String> = answer["differences"].as_array().unwrap().iter().map(spelled).collect();
    insta::assert_snapshot!(found.join("\n"));
    assert_eq!(run(&binary, &["diff", &old, &new, "--fail-on", "nothing"]).code, 0);
    assert_eq!(run(&binary, &["diff", &old, &new, "--fail-on", "additions"]).code, 9);
    let markdown = run(&binary, &["diff", &old, &new, "--format", "markdown"]).stdout;
    assert!(markdown.starts_with("# Changes in who can publish\n"), "{markdown}");
    assert!(
        markdown.contains("| high | raised | user lena.k is now owner of organization acme \\(was developer\\) |"),
        "{markdown}"
    );
    let rows = run(&binary, &["diff", &old, &new, "--format", "csv"]).stdout;
    assert_eq!(rows.lines().count(), found.len() + 1);
}

fn spelled(found: &Json) -> String {
    let effects: Vec<&str> =
        found["effects"].as_array().unwrap().iter().map(|effect| effect["text"].as_str().unwrap()).collect();
    let word = |field: &str| found[field].as_str().unwrap().to_owned();
    format!("{} {}: {} [{}]", word("danger"), word("change"), word("text"), effects.join("; "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_and_a_new_publisher_are_found() {
    let served = served(62, 12, 3, 6).await;
    let binary = served.binary();
    let old = export(&served, &binary, "old.ndjson").await;
    let team = {
        let mut world = served.server.world();
        world.account("brand-new");
        world.member(&served.organization, "brand-new", Role::Owner);
        world.teams(&served.organization)[0].clone()
    };
    served.sync(&binary, &[]).await;
    let ran = run(&binary, &["diff", &old]);
    assert_eq!(ran.code, 9, "{ran:?} {team}");
    let first = ran.stdout.lines().find(|line| line.contains("high")).unwrap();
    assert!(first.contains("user brand-new is now owner of organization"), "{}", ran.stdout);
    assert!(first.contains("could give itself read-write on"), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_roster_that_was_not_read_lacks_is_not_removed() {
    let served = served(63, 12, 3, 4).await;
    let binary = served.binary();
    let old = export(&served, &binary, "old.ndjson").await;
    served.server.faults().add(Pattern::new("GET /-/org/*/user"), Fault::Truncated, Times::Always);
    let new = export(&served, &binary, "new.ndjson").await;
    let ran = run(&binary, &["diff", &old, &new, "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = ran.json();
    assert_eq!(texts(&answer, "differences"), Vec::<String>::new());
    assert!(texts(&answer, "notSeen").iter().any(|text| text.contains("of organization")), "{answer}");
    assert!(answer["notSeen"][0]["why"].as_str().unwrap().contains("not complete"), "{answer}");
    assert_eq!(answer["new"]["completeness"]["complete"], false);
    assert_eq!(run(&binary, &["diff", &old, &new, "--require-complete"]).code, 5);
    let table = run(&binary, &["diff", &old, &new]).stdout;
    assert!(table.contains("which does not mean gone"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_missing_from_a_whole_roster_is_removed_and_is_no_addition() {
    let served = served(64, 12, 3, 4).await;
    let binary = served.binary();
    let old = export(&served, &binary, "old.ndjson").await;
    let members = served.server.world().members(&served.organization);
    let gone = members.iter().find(|(_, role)| *role == Role::Developer).map(|(name, _)| name.clone()).unwrap();
    served.server.world().member_remove(&served.organization, &gone);
    let new = export(&served, &binary, "new.ndjson").await;
    let ran = run(&binary, &["diff", &old, &new, "--format", "json"]);
    assert_eq!(ran.code, 9, "{ran:?}");
    let texts = texts(&ran.json(), "differences");
    assert!(texts.iter().any(|text| text.starts_with(&format!("user {gone} is no longer developer of"))), "{texts:?}");
    let additions = run(&binary, &["diff", &old, &new, "--fail-on", "additions"]);
    assert_eq!(additions.code, 0, "{additions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_compared_are_explained() {
    let served = served(65, 6, 2, 3).await;
    let binary = served.binary();
    let good = export(&served, &binary, "good.ndjson").await;
    let text = std::fs::read_to_string(&good).unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(binary.home().join(name), text).unwrap();
        name.to_owned()
    };
    let whole = text.trim_end();
    let cases = [
        (write("empty", ""), "is not an export"),
        (write("prose", "Dear reader,\n"), "is not an export"),
        (write("other.json", "{\"a\":1}\n"), "is not an export"),
        (write("newer", &text.replacen("\"version\":1", "\"version\":2", 1)), "export format 2"),
        (write("cut-line", &whole[..whole.len() - 9]), "is cut off"),
        (write("cut-lines", whole.rsplit_once('\n').unwrap().0), "is cut off"),
        (write("spoilt", &text.replacen("{\"line\":\"fact\"", "{\"line\":\"fct\"", 1)), "is damaged in line"),
        ("no-such-file".to_owned(), "cannot be read"),
    ];
    for (name, word) in &cases {
        assert_refused(&run(&binary, &["diff", name, &good]), &["error:", name, word]);
        assert_refused(&run(&binary, &["diff", &good, name]), &["error:", name, word]);
    }
    let other = self::served(66, 6, 2, 3).await;
    let other = export(&other, &binary, "other.ndjson").await;
    assert_refused(&run(&binary, &["diff", &good, &other]), &["different organisations", "hint:"]);
}

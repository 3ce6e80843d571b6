//! Names that nobody has, words that mean nothing, and numbers that cannot be.

use serde_json::json;

use super::support::{Office, TESTER};
use crate::support::Served;
use crate::taking::{acme, sync};

async fn office() -> (Served, Office) {
    let served = acme().await;
    let office = Office::of(served.binary());
    sync(&served, &office.binary).await;
    (served, office)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_is_said_with_a_hint() {
    let (_served, office) = office().await;
    for command in [
        &["show", "Nope"][..],
        &["scope", "Nope"],
        &["accuracy", "Nope"],
        &["stage", "Nope"],
        &["start", "Nope"],
        &["items", "Nope"],
        &["change", "Nope", "--days", "3"],
        &["decide", "Nope", "1", "--certify"],
        &["reassign", "Nope", "1", "--to", TESTER, "--reason", "x"],
        &["export", "Nope"],
        &["complete", "Nope"],
        &["cancel", "Nope", "--reason", "x"],
        &["plan", "Nope"],
        &["done", "Nope", "1"],
        &["step", "Nope", "1", "--owner", "ada"],
    ] {
        let said = office.refused(6, &[&["reviews"], command].concat());
        assert!(
            said.contains("\"Nope\"") && said.contains("see which there are: rolecall reviews"),
            "{command:?}: {said}"
        );
    }
    office.campaign("Q4", &["--reviewer", TESTER]);
    for command in [
        &["items", "Q4", "--reviewer", "Nobody"][..],
        &["decide", "Q4", "1", "--certify", "--reviewer", "Nobody"],
        &["reassign", "Q4", "1", "--to", "Nobody", "--reason", "x"],
        &["reassign", "Q4", "--from", "Nobody", "--to", TESTER, "--reason", "x"],
        &["delegate", "Nobody", "--to", TESTER, "--until", "2099-01-01", "--reason", "x"],
        &["export", "Q4", "--reviewer", "Nobody"],
    ] {
        let said = office.refused(6, &[&["reviews"], command].concat());
        assert!(said.contains("is called \"Nobody\"") && said.contains("mail address"), "{command:?}: {said}");
    }
    let said = office.refused(2, &["reviews", "decide", "Q4", "9999", "--certify"]);
    assert!(said.contains("there is no grant with this number"), "{said}");
    office.deny("Q4", &[("user dev2", "team:acme/core:member")]);
    office.asked(&["reviews", "complete", "Q4", "--reason", "x"]);
    for number in ["9", "0", "-1"] {
        let said = office.refused(if number == "-1" { 2 } else { 6 }, &["reviews", "done", "Q4", number]);
        assert!(number == "-1" || said.contains("rolecall reviews plan"), "{said}");
    }
    // Of two wishes either both are understood or none is written.
    office.refused(2, &["reviews", "step", "Q4", "1", "--owner", "ada", "--due", "someday"]);
    assert_eq!(office.plan("Q4")["steps"][0]["owner"], "");
    let step = office.json(&["reviews", "step", "Q4", "1", "--owner", "ada", "--due", "2099-01-01"]);
    assert_eq!((&step["owner"], &step["due"]), (&json!("ada"), &json!("2099-01-01T00:00:00Z")), "{step:#}");
    assert_eq!(office.plan("Q4")["steps"][0]["owner"], "ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_one_line_and_no_two_alike() {
    let (_served, office) = office().await;
    let quoted = "it's \"Q4\"; -- ünï <b>";
    office.campaign(quoted, &["--reviewer", TESTER, "--description", "a\u{1b}[31mred\u{7}"]);
    let told = [office.asked(&["reviews", "list"]), office.asked(&["reviews", "show", quoted])].concat();
    assert!(told.contains(quoted) && !told.contains('\u{1b}') && !told.contains('\u{7}'), "{told:?}");
    let long = "x".repeat(121);
    for name in ["", " ", " Q4", "a\nb", "a\u{1b}b", &long] {
        office.refused(2, &["reviews", "create", name]);
        office.refused(2, &["reviews", "change", quoted, "--name", name]);
    }
    office.asked(&["reviews", "create", &"x".repeat(120)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_when_it_is_written() {
    let (_served, office) = office().await;
    for wrong in [
        &["--days", "0"][..],
        &["--days", "367"],
        &["--days", "-1"],
        &["--plan-days", "0"],
        &["--remaining", "keep"],
        &["--repeat", "daily"],
        &["--days", "3", "--remind", "5"],
        &["--reviewer", " "],
    ] {
        office.refused(2, &[&["reviews", "create", "Q4"], wrong].concat());
    }
    let short = office.json(&["reviews", "create", "Short", "--days", "3"]);
    assert_eq!(short["state"], "draft");
    for (scope, said) in [
        (&["--connector", "npm:nowhere"][..], "no connector is called"),
        (&["--resource", "nowhere"], "nowhere"),
        (&["--question", "FIND FROM WHERE"], "cannot be asked"),
        (&["--reviewer", "manger"], "is called \"manger\""),
        (&["--fallback", "Nobody"], "is called \"Nobody\""),
        (&["--owner", "Nobody"], "is called \"Nobody\""),
        (&["--endpoint", "nowhere"], "no endpoint is called"),
    ] {
        for command in [&["create", "Wrong"], &["change", "Short"]] {
            let ran = office.run(&[&["reviews"], &command[..], scope].concat());
            assert!(matches!(ran.code, 2 | 6) && ran.stderr.contains(said), "{scope:?}: {ran:?}");
        }
    }
    assert_eq!(office.json(&["reviews", "list"]).as_array().map(Vec::len), Some(1));
    office.asked(&["reviews", "create", "Empty", "--entitlement", "nothing"]);
    let said = office.refused(2, &["reviews", "stage", "Empty"]);
    assert!(said.contains("no grant is in the scope") && said.contains("widen its scope"), "{said}");
    for until in ["2000-01-01", "2999-01-01"] {
        let delegate = ["reviews", "delegate", "a@x.test", "--to", "b@x.test", "--until", until, "--reason", "x"];
        let said = office.refused(2, &delegate);
        assert!(said.contains("within a year"), "{said}");
    }
    let long = "x".repeat(2_001);
    office.campaign("Q4", &["--reviewer", TESTER]);
    office.refused(2, &["reviews", "decide", "Q4", "1", "--deny", "--reason", &long]);
    let reasonless = office.refused(2, &["reviews", "decide", "Q4", "1", "--deny"]);
    assert!(reasonless.contains("needs a reason"), "{reasonless}");
    office.refused(2, &["reviews", "decide", "Q4", "1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_a_campaign_can_be_taken_back() {
    let (_served, office) = office().await;
    let narrow = ["--connector", "npm:acme", "--entitlement", "owner", "--accounts-only", "--fallback", "a@x.test"];
    office.asked(&[&["reviews", "create", "Q4", "--reviewer", TESTER], &narrow[..]].concat());
    let kept = |said: &[&str]| {
        office.asked(&[&["reviews", "change", "Q4"], said].concat());
        office.json(&["reviews", "show", "Q4"])["definition"].clone()
    };
    let kept_all = kept(&["--days", "5"]);
    assert_eq!((&kept_all["scope"]["accountsOnly"], &kept_all["fallback"]), (&json!(true), &json!("a@x.test")));
    let wide = ["--connector", "", "--entitlement", "", "--accounts-only=false", "--fallback", "", "--reviewer", ""];
    let wide = kept(&wide);
    assert_eq!((&wide["scope"]["connectors"], &wide["scope"]["entitlements"]), (&json!([]), &json!([])), "{wide:#}");
    assert_eq!((&wide["scope"]["accountsOnly"], &wide["fallback"]), (&json!(false), &json!("")), "{wide:#}");
    assert_eq!((&wide["reviewers"], &wide["days"]), (&json!([]), &json!(5)), "{wide:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_a_campaign_reviews_what_nobody_else_can() {
    let (_served, office) = office().await;
    office.campaign("Q4", &[]);
    assert!(office.items("Q4").iter().all(|item| item["reviewerKey"] == TESTER), "{:#?}", office.items("Q4")[0]);
    assert_eq!(office.json(&["reviews", "list"])[0]["owner"], "tester");
    assert!(!office.asked(&["reviews", "items", "Q4", "--mine", "--undecided"]).contains("0 grants."));
}

//! The file that declares connectors.

use std::path::PathBuf;

use rolecall_testkit::Binary;
use rstest::rstest;

use crate::support::{binary, run};

const TWO: &str = r#"
[[connector]]
type = "npm"
org = "acme"
owners = ["ana@example.com"]
token = { env = "ACME_TOKEN" }
token_expires = 2030-01-31

[[connector]]
type = "npm"
name = "labs"
org = "acme-labs"
registry = "https://npm.example.com"
rate = 2
"#;

fn written(binary: &Binary, text: &str) {
    std::fs::write(binary.home().join("connectors.toml"), text).unwrap();
}

/// The connectors and what is done to them.
fn applied(binary: &Binary, more: &[&str]) -> Vec<(String, String)> {
    let ran = run(binary, &[&["connectors", "apply", "connectors.toml", "--format", "json"], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let word = |step: &serde_json::Value, key: &str| step[key].as_str().unwrap().to_owned();
    ran.json()["steps"].as_array().unwrap().iter().map(|step| (word(step, "connector"), word(step, "action"))).collect()
}

fn steps(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(connector, action)| ((*connector).to_owned(), (*action).to_owned())).collect()
}

fn configured(binary: &Binary) -> serde_json::Value {
    run(binary, &["connectors", "list", "--format", "json"]).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_declares_is_configured_and_applying_it_again_changes_nothing() {
    let binary = binary("");
    written(&binary, TWO);
    assert_eq!(applied(&binary, &["--dry-run"]), steps(&[("npm:acme", "create"), ("npm:labs", "create")]));
    assert!(!binary.database().exists(), "a dry run makes no database");
    assert_eq!(applied(&binary, &[]), steps(&[("npm:acme", "create"), ("npm:labs", "create")]));
    let list = configured(&binary);
    assert_eq!((&list[0]["tokenSource"], &list[0]["tokenExpires"]), (&"env:ACME_TOKEN".into(), &"2030-01-31".into()));
    assert_eq!((&list[1]["source"], &list[1]["settings"]["rate"]), (&"https://npm.example.com/".into(), &2.0.into()));
    assert_eq!(applied(&binary, &[]), steps(&[("npm:acme", "unchanged"), ("npm:labs", "unchanged")]));
    let said = run(&binary, &["connectors", "apply", "connectors.toml"]).stdout;
    assert!(said.contains("Everything is as declared."), "{said}");
    let events = run(&binary, &["connectors", "show", "labs", "--format", "json"]).json()["changes"].clone();
    assert_eq!(events.as_array().unwrap().len(), 1, "{events}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_in_the_file_is_changed_and_the_rest_goes_only_when_pruned() {
    let binary = binary("");
    written(&binary, TWO);
    applied(&binary, &[]);
    run(&binary, &["connectors", "pause", "acme"]);
    run(&binary, &["connectors", "add", "npm", "--org", "by-hand"]);
    written(
        &binary,
        &TWO.replace("rate = 2", "description = \"playground\"")
            .replace("[[connector]]\ntype = \"npm\"\norg = \"acme\"", "[[connector]]\ntype = \"npm\"\norg = \"ACME2\""),
    );
    let plan = run(&binary, &["connectors", "apply", "connectors.toml", "--prune", "--dry-run"]).stdout;
    for line in [
        "+ npm:ACME2: create",
        "~ npm:labs: update",
        "rate: 2.0 → not set",
        "- npm:acme: remove",
        "A dry run: nothing was changed.",
    ] {
        assert!(plan.contains(line), "{line:?} is missing in {plan}");
    }
    assert_eq!(configured(&binary).as_array().unwrap().len(), 3);
    let expected =
        [("npm:ACME2", "create"), ("npm:labs", "update"), ("npm:acme", "undeclared"), ("npm:by-hand", "undeclared")];
    assert_eq!(applied(&binary, &[]), steps(&expected));
    let expected =
        [("npm:ACME2", "unchanged"), ("npm:labs", "unchanged"), ("npm:acme", "remove"), ("npm:by-hand", "remove")];
    assert_eq!(applied(&binary, &["--prune"]), steps(&expected));
    assert_eq!(configured(&binary).as_array().unwrap().len(), 2);
    written(&binary, TWO);
    assert_eq!(applied(&binary, &[])[0], ("npm:acme".to_owned(), "restore".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_would_read_another_organisation_is_refused_and_nothing_of_the_file_is_done() {
    let binary = binary("");
    written(&binary, TWO);
    applied(&binary, &[]);
    written(&binary, &TWO.replace("acme-labs", "umbrella").replace("owners = [\"ana@example.com\"]", ""));
    let ran = run(&binary, &["connectors", "apply", "connectors.toml"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("connectors.toml:9: npm:labs is acme-labs"), "{ran:?}");
    assert_eq!(configured(&binary)[0]["owners"], serde_json::json!(["ana@example.com"]));
}

#[rstest]
#[case::unknown_key(
    "[[connector]]\ntype = \"npm\"\norg = \"acme\"\nregistri = \"x\"\n",
    "connectors.toml:4: unknown key"
)]
#[case::duplicate(
    "[[connector]]\ntype = \"npm\"\norg = \"a\"\n[[connector]]\ntype = \"npm\"\norg = \"a\"\n",
    "connectors.toml:4: npm:a is declared in line 1"
)]
#[case::literal(
    "[[connector]]\ntype = \"npm\"\norg = \"acme\"\ntoken = \"npm_secret\"\n",
    "connectors.toml:4: a token does not belong"
)]
#[case::wrong_type(
    "[[connector]]\ntype = \"npm\"\norg = \"acme\"\nmonthly_requests = \"many\"\n",
    "connectors.toml:4: monthly_requests must be"
)]
#[case::other_type(
    "[[connector]]\ntype = \"pigeon\"\norg = \"acme\"\n",
    "connectors.toml:2: there is no connector type"
)]
#[case::no_toml("[[connector]\ntype = npm\n", "connectors.toml:1: this is no TOML")]
#[case::json("{\"connector\": []}\n", "connectors.toml:1: this is no TOML")]
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_changes_nothing_and_says_where_it_is_bad(#[case] text: &str, #[case] said: &str) {
    let binary = binary("");
    written(&binary, text);
    let ran = run(&binary, &["connectors", "apply", "connectors.toml"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains(said) && ran.stderr.contains("nothing was changed"), "{ran:?}");
    assert!(!ran.stderr.contains("npm_secret"), "{ran:?}");
    assert!(!binary.database().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_is_said() {
    let ran = run(&binary(""), &["connectors", "apply", "none.toml"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("cannot read none.toml"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_in_the_reference_is_understood() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/connectors-file.md");
    let page = std::fs::read_to_string(page).unwrap();
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let binary = binary("");
    written(&binary, example);
    assert!(applied(&binary, &[]).len() >= 2);
    let described = run(&binary, &["connectors", "describe", "npm", "--format", "json"]).json();
    for setting in described["settings"].as_array().unwrap() {
        let key = setting["key"].as_str().unwrap();
        assert!(page.contains(&format!("`{key}`")), "the page does not tell of {key}");
    }
}

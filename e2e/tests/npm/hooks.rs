//! `npm hook`, which npm 11 dropped.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

#[rstest]
fn hooks_are_listed_added_updated_and_removed(#[values("10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let otp = simulator.otp();
    assert_eq!(npm.run("hook ls").succeeded(), "You don't have any hooks configured yet.");

    let added = npm.run(&format!("hook add @acme/core http://hook.example/h s3cret {otp}"));
    assert!(added.succeeded().starts_with("+ @acme/core"), "{}", added.stdout);
    let hooks = npm.run("hook ls --json").json();
    let id = hooks[0]["id"].as_str().expect("an id");
    assert_eq!(hooks[0]["endpoint"], "http://hook.example/h");
    assert!(!hooks.to_string().contains("s3cret"));
    let printed = npm.run("hook ls @acme/core");
    assert!(printed.succeeded().contains("hook configured."), "{}", printed.stdout);

    npm.run(&format!("hook update {id} http://hook.example/other s3cret {otp}")).succeeded();
    assert_eq!(npm.run("hook ls --json").json()[0]["endpoint"], "http://hook.example/other");

    let others = Npm::new(version, &simulator, "developer-session");
    assert_eq!(others.run("hook ls --json").json(), serde_json::json!([]), "everybody sees their own");

    npm.run(&format!("hook rm {id} {otp}")).succeeded();
    assert_eq!(npm.run("hook ls --json").json(), serde_json::json!([]));
}

#[test]
fn the_newest_npm_has_no_hooks() {
    let simulator = Simulator::npm();
    let answer = Npm::new("12", &simulator, "owner-session").run("hook ls");
    assert_eq!(answer.code, Some(1));
    assert!(answer.stdout.contains("Unknown command: \"hook\""), "{}", answer.stdout);
}

//! Who am I, is anybody there, and what anybody may read.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;
use serde_json::json;

#[rstest]
fn whoami_names_the_account_behind_the_token(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    for part in ["read-only", "owner-session", "publisher"] {
        let npm = Npm::new(version, &simulator, part);
        assert_eq!(npm.run("whoami").succeeded(), simulator.account(part));
    }
}

#[rstest]
fn a_registry_that_does_not_know_granular_tokens_says_so(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm_with(&["--quirk", "whoami-refused"]);
    let npm = Npm::new(version, &simulator, "read-only");
    npm.run("whoami").failed("E401");
    assert!(!npm.run("org ls acme").succeeded().is_empty(), "the token works all the same");
}

#[rstest]
fn ping_and_profile_are_answered(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let ping = npm.run("ping");
    ping.succeeded();
    assert!(ping.stderr.contains("PONG"), "{}", ping.stderr);

    let profile = npm.run("profile get --json").json();
    assert_eq!(profile["name"], "maria-lund");
    assert_eq!(profile["email"], "maria-lund@acme.example");
    assert_eq!(profile["email_verified"], true);
    assert_eq!(profile["fullname"], "Maria Lund");
    assert_eq!(profile["tfa"], json!({ "pending": false, "mode": "auth-and-writes" }));
    // npm 6 says `tfa`, later ones say what it means, and only 12 and 10 print plain lines.
    let printed = npm.run("profile get");
    assert!(printed.succeeded().contains("maria-lund@acme.example (verified)"), "{}", printed.stdout);
    assert!(printed.succeeded().contains("auth-and-writes"), "{}", printed.stdout);
}

#[rstest]
fn view_shows_the_maintainers_of_a_document(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    assert_eq!(
        npm.run("view @acme/core maintainers --json").json(),
        json!([
            "otto.brandt <otto.brandt@acme.example>",
            "maria-lund <maria-lund@acme.example>",
            "berit-left <berit-left@mail.example>",
        ])
    );
    assert_eq!(npm.run("view @acme/core version").succeeded(), "4.2.0");
    npm.run("view @acme/nothing version").failed("E404");
    let outsider = Npm::new(version, &simulator, "outsider-session");
    outsider.run("view @acme/billing-rules version").failed("E404");
}

#[rstest]
fn search_finds_public_packages_of_a_maintainer(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "outsider-session");
    let found = npm.run("search maintainer:otto.brandt --json").json();
    let found = found.as_array().expect("a list").iter();
    let mut names: Vec<_> = found.map(|package| package["name"].as_str().expect("a name").to_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, ["@acme/cli", "@acme/config", "@acme/core"]);
}

//! Real npm clients against the simulated registry: what they make of its answers, and what it
//! lets them do. The simulator is right when npm itself cannot tell the difference.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

#[rstest]
fn whoami_names_the_account_behind_the_token(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    for part in ["read-only", "owner-session", "publisher", "reader"] {
        let npm = Npm::new(version, &simulator, part);
        assert_eq!(npm.run(&["whoami"]).succeeded(), simulator.account(part));
    }
}

#[rstest]
fn org_ls_shows_members_and_roles(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let answer = npm.run(&["org", "ls", "acme", "--parseable"]);
    let mut expected = vec![
        "HenrikB\tdeveloper",
        "Priya-N\tadmin",
        "acme-inventory\tadmin",
        "acme-release-bot\towner",
        "amara-d\tdeveloper",
        "jonas-weber\tdeveloper",
        "lena.k\tdeveloper",
        "maria-lund\towner",
        "otto.brandt\towner",
        "sofia-ricci\tdeveloper",
        "tomek77\tdeveloper",
        "user\trole",
        "yuki_tan\tdeveloper",
    ];
    expected.sort_unstable();
    assert_eq!(answer.lines(), expected);
}

#[rstest]
fn team_ls_shows_teams(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let answer = npm.run(&["team", "ls", "@acme", "--parseable"]);
    assert_eq!(answer.lines(), ["acme:developers", "acme:docs", "acme:payments", "acme:release", "acme:web"]);
}

#[rstest]
fn team_ls_shows_the_members_of_a_team(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let answer = npm.run(&["team", "ls", "@acme:release", "--parseable"]);
    assert_eq!(answer.lines(), ["HenrikB", "acme-release-bot", "lena.k", "maria-lund"]);
}

#[rstest]
fn access_shows_what_a_team_may_do(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let command: &[&str] = if npm.major() < 9 { &["access", "ls-packages"] } else { &["access", "list", "packages"] };
    let answer = npm.run(&[command, &["acme:docs", "--json"]].concat());
    let packages: serde_json::Value = serde_json::from_str(answer.succeeded()).expect("JSON");
    assert_eq!(packages, serde_json::json!({ "@acme/ui-kit": "read-only" }));
}

#[rstest]
fn a_developer_in_a_team_with_write_publishes(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "publisher");
    let answer = npm.publish(simulator.package(), "99.0.0");
    assert_eq!(answer.succeeded(), format!("+ {}@99.0.0", simulator.package()));
    assert_eq!(latest(version, &simulator), "99.0.0");
}

#[rstest]
fn a_developer_without_write_is_refused(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let before = latest(version, &simulator);
    let npm = Npm::new(version, &simulator, "reader");
    npm.publish(simulator.package(), "99.0.0").forbidden();
    assert_eq!(latest(version, &simulator), before);
}

/// The newest version, as a client sees it that has nothing in its cache.
fn latest(version: &str, simulator: &Simulator) -> String {
    let npm = Npm::new(version, simulator, "read-only");
    npm.run(&["view", simulator.package(), "version"]).succeeded().to_owned()
}

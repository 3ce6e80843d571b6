//! `npm team`: teams and who is in them.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

#[rstest]
fn ls_shows_teams(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let teams = ["acme:developers", "acme:docs", "acme:payments", "acme:release", "acme:web"];
    assert_eq!(npm.run("team ls @acme --parseable").lines(), teams);
    assert_eq!(npm.run("team ls acme --json").json(), serde_json::json!(teams));
    let printed = npm.run("team ls @acme");
    let count = if npm.major() < 7 { "@acme has 5 teams" } else { "@acme has 5 teams:" };
    assert!(printed.succeeded().starts_with(count), "{}", printed.stdout);
}

#[rstest]
fn ls_shows_the_members_of_a_team(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let members = npm.run("team ls @acme:release --parseable");
    assert_eq!(members.lines(), ["HenrikB", "acme-release-bot", "lena.k", "maria-lund"]);
    let complaint = npm.run("team ls acme:nosuch");
    assert!(complaint.failed("E404").contains("Team not found"), "{}", complaint.stderr);
}

#[rstest]
fn a_team_is_created_filled_emptied_and_destroyed(#[values("12", "10", "6")] version: &str) {
    // Without this npm 6 does what it is told and then complains about the empty answer; see below.
    let quirks: &[&str] = if version == "6" { &["--quirk", "deletes-answer-200"] } else { &[] };
    let simulator = Simulator::npm_with(quirks);
    let otp = simulator.otp();
    // An admin is enough.
    let npm = Npm::new(version, &simulator, "admin-session");

    assert_eq!(npm.run(&format!("team create @acme:sec {otp}")).succeeded(), "+@acme:sec");
    assert!(npm.run("team ls acme --parseable").lines().contains(&"acme:sec"));
    assert_eq!(npm.run("team ls acme:sec --parseable").succeeded(), "", "nobody is in it yet");
    npm.run(&format!("team create @acme:sec {otp}")).failed("E409");

    let added = npm.run(&format!("team add @acme:sec lena.k {otp}"));
    assert_eq!(added.succeeded(), "lena.k added to @acme:sec");
    assert_eq!(npm.run("team ls acme:sec --parseable").lines(), ["lena.k"]);

    let removed = npm.run(&format!("team rm acme:sec lena.k {otp}"));
    assert_eq!(removed.succeeded(), "lena.k removed from @acme:sec");
    assert_eq!(npm.run("team ls acme:sec --parseable").succeeded(), "");

    assert_eq!(npm.run(&format!("team destroy @acme:sec {otp}")).succeeded(), "-@acme:sec");
    assert!(!npm.run("team ls acme --parseable").lines().contains(&"acme:sec"));
}

#[test]
fn npm_6_takes_an_empty_answer_for_a_failure_although_it_did_what_it_should() {
    let simulator = Simulator::npm();
    let npm = Npm::new("6", &simulator, "owner-session");
    let otp = simulator.otp();
    for line in ["team rm acme:release lena.k", "team destroy acme:docs"] {
        let answer = npm.run(&format!("{line} {otp}"));
        assert_ne!(answer.code, Some(0), "{}", answer.stdout);
        assert!(answer.stderr.contains("Unexpected end of JSON input"), "{}", answer.stderr);
    }
    assert!(!npm.run("team ls acme:release --parseable").lines().contains(&"lena.k"));
    assert!(!npm.run("team ls acme --parseable").lines().contains(&"acme:docs"));
}

#[rstest]
fn the_team_of_all_developers_stays(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let destroyed = npm.run(&format!("team destroy acme:developers {}", simulator.otp()));
    destroyed.forbidden("developers team cannot be deleted");
    assert!(npm.run("team ls acme --parseable").lines().contains(&"acme:developers"));
}

#[rstest]
fn only_members_are_added_and_only_by_admins_and_owners(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let otp = simulator.otp();
    let owner = Npm::new(version, &simulator, "owner-session");
    let stranger = simulator.account("outsider-session");
    let added = owner.run(&format!("team add acme:docs {stranger} {otp}"));
    assert!(added.failed("E404").contains("not found in organization"), "{}", added.stderr);

    let developer = Npm::new(version, &simulator, "developer-session");
    let own_name = simulator.account("developer-session");
    developer.run(&format!("team add acme:docs {own_name} {otp}")).forbidden("You must be an admin");
    developer.run(&format!("team create acme:sec {otp}")).forbidden("You must be an admin");
    assert_eq!(owner.run("team ls acme:docs --parseable").lines(), ["Priya-N", "sofia-ricci"]);
}

#[rstest]
fn teams_can_be_listed_with_the_sign_in_front(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm_with(&["--quirk", "team-names-with-at"]);
    let npm = Npm::new(version, &simulator, "read-only");
    assert!(npm.run("team ls acme --parseable").lines().contains(&"@acme:release"));
}

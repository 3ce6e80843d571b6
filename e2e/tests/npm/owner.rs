//! `npm owner`: the people a package's document names.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

#[rstest]
fn ls_shows_who_the_document_names(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let owners = npm.run("owner ls create-acme-app");
    assert_eq!(owners.lines(), ["felix-outside <felix-outside@mail.example>", "maria-lund <maria-lund@acme.example>"]);
    assert_eq!(npm.run("owner ls @acme/charts").succeeded(), "nadia-freelance <nadia-freelance@mail.example>");
}

#[rstest]
fn add_sends_an_offer_and_rm_takes_the_right_away(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let (otp, package) = (simulator.otp(), "create-acme-app");
    let npm = Npm::new(version, &simulator, "owner-session");
    let added = npm.run(&format!("owner add yuki_tan {package} {otp}"));
    assert_eq!(added.succeeded(), format!("+ yuki_tan ({package})"));
    let owners = npm.run(&format!("owner ls {package}"));
    assert!(!owners.succeeded().contains("yuki_tan"), "an offer has to be accepted first");

    let removed = npm.run(&format!("owner rm felix-outside {package} {otp}"));
    assert_eq!(removed.succeeded(), format!("- felix-outside ({package})"));
    assert_eq!(npm.run(&format!("owner ls {package}")).succeeded(), "maria-lund <maria-lund@acme.example>");
    npm.run(&format!("owner add nobody-has-this-name {package} {otp}")).failed("E404");
}

/// On a package of an organisation the right comes from a team, which this call does not reach.
#[rstest]
fn rm_of_somebody_in_a_team_is_refused(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let answer = npm.run(&format!("owner rm otto.brandt @acme/core {}", simulator.otp()));
    assert_ne!(answer.code, Some(0), "{}", answer.stdout);
    assert!(answer.stderr.contains("Team not found : undefined"), "{}", answer.stderr);
    assert!(npm.run("owner ls @acme/core").succeeded().contains("otto.brandt"));
}

#[rstest]
fn who_cannot_publish_cannot_change_owners(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "developer-session");
    let answer = npm.run(&format!("owner add jonas-weber create-acme-app {}", simulator.otp()));
    assert_ne!(answer.code, Some(0), "{}", answer.stdout);
    assert!(answer.stderr.contains("You do not have permission"), "{}", answer.stderr);
    assert!(!npm.run("owner ls create-acme-app").succeeded().contains("jonas-weber"));
}

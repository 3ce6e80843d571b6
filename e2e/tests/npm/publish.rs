//! `npm publish`: what the registry enforces.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

const REFUSAL: &str = "You do not have permission to publish";

#[rstest]
fn a_developer_in_a_team_with_write_publishes(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let package = simulator.package();
    let npm = Npm::new(version, &simulator, "publisher");
    assert_eq!(npm.publish(package, "99.0.0").succeeded(), format!("+ {package}@99.0.0"));
    assert_eq!(latest(version, &simulator), "99.0.0");
    let again = npm.publish(package, "99.0.0");
    // The newest npm looks before it asks, so this is no refusal of the registry any more.
    assert_ne!(again.code, Some(0), "{}", again.stdout);
    let reason = "cannot publish over the previously published versions: 99.0.0";
    assert!(again.stderr.to_lowercase().contains(reason), "{}", again.stderr);
    npm.publish_with("publish --tag next", package, "100.0.0").succeeded();
    assert_eq!(latest(version, &simulator), "99.0.0", "tagged otherwise");
    let tags = npm.run(&format!("dist-tag ls {package}"));
    assert_eq!(tags.lines(), ["latest: 99.0.0", "next: 100.0.0"]);
}

#[rstest]
fn a_developer_without_write_is_refused(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let before = latest(version, &simulator);
    for part in ["reader", "outsider-session"] {
        let npm = Npm::new(version, &simulator, part);
        npm.publish(simulator.package(), "99.0.0").forbidden(REFUSAL);
    }
    assert_eq!(latest(version, &simulator), before);
}

#[rstest]
fn an_owner_outside_every_team_with_write_is_refused_too(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let (otp, package) = (simulator.otp(), simulator.package());
    let owner = Npm::new(version, &simulator, "owner-session");
    for team in ["release", "developers"] {
        owner.run(&format!("access revoke acme:{team} {package} {otp}")).succeeded();
    }
    owner.publish_with(&format!("publish {otp}"), package, "99.0.0").forbidden(REFUSAL);
}

#[rstest]
fn every_member_makes_new_packages_and_nobody_else(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let member = Npm::new(version, &simulator, "reader");
    let made = member.publish_with("publish --access public", "@acme/brand-new", "1.0.0");
    assert_eq!(made.succeeded(), "+ @acme/brand-new@1.0.0");
    // New packages are open to the team of all developers, which this member has left.
    member.publish("@acme/brand-new", "1.0.1").forbidden(REFUSAL);
    Npm::new(version, &simulator, "publisher").publish("@acme/brand-new", "1.0.1").succeeded();

    let outsider = Npm::new(version, &simulator, "outsider-session");
    let refused = outsider.publish_with(&format!("publish {}", simulator.otp()), "@acme/other", "1.0.0");
    refused.forbidden(REFUSAL);
    outsider.publish_with(&format!("publish {}", simulator.otp()), "a-name-of-my-own", "1.0.0").succeeded();
    outsider.publish_with(&format!("publish {}", simulator.otp()), "@nobodys/lib", "1.0.0").failed("E404");
}

#[rstest]
fn a_session_needs_a_second_factor(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "developer-session");
    npm.publish(simulator.package(), "99.0.0").failed("EOTP");
    npm.publish_with(&format!("publish {}", simulator.otp()), simulator.package(), "99.0.0").succeeded();
    assert_eq!(latest(version, &simulator), "99.0.0");
}

#[rstest]
fn who_leaves_the_organisation_publishes_no_more(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let machine = Npm::new(version, &simulator, "publisher");
    machine.publish(simulator.package(), "99.0.0").succeeded();
    let owner = Npm::new(version, &simulator, "owner-session");
    owner.run(&format!("org rm acme {} {}", simulator.account("publisher"), simulator.otp())).succeeded();
    machine.publish(simulator.package(), "99.0.1").forbidden(REFUSAL);
    assert_eq!(latest(version, &simulator), "99.0.0");
}

/// The newest version, as a client sees it that has nothing in its cache.
fn latest(version: &str, simulator: &Simulator) -> String {
    let npm = Npm::new(version, simulator, "read-only");
    npm.run(&format!("view {} version", simulator.package())).succeeded().to_owned()
}

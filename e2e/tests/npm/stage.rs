//! `npm stage`, which the newest npm has: versions that wait for somebody's approval.

use rolecall_e2e::{Npm, Simulator};

#[test]
fn a_waiting_version_is_listed_viewed_and_approved() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let id = waiting(&npm, "4.4.0").expect("the story has one");
    let viewed = npm.run(&format!("stage view {id}"));
    for line in ["package name: @acme/core", "version: 4.4.0", "tag: latest", "staged by: acme-release-bot (user)"] {
        assert!(viewed.succeeded().lines().any(|shown| shown == line), "{line} is missing in\n{}", viewed.stdout);
    }

    npm.run(&format!("stage approve {id}")).failed("EOTP");
    assert_eq!(npm.run("view @acme/core version").succeeded(), "4.2.0");
    let approved = npm.run(&format!("stage approve {id} {}", simulator.otp()));
    assert_eq!(approved.succeeded(), format!("Staged package {id} approved and published successfully."));
    assert_eq!(npm.run("view @acme/core version").succeeded(), "4.4.0");
    assert_eq!(waiting(&npm, "4.4.0"), None);
    npm.run(&format!("stage view {id}")).failed("E404");
}

#[test]
fn a_rejected_version_is_never_published() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let id = waiting(&npm, "4.4.0").expect("the story has one");
    let rejected = npm.run(&format!("stage reject {id} {}", simulator.otp()));
    assert_eq!(rejected.succeeded(), format!("Staged package {id} has been rejected."));
    assert_eq!(waiting(&npm, "4.4.0"), None);
    assert_eq!(npm.run("view @acme/core version").succeeded(), "4.2.0");
}

#[test]
fn staging_is_for_those_who_may_publish_and_asks_for_no_password() {
    let simulator = Simulator::npm();
    let package = simulator.package();
    let refusal = "You do not have permission to publish";
    Npm::new("12", &simulator, "reader").publish_with("stage publish", package, "5.0.0").forbidden(refusal);

    for (part, version) in [("stage-only", "5.0.0"), ("developer-session", "5.0.1")] {
        let npm = Npm::new("12", &simulator, part);
        let staged = npm.publish_with("stage publish", package, version);
        let printed = format!("+ {package}@{version} (staged with id ");
        assert!(staged.succeeded().starts_with(&printed), "{}", staged.stdout);
    }
    let owner = Npm::new("12", &simulator, "owner-session");
    assert_eq!(owner.run("view @acme/core version").succeeded(), "4.2.0", "it waits");
    let id = waiting(&owner, "5.0.1").expect("what was staged waits");
    owner.run(&format!("stage approve {id} {}", simulator.otp())).succeeded();
    assert_eq!(owner.run("view @acme/core version").succeeded(), "5.0.1");
}

#[test]
fn others_do_not_see_what_waits() {
    let simulator = Simulator::npm();
    let id = waiting(&Npm::new("12", &simulator, "owner-session"), "4.4.0").expect("the story has one");
    let outsider = Npm::new("12", &simulator, "outsider-session");
    assert_eq!(waiting(&outsider, "4.4.0"), None);
    outsider.run(&format!("stage approve {id} {}", simulator.otp())).failed("E404");
}

/// The id under which a version of the story's main package waits.
fn waiting(npm: &Npm, version: &str) -> Option<String> {
    let list = npm.run("stage list @acme/core");
    let mut id = None;
    for line in list.succeeded().lines() {
        id = line.strip_prefix("id: ").map(str::to_owned).or(id);
        if line.strip_prefix("version: ") == Some(version) {
            return id;
        }
    }
    None
}

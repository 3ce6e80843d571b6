//! Tokens that are refused, each in its own way.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

#[rstest]
fn a_dead_token_is_told_to_sign_in_again(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    for part in ["expired", "classic"] {
        let answer = Npm::new(version, &simulator, part).run("org ls acme");
        assert!(answer.failed("E401").contains("npm login"), "{part}: {}", answer.stderr);
    }
}

#[rstest]
fn a_token_for_other_addresses_is_refused(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let answer = Npm::new(version, &simulator, "elsewhere").run("org ls acme");
    assert!(answer.failed("EAUTHIP").contains("not allowed from your IP address"), "{}", answer.stderr);
}

/// Since August 2026 a token that bypasses the second factor publishes, and governs nothing.
#[rstest]
fn a_token_that_bypasses_the_second_factor_governs_nothing(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "bypass");
    let reason = "Granular access tokens that bypass two-factor authentication may not perform this action";
    for line in [
        "org set acme lena.k admin",
        "team create acme:sec",
        "team rm acme:release lena.k",
        "access revoke acme:release @acme/core",
        if version == "6" { "access public @acme/core" } else { "access set status=public @acme/core" },
    ] {
        npm.run(line).forbidden(reason);
    }
    let owner = npm.run("owner add lena.k @acme/core");
    assert_ne!(owner.code, Some(0), "{}", owner.stdout);
    if version == "12" {
        npm.run("trust list @acme/core").forbidden(reason);
    }
    // It still reads and publishes.
    assert!(npm.run("team ls acme:release --parseable").lines().contains(&"lena.k"));
    npm.publish("@acme/core", "99.0.0").succeeded();
}

#[rstest]
fn a_token_for_packages_does_not_open_the_organisation(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "publisher");
    let reason = "This token has no access to this organization";
    npm.run("org ls acme").forbidden(reason);
    npm.run("team ls acme").forbidden(reason);
    assert_eq!(npm.run("view @acme/billing-rules version").succeeded(), "0.12.0");
}

#[rstest]
fn a_reading_token_changes_nothing(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    npm.run("org rm acme lena.k").forbidden("This token is read-only");
    npm.run("team create acme:sec").forbidden("This token is read-only");
    npm.publish("@acme/core", "99.0.0").forbidden("You do not have permission to publish");
    assert!(npm.run("org ls acme --parseable").lines().contains(&"lena.k\tdeveloper"));
}

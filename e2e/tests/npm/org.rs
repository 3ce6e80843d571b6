//! `npm org`: members and their roles.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;
use serde_json::Value;

#[rstest]
fn ls_shows_members_and_roles(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let answer = npm.run("org ls acme --parseable");
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
fn ls_of_one_member_and_of_no_organisation(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "read-only");
    let one = npm.run("org ls @acme lena.k --json").json();
    assert_eq!(one, serde_json::json!({ "lena.k": "developer" }));
    if npm.major() >= 10 {
        assert_eq!(npm.run("org ls acme lena.k").succeeded(), "lena.k - developer");
        assert_eq!(npm.run("org ls acme @lena.k").succeeded(), "", "npm itself does not strip the sign here");
    }
    let complaint = npm.run("org ls nosuch");
    assert!(complaint.failed("E404").contains("Scope not found"), "{}", complaint.stderr);
}

#[rstest]
fn set_invites_a_stranger_and_changes_a_member(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let (otp, stranger) = (simulator.otp(), simulator.account("outsider-session"));

    let invited = npm.run(&format!("org set acme @{stranger} {otp}"));
    let said = format!("Added {stranger} as developer to acme. You now have 14 members in this org.");
    let said = if npm.major() < 7 { said.replace("now have", "now") } else { said };
    assert_eq!(invited.succeeded(), said, "twelve members, one open invitation and this one");
    assert!(invited.stderr.contains(&format!("{stranger} was invited to acme")), "{}", invited.stderr);
    assert_eq!(roster(&npm)[stranger], Value::Null, "an invitation is no membership");

    npm.run(&format!("org set acme lena.k admin {otp}")).succeeded();
    assert_eq!(roster(&npm)["lena.k"], "admin");
    let made = npm.run(&format!("org set acme lena.k owner --json {otp}")).json();
    assert_eq!((&made["user"], &made["role"]), (&"lena.k".into(), &"owner".into()));
    assert_eq!(roster(&npm)["lena.k"], "owner");
    npm.run(&format!("org set acme nobody-has-this-name {otp}")).failed("E404");
}

#[rstest]
fn rm_takes_a_member_out_of_all_teams(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let removed = npm.run(&format!("org rm acme @lena.k {}", simulator.otp()));
    let said = "Successfully removed lena.k from acme. You now have 11 members in this org.";
    assert_eq!(removed.succeeded(), said);
    assert_eq!(roster(&npm)["lena.k"], Value::Null);
    for team in ["release", "developers"] {
        let members = npm.run(&format!("team ls @acme:{team} --parseable"));
        assert!(!members.lines().contains(&"lena.k"), "still in {team}");
    }
    let again = npm.run(&format!("org rm acme lena.k {}", simulator.otp()));
    assert!(again.failed("E404").contains("not found in organization"), "{}", again.stderr);
}

#[rstest]
fn the_last_owner_stays(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let otp = simulator.otp();
    npm.run(&format!("org set acme otto.brandt admin {otp}")).succeeded();
    npm.run(&format!("org rm acme acme-release-bot {otp}")).succeeded();
    let reason = "must have at least one owner";
    npm.run(&format!("org rm acme maria-lund {otp}")).forbidden(reason);
    npm.run(&format!("org set acme maria-lund developer {otp}")).forbidden(reason);
    assert_eq!(roster(&npm)["maria-lund"], "owner");
}

#[rstest]
fn only_owners_change_members(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    for part in ["admin-session", "outsider-session"] {
        let npm = Npm::new(version, &simulator, part);
        let otp = simulator.otp();
        npm.run(&format!("org set acme {} owner {otp}", simulator.account(part))).forbidden("You must be an owner");
        npm.run(&format!("org rm acme lena.k {otp}")).forbidden("You must be an owner");
    }
    let roster = roster(&Npm::new(version, &simulator, "read-only"));
    assert_eq!((&roster["Priya-N"], &roster["lena.k"]), (&"admin".into(), &"developer".into()));
}

fn roster(npm: &Npm) -> Value {
    npm.run("org ls acme --json").json()
}

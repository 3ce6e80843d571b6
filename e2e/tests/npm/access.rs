//! `npm access`: what teams and people may do with packages. npm 6 has other words for most of it.

use rolecall_e2e::{Answer, Npm, Simulator};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
fn packages_of_teams_organisations_and_people_are_listed(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    assert_eq!(packages(&npm, "acme:docs"), json!({ "@acme/ui-kit": "read-only" }));
    let all = packages(&npm, "@acme");
    assert_eq!(all.as_object().map(serde_json::Map::len), Some(14));
    assert_eq!(all["@acme/billing-rules"], "read-write");
    // For these the client asks for an organisation of this name first, and is told 404.
    assert_eq!(packages(&npm, "felix-outside"), json!({ "create-acme-app": "read-write" }));
    let own = packages(&npm, "");
    assert_eq!((&own["create-acme-app"], &own["@acme/core"]), (&json!("read-write"), &json!("read-write")));
    access(&npm, "list packages", "ls-packages", "ghost").failed("E404");
}

#[rstest]
fn collaborators_include_teams_and_outsiders(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "outsider-session");
    let list = |rest: &str| access(&npm, "list collaborators", "ls-collaborators", rest);
    let all = list("@acme/charts --json").json();
    assert_eq!(all["nadia-freelance"], "read-write", "a right of her own");
    assert_eq!(all["tomek77"], "read-write", "by the team web");
    assert_eq!(all["acme-inventory"], Value::Null);
    let one = list("@acme/charts tomek77");
    match version {
        "6" => assert_eq!(one.json(), json!({ "tomek77": "read-write" })),
        _ => assert_eq!(one.succeeded(), "tomek77: read-write"),
    }
}

#[rstest]
fn a_granted_package_can_be_published_and_a_revoked_one_cannot(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let (otp, package) = (simulator.otp(), simulator.package());
    let owner = Npm::new(version, &simulator, "owner-session");
    let member = Npm::new(version, &simulator, "reader");
    let refusal = "You do not have permission to publish";
    member.publish(package, "99.0.0").forbidden(refusal);

    owner.run(&format!("access grant read-only @acme:web {package} {otp}")).succeeded();
    assert_eq!(packages(&owner, "acme:web")[package], "read-only");
    member.publish(package, "99.0.0").forbidden(refusal);

    owner.run(&format!("access grant read-write acme:web {package} {otp}")).succeeded();
    assert_eq!(packages(&owner, "acme:web")[package], "read-write");
    assert_eq!(member.publish(package, "99.0.0").succeeded(), format!("+ {package}@99.0.0"));

    owner.run(&format!("access revoke acme:web {package} {otp}")).succeeded();
    assert_eq!(packages(&owner, "acme:web")[package], Value::Null);
    member.publish(package, "99.0.1").forbidden(refusal);
    assert_eq!(owner.run(&format!("view {package} version")).succeeded(), "99.0.0");
}

#[rstest]
fn granting_needs_a_role_and_write_on_the_package(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let otp = simulator.otp();
    let grant = format!("access grant read-write acme:docs @acme/core {otp}");
    Npm::new(version, &simulator, "developer-session").run(&grant).forbidden("You must be an admin");

    // This admin writes packages through the team of all developers only.
    let admin = Npm::new(version, &simulator, "admin-session");
    let owner = Npm::new(version, &simulator, "owner-session");
    owner.run(&format!("access revoke acme:developers @acme/core {otp}")).succeeded();
    admin.run(&grant).forbidden("Forbidden");
    owner.run(&grant).succeeded();
    // Now she writes it through the team docs.
    admin.run(&format!("access revoke acme:release @acme/core {otp}")).succeeded();
    assert_eq!(packages(&owner, "acme:release")["@acme/core"], Value::Null);
}

#[rstest]
fn a_package_is_made_public_and_private(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let (otp, package) = (simulator.otp(), "@acme/billing-rules");
    let owner = Npm::new(version, &simulator, "owner-session");
    let outsider = Npm::new(version, &simulator, "outsider-session");
    outsider.run(&format!("view {package} version")).failed("E404");

    let public = access(&owner, "set status=public", "public", &format!("{package} {otp}"));
    assert_eq!(public.succeeded(), if version == "6" { "" } else { "@acme/billing-rules: public" });
    assert_eq!(outsider.run(&format!("view {package} version")).succeeded(), "0.12.0");
    if version != "6" {
        let status = owner.run(&format!("access get status {package}"));
        assert_eq!(status.succeeded(), "@acme/billing-rules: public");
    }
    access(&owner, "set status=private", "restricted", &format!("{package} {otp}")).succeeded();
    outsider.run(&format!("view {package} version")).failed("E404");
    let unscoped = access(&owner, "set status=private", "restricted", &format!("create-acme-app {otp}"));
    assert_ne!(unscoped.code, Some(0), "an unscoped package cannot be private");
}

#[rstest]
fn publishing_access_decides_whether_tokens_publish(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let (otp, package) = (simulator.otp(), simulator.package());
    let owner = Npm::new(version, &simulator, "owner-session");
    let machine = Npm::new(version, &simulator, "publisher");
    let set = |new: &str, old: &str| access(&owner, new, old, &format!("{package} {otp}")).succeeded().to_owned();

    assert_eq!(set("set mfa=publish", "2fa-required"), "");
    machine.publish(package, "99.0.0").forbidden("does not accept tokens");
    assert_eq!(set("set mfa=none", "2fa-not-required"), "");
    machine.publish(package, "99.0.0").succeeded();
    if version != "6" {
        assert_eq!(set("set mfa=automation", ""), "");
        machine.publish(package, "99.0.1").succeeded();
    }
}

/// A command of `npm access` in the words of this version.
fn access(npm: &Npm, new: &str, old: &str, rest: &str) -> Answer {
    let words = if npm.major() < 9 { old } else { new };
    npm.run(&format!("access {words} {rest}"))
}

fn packages(npm: &Npm, whose: &str) -> Value {
    access(npm, "list packages", "ls-packages", &format!("{whose} --json")).json()
}

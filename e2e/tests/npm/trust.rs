//! `npm trust`, which the newest npm has: workflows that may publish.

use rolecall_e2e::{Npm, Simulator};

#[test]
fn a_trusted_publisher_is_set_up_listed_and_revoked() {
    let simulator = Simulator::npm();
    let (otp, package) = (simulator.otp(), "@acme/http");
    let npm = Npm::new("12", &simulator, "owner-session");
    let none = format!("No trust configurations found for package ({package})");
    assert_eq!(listed(&npm, package, &otp), none);

    let set = format!("trust github {package} --file publish.yml --repo acme/http --env production");
    let made = npm.run(&format!("{set} --allow-publish --yes {otp}"));
    assert!(made.succeeded().contains(&format!("Establishing trust between {package} package")), "{}", made.stdout);
    let shown = listed(&npm, package, &otp);
    for line in [
        "type: github",
        "file: publish.yml",
        "repository: acme/http",
        "environment: production",
        "permissions: publish",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is missing in\n{shown}");
    }
    npm.run(&format!("{set} --allow-publish --yes {otp}")).failed("E409");

    let id = shown.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id");
    let revoked = npm.run(&format!("trust revoke {package} --id={id} {otp}"));
    assert!(revoked.succeeded().contains(&format!("Revoked trusted configuration for package {package}")));
    assert_eq!(listed(&npm, package, &otp), none);
    npm.run(&format!("trust revoke {package} --id={id} {otp}")).failed("E404");
}

#[test]
fn other_providers_and_the_stage_can_be_trusted() {
    let simulator = Simulator::npm();
    let otp = simulator.otp();
    let npm = Npm::new("12", &simulator, "owner-session");
    npm.run(&format!(
        "trust gitlab @acme/logger --file .gitlab-ci.yml --project acme/logger --allow-stage-publish --yes {otp}"
    ))
    .succeeded();
    let shown = listed(&npm, "@acme/logger", &otp);
    assert!(shown.contains("type: gitlab") && shown.contains("permissions: stage publish"), "{shown}");

    let (organization, project) = ("7d3c0e8a-5f7c-4a71-9a52-0c8e6c1d2b3a", "0b6f2c55-9d0e-4f3a-8f0a-2d1f4b5c6e7d");
    npm.run(&format!(
        "trust circleci @acme/cli --org-id {organization} --project-id {project} \
         --pipeline-definition-id {project} --vcs-origin code.example/acme/cli --allow-publish --yes {otp}"
    ))
    .succeeded();
    assert!(listed(&npm, "@acme/cli", &otp).contains("type: circleci"));
}

#[test]
fn trust_needs_write_on_the_package() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "outsider-session");
    npm.run(&format!("trust list @acme/core {}", simulator.otp())).forbidden("Insufficient permissions");
    npm.run(&format!("trust list @acme/nothing {}", simulator.otp())).failed("E404");
}

fn listed(npm: &Npm, package: &str, otp: &str) -> String {
    npm.run(&format!("trust list {package} {otp}")).succeeded().to_owned()
}

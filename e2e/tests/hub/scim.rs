//! The SCIM server, held to its RFCs by somebody else's suite.

use rolecall_e2e::{Hub, ScimCheck, scim_suite};

#[test]
fn a_public_suite_finds_nothing_that_the_rfcs_do_not_allow() {
    let hub = Hub::start();
    let token = hub.command(&["people", "scim", "add", "suite"]);
    let checks = scim_suite(&format!("{}/scim/v2", hub.address()), token.trim());
    let is_right = |check: &&ScimCheck| matches!(check.status.as_str(), "SUCCESS" | "COMPLIANT" | "ACCEPTABLE");
    let wrong: Vec<&ScimCheck> = checks.iter().filter(|check| !is_right(check)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let of = |resource: &str| checks.iter().filter(|check| check.resource.as_deref() == Some(resource)).count();
    // Users have a check of each kind for each attribute; a suite that found none of them would be content too.
    assert!(of("User") > 60 && of("Group") > 12, "{} and {} of {}", of("User"), of("Group"), checks.len());
}

//! What Cloudsmith, a plan or a person may do wrong: a clear word, no panic, nothing derived, and what was current stays.

use rolecall_sim::cloudsmith::{Listed, PageHeaders, Quirks, faults};
use rolecall_sim::{Fault, Times};
use rstest::rstest;
use serde_json::json;

use super::support::{Workspace, json};
use crate::source::Source;
use crate::support::{grants, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_none_reads_nothing_and_says_so() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &[]).code, 0);
    let before = grants(&binary);
    let junk = workspace.binary().variable("CLOUDSMITH_API_KEY", "junk-junk-junk-junk-junk");
    let ran = workspace.sync(&junk, &[]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("hint:") && !ran.stderr.contains("junk-junk"), "{ran:?}");
    assert_eq!(grants(&binary), before);
}

/// A revoked key is told from a refusal of one listing; what was current stays, and a new key goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_revoked_in_mid_sync_ends_it_and_loses_nothing() {
    let mut workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &[]).code, 0);
    let before = grants(&binary);
    workspace.server.after("GET /orgs/*/teams/*/members", 3, |world| {
        world.key_revoke(rolecall_sim::cloudsmith::story::READER);
    });
    let ran = workspace.sync(&binary, &[]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(grants(&binary), before);
    workspace.key = workspace.server.world().key(rolecall_sim::cloudsmith::story::READER);
    let binary = binary.variable("CLOUDSMITH_API_KEY", &workspace.key);
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    assert_eq!(grants(&binary), before);
}

/// What the plan lacks is no gap in an answer about access.
#[tokio::test(flavor = "multi_thread")]
async fn a_small_plan_is_no_gap() {
    let workspace = Workspace::story().await;
    {
        let quirks = &mut workspace.server.world().quirks;
        (quirks.audit_log_unpaid, quirks.saml_unpaid, quirks.custom_domains_unpaid) = (true, true, true);
    }
    let binary = workspace.binary();
    let ran = workspace.sync(&binary, &["--require-complete"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("402"), "what is not read is said: {}", ran.stdout);
    assert_eq!(json(&binary, &["who-can", "push", "acme/production"])["completeness"]["complete"], true);
}

/// Whatever the service does where its description leaves it open, the same is read.
#[rstest]
#[case(|quirks: &mut Quirks| quirks.is_active_omitted = Listed::ActiveOnly)]
#[case(|quirks: &mut Quirks| quirks.is_active_omitted = Listed::InactiveOnly)]
#[case(|quirks: &mut Quirks| quirks.is_active_false = Listed::Everyone)]
#[case(|quirks: &mut Quirks| quirks.teams_in_membership = false)]
#[case(|quirks: &mut Quirks| quirks.page_headers = PageHeaders::NotWhenEmpty)]
#[case(|quirks: &mut Quirks| quirks.under_privileged = 404)]
#[case(|quirks: &mut Quirks| quirks.rate_interval = None)]
#[case(|quirks: &mut Quirks| quirks.stale_reads = 3)]
#[tokio::test(flavor = "multi_thread")]
async fn every_reading_of_the_documentation_gives_the_same_grants(#[case] change: fn(&mut Quirks)) {
    let plain = Workspace::story().await;
    let binary = plain.binary();
    assert_eq!(plain.sync(&binary, &["--require-complete"]).code, 0);
    let expected = grants(&binary);
    let other = Workspace::story().await;
    change(&mut other.server.world().quirks);
    let binary = other.binary();
    let ran = other.sync(&binary, &["--require-complete"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let without_time = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect()
    };
    assert_eq!(without_time(&grants(&binary)), without_time(&expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_is_asked_for_is_made() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    workspace.server.faults().add("GET /orgs/*/teams", faults::too_many(1), Times::First(1));
    let ran = workspace.sync(&binary, &["--require-complete"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[rstest]
#[case("GET /orgs/*/teams", Fault::html_ok(), "teams")]
#[case("GET /repos/*", Fault::json(200, &json!([{ "slug": "production", "default_privilege": "Everything" }])), "repositories")]
#[case("GET /repos/*/*/privileges", Fault::json(200, &json!({ "privileges": null })), "privileges")]
#[case("GET /repos/*/*/privileges", Fault::json(403, &json!({ "detail": "No." })), "privileges")]
#[case("GET /orgs/*/teams/*/members", faults::nested_fields(), "team-members")]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_unknown_and_not_none(#[case] place: &str, #[case] fault: Fault, #[case] listing: &str) {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &[]).code, 0);
    let before = grants(&binary);
    workspace.server.faults().add(place, fault, Times::Always);
    let ran = workspace.sync(&binary, &[]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stdout.contains(listing), "{ran:?}");
    assert_eq!(grants(&binary), before);
    let answer = json(&binary, &["who-can", "push", "acme/production"]);
    assert_eq!(answer["completeness"]["complete"], false, "{answer}");
}

#[rstest]
#[case("not a slug")]
#[case("x/../remove")]
#[case("https://app.example.test/")]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_none_is_refused_before_the_network(#[case] name: &str) {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    let arguments = ["sync", "cloudsmith", "--org", name, "--api", workspace.server.url()];
    let ran = run(&binary, &arguments);
    // `x/../remove` names the organisation x, which nobody here belongs to.
    assert!(matches!(ran.code, 2 | 3), "{ran:?}");
    assert!(workspace.server.requests().iter().all(|request| !request.target.contains("remove")));
}

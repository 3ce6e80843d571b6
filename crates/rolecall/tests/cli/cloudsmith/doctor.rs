//! `doctor cloudsmith`: what each kind of key sees, in words and by exit code; and what leaves the machine.

use rolecall_sim::cloudsmith::{Quirks, Redaction, Server, World, story};
use rolecall_sim::{Answer, Fault, Times};
use rolecall_testkit::{Binary, Ran};
use rstest::rstest;
use serde_json::{Value as Json, json};

use super::support::Workspace;
use crate::source::Source;
use crate::support::run;

fn doctor(workspace: &Workspace, binary: &Binary, more: &[&str]) -> Ran {
    let arguments = ["doctor", "cloudsmith", "--org", &workspace.organization, "--api", workspace.server.url()];
    run(binary, &[&arguments[..], more].concat())
}

/// Examines with this key and gives exit code and checks.
fn examined(workspace: &Workspace, key: &str) -> (i32, Json) {
    let binary = workspace.binary().variable("CLOUDSMITH_API_KEY", key);
    let ran = doctor(workspace, &binary, &["--format", "json"]);
    assert!(workspace.server.requests().iter().all(|request| request.method == "GET"));
    (ran.code, ran.json())
}

fn check<'j>(report: &'j Json, name: &str) -> &'j Json {
    report["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap()
}

fn state<'j>(report: &'j Json, name: &str) -> &'j str {
    check(report, name)["state"].as_str().unwrap()
}

fn says(report: &Json, name: &str, text: &str) {
    let check = check(report, name);
    let is_said = ["found", "means", "change"].iter().any(|part| check[*part].as_str().unwrap_or("").contains(text));
    assert!(is_said, "{text:?} is missing in {check}");
}

async fn story_with(change: impl FnOnce(&mut Quirks)) -> Workspace {
    let workspace = Workspace::story().await;
    change(&mut workspace.server.world().quirks);
    workspace
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owners_key_sees_everything() {
    let workspace = Workspace::story().await;
    let key = workspace.server.world().key(story::READER);
    let binary = workspace.binary().variable("CLOUDSMITH_API_KEY", &key);
    let ran = doctor(&workspace, &binary, &["--default-privilege", "none"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let shown = ran.stdout.replace(&key[key.len() - 4..], "TAIL");
    insta::assert_snapshot!("doctor_cloudsmith_all_is_well", shown);
    let csv = doctor(&workspace, &binary, &["--format", "csv"]).stdout;
    assert!(csv.starts_with("check,of,state,found,means,change\n") && csv.contains("\nroster,,ok,"), "{csv}");
}

#[rstest]
#[case::manager("priya-n", ("ok", "ok", "limited"))]
#[case::member("jonas-weber", ("limited", "limited", "limited"))]
#[case::collaborator("nadia-freelance", ("limited", "limited", "limited"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_lesser_accounts_key_is_told_what_it_is_not_shown(#[case] account: &str, #[case] states: (&str, &str, &str)) {
    let workspace = Workspace::story().await;
    let key = workspace.server.world().key(account);
    let (code, report) = examined(&workspace, &key);
    let seen = (state(&report, "account"), state(&report, "roster"), state(&report, "repositories"));
    assert_eq!((code, seen), (5, states), "{report}");
    says(&report, "account", account);
    says(&report, "repositories", "owner");
    if states.0 == "limited" {
        says(&report, "account", "use the key of an owner or manager");
        // The warning comes before everything that is shorter for it.
        let names: Vec<&str> =
            report["checks"].as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
        assert_eq!(names[..3], ["token", "connection", "account"]);
    }
}

#[rstest]
#[case::manager("acme-release-bot", "ok", "manager of acme")]
#[case::member("ci", "limited", "member of acme")]
#[tokio::test(flavor = "multi_thread")]
async fn a_services_key_is_known_as_one(#[case] service: &str, #[case] account: &str, #[case] role: &str) {
    let workspace = Workspace::story().await;
    let key = workspace.server.world().service_key("acme", service);
    let (code, report) = examined(&workspace, &key);
    assert_eq!((code, state(&report, "account"), state(&report, "repositories")), (5, account, "limited"), "{report}");
    says(&report, "account", &format!("service {service}"));
    says(&report, "account", role);
}

#[rstest]
#[case(403)]
#[case(404)]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_outside_sees_nothing_of_the_organisation(#[case] status: u16) {
    let workspace = story_with(|quirks| quirks.under_privileged = status).await;
    let key = {
        let mut world = workspace.server.world();
        world.account("somebody-else");
        world.key("somebody-else")
    };
    let (code, report) = examined(&workspace, &key);
    assert_eq!((code, state(&report, "roster")), (3, "failed"), "{report}");
    says(&report, "account", "neither among the members nor among the services");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_none_ends_the_examination_with_the_reason() {
    let workspace = Workspace::story().await;
    let revoked = workspace.server.world().key("lena-k");
    workspace.server.world().key_revoke("lena-k");
    let (code, report) = examined(&workspace, &revoked);
    assert_eq!((code, state(&report, "account"), state(&report, "roster")), (3, "failed", "not-tried"), "{report}");
    says(&report, "account", "wrong, expired, revoked or of a deactivated account");

    let (code, report) = examined(&workspace, "");
    assert_eq!((code, state(&report, "token"), state(&report, "account")), (3, "failed", "not-tried"), "{report}");
    says(&report, "token", "make an API key of an owner");

    // Cloudsmith answers some wrong credentials as it answers anybody.
    let nobody = json!({ "authenticated": false, "email": null, "name": null, "slug": null, "slug_perm": null });
    workspace.server.faults().add("GET /user/self", Fault::json(200, &nobody), Times::Always);
    let (code, report) = examined(&workspace, &workspace.key);
    assert_eq!((code, state(&report, "account"), state(&report, "teams")), (3, "failed", "not-tried"), "{report}");
    says(&report, "account", "nobody's");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plan_lacks_is_said_and_is_no_gap() {
    let workspace = story_with(|quirks| {
        quirks.audit_log_unpaid = true;
        quirks.saml_unpaid = true;
        quirks.custom_domains_unpaid = true;
    })
    .await;
    let key = workspace.server.world().key(story::READER);
    let (code, report) = examined(&workspace, &key);
    assert_eq!((code, state(&report, "audit log"), state(&report, "custom domains")), (0, "limited", "limited"));
    says(&report, "audit log", "the workspace's plan does not have it");
    assert_eq!(state(&report, "default privilege"), "not-tried");
    says(&report, "default privilege", "--default-privilege");
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_that_contradict_each_other_are_not_taken_for_the_whole() {
    let workspace = Workspace::story().await;
    let key = workspace.server.world().key(story::READER);
    let teams = Fault::Instead(
        Answer::json(200_u16.try_into().unwrap(), &json!([{ "name": "Web", "slug": "web", "slug_perm": "t1" }]))
            .with("x-pagination-count", "1")
            .with("x-pagination-pagetotal", "1"),
    );
    workspace.server.faults().add("GET /orgs/*/teams", teams, Times::Always);
    let (code, report) = examined(&workspace, &key);
    assert_eq!((code, state(&report, "teams"), state(&report, "consistency")), (5, "ok", "limited"), "{report}");
    says(&report, "consistency", "team:acme/release");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_addresses_that_are_hidden_show_a_narrow_key() {
    let workspace = story_with(|quirks| quirks.redaction = Redaction::Partly).await;
    let key = workspace.server.world().key("jonas-weber");
    let (_, report) = examined(&workspace, &key);
    assert_eq!(state(&report, "roster"), "limited", "{report}");
    assert!(!report.to_string().contains('@'), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_in_cloudsmiths_place_is_no_word_about_the_key() {
    let workspace = Workspace::story().await;
    workspace.server.faults().add("GET /**", Fault::html(403), Times::Always);
    let ran = doctor(&workspace, &workspace.binary(), &[]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.stdout.contains("a web page answers in the registry's place"), "{}", ran.stdout);
    assert!(ran.stdout.contains("check --api") && !ran.stdout.contains("revoked"), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_requests_sends_none_and_needs_no_key() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary().variable("CLOUDSMITH_API_KEY", "");
    let ran = doctor(&workspace, &binary, &["--requests"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    insta::assert_snapshot!("doctor_cloudsmith_requests", ran.stdout);
    assert!(workspace.server.requests().is_empty());
}

/// Everything that must not be in what is handed to others.
fn secrets(server: &Server, key: &str) -> Vec<String> {
    let world: &World = &server.world();
    let mut names = world.accounts();
    for organization in world.organizations() {
        names.extend(world.teams(&organization));
        names.extend(world.services(&organization).into_iter().map(|(name, _)| name));
        names.extend(world.repositories(&organization));
        names.push(organization);
    }
    names.push(key[..12].to_owned());
    names.push("127.0.0.1".to_owned());
    names
}

fn assert_free_of(text: &str, secrets: &[String]) {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    for secret in secrets {
        let found = text.match_indices(secret.as_str()).find(|(at, _)| {
            let after = text[at + secret.len()..].chars().next();
            let before = text[..*at].chars().next_back();
            !before.is_some_and(is_inside) && !after.is_some_and(is_inside)
        });
        let around = found.map(|(at, _)| &text[at.saturating_sub(80)..(at + 80).min(text.len())]);
        assert!(found.is_none(), "{secret:?} is in {around:?}");
    }
    assert!(!text.contains("@"), "no mail address is left");
}

#[rstest]
#[case::generated(None)]
#[case::narrow(Some("jonas-weber"))]
#[case::owner(Some(story::READER))]
#[tokio::test(flavor = "multi_thread")]
async fn transcript_and_bundle_hold_no_name_no_mail_and_no_key(#[case] account: Option<&str>) {
    let workspace = match account {
        None => Workspace::generated(7, 14, 4, 9).await,
        Some(account) => {
            let workspace = Workspace::story().await;
            let key = workspace.server.world().key(account);
            workspace.with_key(key)
        }
    };
    let binary = workspace.binary();
    let ran = doctor(&workspace, &binary, &["-vv", "--transcript", "t.jsonl", "--bundle", "b.json"]);
    assert!(matches!(ran.code, 0 | 5), "{ran:?}");
    assert!(!ran.stdout.contains(&workspace.key[..12]) && !ran.stderr.contains(&workspace.key[..12]), "{ran:?}");
    let secrets = secrets(&workspace.server, &workspace.key);
    let file = |name: &str| std::fs::read_to_string(binary.home().join(name)).unwrap();
    let (transcript, bundle) = (file("t.jsonl"), file("b.json"));
    assert_free_of(&transcript, &secrets);
    assert_free_of(&bundle, &secrets);

    let lines: Vec<Json> = transcript.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bears = |letter: &str| lines.iter().any(|line| line["probes"].as_array().unwrap().contains(&letter.into()));
    assert!(('a'..='i').all(|letter| bears(&letter.to_string())), "{transcript}");
    assert!(lines.iter().any(|line| line["withToken"] == false && line["body"]["authenticated"] == false));
    let report: Json = serde_json::from_str(&bundle).unwrap();
    assert_eq!(report["configuration"]["token"]["from"], "CLOUDSMITH_API_KEY");
}

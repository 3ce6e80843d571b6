//! Who did it: Cloudsmith's audit log names authors, and decides nothing.

use rolecall_sim::cloudsmith::Role;
use rolecall_sim::{Answer, Fault, Times};
use rolecall_testkit::{Binary, Ran};
use rstest::rstest;
use serde_json::{Value as Json, json};

use super::support::{Workspace, json};
use crate::source::Source;
use crate::support::run;

const LOG: &str = "GET /audit-log/*";

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

fn event(id: &str, at: &str, action: &str, target: &str) -> Json {
    json!({ "uuid": id, "event": action, "event_at": at, "actor": "olivia-b", "actor_kind": "user", "target": target,
        "target_kind": "user", "object": "acme", "object_kind": "namespace", "context": "acme",
        "actor_ip_address": "203.0.113.7", "actor_location": { "city": "Bergen" }, "actor_slug_perm": "x" })
}

fn log(workspace: &Workspace, events: &[Json]) {
    let answer = Answer::json(200_u16.try_into().unwrap(), &Json::from(events.to_vec()));
    workspace.server.faults().add(LOG, Fault::Instead(answer), Times::Always);
}

fn hire(workspace: &Workspace, slug: &str) {
    let mut world = workspace.server.world();
    world.account(slug);
    world.member("acme", slug, Role::Member);
}

fn synced(workspace: &Workspace, binary: &Binary) -> Ran {
    let ran = workspace.sync(binary, &["--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    workspace.server.faults().clear();
    ran
}

/// The author, and when it happened at the earliest and at the latest, of every change that names this account.
fn authors(binary: &Binary, account: &str) -> Vec<[String; 3]> {
    let changes = json(binary, &["changes"]);
    let named = changes.as_array().unwrap().iter().filter(|change| {
        matches!(change["kind"].as_str(), Some("grant" | "resource")) && change["fact"].to_string().contains(account)
    });
    let text = |change: &Json, name: &str| change[name].as_str().unwrap().to_owned();
    named.map(|change| ["actor", "notBefore", "notAfter"].map(|name| text(change, name))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_that_explains_a_change_names_its_author_and_its_moment() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    synced(&workspace, &binary);
    hire(&workspace, "newcomer");
    let at = now();
    log(&workspace, &[event("e-1", &at, "org.member.added", "newcomer"), event("e-2", &at, "user.login", "newcomer")]);
    assert_eq!(synced(&workspace, &binary).json()["events"]["new"], 2);
    let told = authors(&binary, "newcomer");
    let moment = format!("{}Z", at.split('.').next().unwrap());
    assert!(!told.is_empty() && told.iter().all(|one| *one == ["olivia-b", &moment, &moment]), "{told:?}");
    let text = run(&binary, &["changes"]).stdout;
    assert!(text.contains("olivia-b") && text.contains("the registry's own record"), "{text}");
    assert!(!text.contains("203.0.113.7"), "where from is not kept");

    workspace.server.world().member_remove("acme", "newcomer");
    log(&workspace, &[event("e-3", &now(), "org.member.removed", "newcomer")]);
    synced(&workspace, &binary);
    assert!(authors(&binary, "newcomer").iter().all(|[actor, ..]| actor == "olivia-b"));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_events_or_none_that_fits_name_nobody() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    let before = now();
    synced(&workspace, &binary);
    ["twice", "early", "other", "unlogged"].iter().for_each(|slug| hire(&workspace, slug));
    log(
        &workspace,
        &[
            event("e-1", &now(), "org.member.added", "twice"),
            event("e-2", &now(), "org.member.added", "twice"),
            event("e-3", &before, "org.member.added", "early"),
            event("e-4", &now(), "org.member.removed", "other"),
        ],
    );
    synced(&workspace, &binary);
    for account in ["twice", "early", "other", "unlogged"] {
        let told = authors(&binary, account);
        assert!(!told.is_empty() && told.iter().all(|[actor, ..]| actor == "unknown"), "{account}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_never_says_that_anybody_is_gone_or_there() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    hire(&workspace, "stays");
    synced(&workspace, &binary);
    log(
        &workspace,
        &[event("e-1", &now(), "org.member.removed", "stays"), event("e-2", &now(), "org.member.added", "ghost")],
    );
    let ran = synced(&workspace, &binary);
    assert_eq!((&ran.json()["events"]["new"], &ran.json()["stages"][0]["removed"]), (&json!(2), &json!(0)));
    let users = json(&binary, &["list", "users"]).to_string();
    assert!(users.contains("stays") && !users.contains("ghost"));
    assert_eq!(json(&binary, &["changes"]), json!([]));
}

#[rstest]
#[case::not_in_the_plan(Fault::json(402, &json!({ "detail": "Audit logs" })), "payment-required")]
#[case::not_shown(Fault::json(403, &json!({ "detail": "no" })), "forbidden")]
#[case::broken(Fault::html(503), "server-error")]
#[case::cut_off(Fault::Truncated, "cut-off")]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_log_a_sync_is_as_good_and_nobody_is_named(#[case] fault: Fault, #[case] code: &str) {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    synced(&workspace, &binary);
    hire(&workspace, "newcomer");
    workspace.server.faults().add(LOG, fault, Times::Always);
    let ran = synced(&workspace, &binary);
    assert_eq!(ran.json()["events"]["reason"], code, "{ran:?}");
    assert!(authors(&binary, "newcomer").iter().all(|[actor, ..]| actor == "unknown"));
    // What was missed is read the next time, and explains what happened then.
    log(&workspace, &[event("e-1", &now(), "user.login", "newcomer")]);
    assert_eq!(synced(&workspace, &binary).json()["events"]["new"], 1);
}

//! What is told beside who can: who could, what remains, and what needs no account.

use serde_json::Value as Json;

use super::support::{Workspace, json};
use crate::source::Source;

fn ids(list: &Json, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|it| it[field]["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn managers_can_join_teams_and_so_take_what_a_team_has_and_nothing_else() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let production = json(&binary, &["who-can", "push", "acme/production"]);
    assert_eq!(ids(&production["canTake"], "account"), ["otto-brandt", "priya-n"]);
    let attic = json(&binary, &["who-can", "push", "acme/attic"]);
    assert!(ids(&attic["canTake"], "account").is_empty(), "no team has anything there: {attic}");

    // As the simulated service has it, a manager really can.
    workspace.server.world().team_member("acme", "release", "otto-brandt", rolecall_sim::cloudsmith::TeamRole::Member);
    assert!(workspace.server.world().may_push("acme", "production", "otto-brandt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_remains_of_an_account_that_leaves_and_its_entitlement_token_stays_named() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let leaver = json(&binary, &["access", "berit-left"]);
    assert_eq!(leaver["suspended"][0]["connector"], "cloudsmith:acme");
    assert_eq!(leaver["remainsAfterLeaving"][0]["items"], serde_json::json!([]), "{leaver}");
    let read = json(&binary, &["who-can", "read", "acme/production"]);
    assert!(read["credentials"].to_string().contains("berit laptop"), "{read}");
    assert!(read["suspended"].to_string().contains("berit-left"), "{read}");
}

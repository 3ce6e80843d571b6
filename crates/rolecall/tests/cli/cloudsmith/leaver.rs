//! What a leaver can still do, checked against Cloudsmith: each step is taken there, and then it is read again.

use std::collections::BTreeSet;

use rolecall_sim::cloudsmith::Role;
use rolecall_testkit::{Binary, cases};
use serde_json::{Value as Json, json};

use super::support::{Workspace, call, json};
use crate::source::Source;
use crate::support::run;

/// The things in a list, of one type.
fn ids(list: &Json, path: &[&str]) -> BTreeSet<String> {
    let id = |one: &Json| path.iter().fold(one, |json, name| &json[*name]).as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(id).collect()
}

fn pushes(workspace: &Workspace, who: &str) -> BTreeSet<String> {
    let (world, organization) = (workspace.server.world(), &workspace.organization);
    let repositories = world.repositories(organization).into_iter();
    let may = repositories.filter(|repository| world.may_push(organization, repository, who));
    may.map(|repository| format!("{organization}/{repository}")).collect()
}

/// Does at the service what a step says: what stands behind `; or` is the call for it.
async fn take(workspace: &Workspace, who: &str, how: &str) {
    let words: Vec<&str> = how.rsplit("; or ").next().unwrap().split(' ').collect();
    match words.as_slice() {
        ["DELETE", path, "of", "the", "API"] => {
            call(workspace, "DELETE", path, None).await;
        }
        ["PUT", path, "of", "the", "API", "with", "everybody", "else", "in", "it"] => {
            let mut known = call(workspace, "GET", path, None).await;
            known["privileges"].as_array_mut().unwrap().retain(|row| row["user"] != who);
            call(workspace, "PUT", path, Some(json!({ "privileges": known["privileges"] }))).await;
        }
        other => panic!("nobody can do {other:?}"),
    }
}

fn leaver(binary: &Binary, who: &str) -> Json {
    json(binary, &["leaver", &format!("cloudsmith:{who}")])
}

/// Takes everything away that is told to be taken away, and sees that no more remains than was told.
async fn leaves(workspace: &Workspace, binary: &Binary, who: &str) {
    let answer = leaver(binary, who);
    let told = ids(&answer["accounts"][0]["writes"], &["id"]);
    let does = pushes(workspace, who);
    let is_suspended = answer["accounts"][0]["suspended"].as_bool().unwrap();
    assert_eq!(is_suspended, !workspace.server.world().is_active(who), "{who}");
    assert!(is_suspended || told.is_subset(&does), "{who}: {told:?} is told, and {does:?} are pushed to");
    for step in answer["steps"].as_array().unwrap() {
        take(workspace, who, step["how"].as_str().unwrap()).await;
    }
    let ran = workspace.sync(binary, &[]);
    assert!(matches!(ran.code, 0 | 5), "{who}: {ran:?}");
    let remains = ids(&answer["remains"], &["resource", "id"]);
    let left: BTreeSet<String> = pushes(workspace, who).intersection(&told).cloned().collect();
    assert_eq!(left, remains.intersection(&told).cloned().collect(), "{who}: {answer:#}");
    let after = run(binary, &["leaver", &format!("cloudsmith:{who}"), "--format", "json"]);
    if after.code != 6 {
        let told = ids(&after.json()["accounts"][0]["writes"], &["id"]);
        assert_eq!(told, if is_suspended { remains } else { left }, "{who}: {after:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn once_every_step_is_taken_no_more_remains_than_was_told() {
    let workspace = Workspace::generated(5, cases(30, 260), cases(6, 20), cases(12, 40)).await;
    let binary = workspace.binary();
    workspace.sync(&binary, &["--require-complete"]);
    let members = workspace.server.world().members(&workspace.organization);
    let mut leavers: Vec<String> =
        members.into_iter().filter(|(_, role)| *role != Role::Owner).map(|(who, _)| who).collect();
    leavers.retain(|who| leaver(&binary, who)["steps"][0]["first"].is_null());
    assert!(leavers.len() > 5, "{leavers:?}");
    for who in leavers.iter().take(cases(6, 200)) {
        leaves(&workspace, &binary, who).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_deleted_and_not_removed_like_a_member() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    workspace.sync(&binary, &[]);
    let services = workspace.server.world().services(&workspace.organization);
    let (service, _) = services.first().unwrap();
    let answer = leaver(&binary, service);
    let how = answer["steps"][0]["how"].as_str().unwrap();
    assert_eq!(how, format!("DELETE /orgs/{}/services/{service}/ of the API", workspace.organization));
    for step in answer["steps"].as_array().unwrap() {
        take(&workspace, service, step["how"].as_str().unwrap()).await;
    }
    let left = workspace.server.world().services(&workspace.organization);
    assert_eq!(left.len() + 1, services.len(), "{left:?}");
}

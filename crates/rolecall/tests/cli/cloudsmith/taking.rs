//! Single grants are taken away as Cloudsmith's type declares it: what is gone when it is read again is exactly that.

use rolecall_connect::cloudsmith;
use rolecall_sim::cloudsmith::{Level, Principal, Role, ServiceRole, TeamRole, World};
use serde_json::{Value as Json, json};

use super::support::{Workspace, call};
use crate::source::Source;
use crate::taking::{Grant, held};

const ACME: (&str, &str) = ("organization", "acme");
const RELEASE: (&str, &str) = ("team", "acme/release");
const PROD: (&str, &str) = ("repository", "acme/prod");

pub(crate) async fn acme() -> Workspace {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "oda", Role::Owner)
        .member("acme", "mona", Role::Manager)
        .member("acme", "carl", Role::Collaborator)
        .team_member("acme", "release", "carl", TeamRole::Member)
        .team_member("acme", "release", "mia", TeamRole::Member)
        .team_member("acme", "release", "max", TeamRole::Manager)
        .team_member("acme", "docs", "mia", TeamRole::Member)
        .team_member("acme", "release", "olivia", TeamRole::Manager)
        .team_member("acme", "docs", "olivia", TeamRole::Manager)
        .service("acme", "ci", ServiceRole::Member)
        .service("acme", "bot", ServiceRole::Manager)
        .team_service("acme", "release", "ci", TeamRole::Member)
        .team_service("acme", "release", "bot", TeamRole::Manager);
    world
        .privilege("acme", "prod", Principal::Team("release"), Level::Write)
        .privilege("acme", "prod", Principal::Team("docs"), Level::Read)
        .privilege("acme", "prod", Principal::User("mia"), Level::Admin)
        .privilege("acme", "prod", Principal::User("olivia"), Level::Admin)
        .privilege("acme", "prod", Principal::Service("ci"), Level::Write);
    world.entitlement_token("acme", "prod", "Default", "olivia");
    let key = world.key("olivia");
    Workspace::of(world, "acme", &key).await
}

/// What a team's page has done to somebody: leaves them out, or gives them this role.
async fn seat(workspace: &Workspace, (kind, who): (&str, &str), team: &str, role: Option<&str>) {
    let path = format!("/orgs/acme/teams/{}/members", team.trim_start_matches("acme/"));
    let mut seats: Vec<Json> = Vec::new();
    for (seated, word) in [("user", "User"), ("service", "Service")] {
        let known = call(workspace, "GET", &format!("{path}?user_kind={seated}"), None).await;
        for mut row in known["members"].as_array().unwrap().iter().cloned() {
            row["user_kind"] = word.into();
            match (seated == kind && row["user"] == who, role) {
                (true, None) => continue,
                (true, Some(role)) => row["role"] = role.into(),
                (false, _) => {}
            }
            seats.push(row);
        }
    }
    call(workspace, "PUT", &path, Some(json!({ "members": seats }))).await;
}

/// Takes everything of these privileges but those of one.
async fn revoke(workspace: &Workspace, path: &str, kind: &str, who: &str) {
    let mut known = call(workspace, "GET", path, None).await;
    let rows = known["privileges"].as_array_mut().unwrap();
    rows.retain(|row| row[kind] != who);
    for row in rows.iter_mut().filter_map(Json::as_object_mut) {
        row.retain(|_, value| !value.is_null());
    }
    call(workspace, "PUT", path, Some(json!({ "privileges": rows }))).await;
}

pub(crate) async fn take(workspace: &Workspace, grant: &Grant, how: &str) {
    let words: Vec<&str> = how.rsplit("; or ").next().unwrap().split(' ').collect();
    let (kind, who) = grant.principal;
    match words.as_slice() {
        [method @ ("DELETE" | "POST"), path, "of", "the", "API"] => {
            call(workspace, method, path, None).await;
        }
        ["PATCH", path, "of", "the", "API", "with", "the", "role", role] => {
            call(workspace, "PATCH", path, Some(json!({ "role": role }))).await;
        }
        ["PUT", path, "of", "the", "API", "with", "everybody", "else", "in", "it"] => {
            revoke(workspace, path, kind, who).await;
        }
        ["cloudsmith", "repos", "privileges", "revoke", repository, "--team", team] => {
            revoke(workspace, &format!("/repos/{repository}/privileges"), "team", team).await;
        }
        ["the", "team's", "page", "Members"] => {
            let role = (grant.slug == "manager").then_some("Member");
            seat(workspace, grant.principal, grant.resource.1, role).await;
        }
        other => panic!("nobody can do {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_at_cloudsmith_is_what_was_declared() {
    let workspace = acme().await;
    let binary = workspace.binary();
    workspace.sync(&binary, &["--require-complete"]);
    let tokens: Vec<String> =
        held(&binary).into_iter().filter(|(who, _)| who.starts_with("token:")).map(|held| held.0).collect();
    let token: &'static str = tokens.last().unwrap().trim_start_matches("token:").to_owned().leak();
    let grants = [
        (("token", token), PROD, "read"),
        (("service", "ci"), PROD, "write"),
        (("user", "mia"), PROD, "admin"),
        (RELEASE, PROD, "write"),
        (("user", "max"), RELEASE, "manager"),
        (("user", "max"), RELEASE, "member"),
        (("service", "bot"), RELEASE, "manager"),
        (("service", "bot"), RELEASE, "member"),
        (("service", "bot"), ACME, "service-manager"),
        (("service", "ci"), ACME, "service-member"),
        (("user", "oda"), ACME, "owner"),
        (("user", "mona"), ACME, "manager"),
        (("user", "mia"), ACME, "member"),
        (("user", "carl"), ACME, "collaborator"),
    ];
    for (principal, resource, slug) in grants {
        let grant = Grant { principal, resource, slug };
        let (how, leaves) = grant.taking(&cloudsmith::DECLARATION, "acme");
        let before = held(&binary);
        take(&workspace, &grant, &how).await;
        let ran = workspace.sync(&binary, &["--require-complete"]);
        assert_eq!(ran.code, 0, "{grant:?}: {ran:?}");
        grant.is_gone(leaves, &before, &held(&binary));
    }
}

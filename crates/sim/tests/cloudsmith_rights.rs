//! Reading, pushing and administering: what each key is let do is what the organisation says.
// A helper that fails should fail loudly.
#![allow(clippy::expect_used, clippy::panic)]

mod cloudsmith_support;

use std::collections::BTreeMap;

use cloudsmith_support::{Client, serve};
use proptest::prelude::*;
use rolecall_sim::cloudsmith::generate::{self, Generated};
use rolecall_sim::cloudsmith::{Level, Principal, Quirks, Role, Server, World};
use serde_json::{Value, json};

const ORGANIZATION: &str = "chance";

/// How far a key gets, found out by trying.
async fn tried(client: &Client, repository: &str) -> Level {
    let (read, _) = client.get(&format!("/packages/{ORGANIZATION}/{repository}/")).await;
    let push = format!("/packages/{ORGANIZATION}/{repository}/upload/raw/");
    let (pushed, _) = client.post(&push, &json!({ "name": "thing", "version": "2.0" })).await;
    let (administered, _) = client.patch(&format!("/repos/{ORGANIZATION}/{repository}/"), &json!({})).await;
    match (read, pushed, administered) {
        (404, 404, 404) | (401, 401, 401) => Level::None,
        (200, 403, 403) => Level::Read,
        (200, 201, 403) => Level::Write,
        (200, 201, 200) => Level::Admin,
        other => panic!("{repository}: {other:?}"),
    }
}

/// What an owner is told about an organisation: enough to work out everybody's rights.
struct Told {
    members: Vec<Value>,
    services: Vec<Value>,
    repositories: Vec<(Value, Vec<Value>)>,
    workspace_default: Level,
}

impl Told {
    async fn to(client: &Client, workspace_default: Level) -> Self {
        let rows = |path: String| async move {
            let (status, body) = client.get(&path).await;
            assert_eq!(status, 200, "{path}");
            body.as_array().cloned().unwrap_or_default()
        };
        let members = rows(format!("/orgs/{ORGANIZATION}/members/?page_size=500")).await;
        let services = rows(format!("/orgs/{ORGANIZATION}/services/?page_size=500")).await;
        let mut repositories = Vec::new();
        for repository in rows(format!("/repos/{ORGANIZATION}/?page_size=500")).await {
            let slug = repository["slug"].as_str().expect("a slug");
            let (_, held) = client.get(&format!("/repos/{ORGANIZATION}/{slug}/privileges")).await;
            repositories.push((repository, held["privileges"].as_array().cloned().unwrap_or_default()));
        }
        Self { members, services, repositories, workspace_default }
    }

    /// By the documentation, from what was told.
    fn level(&self, who: &str, service: bool, repository: &Value, held: &[Value]) -> Level {
        let (list, key) = if service { (&self.services, "slug") } else { (&self.members, "user") };
        let account = list.iter().find(|row| row[key] == who);
        let opened = [&repository["repository_type_str"], &repository["broadcast_state"]];
        let public = opened.iter().any(|word| **word == "Public" || **word == "Open-Source");
        let public = if public { Level::Read } else { Level::None };
        let Some(account) = account else {
            return public;
        };
        if account["is_active"] == false {
            return Level::None;
        }
        if account["role"] == "Owner" {
            return Level::Admin;
        }
        let kind = if service { "service" } else { "user" };
        let in_team =
            |slug: &Value| account["teams"].as_array().is_some_and(|all| all.iter().any(|it| it["slug"] == *slug));
        let mine = held.iter().filter(|entry| entry[kind] == who || in_team(&entry["team"]));
        let mine = mine.map(|entry| level(&entry["privilege"])).max().unwrap_or_default();
        let reached = !service && account["role"] != "Collaborator";
        let default = level(&repository["default_privilege"]).max(self.workspace_default);
        let internal = if repository["broadcast_state"] == "Internal" { Level::Read } else { Level::None };
        let default = if reached { default.max(internal) } else { Level::None };
        public.max(mine).max(default)
    }
}

fn level(word: &Value) -> Level {
    let levels = [Level::None, Level::Read, Level::Write, Level::Admin];
    levels.into_iter().find(|level| *word == level.as_str()).expect("a level")
}

async fn compare(server: &Server, anybody: &Client, made: Generated) -> Result<(), TestCaseError> {
    let workspace_default = made.world.level_by_default(ORGANIZATION);
    *server.world() = made.world;
    let told = Told::to(&anybody.with(&made.key), workspace_default).await;
    let mut keys: BTreeMap<(String, bool), String> = BTreeMap::new();
    {
        let mut world = server.world();
        for account in world.accounts() {
            keys.insert((account.clone(), false), world.key(&account));
        }
        for (service, _) in world.services(ORGANIZATION) {
            keys.insert((service.clone(), true), world.service_key(ORGANIZATION, &service));
        }
    }
    for (repository, held) in &told.repositories {
        let slug = repository["slug"].as_str().expect("a slug");
        for ((who, service), key) in &keys {
            let tried = tried(&anybody.with(key), slug).await;
            let decided = server.world().level(ORGANIZATION, slug, who);
            prop_assert_eq!(tried, decided, "{} in {}: tried, decided", who, slug);
            // An account outside is no row in any list; whether it is inactive is not told.
            let listed = *service || told.members.iter().any(|row| row["user"] == **who);
            if listed || server.world().is_active(who) {
                let computed = told.level(who, *service, repository, held);
                prop_assert_eq!(tried, computed, "{} in {}: tried, computed", who, slug);
            }
        }
    }
    Ok(())
}

#[test]
fn what_is_let_through_is_what_the_lists_say() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = runtime.block_on(serve(World::new()));
    let anybody = Client::anonymous(&server);
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(seed in any::<u64>())| {
        runtime.block_on(compare(&server, &anybody, generate::random(seed)))?;
    });
}

#[tokio::test]
async fn a_refusal_says_what_kind_it_is() {
    let mut world = World::new();
    world
        .member("acme", "olivia", Role::Owner)
        .member("acme", "mia", Role::Member)
        .privilege("acme", "prod", Principal::User("mia"), Level::Read)
        .repository("acme", "hidden");
    let server = serve(world).await;
    let client = Client::of(&server, "mia");
    let hidden = client.get("/packages/acme/hidden/").await;
    assert_eq!(hidden, (404, json!({ "detail": "Not found." })));
    let forbidden = (403, json!({ "detail": "You do not have permission to perform this action." }));
    assert_eq!(client.post("/packages/acme/prod/upload/raw/", &json!({})).await, forbidden);
    assert_eq!(client.patch("/repos/acme/prod/", &json!({ "description": "mine" })).await, forbidden);
    server.world().repository("acme", "prod").public();
    let anonymous = Client::anonymous(&server);
    assert_eq!(anonymous.get("/packages/acme/prod/").await.0, 200);
    assert_eq!(anonymous.post("/packages/acme/prod/upload/raw/", &json!({})).await.0, 401);
    server.world().deactivate("mia");
    assert_eq!(client.get("/packages/acme/prod/").await.0, 401);
}

#[tokio::test]
async fn what_was_pushed_is_listed() {
    let mut world = World::new();
    world.member("acme", "olivia", Role::Owner).repository("acme", "prod").package("old", "1.0");
    let server = serve(world).await;
    let client = Client::of(&server, "olivia");
    let body = json!({ "package_file": "abc", "name": "new", "version": "2.1" });
    let (status, package) = client.post("/v1/packages/acme/prod/upload/raw/", &body).await;
    assert_eq!((status, &package["name"], &package["slug"]), (201, &json!("new"), &json!("new-2-1")));
    assert_eq!(client.column("/packages/acme/prod/", "name").await, ["new", "old"]);
    assert_eq!(client.get("/repos/acme/prod/").await.1["package_count"], 2);
}

#[tokio::test]
async fn two_readings_of_the_documentation_can_be_had() {
    let mut world = World::new();
    world.member("acme", "olivia", Role::Owner).member("acme", "cora", Role::Collaborator);
    world.repository("acme", "prod").default_privilege(Level::Write);
    world.repository("acme", "told").broadcast(rolecall_sim::cloudsmith::Broadcast::Internal);
    let key = world.service_key("acme", "ci");
    let server = serve(world).await;
    let (service, collaborator) = (Client::anonymous(&server).with(&key), Client::of(&server, "cora"));
    let push = "/packages/acme/prod/upload/raw/";
    assert_eq!(service.post(push, &json!({})).await.0, 404);
    assert_eq!(collaborator.get("/packages/acme/told/").await.0, 404);
    server.world().quirks = Quirks { defaults_for_services: true, internal_for_all: true, ..Quirks::default() };
    assert_eq!(service.post(push, &json!({})).await.0, 201);
    assert_eq!(collaborator.get("/packages/acme/told/").await.0, 200);
    assert_eq!(collaborator.post(push, &json!({})).await.0, 404, "no default reaches a collaborator");
}

//! Whatever is called in whatever order, the service keeps its own rules.

mod cloudsmith_support;

use cloudsmith_support::{Client, serve};
use proptest::prelude::*;
use reqwest::Method;
use rolecall_sim::cloudsmith::{Level, Principal, Role, Server, ServiceRole, TeamRole, World};
use serde_json::{Value, json};

const PEOPLE: [&str; 6] = ["olivia", "otto", "max", "mia", "cora", "kai"];
const TEAMS: [&str; 2] = ["web", "secret"];
const REPOSITORIES: [&str; 3] = ["prod", "open", "new"];
const ROLES: [&str; 4] = ["Owner", "Manager", "Member", "Collaborator"];
const LEVELS: [&str; 3] = ["Admin", "Write", "Read"];

fn acme() -> World {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "otto", Role::Owner)
        .member("acme", "max", Role::Manager)
        .member("acme", "mia", Role::Member)
        .member("acme", "cora", Role::Collaborator)
        .service("acme", "ci", ServiceRole::Member)
        .hidden_team("acme", "secret")
        .team_member("acme", "web", "mia", TeamRole::Manager)
        .privilege("acme", "prod", Principal::User("mia"), Level::Admin)
        .privilege("acme", "prod", Principal::Team("web"), Level::Write);
    world.repository("acme", "open").public();
    world.account("kai");
    world
}

/// A call by somebody: the number of a kind of call, and what it is about.
#[derive(Debug, Clone)]
struct Step {
    caller: &'static str,
    kind: usize,
    person: &'static str,
    team: &'static str,
    repository: &'static str,
    role: &'static str,
    level: &'static str,
}

impl Step {
    fn request(&self) -> (Method, String, Value) {
        let Self { person, team, repository, role, level, .. } = self;
        let member = format!("/orgs/acme/members/{person}/");
        let seats =
            |user: &str, kind: &str| json!({ "members": [{ "user": user, "role": "Member", "user_kind": kind }] });
        let privileges = |kind: &str, slug: &str| json!({ "privileges": [{ "privilege": level, kind: slug }] });
        let (teams, held) =
            (format!("/orgs/acme/teams/{team}/members"), format!("/repos/acme/{repository}/privileges"));
        match self.kind {
            0 => (Method::PATCH, format!("{member}update-role/"), json!({ "role": role })),
            1 => (Method::DELETE, member, json!({})),
            2 => (Method::GET, format!("{member}remove/"), Value::Null),
            3 => (Method::POST, "/orgs/acme/teams/".to_owned(), json!({ "name": team })),
            4 => (Method::DELETE, format!("/orgs/acme/teams/{team}/"), json!({})),
            5 => (Method::POST, teams, seats(person, "User")),
            6 => (Method::PUT, teams, seats("ci", "Service")),
            7 => (Method::PATCH, held, privileges("user", person)),
            8 => (Method::PUT, held, privileges("team", team)),
            9 => (Method::POST, "/repos/acme/".to_owned(), json!({ "name": repository })),
            10 => (Method::PATCH, format!("/repos/acme/{repository}/"), json!({ "default_privilege": level })),
            11 => (Method::DELETE, format!("/repos/acme/{repository}/"), json!({})),
            12 => (Method::POST, "/orgs/acme/invites/".to_owned(), json!({ "user": person, "role": role })),
            _ => (Method::POST, format!("/packages/acme/{repository}/upload/raw/"), json!({})),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let one = |words: &'static [&'static str]| prop::sample::select(words);
    let about = (one(&PEOPLE), one(&TEAMS), one(&REPOSITORIES), one(&ROLES), one(&LEVELS));
    (one(&PEOPLE), 0..14usize, about).prop_map(|(caller, kind, (person, team, repository, role, level))| Step {
        caller,
        kind,
        person,
        team,
        repository,
        role,
        level,
    })
}

/// Everything about rights.
fn rights(world: &World) -> Value {
    let members: Vec<_> = world.members("acme").iter().map(|(slug, role)| (slug.clone(), role.as_str())).collect();
    let teams: Vec<_> =
        world.teams("acme").iter().map(|team| format!("{team} {:?}", world.team_members("acme", team))).collect();
    let held: Vec<_> =
        world.repositories("acme").iter().map(|slug| format!("{slug} {:?}", world.privileges("acme", slug))).collect();
    json!([members, teams, held])
}

/// What must hold after every call.
fn check(before: &World, after: &World, step: &Step, status: u16) {
    let members = after.members("acme");
    let named = |name: &str| members.iter().any(|(member, _)| member == name);
    assert!(members.iter().any(|(_, role)| *role == Role::Owner), "an owner stays: {step:?}");
    for team in after.teams("acme") {
        assert!(after.team_members("acme", &team).iter().all(|(name, _)| named(name)), "{team}: {step:?}");
    }
    for repository in after.repositories("acme") {
        for (kind, slug, _) in after.privileges("acme", &repository) {
            assert!(kind != "user" || named(&slug), "{slug} in {repository}: {step:?}");
            assert!(kind != "team" || after.teams("acme").contains(&slug), "{slug} in {repository}: {step:?}");
        }
    }
    assert!(status < 500, "{step:?}");
    if status >= 400 {
        assert_eq!(rights(before), rights(after), "a refusal changes nothing: {step:?}");
        return;
    }
    let role = before.members("acme").into_iter().find(|(member, _)| member == step.caller).map(|(_, role)| role);
    match step.kind {
        0 => assert!(role >= Some(Role::Manager), "{step:?}"),
        1 | 2 => assert!(role >= Some(Role::Manager) || step.caller == step.person, "{step:?}"),
        3 | 9 | 12 => assert!(role >= Some(Role::Manager), "{step:?}"),
        7 | 8 | 10 | 11 => assert!(before.may_administer("acme", step.repository, step.caller), "{step:?}"),
        13 => assert!(before.may_push("acme", step.repository, step.caller), "{step:?}"),
        _ => assert!(role.is_some(), "{step:?}"),
    }
    assert!(step.kind != 12 || rights(before) == rights(after), "an invitation is no membership: {step:?}");
}

async fn play(server: &Server, anybody: &Client, steps: &[Step]) {
    *server.world() = acme();
    let keys: Vec<_> = PEOPLE.iter().map(|name| server.world().key(name)).collect();
    for step in steps {
        let place = PEOPLE.iter().position(|name| *name == step.caller).unwrap_or(0);
        let before = server.world().clone();
        let (method, path, body) = step.request();
        let (status, _) = anybody.with(&keys[place]).send(method, &path, &body).await;
        check(&before, &server.world(), step, status);
    }
}

#[test]
fn any_calls_in_any_order_keep_the_rules() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = runtime.block_on(serve(World::new()));
    let anybody = Client::anonymous(&server);
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..40))| {
        runtime.block_on(play(&server, &anybody, &steps));
    });
}

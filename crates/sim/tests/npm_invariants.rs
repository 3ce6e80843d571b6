//! Whatever is called in whatever order, the registry keeps its own rules.

mod support;

use proptest::prelude::*;
use reqwest::Method;
use rolecall_sim::npm::{Permission, Role, Server, World};
use serde_json::{Value, json};
use support::{Client, serve, upload};

const PEOPLE: [&str; 6] = ["olivia", "otto", "adam", "dev", "eve", "kai"];
const TEAMS: [&str; 3] = ["developers", "release", "sec"];
const PACKAGES: [&str; 3] = ["@acme/lib", "@acme/new", "plain"];
const ROLES: [&str; 3] = ["developer", "admin", "owner"];

fn acme() -> World {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "otto", Role::Owner)
        .member("acme", "adam", Role::Admin)
        .member("acme", "dev", Role::Developer)
        .team_member("acme", "release", "dev");
    world.package("@acme/lib").collaborator("eve", Permission::Write);
    world.package("plain").maintainer("kai");
    world
}

/// A call by somebody: the number of a kind of call, and what it is about.
#[derive(Debug, Clone)]
struct Step {
    caller: &'static str,
    kind: usize,
    person: &'static str,
    team: &'static str,
    package: &'static str,
    role: &'static str,
}

impl Step {
    fn request(&self) -> (Method, String, Value) {
        let Self { person, team, package, role, .. } = self;
        let user = json!({ "user": person });
        let path = format!("/-/team/acme/{team}");
        let grant = |words: &str| json!({ "package": package, "permissions": words });
        match self.kind {
            0 => (Method::PUT, "/-/org/acme/user".to_owned(), json!({ "user": person, "role": role })),
            1 => (Method::DELETE, "/-/org/acme/user".to_owned(), user),
            2 => (Method::PUT, "/-/org/acme/team".to_owned(), json!({ "name": team })),
            3 => (Method::DELETE, path, Value::Null),
            4 => (Method::PUT, path + "/user", user),
            5 => (Method::DELETE, path + "/user", user),
            6 => (Method::PUT, path + "/package", grant("read-write")),
            7 => (Method::PUT, path + "/package", grant("read-only")),
            8 => (Method::DELETE, path + "/package", grant("")),
            _ => (Method::PUT, format!("/{}", package.replace('/', "%2f")), upload(package, "1.0.0")),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let one = |names: &'static [&'static str]| prop::sample::select(names);
    (one(&PEOPLE), 0..10usize, one(&PEOPLE), one(&TEAMS), one(&PACKAGES), one(&ROLES))
        .prop_map(|(caller, kind, person, team, package, role)| Step { caller, kind, person, team, package, role })
}

/// What must hold after every call.
fn check(before: &World, after: &World, step: &Step, status: u16) {
    let (was, is) = (before.members("acme"), after.members("acme"));
    let named = |name: &str, members: &[(String, Role)]| members.iter().any(|(member, _)| member == name);
    assert!(is.iter().any(|(_, role)| *role == Role::Owner), "an owner stays: {step:?}");
    assert!(after.teams("acme").contains(&"developers".to_owned()), "{step:?}");
    for team in after.teams("acme") {
        let members = after.team_members("acme", &team);
        assert!(members.iter().all(|name| named(name, &is)), "{team} holds members only: {step:?}");
    }
    assert!(is.iter().all(|(name, _)| named(name, &was)), "an invitation is no membership: {step:?}");
    if status >= 400 {
        assert_eq!(was, is, "a refusal changes nothing: {step:?}");
    }
    if step.kind == 9 && status == 200 {
        assert!(before.may_publish(step.caller, step.package), "{step:?}");
    }
    if step.kind < 9 && status < 300 {
        let governs = |(name, role): &(String, Role)| name == step.caller && *role >= Role::Admin;
        assert!(was.iter().any(governs), "only admins and owners govern: {step:?}");
    }
}

async fn play(server: &Server, anybody: &Client, steps: &[Step]) {
    *server.world() = acme();
    let sessions: Vec<_> = PEOPLE.iter().map(|name| server.world().session(name)).collect();
    for step in steps {
        let place = PEOPLE.iter().position(|name| *name == step.caller).unwrap_or(0);
        let client = anybody.with(&sessions[place]);
        let before = server.world().clone();
        let (method, path, body) = step.request();
        let (status, _) = client.send(method, &path, &body).await;
        check(&before, &server.world(), step, status);
    }
}

#[test]
fn any_calls_in_any_order_keep_the_rules() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = runtime.block_on(serve(World::new()));
    let anybody = Client::anonymous(&server).otp("123456");
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..40))| {
        runtime.block_on(play(&server, &anybody, &steps));
    });
}

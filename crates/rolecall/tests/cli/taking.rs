//! Single grants are taken away as connector types declare it, at a registry that enforces its rules: what is gone when it
//! is read again is exactly what was declared.

use std::collections::BTreeSet;

use rolecall_connect::npm;
use rolecall_engine::step_text::{StepSubject, StepText};
use rolecall_model::{ConnectorDeclaration, ResourceRef, TakingEffect};
use rolecall_sim::npm::{Permission, Role, Server, TrustSpec, World};
use rolecall_testkit::{Binary, Ran};
use serde_json::{Value as Json, json};

use crate::support::{Served, run};

/// A grant in baton's spelling: who holds what.
pub(crate) type Held = (String, String);

/// A grant that is to be taken away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant {
    pub(crate) principal: (&'static str, &'static str),
    pub(crate) resource: (&'static str, &'static str),
    pub(crate) slug: &'static str,
}

impl Grant {
    fn principal(&self) -> String {
        format!("{}:{}", self.principal.0, self.principal.1)
    }

    fn held(&self, slug: &str) -> Held {
        (self.principal(), format!("{}:{}:{slug}", self.resource.0, self.resource.1))
    }

    /// How it is taken away, and what that leaves.
    pub(crate) fn taking(&self, declaration: &ConnectorDeclaration, root: &str) -> (String, TakingEffect) {
        let write = declaration.write.as_ref().unwrap();
        let taking = write.taking(self.principal.0, self.resource.0, self.slug).unwrap();
        let of = |(kind, id): (&'static str, &'static str)| ResourceRef::new(kind, id);
        let (principal, resource) = (&of(self.principal), &of(self.resource));
        let root = &ResourceRef::new(declaration.root_type, root);
        (StepText::of(&taking.step, StepSubject { principal, resource, root }, declaration).how, taking.leaves)
    }

    /// Sees that what was declared is gone, and nothing else.
    pub(crate) fn is_gone(&self, leaves: TakingEffect, before: &BTreeSet<Held>, after: &BTreeSet<Held>) {
        let gone: BTreeSet<Held> = before.difference(after).cloned().collect();
        let came: BTreeSet<Held> = after.difference(before).cloned().collect();
        let only = BTreeSet::from([self.held(self.slug)]);
        match leaves {
            TakingEffect::Grant => assert_eq!((gone, came), (only, BTreeSet::new()), "{self:?}"),
            TakingEffect::Lowered(to) => assert_eq!((gone, came), (only, [self.held(to)].into()), "{self:?}"),
            TakingEffect::Everything => {
                let of_account = |held: &&Held| held.0 == self.principal();
                let of_group = |held: &&Held| held.1.starts_with("organization:") || held.1.starts_with("team:");
                let theirs: BTreeSet<Held> = before.iter().filter(of_account).cloned().collect();
                assert!(theirs.iter().filter(of_group).count() > 1, "{self:?} shows nothing: {theirs:?}");
                assert!(gone.is_subset(&theirs), "{self:?}: {gone:?}");
                let stays = theirs.iter().filter(of_group).filter(|held| !gone.contains(*held));
                assert_eq!(stays.collect::<Vec<_>>(), Vec::<&Held>::new(), "{self:?}");
                assert_eq!(came, BTreeSet::new(), "{self:?}");
            }
        }
    }
}

/// Every grant that was observed, or that a second source states; what waits for a person is there.
pub(crate) fn held(binary: &Binary) -> BTreeSet<Held> {
    let rows = run(binary, &["list", "grants", "--format", "json"]).json();
    let rows = rows.as_array().unwrap().iter().filter(|row| row["origin"] != "rule" && row["origin"] != "setting");
    let text = |row: &Json, name: &str| row[name].as_str().unwrap().to_owned();
    rows.map(|row| (text(row, "principal"), text(row, "entitlement"))).collect()
}

const PASSWORD: &str = "123456";

pub(crate) async fn acme() -> Served {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "otto", Role::Owner).member(
        "acme",
        "adam",
        Role::Admin,
    );
    for name in ["dev1", "dev2", "dev3"] {
        world.member("acme", name, Role::Developer).team_member("acme", "core", name);
    }
    world.team_member("acme", "core", "olivia");
    for name in ["@acme/lib", "@acme/docs", "@acme/staged", "plain"] {
        world.package(name).published("1.0.0", "dev1", "2024-01-01");
        world.grant("acme", "core", name, Permission::Write);
    }
    world.team("acme", "web").grant("acme", "web", "@acme/docs", Permission::Read);
    world.grant("acme", "web", "@acme/lib", Permission::Read).team_member("acme", "web", "dev1");
    world.package("plain").maintainer("olivia").maintainer("dev1");
    world.package("@acme/docs").collaborator("guest", Permission::Write).maintainer("guest").maintainer("olivia");
    world.package("@acme/lib").trusted(TrustSpec::github("acme/lib", "publish.yml"));
    world.package("@acme/staged").trusted(TrustSpec::gitlab("acme/staged", ".gitlab-ci.yml").stage_only());
    let token = world.session("olivia");
    let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    Served { server, organization: "acme".to_owned(), token }
}

/// Calls the registry as an owner's client does, with a one-time password.
async fn call(served: &Served, method: &str, path: &str, body: Option<Json>) -> Json {
    rolecall_http::provider_install();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let address = format!("{}{path}", served.server.url().trim_end_matches('/'));
    let request = client.request(method.parse().unwrap(), address).bearer_auth(&served.token);
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let request = request.header("npm-otp", PASSWORD).header("content-type", "application/json").body(body);
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{method} {path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Sends what npm's client sends for a command.
pub(crate) async fn take(served: &Served, how: &str) {
    let words: Vec<&str> = how.split(' ').collect();
    let escaped = |package: &str| package.replace('/', "%2f");
    match words.as_slice() {
        ["npm", "org", "rm", organization, account] => {
            call(served, "DELETE", &format!("/-/org/{organization}/user"), Some(json!({ "user": account }))).await;
        }
        ["npm", "org", "set", organization, account, role] => {
            let body = json!({ "user": account, "role": role });
            call(served, "PUT", &format!("/-/org/{organization}/user"), Some(body)).await;
        }
        ["npm", "team", "rm", team, account] => {
            let path = format!("/-/team/{}/user", team.replace(':', "/"));
            call(served, "DELETE", &path, Some(json!({ "user": account }))).await;
        }
        ["npm", "access", "revoke", team, package] => {
            let path = format!("/-/team/{}/package", team.replace(':', "/"));
            call(served, "DELETE", &path, Some(json!({ "package": package }))).await;
        }
        ["npm", "owner", "rm", account, package] => {
            let path = format!("/{}", escaped(package));
            let mut document = call(served, "GET", &path, None).await;
            let revision = document["_rev"].as_str().unwrap().to_owned();
            document["maintainers"].as_array_mut().unwrap().retain(|one| one["name"] != *account);
            let body = json!({ "_id": package, "_rev": revision, "maintainers": document["maintainers"] });
            call(served, "PUT", &format!("{path}/-rev/{revision}"), Some(body)).await;
        }
        ["npm", "trust", "list", package, "then,", .., "npm", "trust", "revoke", again, "--id=ID"] => {
            assert_eq!(*package, format!("{again};"));
            let path = format!("/-/package/{}/trust", escaped(again));
            let known = call(served, "GET", &path, None).await;
            let id = known[0]["id"].as_str().unwrap();
            call(served, "DELETE", &format!("{path}/{id}"), None).await;
        }
        other => panic!("nobody can do {other:?}"),
    }
}

pub(crate) async fn sync(served: &Served, binary: &Binary) -> Ran {
    let arguments = served.sync_arguments(&["--with-trust", "--otp", "stdin"]);
    let ran = tokio::task::block_in_place(|| binary.run_with_input(&arguments, &format!("{PASSWORD}\n"))).unwrap();
    assert_eq!(ran.code, 0, "{ran:?}");
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_at_npm_is_what_was_declared() {
    const ACME: (&str, &str) = ("organization", "acme");
    const CORE: (&str, &str) = ("team", "acme/core");
    let grants = [
        (("code-repository", "github.com/acme/lib"), ("package", "@acme/lib"), "trusted-publisher"),
        (("code-repository", "gitlab.com/acme/staged"), ("package", "@acme/staged"), "trusted-stager"),
        (("user", "dev1"), ("package", "plain"), "owner"),
        (("user", "guest"), ("package", "@acme/docs"), "read-write"),
        (("team", "acme/web"), ("package", "@acme/docs"), "read-only"),
        (CORE, ("package", "@acme/lib"), "read-write"),
        (("user", "dev2"), CORE, "member"),
        (("user", "otto"), ACME, "owner"),
        (("user", "adam"), ACME, "admin"),
        (("user", "dev3"), ACME, "developer"),
    ];
    let served = acme().await;
    let binary = served.binary();
    sync(&served, &binary).await;
    for (principal, resource, slug) in grants {
        let grant = Grant { principal, resource, slug };
        let (how, leaves) = grant.taking(&npm::DECLARATION, "acme");
        let before = held(&binary);
        take(&served, &how).await;
        sync(&served, &binary).await;
        grant.is_gone(leaves, &before, &held(&binary));
    }
}

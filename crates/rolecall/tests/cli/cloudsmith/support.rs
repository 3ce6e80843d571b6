//! A served Cloudsmith organisation and a binary that reads it.

use rolecall_sim::Faults;
use rolecall_sim::cloudsmith::{Level, Role, Server, World, generate, story};
use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::source::{self, Source};
use crate::support::run;

/// A served organisation.
pub(crate) struct Workspace {
    pub(crate) server: Server,
    pub(crate) organization: String,
    pub(crate) key: String,
    /// What a person states of the workspace's default privilege.
    pub(crate) default_privilege: &'static str,
}

impl Workspace {
    /// Serves a world, to be read with this key.
    pub(crate) async fn of(world: World, organization: &str, key: &str) -> Self {
        let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self { server, organization: organization.to_owned(), key: key.to_owned(), default_privilege: "none" }
    }

    /// The small organisation with a history.
    pub(crate) async fn story() -> Self {
        let story = story::world();
        Self::of(story.world, story.organization, &story.key).await
    }

    /// A generated organisation.
    pub(crate) async fn generated(seed: u64, members: usize, teams: usize, repositories: usize) -> Self {
        let shape = generate::Shape { members, teams, repositories, services: 2 };
        let made = generate::world(seed, shape);
        Self::of(made.world, &made.organization, &made.key).await
    }

    /// The same, read with another key.
    pub(crate) fn with_key(self, key: String) -> Self {
        Self { key, ..self }
    }

    /// Runs a sync to its end.
    pub(crate) fn sync(&self, binary: &Binary, more: &[&str]) -> Ran {
        source::sync(self, binary, more)
    }

    /// Sets the workspace's default privilege, in the world and in what is stated of it.
    pub(crate) fn default_privilege(&mut self, level: Level) {
        self.server.world().workspace_default(&self.organization, level);
        self.default_privilege = match level {
            Level::None => "none",
            Level::Read => "read",
            Level::Write => "write",
            Level::Admin => "admin",
        };
    }
}

impl Source for Workspace {
    fn binary(&self) -> Binary {
        Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap().variable("CLOUDSMITH_API_KEY", &self.key)
    }

    fn sync_arguments(&self) -> Vec<String> {
        ["sync", "cloudsmith", "--org", &self.organization, "--api", self.server.url(), "--default-privilege"]
            .into_iter()
            .chain([self.default_privilege])
            .map(str::to_owned)
            .collect()
    }

    fn faults(&self) -> &Faults {
        self.server.faults()
    }

    fn requests_seen(&self) -> usize {
        self.server.requests().len()
    }

    fn requests_forget(&self) {
        self.server.requests_clear();
    }

    /// Cloudsmith has no conditional requests.
    fn conditional(&self, _: bool) {}

    fn somebody_raise(&self) {
        let mut world = self.server.world();
        let members = world.members(&self.organization);
        let (member, _) = members.into_iter().rfind(|(_, role)| *role == Role::Member).unwrap();
        world.role_set(&self.organization, &member, Role::Owner);
    }
}

/// The answer of a command, which has to end well.
pub(crate) fn json(binary: &Binary, arguments: &[&str]) -> Json {
    let ran = run(binary, &[arguments, &["--format", "json"]].concat());
    assert!(matches!(ran.code, 0 | 5), "{arguments:?}: {ran:?}");
    ran.json()
}

/// Calls the service as an owner does.
pub(crate) async fn call(workspace: &Workspace, method: &str, path: &str, body: Option<Json>) -> Json {
    rolecall_http::provider_install();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let address = format!("{}{path}", workspace.server.url().trim_end_matches('/'));
    let request = client.request(method.parse().unwrap(), address).header("x-api-key", &workspace.key);
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let response = request.header("content-type", "application/json").body(body).send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{method} {path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

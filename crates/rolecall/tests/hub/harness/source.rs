//! Registries on this machine that a hub reads, and connectors of them.

use std::time::Duration;

use rolecall_sim::npm::{Role, TokenSpec, World};
use rolecall_sim::{cloudsmith, npm};
use serde_json::{Value as Json, json};

use super::{Answer, Client, until};

/// How long a sync of a small organisation may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A served organisation, and what a connector of it is configured with.
pub(crate) enum Source {
    Npm { server: npm::Server, organization: String, token: String },
    Cloudsmith { server: cloudsmith::Server, organization: String, key: String },
}

impl Source {
    /// The npm organisation of the demo.
    pub(crate) async fn npm() -> Self {
        let story = npm::story::world();
        let server = npm::Server::start(story.world, ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self::Npm { server, organization: story.organization.to_owned(), token: story.token }
    }

    /// An npm organisation of an owner, an admin, who reads, and so many developers.
    pub(crate) async fn npm_of(developers: usize) -> Self {
        Self::npm_as(|world| {
            for name in (0..developers).map(developer) {
                world.account(&name);
                world.member("acme", &name, Role::Developer);
            }
        })
        .await
    }

    /// An npm organisation `acme` as somebody made it; `adam` of it reads.
    pub(crate) async fn npm_as(make: impl FnOnce(&mut World)) -> Self {
        let mut world = World::new();
        world.organization("acme");
        for (name, role) in [("olivia", Role::Owner), ("adam", Role::Admin)] {
            world.account(name);
            world.member("acme", name, role);
        }
        make(&mut world);
        let token = world.token(TokenSpec::granular("adam").reads_organization("acme"));
        let server = npm::Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self::Npm { server, organization: "acme".to_owned(), token }
    }

    /// The Cloudsmith organisation of the demo.
    pub(crate) async fn cloudsmith() -> Self {
        let story = cloudsmith::story::world();
        let server = cloudsmith::Server::start(story.world, ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self::Cloudsmith { server, organization: story.organization.to_owned(), key: story.key }
    }

    /// Has developers leave their npm organisation.
    pub(crate) fn leave(&self, numbers: std::ops::Range<usize>) {
        let Self::Npm { server, organization, .. } = self else { panic!("only of npm") };
        let mut world = server.world();
        for number in numbers {
            world.member_remove(organization, &developer(number));
        }
    }

    /// Has a developer join their npm organisation.
    pub(crate) fn join(&self, name: &str) {
        let Self::Npm { server, organization, .. } = self else { panic!("only of npm") };
        let mut world = server.world();
        world.account(name);
        world.member(organization, name, Role::Developer);
    }

    /// Has somebody leave their npm organisation.
    pub(crate) fn part(&self, name: &str) {
        let Self::Npm { server, organization, .. } = self else { panic!("only of npm") };
        server.world().member_remove(organization, name);
    }

    /// The npm registry.
    pub(crate) fn npm_server(&self) -> &npm::Server {
        let Self::Npm { server, .. } = self else { panic!("only of npm") };
        server
    }

    /// The secret that it is read with.
    pub(crate) fn secret(&self) -> &str {
        match self {
            Self::Npm { token, .. } => token,
            Self::Cloudsmith { key, .. } => key,
        }
    }

    /// What configures a connector of it, as programs say it.
    pub(crate) fn form(&self) -> Json {
        let (kind, url, organization) = match self {
            Self::Npm { server, organization, .. } => ("npm", server.url(), organization),
            Self::Cloudsmith { server, organization, .. } => ("cloudsmith", server.url(), organization),
        };
        json!({
            "type": kind,
            "fields": { "name": organization, "organization": organization, "address": url, "owners": "ada" },
            "secret": self.secret(),
        })
    }

    /// Adds a connector of it, and waits until it is read.
    pub(crate) async fn connect(&self, client: &Client) -> Json {
        let made = client.json("POST", "/api/v1/connectors", &self.form()).await.expect(201).json();
        read(client, made["connector"]["id"].as_str().unwrap(), made["sync"]["job"].as_str().unwrap()).await
    }
}

fn developer(number: usize) -> String {
    format!("dev-{number}")
}

/// Has a connector read, and waits for that. On a busy machine a hub may say that it cannot write now, and to ask again: then
/// that is done, as by any program.
pub(crate) async fn sync(client: &Client, connector: &str) -> Json {
    let path = format!("/api/v1/connectors/{connector}/sync");
    let is_done = |answer: &Answer| answer.status != 503 || answer.header("retry-after").is_empty();
    let asked = until(PATIENCE, async || client.ask("POST", &path).await, is_done).await.expect(202).json();
    read(client, connector, asked["job"].as_str().unwrap()).await
}

/// Whether nothing more becomes of a job.
pub(crate) fn is_over(job: &Json) -> bool {
    !matches!(job["state"].as_str(), Some("queued" | "running"))
}

/// Waits until a job is done, and says how its connector is then.
async fn read(client: &Client, connector: &str, job: &str) -> Json {
    let path = format!("/api/v1/jobs/{job}");
    let job = until(PATIENCE, async || client.get(&path).await.expect(200).json(), is_over).await;
    assert_eq!(job["state"], "done", "{job:#}");
    client.get(&format!("/api/v1/connectors/{connector}")).await.expect(200).json()
}

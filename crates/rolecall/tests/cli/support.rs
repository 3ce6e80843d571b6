//! A binary with a home, and an organisation to read.

use rolecall_sim::npm::{Server, TokenSpec, World, generate, story};
use rolecall_testkit::{Binary, Ran};

/// The binary with an empty home and, in its environment, the token.
pub(crate) fn binary(token: &str) -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap().variable("NPM_TOKEN", token)
}

/// A generated organisation, served.
pub(crate) struct Served {
    pub(crate) server: Server,
    pub(crate) organization: String,
    pub(crate) token: String,
}

/// Serves the demo's organisation.
pub(crate) async fn story_served() -> Served {
    let story = story::world();
    let server = Server::start(story.world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    Served { server, organization: story.organization.to_owned(), token: story.token }
}

/// Serves a generated organisation.
pub(crate) async fn served(seed: u64, members: usize, teams: usize, packages: usize) -> Served {
    serve_generated(generate::world(seed, generate::Shape { members, teams, packages })).await
}

/// Serves what was generated.
pub(crate) async fn serve_generated(made: generate::Generated) -> Served {
    let server = Server::start(made.world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    Served { server, organization: made.organization, token: made.token }
}

/// Serves a world, to be read with a token of this owner or admin.
pub(crate) async fn serve(mut world: World, organization: &str, reader: &str) -> Served {
    let token = world.token(TokenSpec::granular(reader).reads_organization(organization));
    let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    Served { server, organization: organization.to_owned(), token }
}

impl Served {
    /// A binary that reads this organisation.
    pub(crate) fn binary(&self) -> Binary {
        binary(&self.token)
    }

    /// Arguments of a sync, with more.
    pub(crate) fn sync_arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec!["sync", "npm", "--org", &self.organization, "--registry", self.server.url()];
        arguments.extend(more);
        arguments
    }

    /// Arguments that configure this organisation as a connector, with more.
    pub(crate) fn add_arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let mut arguments =
            vec!["connectors", "add", "npm", "--org", &self.organization, "--registry", self.server.url()];
        arguments.extend(more);
        arguments
    }

    /// Runs a sync to its end, off this thread, so that the server can answer.
    pub(crate) async fn sync(&self, binary: &Binary, more: &[&str]) -> Ran {
        let arguments = self.sync_arguments(more);
        tokio::task::block_in_place(|| binary.run(&arguments)).unwrap()
    }
}

/// Runs the binary off this thread.
pub(crate) fn run(binary: &Binary, arguments: &[&str]) -> Ran {
    tokio::task::block_in_place(|| binary.run(arguments)).unwrap()
}

/// Every grant, with whether its removal waits: what nothing must be lost of.
pub(crate) fn grants(binary: &Binary) -> String {
    run(binary, &["list", "grants", "--format", "csv"]).stdout
}

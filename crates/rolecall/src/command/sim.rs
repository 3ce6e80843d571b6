//! `rolecall sim`: a simulated registry on this machine, to try Rolecall and foreign clients on.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use clap::{Args, Subcommand};
use rolecall_sim::npm::{Access, Role, Server, TokenSpec, World, generate, story};
use serde_json::json;

/// Serve a simulated registry on this machine, with invented people, packages and tokens.
#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    #[command(subcommand)]
    registry: Simulated,
}

#[derive(Debug, Subcommand)]
enum Simulated {
    Npm(NpmArgs),
}

/// A simulated npm registry with one organisation.
///
/// Its first line of output is one JSON object: the registry's address, the organisation, tokens to
/// use and the accounts they belong to. The tokens are invented and open nothing but this registry,
/// which listens on the loopback address only and forgets everything when it ends.
///
/// Without a size or a seed it serves the story: a small organisation in which most of what goes
/// wrong in real ones has happened.
#[derive(Debug, Args)]
struct NpmArgs {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0, value_name = "N")]
    port: u16,

    /// Serve the small organisation with a history. This is what happens without a size or a seed.
    #[arg(long, conflicts_with_all = ["seed", "members", "teams", "packages"])]
    story: bool,

    /// Make up an organisation; the same seed and sizes make the same one again.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// How many members to make up, at least three.
    #[arg(long, value_name = "N")]
    members: Option<usize>,

    /// How many teams to make up, beside the one that every member joins.
    #[arg(long, value_name = "N")]
    teams: Option<usize>,

    /// How many packages to make up.
    #[arg(long, value_name = "N")]
    packages: Option<usize>,
}

/// Serves until the process is asked to stop.
///
/// # Errors
/// When the port cannot be taken or standard output cannot be written.
pub(crate) async fn run(args: &SimArgs) -> anyhow::Result<()> {
    match &args.registry {
        Simulated::Npm(npm) => serve_npm(npm).await,
    }
}

async fn serve_npm(args: &NpmArgs) -> anyhow::Result<()> {
    let mut set = Set::of(args);
    let cast = set.cast();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let server = Server::start(set.world, address).await.context("the simulated registry did not start")?;

    let line = json!({
        "registry": format!("{}/", server.url()),
        "organization": set.organization,
        "package": cast.package,
        "one-time-password": cast.one_time_password,
        "tokens": {
            "read-only": set.token,
            "owner-session": cast.owner.token,
            "publisher": cast.publisher.token,
            "reader": cast.reader.token,
        },
        "accounts": {
            "read-only": set.account,
            "owner-session": cast.owner.account,
            "publisher": cast.publisher.account,
            "reader": cast.reader.account,
        },
    });
    let mut stdout = io::stdout();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).context("standard output cannot be written")?;

    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    server.stop().await;
    Ok(())
}

/// An organisation in its registry, with the account that reads it.
struct Set {
    world: World,
    organization: String,
    account: String,
    token: String,
}

/// Who is given a token, and the package on which publisher and reader differ.
struct Cast {
    package: Option<String>,
    one_time_password: String,
    owner: Actor,
    publisher: Actor,
    reader: Actor,
}

/// An account with a token; both empty when the organisation has nobody for the part.
#[derive(Default)]
struct Actor {
    account: Option<String>,
    token: Option<String>,
}

impl Set {
    fn of(args: &NpmArgs) -> Self {
        let sizes = [args.members, args.teams, args.packages];
        if args.story || (args.seed.is_none() && sizes.iter().all(Option::is_none)) {
            let story = story::world();
            let organization = story.organization.to_owned();
            return Self { world: story.world, organization, account: story::READER.to_owned(), token: story.token };
        }
        let shape = generate::Shape {
            members: args.members.unwrap_or(40),
            teams: args.teams.unwrap_or(6),
            packages: args.packages.unwrap_or(60),
        };
        let made = generate::world(args.seed.unwrap_or_default(), shape);
        Self { world: made.world, organization: made.organization, account: made.reader, token: made.token }
    }

    fn cast(&mut self) -> Cast {
        let members = self.world.members(&self.organization);
        let of_role = |wanted: Role| members.iter().filter(move |(_, role)| *role == wanted).map(|(name, _)| name);
        let owner = of_role(Role::Owner).next().cloned();
        let developers: Vec<String> = of_role(Role::Developer).cloned().collect();
        let (package, publisher, reader) = match self.contrast(&developers) {
            Some((package, publisher, reader)) => (Some(package), Some(publisher), Some(reader)),
            None => (None, None, None),
        };
        Cast {
            package,
            one_time_password: self.world.otp_code().to_owned(),
            owner: self.actor(owner, TokenSpec::session),
            publisher: self.publishing(publisher),
            reader: self.publishing(reader),
        }
    }

    /// The first package of the organisation that some of its developers may publish and some may
    /// not, with the first of each.
    fn contrast(&self, developers: &[String]) -> Option<(String, String, String)> {
        let scope = format!("@{}/", self.organization);
        let packages = self.world.packages().into_iter().filter(|name| name.starts_with(&scope));
        packages.into_iter().find_map(|package| {
            let may = |name: &&String| self.world.may_publish(name, &package);
            let publisher = developers.iter().find(may)?.clone();
            let reader = developers.iter().find(|name| !may(name))?.clone();
            Some((package, publisher, reader))
        })
    }

    /// A token as a build machine has one. Both parts get the same kind, so that only the
    /// accounts' rights differ.
    fn publishing(&mut self, account: Option<String>) -> Actor {
        let scope = format!("@{}", self.organization);
        self.actor(account, |name| TokenSpec::granular(name).packages(Access::ReadWrite, &[&scope]).bypass_2fa())
    }

    fn actor(&mut self, account: Option<String>, spec: impl Fn(&str) -> TokenSpec) -> Actor {
        let token = account.as_deref().map(|name| self.world.token(spec(name)));
        Actor { account, token }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(seed: Option<u64>) -> NpmArgs {
        NpmArgs { port: 0, story: false, seed, members: None, teams: None, packages: None }
    }

    #[test]
    fn the_story_is_served_unless_something_else_is_asked_for() {
        assert_eq!(Set::of(&args(None)).account, story::READER);
        assert_ne!(Set::of(&args(Some(1))).account, story::READER);
    }

    #[test]
    fn publisher_and_reader_differ_in_what_they_may_do() {
        for seed in [None, Some(1), Some(2), Some(3)] {
            let mut set = Set::of(&args(seed));
            let cast = set.cast();
            let package = cast.package.expect("a package");
            let may = |actor: &Actor| set.world.may_publish(actor.account.as_deref().expect("an account"), &package);
            assert!(may(&cast.publisher), "seed {seed:?}");
            assert!(!may(&cast.reader), "seed {seed:?}");
        }
    }
}

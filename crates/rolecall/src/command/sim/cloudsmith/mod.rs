//! `rolecall sim cloudsmith`.
//!
//! | question | file |
//! |---|---|
//! | which organisation is served, and who gets a key? | `cast` |
//! | how does it differ from the documented service, and what goes wrong? | `behaviour` |

mod behaviour;
mod cast;

use anyhow::Context;
use behaviour::Behaviour;
use cast::{Cast, Set};
use clap::Args;
use rolecall_sim::cloudsmith::Server;

use super::{loopback, serve_until_stopped, size};

const EXAMPLES: &str = "\
Examples:
  rolecall sim cloudsmith
      Serve the story, as Cloudsmith documents itself
  rolecall sim cloudsmith --seed 7 --members 400 --teams 30 --repositories 90 --services 25
      Serve a larger, made-up organisation
  rolecall sim cloudsmith --quirk teams-absent --quirk no-page-headers
      Leave out what older and stranger answers lack
  rolecall sim cloudsmith --fault 'once too-many GET /orgs/*/members' --fault 'json-403 /repos/*/*/privileges'
      Ask to wait once, and refuse to tell privileges";

/// A simulated Cloudsmith with one organisation.
///
/// Its first line of output is one JSON object: the service's address, the organisation, API keys
/// to use and the accounts they belong to, and an identity token with the service it can become. All
/// of them are invented and open nothing but this service, which listens on the loopback address only
/// and forgets everything when it ends.
///
/// Without a size or a seed it serves the story: a small organisation in which most of what goes
/// wrong in real ones has happened.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct CloudsmithArgs {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0, value_name = "N")]
    port: u16,

    #[command(flatten)]
    set: SetArgs,

    #[command(flatten)]
    behaviour: Behaviour,
}

/// Which organisation is served.
#[derive(Debug, Default, Args)]
struct SetArgs {
    /// Serve the small organisation with a history. This is what happens without a size or a seed.
    #[arg(long, conflicts_with_all = ["seed", "members", "teams", "repositories", "services", "random"])]
    story: bool,

    /// Make up an organisation; the same seed and sizes make the same one again.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Make up a tiny organisation without any habit, of at most twelve accounts and repositories.
    #[arg(long, conflicts_with_all = ["members", "teams", "repositories", "services"])]
    random: bool,

    /// How many members to make up, at least three.
    #[arg(long, value_name = "N", value_parser = size(3))]
    members: Option<usize>,

    /// How many teams to make up.
    #[arg(long, value_name = "N", value_parser = size(0))]
    teams: Option<usize>,

    /// How many repositories to make up.
    #[arg(long, value_name = "N", value_parser = size(0))]
    repositories: Option<usize>,

    /// How many services to make up.
    #[arg(long, value_name = "N", value_parser = size(0))]
    services: Option<usize>,
}

/// Serves until the process is asked to stop.
///
/// # Errors
/// When the port cannot be taken or standard output cannot be written.
pub(super) async fn serve(args: &CloudsmithArgs) -> anyhow::Result<()> {
    let mut set = Set::of(&args.set);
    let cast = Cast::of(&mut set);
    set.world.quirks = args.behaviour.quirks();
    let organization = set.organization;
    let server = Server::start(set.world, loopback(args.port)).await.context("the simulated service did not start")?;
    let announcement = cast.announcement(server.url(), &organization);
    serve_until_stopped(server, args.behaviour.faults(), &announcement).await
}

//! `rolecall sim npm`.
//!
//! | question | file |
//! |---|---|
//! | which organisation is served, and who gets a token? | `cast` |
//! | how does it differ from the documented registry, and what goes wrong? | `behaviour` |

mod behaviour;
mod cast;

use anyhow::Context;
use behaviour::Behaviour;
use cast::{Cast, Set};
use clap::Args;
use rolecall_sim::npm::Server;

use super::{loopback, serve_until_stopped, size};

const EXAMPLES: &str = "\
Examples:
  rolecall sim npm
      Serve the story, as npm documents itself
  rolecall sim npm --seed 7 --members 400 --teams 30 --packages 900
      Serve a larger, made-up organisation
  rolecall sim npm --otp text --quirk deletes-answer-200
      Ask for one-time passwords as text, and let npm 6 remove team members
  rolecall sim npm --fault 'once too-many GET /-/org/*/user' --fault 'stalled GET /-/team/**'
      Refuse the first reading of members, and never finish an answer about teams";

/// A simulated npm registry with one organisation.
///
/// Its first line of output is one JSON object: the registry's address, the organisation, tokens to
/// use and the accounts they belong to. The tokens are invented and open nothing but this registry,
/// which listens on the loopback address only and forgets everything when it ends.
///
/// Without a size or a seed it serves the story: a small organisation in which most of what goes
/// wrong in real ones has happened.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct NpmArgs {
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
    #[arg(long, conflicts_with_all = ["seed", "members", "teams", "packages", "team_size"])]
    story: bool,

    /// Make up an organisation; the same seed and sizes make the same one again.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// How many members to make up, at least three.
    #[arg(long, value_name = "N", value_parser = size(3))]
    members: Option<usize>,

    /// How many teams to make up, beside the one that every member joins.
    #[arg(long, value_name = "N", value_parser = size(0))]
    teams: Option<usize>,

    /// How many packages to make up.
    #[arg(long, value_name = "N", value_parser = size(0))]
    packages: Option<usize>,

    /// Give every team exactly so many members, and no package a history: for measurements.
    #[arg(long, value_name = "N", value_parser = size(0))]
    team_size: Option<usize>,
}

/// Serves until the process is asked to stop.
///
/// # Errors
/// When the port cannot be taken or standard output cannot be written.
pub(super) async fn serve(args: &NpmArgs) -> anyhow::Result<()> {
    let mut set = Set::of(&args.set);
    let cast = Cast::of(&mut set);
    set.world.quirks = args.behaviour.quirks();
    let organization = set.organization;
    let server = Server::start(set.world, loopback(args.port)).await.context("the simulated registry did not start")?;
    let announcement = cast.announcement(server.url(), &organization);
    serve_until_stopped(server, args.behaviour.faults(), &announcement).await
}

//! `rolecall sim`: a simulated registry on this machine, to try Rolecall and foreign clients on.
//!
//! | question | file |
//! |---|---|
//! | which organisation is served, and who gets a token? | `cast` |
//! | how does it differ from the documented registry, and what goes wrong? | `behaviour` |

mod behaviour;
mod cast;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use behaviour::Behaviour;
use cast::{Cast, Set};
use clap::{Args, Subcommand};
use rolecall_sim::npm::Server;

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
struct NpmArgs {
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

/// Sizes that fit a machine.
fn size(least: u64) -> impl clap::builder::TypedValueParser<Value = usize> {
    clap::builder::RangedU64ValueParser::<usize>::new().range(least..=1_000_000)
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
    let mut set = Set::of(&args.set);
    let cast = Cast::of(&mut set);
    set.world.quirks = args.behaviour.quirks();
    let organization = set.organization;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let server = Server::start(set.world, address).await.context("the simulated registry did not start")?;
    args.behaviour.set_faults(server.faults());

    let line = cast.announcement(server.url(), &organization);
    let mut stdout = io::stdout();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).context("standard output cannot be written")?;

    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    server.stop().await;
    Ok(())
}

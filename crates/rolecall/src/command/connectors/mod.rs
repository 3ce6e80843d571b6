//! `rolecall connectors`: configure what is read.

mod accept;
mod add;
mod apply;
mod describe;
mod edit;
mod list;
mod pause;
mod remove;
mod said;
mod show;
mod view;

use clap::{Args, Subcommand};

use super::sync_many::{self, RunArgs};
use super::{store_read, store_write};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{ANSWER, Format, LIST};
use crate::place::{Place, READ, changes, files, reaches_out};

#[derive(Debug, Args)]
#[command(
    after_help = "A connector keeps where its token is found; the token itself only with --seal-token, and then sealed (see:
rolecall secrets --help). Connectors are named npm:acme, or acme where that is clear.

Examples:
  rolecall connectors add npm --org acme --owner platform@example.com --token-env ACME_NPM_TOKEN
  rolecall connectors add cloudsmith --org acme --default-privilege read --token-file /run/secrets/acme
  rolecall connectors list
  rolecall connectors edit npm:acme --token-expires 2027-01-31 --rate 1
  rolecall connectors apply connectors.toml --dry-run
  rolecall connectors remove npm:acme --yes"
)]
pub(crate) struct ConnectorsArgs {
    #[command(subcommand)]
    command: ConnectorsCommand,
}

#[derive(Debug, Subcommand)]
enum ConnectorsCommand {
    /// Configure a connector; one that was removed continues with its history
    Add(add::AddArgs),
    /// List connectors, their state, and when their tokens expire
    List(list::ListArgs),
    /// Show everything about one connector, with its latest syncs and changes
    Show(show::ShowArgs),
    /// Change how a connector is read
    Edit(edit::EditArgs),
    /// Stop reading a connector; what is known of it stays
    Pause(pause::NameArgs),
    /// Read a paused connector again
    Resume(pause::NameArgs),
    /// Read connectors as they are configured
    Sync(SyncArgs),
    /// Let later readings be compared with what the credential sees now, although it is less than before
    #[command(name = "accept-sight")]
    AcceptSight(accept::AcceptArgs),
    /// Remove a connector; its history is kept unless you say --purge
    Remove(remove::RemoveArgs),
    /// Show what a connector type reads, asks for and cannot see
    Describe(describe::DescribeArgs),
    /// Make the connectors those that a file declares
    Apply(apply::ApplyArgs),
}

impl ConnectorsArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        use ConnectorsCommand::{AcceptSight, Add, Apply, Describe, Edit, List, Pause, Remove, Resume, Show, Sync};
        const PAGE: &str = "do so on the hub's page of connectors";
        match &self.command {
            List(_) | Show(_) | Describe(_) => READ,
            Add(_) | Edit(_) | Pause(_) | Resume(_) | Remove(_) => changes(PAGE),
            AcceptSight(_) => changes("run it on the hub's machine"),
            Apply(_) => files("run it on the hub's machine, where the file is"),
            Sync(_) => reaches_out("use the button Sync of the connector's page"),
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall connectors sync npm:acme
  rolecall connectors sync acme umbrella --membership-only
  rolecall connectors sync --all")]
struct SyncArgs {
    /// Which ones, such as npm:acme
    #[arg(value_name = "NAME", required_unless_present = "all")]
    names: Vec<String>,
    /// Every one that is not paused
    #[arg(long, conflicts_with = "names")]
    all: bool,
    #[command(flatten)]
    run: RunArgs,
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &ConnectorsArgs) -> Result<Exit, Failure> {
    // Refused before anything is done.
    let can = if matches!(args.command, ConnectorsCommand::List(_)) { LIST } else { ANSWER };
    Format::among(global.format, can)?;
    match &args.command {
        ConnectorsCommand::Add(args) => add::run(global, args).await,
        ConnectorsCommand::List(args) => list::run(global, args).await,
        ConnectorsCommand::Show(args) => show::run(global, args).await,
        ConnectorsCommand::Edit(args) => edit::run(global, args).await,
        ConnectorsCommand::Pause(args) => pause::pause(global, args).await,
        ConnectorsCommand::Resume(args) => pause::resume(global, args).await,
        ConnectorsCommand::Sync(args) if args.all => sync_many::all(global, &args.run).await,
        ConnectorsCommand::Sync(args) => sync_many::named(global, &args.names, &args.run).await,
        ConnectorsCommand::AcceptSight(args) => accept::run(global, args).await,
        ConnectorsCommand::Remove(args) => remove::run(global, args).await,
        ConnectorsCommand::Describe(args) => describe::run(global, args),
        ConnectorsCommand::Apply(args) => apply::run(global, args).await,
    }
}

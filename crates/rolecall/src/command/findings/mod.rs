//! `rolecall findings` and `rolecall explain`: what rules found, what became of it, and what people decide.

mod act;
mod explain;
mod list;

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::{Place, READ, changes};

pub(crate) use explain::ExplainArgs;

#[derive(Debug, Args)]
#[command(
    after_help = "Findings are worked out after each sync, and keep their code, owner and history. Each is open, snoozed,
accepted, suppressed or resolved; what could not be read resolves none.

Examples:
  rolecall findings
  rolecall findings --fail-on high                     for a pipeline: exit 9 when one is open
  rolecall findings --state accepted --format csv
  rolecall findings --format sarif > rolecall.sarif    or --format ocsf, one event on each line
  rolecall explain owner-count-3f9a2c1b40
  rolecall findings accept owner-count-3f9a2c1b40 --until 2027-01-31 --reason 'a second owner starts in January'
  rolecall findings own owner-count-3f9a2c1b40 --owner platform@acme.test"
)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct FindingsArgs {
    /// Without one, findings are listed
    #[command(subcommand)]
    command: Option<FindingsCommand>,
    #[command(flatten)]
    list: list::ListArgs,
}

#[derive(Debug, Subcommand)]
enum FindingsCommand {
    /// Take the risk until a day, with somebody's agreement
    Accept(act::AcceptArgs),
    /// Say that it is none here
    Suppress(act::ReasonArgs),
    /// Look at it again later
    Snooze(act::SnoozeArgs),
    /// Take back what was decided
    Reopen(act::ReasonArgs),
    /// Say who looks after it
    Own(act::OwnArgs),
}

impl FindingsArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match self.command {
            None => READ,
            Some(_) => changes("decide on the finding's page"),
        }
    }
}

/// Lists findings, or decides about one.
pub(crate) async fn run(global: &Global, args: &FindingsArgs) -> Result<Exit, Failure> {
    match &args.command {
        None => list::run(global, &args.list).await,
        Some(FindingsCommand::Accept(args)) => act::accept(global, args).await,
        Some(FindingsCommand::Suppress(args)) => act::suppress(global, args).await,
        Some(FindingsCommand::Snooze(args)) => act::snooze(global, args).await,
        Some(FindingsCommand::Reopen(args)) => act::reopen(global, args).await,
        Some(FindingsCommand::Own(args)) => act::own(global, args).await,
    }
}

/// Explains one finding.
pub(crate) async fn explain(global: &Global, args: &ExplainArgs) -> Result<Exit, Failure> {
    explain::run(global, args).await
}

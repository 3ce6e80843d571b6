//! `rolecall people`: the directory of people.

mod import;

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::{Place, files};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall people import staff.csv --dry-run       what it would change
  rolecall people import staff.csv
  rolecall people import staff.csv --map 'Personnel No.=id' --map 'npm=attribute:npmUsername'
  rolecall list people")]
pub(crate) struct PeopleArgs {
    #[command(subcommand)]
    command: PeopleCommand,
}

#[derive(Debug, Subcommand)]
enum PeopleCommand {
    /// Read a roster of people: CSV with any separator, or JSON; all of it or, where something is wrong, nothing
    Import(import::ImportArgs),
}

impl PeopleArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match self.command {
            PeopleCommand::Import(_) => files("run it on the hub's machine"),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &PeopleArgs) -> Result<Exit, Failure> {
    match &args.command {
        PeopleCommand::Import(args) => import::run(global, args).await,
    }
}

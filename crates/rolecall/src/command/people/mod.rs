//! `rolecall people`: the people directory.

mod scim;

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::Place;

#[derive(Debug, Args)]
pub(crate) struct PeopleArgs {
    #[command(subcommand)]
    command: PeopleCommand,
}

#[derive(Debug, Subcommand)]
enum PeopleCommand {
    /// Say which identity providers may push people and groups to the hub: add, list and revoke
    Scim(scim::ScimArgs),
}

impl PeopleArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match &self.command {
            PeopleCommand::Scim(args) => args.place(),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &PeopleArgs) -> Result<Exit, Failure> {
    match &args.command {
        PeopleCommand::Scim(args) => scim::run(global, args).await,
    }
}

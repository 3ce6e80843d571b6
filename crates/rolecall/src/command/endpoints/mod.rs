//! `rolecall endpoints`: where rules tell what they find.

mod add;
mod list;
mod other;

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::{Place, READ, changes};

#[derive(Debug, Args)]
#[command(
    after_help = "Kinds and what each wants: rolecall endpoints kinds. Secrets are read from a variable or a file, never from the
command line, and are sealed in the database. Internal addresses are refused unless ROLECALL_ALLOW_INTERNAL=1.

Examples:
  rolecall endpoints kinds
  rolecall endpoints add email ops --set host=smtp.acme.test --set from=rolecall@acme.test --set to=ops@acme.test
  rolecall endpoints add webhook siem --set url=https://hooks.acme.test/rolecall     its signing key is shown once
  rolecall endpoints add slack chat --secret-env SLACK_WEBHOOK
  rolecall endpoints try ops                                                         does it arrive?
  rolecall endpoints disable ops --reason 'the mail server moves'"
)]
pub(crate) struct EndpointsArgs {
    /// Without one, endpoints are listed
    #[command(subcommand)]
    command: Option<EndpointsCommand>,
}

#[derive(Debug, Subcommand)]
enum EndpointsCommand {
    /// List endpoints, and whether they work
    List,
    /// List the kinds there are, and what each wants
    Kinds,
    /// Add an endpoint, or change the one with this name
    Add(add::AddArgs),
    /// Send something there now, and show the answer
    Try(other::NameArgs),
    /// Try an endpoint again; what waits for it is sent
    Enable(other::ReasonArgs),
    /// Send nothing there; what is to be told waits
    Disable(other::ReasonArgs),
    /// Remove an endpoint and its secret; what waits for it is not sent
    Remove(other::ReasonArgs),
}

impl EndpointsArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match &self.command {
            None | Some(EndpointsCommand::List | EndpointsCommand::Kinds) => READ,
            Some(_) => changes("run it on the hub's machine, or use the hub's page of endpoints"),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &EndpointsArgs) -> Result<Exit, Failure> {
    match &args.command {
        None | Some(EndpointsCommand::List) => list::list(global).await,
        Some(EndpointsCommand::Kinds) => list::kinds(global),
        Some(EndpointsCommand::Add(args)) => add::run(global, args).await,
        Some(EndpointsCommand::Try(args)) => other::attempt(global, args).await,
        Some(EndpointsCommand::Enable(args)) => other::enable(global, args, true).await,
        Some(EndpointsCommand::Disable(args)) => other::enable(global, args, false).await,
        Some(EndpointsCommand::Remove(args)) => other::remove(global, args).await,
    }
}

/// That no endpoint has this name.
fn unknown(name: &str) -> Failure {
    Failure::new(Exit::Name, format!("no endpoint is called {name:?}")).hint("see their names with: rolecall endpoints")
}

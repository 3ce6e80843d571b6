//! `rolecall owners`: who answers for packages and repositories.

mod codeowners;
mod decide;
mod import;
mod list;
mod show;

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::{Place, READ, changes, files};

#[derive(Debug, Args)]
#[command(after_help = "Owning says whom to ask and who reviews; it gives nobody any right.

Examples:
  rolecall owners set npm:@acme/core --person ada@acme.test --reason 'her team writes it'
  rolecall owners import owners.csv --dry-run           columns package, repository or resource, and owner
  rolecall owners codeowners CODEOWNERS --repository https://code.example/acme/core
  rolecall owners list --without
  rolecall owners list --departed --format csv
  rolecall owners show npm:@acme/core                   with who answered for it before")]
pub(crate) struct OwnersArgs {
    #[command(subcommand)]
    command: OwnersCommand,
}

#[derive(Debug, Subcommand)]
enum OwnersCommand {
    /// List packages and repositories with who answers for them, and how that is known
    List(list::ListArgs),
    /// Show who answers for one of them, who would by the word of others, and who did before
    Show(show::ShowArgs),
    /// Say who answers for a package or a repository; no list and no file overrules it
    Set(decide::SetArgs),
    /// Take such a word back, so that lists and files count again
    Unset(decide::UnsetArgs),
    /// Read a list of owners: CSV with any separator, or JSON; all of it or, where something is wrong, nothing
    Import(import::ImportArgs),
    /// Read the CODEOWNERS file of a source repository, for the packages that come from there
    Codeowners(codeowners::CodeownersArgs),
}

impl OwnersArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match &self.command {
            OwnersCommand::List(_) | OwnersCommand::Show(_) => READ,
            OwnersCommand::Set(_) | OwnersCommand::Unset(_) => changes("run it on the hub's machine"),
            OwnersCommand::Import(_) | OwnersCommand::Codeowners(_) => files("run it on the hub's machine"),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &OwnersArgs) -> Result<Exit, Failure> {
    match &args.command {
        OwnersCommand::List(args) => list::run(global, args).await,
        OwnersCommand::Show(args) => show::run(global, args).await,
        OwnersCommand::Set(args) => decide::set(global, args).await,
        OwnersCommand::Unset(args) => decide::unset(global, args).await,
        OwnersCommand::Import(args) => import::run(global, args).await,
        OwnersCommand::Codeowners(args) => codeowners::run(global, args).await,
    }
}

//! `rolecall people`: the directory of people.

mod accounts;
mod decide;
mod erase;
pub(in crate::command) mod import;
mod list;
mod rules;
mod scim;

use clap::{Args, Subcommand};
pub(super) use list::employment_text;

use rolecall_engine::{WorldView, world_load};
use rolecall_store::Store;

use super::answer::{as_of_note, as_of_print};
use super::{known_check, past_of};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::Format;
use crate::place::{Place, READ, changes, files};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall people import staff.csv --dry-run       what it would change
  rolecall people import staff.csv
  rolecall people import staff.csv --map 'Personnel No.=id' --map 'npm=attribute:npmUsername'
  rolecall people list
  rolecall people list --departed --with-accounts
  rolecall people list --several-accounts
  rolecall people accounts --state ambiguous
  rolecall people accounts --as-of 30d                as it was known then
  rolecall people pin npm:ada-l --person ada@acme.test --reason 'she showed it to me'
  rolecall people pin npm:acme-bot --service --owner ada@acme.test --reason 'publishes releases'
  rolecall people rules > rules.json                  then change it, and see what it would do:
  rolecall people rules --try rules.json
  rolecall people refuse npm:ada-l --person E17 --reason 'a namesake'
  rolecall people erase bob@acme.test --reason 'asked to on 3 March'")]
pub(crate) struct PeopleArgs {
    #[command(subcommand)]
    command: PeopleCommand,
}

#[derive(Debug, Subcommand)]
enum PeopleCommand {
    /// Read a roster of people: CSV with any separator, or JSON; all of it or, where something is wrong, nothing
    Import(import::ImportArgs),
    /// List everybody in the directories, with their accounts
    List(list::ListArgs),
    /// List every account, and whose it is: by which rule, or who it may be
    Accounts(accounts::AccountsArgs),
    /// Say what an account is; no rule and no import ever overrules it
    Pin(decide::PinArgs),
    /// Take such a word back, so that the rules say again what the account is
    Unpin(decide::UnpinArgs),
    /// Say that an account is not somebody's, who is not proposed for it again
    Refuse(decide::RefuseArgs),
    /// Erase somebody whom no directory lists any more: a pseudonym stands for them from then on
    Erase(erase::EraseArgs),
    /// Show how accounts are matched with people, try another way, or set it
    Rules(rules::RulesArgs),
    /// Say which identity providers may push people and groups to the hub: add, list and revoke
    Scim(scim::ScimArgs),
}

/// What is known of people now, or at a past moment, which is said.
async fn people_view(store: &Store, as_of: Option<&str>, format: Format) -> Result<WorldView, Failure> {
    let view = world_load(store, None, past_of(as_of)?).await?;
    known_check(&view)?;
    match format {
        Format::Table => as_of_print(view.as_of())?,
        _ => as_of_note(view.as_of()),
    }
    Ok(view)
}

impl PeopleArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match &self.command {
            PeopleCommand::Scim(args) => args.place(),
            PeopleCommand::Import(_) => files("run it on the hub's machine"),
            PeopleCommand::List(_) | PeopleCommand::Accounts(_) => READ,
            PeopleCommand::Rules(_) => files("run it on the hub's machine"),
            PeopleCommand::Pin(_) | PeopleCommand::Unpin(_) | PeopleCommand::Refuse(_) | PeopleCommand::Erase(_) => {
                changes("run it on the hub's machine")
            }
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &PeopleArgs) -> Result<Exit, Failure> {
    match &args.command {
        PeopleCommand::Import(args) => import::run(global, args).await,
        PeopleCommand::List(args) => list::run(global, args).await,
        PeopleCommand::Accounts(args) => accounts::run(global, args).await,
        PeopleCommand::Pin(args) => decide::pin(global, args).await,
        PeopleCommand::Unpin(args) => decide::unpin(global, args).await,
        PeopleCommand::Refuse(args) => decide::refuse(global, args).await,
        PeopleCommand::Erase(args) => erase::run(global, args).await,
        PeopleCommand::Rules(args) => rules::run(global, args).await,
        PeopleCommand::Scim(args) => scim::run(global, args).await,
    }
}

//! `rolecall accounts`: what a person knows of accounts that no registry tells.

use clap::{Args, Subcommand};
use rolecall_engine::clock_system;
use rolecall_engine::reappearance::confirm_same;
use rolecall_store::{Decision, SameReport};
use serde_json::json;

use super::store_write;
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, line, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall accounts confirm-same npm:acme alice --reason 'back from leave, asked her'")]
pub(crate) struct AccountsArgs {
    #[command(subcommand)]
    command: AccountsCommand,
}

#[derive(Debug, Subcommand)]
enum AccountsCommand {
    /// Say that an account is the one that had its name before it was gone
    #[command(name = "confirm-same")]
    ConfirmSame(SameArgs),
}

#[derive(Debug, Args)]
struct SameArgs {
    /// Which connector, such as npm:acme
    connector: String,
    /// Which account, as the registry spells it
    account: String,
    /// How you know, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &AccountsArgs) -> Result<Exit, Failure> {
    let AccountsCommand::ConfirmSame(args) = &args.command;
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = store_write(global).await?;
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    let (connector, account) = (&args.connector, &args.account);
    match confirm_same(&store, connector, account, &decision, clock_system()).await? {
        SameReport::Confirmed => {}
        SameReport::NothingToConfirm => {
            let why = format!("nothing is to be confirmed of {account} in {connector}");
            let hint = "accounts with a name used before are marked in: rolecall list users";
            return Err(Failure::new(Exit::Name, why).hint(hint));
        }
        SameReport::IsAnother => {
            let why = format!("{account} in {connector} is another account than before: the registry's own id differs");
            return Err(Failure::new(Exit::Usage, why));
        }
    }
    match format {
        Format::Json => print_json(&json!({ "connector": connector, "account": account, "same": true }))?,
        _ => line(&printable(&format!("{account} is the account that had this name before.")))?,
    }
    Ok(Exit::Done)
}

//! `rolecall attest`: what people state that no registry tells, until when it holds, and what became of it.

mod list;
mod state;
mod withdraw;

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::{Place, READ, changes, files};

#[derive(Debug, Args)]
#[command(
    after_help = "npm shows whether a member has two-factor authentication on a page for people alone. Write down what it
shows, and state it: the answer is told as your word, by whom, when and until when, and never as what was read.

Examples:
  rolecall attest npm-2fa members.csv --connector npm:acme --dry-run     what it would state
  rolecall attest npm-2fa members.csv --connector npm:acme               columns account and 2fa
  rolecall attest npm-2fa-required --connector npm:acme --since 2026-05-03 --evidence settings.png
  rolecall attest list
  rolecall attest list --account alice                                   all that was ever stated of one
  rolecall attest withdraw ID --reason 'it was the list of another organisation'"
)]
pub(crate) struct AttestArgs {
    #[command(subcommand)]
    command: AttestCommand,
}

#[derive(Debug, Subcommand)]
enum AttestCommand {
    /// State which accounts of an npm organisation have two-factor authentication, from CSV or JSON; all of it or nothing
    #[command(name = "npm-2fa")]
    TwoFactor(state::TwoFactorArgs),
    /// State since when an npm organisation requires two-factor authentication
    #[command(name = "npm-2fa-required")]
    TwoFactorRequired(state::TwoFactorRequiredArgs),
    /// List what was stated, the latest first: by whom, until when, and what became of it
    List(list::ListArgs),
    /// Take a statement back; it stays on record, and counts no more
    Withdraw(withdraw::WithdrawArgs),
}

impl AttestArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match &self.command {
            AttestCommand::TwoFactor(_) | AttestCommand::TwoFactorRequired(_) => files("run it on the hub's machine"),
            AttestCommand::List(_) => READ,
            AttestCommand::Withdraw(_) => changes("run it on the hub's machine"),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &AttestArgs) -> Result<Exit, Failure> {
    match &args.command {
        AttestCommand::TwoFactor(args) => state::two_factor(global, args).await,
        AttestCommand::TwoFactorRequired(args) => state::two_factor_required(global, args).await,
        AttestCommand::List(args) => list::run(global, args).await,
        AttestCommand::Withdraw(args) => withdraw::run(global, args).await,
    }
}

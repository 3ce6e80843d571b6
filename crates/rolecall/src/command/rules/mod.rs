//! `rolecall rules`: rules that people keep, where they stand, and what they found.

mod change;
mod evaluate;
mod file;
mod show;

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::{Place, READ, changes, files};

#[derive(Debug, Args)]
#[command(
    after_help = "A rule asks a query, tells what is new of its answer at an endpoint, and keeps an alert and findings. Rules of
JupiterOne can be imported as they are; what cannot run says why and stays disabled.

Examples:
  rolecall rules pack                                  the ready rules
  rolecall rules enable-pack --endpoint ops            all of them, in one step
  rolecall rules
  rolecall rules show 'New owner or administrator'
  rolecall rules import rules.yaml --dry-run
  rolecall rules set 'Role raised' --interval ONE_HOUR
  rolecall rules dismiss 'New owner or administrator' --reason 'lena starts as an owner today'
  rolecall rules evaluate                              now, without waiting for the hub
  rolecall rules export > rules.json"
)]
pub(crate) struct RulesArgs {
    /// Without one, rules are listed
    #[command(subcommand)]
    command: Option<RulesCommand>,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// List rules, those with an active alert first
    List(show::ListArgs),
    /// Show a rule, what it found last, and its latest evaluations
    Show(show::ShowArgs),
    /// List the ready rules
    Pack,
    /// Keep the ready rules, or some of them, in one step
    EnablePack(change::PackArgs),
    /// Read a file of rules: JupiterOne's or our own, JSON or YAML
    Import(file::ImportArgs),
    /// Write rules as JupiterOne has them
    Export(file::ExportArgs),
    /// Change when a rule is evaluated, or where it tells
    Set(change::SetArgs),
    /// Say that an alert was seen
    Dismiss(change::ReasonArgs),
    /// Remove a rule; what it told stays on record
    Remove(change::ReasonArgs),
    /// Evaluate rules now, also those that are not due
    Evaluate(evaluate::EvaluateArgs),
}

impl RulesArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        const ELSEWHERE: &str = "run it on the hub's machine, or use the hub's page of rules";
        match &self.command {
            None | Some(RulesCommand::List(_) | RulesCommand::Show(_) | RulesCommand::Pack) => READ,
            Some(RulesCommand::Export(_)) => READ,
            Some(RulesCommand::Import(_)) => files("run it on the hub's machine"),
            Some(
                RulesCommand::EnablePack(_)
                | RulesCommand::Set(_)
                | RulesCommand::Dismiss(_)
                | RulesCommand::Remove(_)
                | RulesCommand::Evaluate(_),
            ) => changes(ELSEWHERE),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &RulesArgs) -> Result<Exit, Failure> {
    match &args.command {
        None => show::list(global, &show::ListArgs::default()).await,
        Some(RulesCommand::List(args)) => show::list(global, args).await,
        Some(RulesCommand::Show(args)) => show::show(global, args).await,
        Some(RulesCommand::Pack) => show::pack(global),
        Some(RulesCommand::EnablePack(args)) => change::pack(global, args).await,
        Some(RulesCommand::Import(args)) => file::import(global, args).await,
        Some(RulesCommand::Export(args)) => file::export(global, args).await,
        Some(RulesCommand::Set(args)) => change::set(global, args).await,
        Some(RulesCommand::Dismiss(args)) => change::dismiss(global, args).await,
        Some(RulesCommand::Remove(args)) => change::remove(global, args).await,
        Some(RulesCommand::Evaluate(args)) => evaluate::run(global, args).await,
    }
}

pub(crate) use evaluate::evaluate_after_sync;

/// That no rule has this name.
fn unknown(name: &str) -> Failure {
    Failure::new(Exit::Name, format!("no rule is called {name:?}")).hint("see their names with: rolecall rules")
}

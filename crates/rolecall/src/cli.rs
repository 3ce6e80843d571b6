//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rolecall_model::FactKind;

use crate::command::connectors::ConnectorsArgs;
use crate::output::Format;

/// Who can publish what to your package registries, by which path, since when, and is that still right?
#[derive(Debug, Parser)]
#[command(name = "rolecall", version, propagate_version = true, max_term_width = 110)]
#[command(after_help = "Examples:
  rolecall demo                              see it work on an invented organisation
  rolecall sync npm --org acme               read your own (token from NPM_TOKEN or ~/.npmrc)
  rolecall sync cloudsmith --org acme        the same of Cloudsmith (key from CLOUDSMITH_API_KEY)
  rolecall doctor npm --org acme             why something cannot be read, and what to change
  rolecall sync --all                        read every configured connector again
  rolecall work                              read them when they are due, until stopped
  rolecall serve                             the same with pages, for everybody who asks
  rolecall who-can publish @acme/widgets     every account, by every path
  rolecall access npm:alice                  everything one account may do
  rolecall query 'FIND User THAT CAN publish npm_package'     anything else
  rolecall login https://rolecall.example.com       sign in to a hub, and ask it from here:
  rolecall who-can publish @acme/widgets --hub https://rolecall.example.com

Exit codes: 0 done, 1 unexpected, 2 usage, 3 credential, 4 source, 5 incomplete, 6 name, 7 database, 8 busy, 9 found, 130 stopped")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// The database: a file, or postgres://USER@HOST/DATABASE [default: in your data directory]
    // Its value may hold a password.
    #[arg(long, global = true, env = "ROLECALL_DATABASE", hide_env_values = true, value_name = "FILE-or-URL")]
    pub(crate) database: Option<String>,
    /// Ask the hub at this address, where you are signed in with: rolecall login URL
    #[arg(long, global = true, env = "ROLECALL_HUB", value_name = "URL")]
    pub(crate) hub: Option<String>,
    /// A file with an API token of that hub [or ROLECALL_HUB_TOKEN; otherwise that of rolecall login]
    #[arg(long, global = true, env = "ROLECALL_HUB_TOKEN_FILE", value_name = "FILE")]
    pub(crate) hub_token_file: Option<PathBuf>,
    /// How to print the answer; each command says which it can [default: for people]
    #[arg(long, global = true, value_enum)]
    pub(crate) format: Option<Format>,
    /// Say what is going on, on standard error (twice for every request)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Do not show progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

impl Global {
    /// The format that was asked for, of a command that has checked that it can print it; for people otherwise.
    pub(crate) fn chosen_format(&self) -> Format {
        self.format.unwrap_or(Format::Table)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read an organisation and record what was seen
    Sync(crate::command::sync::SyncArgs),
    /// Read connectors when they are due, until stopped
    Work(crate::command::work::WorkArgs),
    /// Serve the hub: pages, an interface for programs, and workers that read connectors when they are due
    Serve(crate::command::serve::ServeArgs),
    /// List what is done without you, and retry or cancel it
    Jobs(crate::command::jobs::JobsArgs),
    /// Be a connector in baton's world: write a .c1z file, or serve a hub
    #[command(subcommand, subcommand_value_name = "TYPE", subcommand_help_heading = "Types")]
    Runner(crate::command::runner::RunnerArgs),
    /// Configure what is read: add, change, pause and remove connectors
    Connectors(ConnectorsArgs),
    /// Show every account that can do something, and by which path
    #[command(name = "who-can")]
    WhoCan(WhoCanArgs),
    /// Show everything one account may do, and what remains if it leaves
    Access(AccessArgs),
    /// List what is recorded
    List(ListArgs),
    /// Ask anything of accounts, resources, access and the past, in a query language
    Query(crate::command::query::QueryArgs),
    /// List ready questions, to be asked with `query --question`
    Questions(crate::command::questions::QuestionsArgs),
    /// Look for what is wrong: owners, outsiders, ghosts, lone and dormant publishers, teams that write everything
    Check(crate::command::check::CheckArgs),
    /// List findings with what became of them, and decide about one: accept, suppress, snooze, reopen, own
    Findings(crate::command::findings::FindingsArgs),
    /// Explain a finding: what shows it, why it matters, what to do, and what happened to it
    Explain(crate::command::findings::ExplainArgs),
    /// Show how much each account could write, and what nobody else could: the worst first
    #[command(name = "blast-radius")]
    BlastRadius(crate::command::blast_radius::BlastRadiusArgs),
    /// Keep rules that tell what is new: a ready pack, your own, or files of JupiterOne
    Rules(crate::command::rules::RulesArgs),
    /// Configure where rules tell: mail, chat, webhook, tickets, file or log
    Endpoints(crate::command::endpoints::EndpointsArgs),
    /// Show what was told where, with its answer, and try again
    Deliveries(crate::command::deliveries::DeliveriesArgs),
    /// Show what changed, and decide about removals that wait
    Changes(ChangesArgs),
    /// Tell what happens, event by event, for whoever follows it
    Watch(crate::command::watch::WatchArgs),
    /// Show, sign, export and verify the record of decisions, configuration and snapshots
    Audit(crate::command::audit::AuditArgs),
    /// Say what you know of accounts that no registry tells
    Accounts(crate::command::accounts::AccountsArgs),
    /// Say who your people are, and which accounts are theirs
    People(crate::command::people::PeopleArgs),
    /// Say who answers for packages and repositories: whom to ask, and who reviews
    Owners(crate::command::owners::OwnersArgs),
    /// State what no registry tells: which npm accounts have two-factor authentication
    Attest(crate::command::attest::AttestArgs),
    /// Show what somebody who leaves can still do, how it is taken away, and what remains
    Leaver(crate::command::leaver::LeaverArgs),
    /// Review access: have people say of grants whether they are still right, and see what was denied gone
    Reviews(crate::command::reviews::ReviewsArgs),
    /// Make a signed package for an auditor, verify one, and show the last leavers and new grants
    Evidence(crate::command::evidence::EvidenceArgs),
    /// Write everything that is current to one file
    Export(crate::command::export::ExportArgs),
    /// Take in what another program read: a .c1z file of baton's world, or of another Rolecall
    Import(crate::command::import::ImportArgs),
    /// Show what differs between two exports, or an export and now
    Diff(crate::command::diff::DiffArgs),
    /// Show how access differs from a file that says what should be
    Drift(crate::command::drift::DriftArgs),
    /// Write a report for somebody without a terminal
    Report(crate::command::report::ReportArgs),
    /// Show connectors, when they were read, and what is missing
    Status(StatusArgs),
    /// Look after secrets that are sealed in the database
    Secrets(crate::command::secrets::SecretsArgs),
    /// Look after the people who use the hub: list, invite, disable, enable and reset
    Users(crate::command::users::UsersArgs),
    /// Sign in to a hub, so that commands with --hub are answered by it
    Login(crate::command::login::LoginArgs),
    /// Sign out of a hub: its token is revoked and forgotten
    Logout(crate::command::logout::LogoutArgs),
    /// Check, migrate, export and import the database itself
    Db(crate::command::db::DbArgs),
    /// Find out what a token can see, what it cannot, why, and what to change
    Doctor(crate::command::doctor::DoctorArgs),
    /// Show Rolecall at work on an invented organisation
    #[cfg(feature = "sim")]
    Demo(crate::command::demo::DemoArgs),
    /// Serve a simulated registry on this machine, for trying things out
    #[cfg(feature = "sim")]
    Sim(crate::command::sim::SimArgs),
    /// Print a completion script for your shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write a page for every command
    Man(crate::command::man::ManArgs),
}

/// How a question chooses among connectors, and how strict it is.
#[derive(Clone, Debug, Args)]
pub(crate) struct QuestionArgs {
    /// Only this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    pub(crate) connector: Option<String>,
    /// Exit with 5 when a listing behind the answer was not read in full
    #[arg(long)]
    pub(crate) require_complete: bool,
    /// Answer as it was known at a past moment: 2026-11-23, 2026-11-23T10:00:00Z, 7d
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall who-can publish @acme/widgets
  rolecall who-can push acme/prod
  rolecall who-can read npm:@acme/widgets --format json
  rolecall who-can publish @acme/widgets --require-complete
  rolecall who-can publish @acme/widgets --as-of 7d            what was known a week ago
  rolecall who-can publish @acme/widgets --was 2026-11-01      who could then, by all that is known today")]
pub(crate) struct WhoCanArgs {
    /// What they can do: publish or read a package; push to, read or admin a repository
    pub(crate) action: String,
    /// To what: a name, such as @acme/widgets, acme/prod or npm:@acme/widgets
    pub(crate) resource: String,
    /// Who could at a past moment, by all that is known today: yes or possibly
    #[arg(long, value_name = "TIME", conflicts_with = "as_of")]
    pub(crate) was: Option<String>,
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall access alice
  rolecall access npm:alice --format json
  rolecall access alice --was 2026-11-01      what it could do then, by all that is known today")]
pub(crate) struct AccessArgs {
    /// Whose access: an account's name, such as alice or npm:alice
    pub(crate) account: String,
    /// What it could do at a past moment, by all that is known today: yes or possibly
    #[arg(long, value_name = "TIME", conflicts_with = "as_of")]
    pub(crate) was: Option<String>,
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall list users
  rolecall list packages --format csv > packages.csv
  rolecall list grants --connector npm:acme --format json
  rolecall list syncs                    for rolecall diff --from sync:ID
  rolecall list grants --as-of 2026-11-01")]
pub(crate) struct ListArgs {
    /// What to list: grants, syncs, or anything that a connector type knows
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(list_kinds()), value_name = "WHAT")]
    pub(crate) what: String,
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  rolecall changes
  rolecall changes --since 7d --format json
  rolecall changes --between 2026-11-01 2026-11-30
  rolecall changes --between sync:1 now
  rolecall changes --since 30d --kind grant --match alice
  rolecall changes confirm npm:acme --reason 'cleaned up after the audit'
  rolecall changes discard npm:acme --reason 'npm was down'")]
pub(crate) struct ChangesArgs {
    /// Decide about removals that wait
    #[command(subcommand)]
    pub(crate) decision: Option<DecisionCommand>,
    /// Only changes seen since then: 2026-11-23, 7d, 24h
    #[arg(long, value_name = "WHEN", conflicts_with = "between")]
    pub(crate) since: Option<String>,
    /// Only changes seen between two moments, or syncs as sync:ID; a date is the whole day
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    pub(crate) between: Vec<String>,
    /// Only of this kind: grant, resource, link, property or evidence
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<ChangeKind>,
    /// Only those that are said with all of these words, such as "alice owner"
    #[arg(long = "match", value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub(crate) words: String,
    /// Only changes about this, even if it is gone: an account, a package, a team; npm:acme:alice where alice is not enough
    #[arg(long, value_name = "NAME")]
    pub(crate) about: Option<String>,
    /// At most this many, newest first
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
}

/// Kinds of changes, as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangeKind {
    Grant,
    Resource,
    Link,
    Property,
    Evidence,
}

impl From<ChangeKind> for FactKind {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Grant => Self::Grant,
            ChangeKind::Resource => Self::Resource,
            ChangeKind::Link => Self::Link,
            ChangeKind::Property => Self::Property,
            ChangeKind::Evidence => Self::Evidence,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum DecisionCommand {
    /// The removals that wait are real: let them go
    Confirm(ConfirmArgs),
    /// The reading was wrong: keep what is current, and do not ask again about the same drop
    Discard(DecisionArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ConfirmArgs {
    #[command(flatten)]
    pub(crate) decision: DecisionArgs,
    /// Also those that were discarded before
    #[arg(long)]
    pub(crate) discarded: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DecisionArgs {
    /// Which connector, such as npm:acme
    pub(crate) connector: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
}

/// What can be listed: grants, syncs, and every type that a connector type declares, by its plural.
fn list_kinds() -> Vec<&'static str> {
    let declared = rolecall_connect::DECLARATIONS.iter().flat_map(|declaration| declaration.types);
    let mut kinds: Vec<&'static str> = vec!["grants", "syncs"];
    for plural in declared.map(|declared| declared.plural) {
        if !kinds.contains(&plural) {
            kinds.push(plural);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn flags_of_all_types_go_together_in_every_command() {
        Cli::command().debug_assert();
    }
}

//! `rolecall evidence`: what an auditor is given, and whether that is what was signed.

mod leavers;
mod make;
mod new_grants;
mod verify;

use clap::{Args, Subcommand};
use rolecall_engine::evidence::EvidenceQuestion;
use rolecall_engine::{clock_system, moment_parse};
use rolecall_model::Timestamp;

use super::past_of_option;
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::place::{Place, READ, files};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    after_help = "A package is one ZIP file: who could do what at a moment, what that was read from, when it was not, who the
people were, what became of those who left, changes, findings, decisions and the audit log, as CSV, as JSON and as
a report that prints. It is signed with the key of the audit log; see it with: rolecall audit key
docs/guides/for-auditors.md says what each file proves, and docs/reference/evidence.md what each byte is.

Examples:
  rolecall evidence                                    as of now, of the last 90 days
  rolecall evidence --since 2026-07-01 --as-of 2026-09-30T23:59:59Z -f q3.zip
  rolecall evidence --as-of 30d --connector npm:acme   what was known then
  rolecall evidence verify q3.zip --key 5f0c…          anywhere, without the database
  rolecall evidence leavers --last 3
  rolecall evidence new-grants --since 2026-07-01"
)]
pub(crate) struct EvidenceArgs {
    #[command(subcommand)]
    command: Option<EvidenceCommand>,
    #[command(flatten)]
    make: make::MakeArgs,
}

#[derive(Debug, Subcommand)]
enum EvidenceCommand {
    /// Verify a package; exit 9 and everything that is wrong when it is not as it was signed
    Verify(verify::VerifyArgs),
    /// Show who left last, what they could do, and when each right was seen to be gone
    Leavers(leavers::LeaversArgs),
    /// Show what accounts can do that they could not at an earlier moment
    NewGrants(new_grants::NewGrantsArgs),
}

impl EvidenceArgs {
    /// Where it may be run. Making a package needs a key that is a file.
    pub(crate) fn place(&self) -> Place {
        match &self.command {
            None => files("run it on the hub's machine, which has the key that signs"),
            Some(EvidenceCommand::Verify(_)) => Place::Here,
            Some(EvidenceCommand::Leavers(_) | EvidenceCommand::NewGrants(_)) => READ,
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &EvidenceArgs) -> Result<Exit, Failure> {
    match &args.command {
        None => make::run(global, &args.make).await,
        Some(EvidenceCommand::Verify(args)) => verify::run(global, args),
        Some(EvidenceCommand::Leavers(args)) => leavers::run(global, args).await,
        Some(EvidenceCommand::NewGrants(args)) => new_grants::run(global, args).await,
    }
}

/// How a question about the past chooses its moment and connectors.
#[derive(Clone, Debug, Args)]
struct WhenArgs {
    /// As of which moment, what was known then: 2026-09-30, 2026-09-30T18:00:00Z, 7d [default: now]
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Only this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// Exit with 5 when something behind the answer was not read in full
    #[arg(long)]
    require_complete: bool,
}

impl WhenArgs {
    /// What is asked; `since` is where the period begins, of a moment at which it ends.
    fn question(
        &self,
        since: impl FnOnce(Timestamp) -> Result<Timestamp, Failure>,
    ) -> Result<EvidenceQuestion, Failure> {
        let now = clock_system();
        let at = past_of_option("--as-of", self.as_of.as_deref())?.unwrap_or(now);
        let since = since(at)?;
        if since > at {
            return Err(Failure::new(Exit::Usage, "--since is later than the moment that is asked about")
                .hint("the period begins with --since and ends with --as-of"));
        }
        Ok(EvidenceQuestion { only: self.connector.clone(), at, since, now })
    }

    /// The code to end with.
    const fn exit(&self, is_complete: bool) -> Exit {
        if is_complete || !self.require_complete { Exit::Done } else { Exit::Incomplete }
    }
}

/// Reads `--since`: a moment, or how long before now.
fn since_of(text: &str) -> Result<Timestamp, Failure> {
    moment_parse(text, clock_system()).map_err(|why| Failure::new(Exit::Usage, format!("--since: {why}")))
}

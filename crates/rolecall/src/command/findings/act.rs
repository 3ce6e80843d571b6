//! Deciding about a finding.

use clap::Args;
use rolecall_engine::findings::{Decision, FindingRow, FindingWish, FindingWishError, finding_act};
use rolecall_engine::{clock_system, moment_parse};
use rolecall_model::Timestamp;

use super::explain::unknown;
use super::list::state;
use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{ANSWER, Format, line, print_json, print_rows};

#[derive(Debug, Args)]
pub(super) struct AcceptArgs {
    #[command(flatten)]
    of: ReasonArgs,
    /// Until when: 2027-01-31, at most a year from now
    #[arg(long, value_name = "DATE")]
    until: String,
    /// Who agreed, where that is somebody else
    #[arg(long, value_name = "NAME")]
    approver: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct SnoozeArgs {
    #[command(flatten)]
    of: ReasonArgs,
    /// For how many days
    #[arg(long, value_name = "NUMBER", default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
}

#[derive(Debug, Args)]
pub(super) struct OwnArgs {
    #[command(flatten)]
    of: ReasonArgs,
    /// Who; '' for nobody
    #[arg(long, value_name = "NAME")]
    owner: String,
}

#[derive(Debug, Args)]
pub(super) struct ReasonArgs {
    /// The finding's code, as rolecall findings shows it
    #[arg(value_name = "CODE")]
    code: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

pub(super) async fn accept(global: &Global, args: &AcceptArgs) -> Result<Exit, Failure> {
    let until = moment_parse(&args.until, clock_system()).map_err(|why| Failure::new(Exit::Usage, why))?;
    act(global, &args.of, &FindingWish::Accept { until, approver: args.approver.clone() }).await
}

pub(super) async fn suppress(global: &Global, args: &ReasonArgs) -> Result<Exit, Failure> {
    act(global, args, &FindingWish::Suppress).await
}

pub(super) async fn snooze(global: &Global, args: &SnoozeArgs) -> Result<Exit, Failure> {
    const DAY: i64 = 24 * 3600;
    let until: Timestamp = clock_system().plus_seconds(args.days * DAY);
    act(global, &args.of, &FindingWish::Snooze { until }).await
}

pub(super) async fn reopen(global: &Global, args: &ReasonArgs) -> Result<Exit, Failure> {
    act(global, args, &FindingWish::Reopen).await
}

pub(super) async fn own(global: &Global, args: &OwnArgs) -> Result<Exit, Failure> {
    act(global, &args.of, &FindingWish::Own { owner: args.owner.clone() }).await
}

async fn act(global: &Global, args: &ReasonArgs, wish: &FindingWish) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_write(global).await?;
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    let decided = finding_act(&store, &args.code, wish, &decision, clock_system()).await;
    let finding = decided.map_err(|error| refused(error, &args.code))?;
    say(format, &finding)?;
    store.close().await;
    Ok(Exit::Done)
}

fn say(format: Format, finding: &FindingRow) -> std::io::Result<()> {
    match format {
        Format::Json => print_json(finding),
        Format::Table => {
            let owner = if finding.owner.is_empty() { String::new() } else { format!(", owner {}", finding.owner) };
            line(&format!("{} is {}{owner}: {}", finding.code, state(finding), finding.title))
        }
        other => print_rows(other, std::slice::from_ref(finding)),
    }
}

fn refused(error: FindingWishError, code: &str) -> Failure {
    match error {
        FindingWishError::Unknown(_) => unknown(code),
        FindingWishError::NoReason => Failure::new(Exit::Usage, error.to_string()).hint("for example: --reason TEXT"),
        FindingWishError::Until(why) => Failure::new(Exit::Usage, why),
        FindingWishError::Own => Failure::new(Exit::Usage, error.to_string()),
        FindingWishError::Store(error) => error.into(),
    }
}

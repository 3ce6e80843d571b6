//! Who left last, and when each of their rights was seen to be gone.

use std::io;

use clap::Args;
use rolecall_engine::evidence::{LeaverRecord, LeaverRight, LeaversAnswer, RightState, leavers};

use super::WhenArgs;
use crate::cli::Global;
use crate::command::{connector_known, store_read};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, Table, line, note, paint_bold, paint_warning, print_csv, print_json};

/// What stands where nobody tells something.
const UNKNOWN: &str = "unknown";

#[derive(Debug, Args)]
#[command(
    after_help = "When somebody left is what the directories of people say: their last day, or between which two readings they were
no longer listed as working here. A right went between two readings too. A right is unknown where not everything
was read in full since they left.

Examples:
  rolecall evidence leavers
  rolecall evidence leavers --last 10 --as-of 2026-09-30 --format csv"
)]
pub(super) struct LeaversArgs {
    /// How many people, the latest first
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    last: u32,
    #[command(flatten)]
    when: WhenArgs,
}

/// Shows them.
pub(super) async fn run(global: &Global, args: &LeaversArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let question = args.when.question(Ok)?;
    let store = store_read(global).await?;
    if let Some(only) = &question.only {
        connector_known(&store, only, Some(question.at)).await?;
    }
    let answer = leavers(&store, &question, usize::try_from(args.last).unwrap_or(usize::MAX)).await?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            print_csv(LeaversAnswer::COLUMNS, answer.cells())?;
            note(&printable(&answer.completeness));
        }
        _ => print(&answer)?,
    }
    Ok(args.when.exit(answer.complete))
}

fn print(answer: &LeaversAnswer) -> io::Result<()> {
    if answer.leavers.is_empty() {
        line("Nobody is known to have left.")?;
    }
    answer.leavers.iter().try_for_each(leaver_print)?;
    let text = printable(&answer.completeness);
    line("")?;
    line(&if answer.complete { text } else { paint_warning(&text) })
}

fn leaver_print(leaver: &LeaverRecord) -> io::Result<()> {
    line(&paint_bold(&printable(&format!("{} ({})", leaver.name, leaver.person))))?;
    line(&printable(&format!("  {}", left_text(leaver))))?;
    let accounts =
        if leaver.accounts.is_empty() { "none that is known".to_owned() } else { leaver.accounts.join(", ") };
    line(&printable(&format!("  accounts: {accounts}")))?;
    leaver.unread.iter().try_for_each(|text| line(&paint_warning(&printable(&format!("  {text}")))))?;
    if leaver.rights.is_empty() {
        return line("  No right of theirs is known, of then or later.");
    }
    line(&format!("  {}", summary(&leaver.rights)))?;
    let mut table = Table::new(&["", "right", "on", "account", "connector", "gone between", "and", "after"]);
    leaver.rights.iter().for_each(|right| table.row(&cells(right)));
    table.print()
}

fn left_text(leaver: &LeaverRecord) -> String {
    let LeaverRecord { last_day, left_not_before, left_not_after, .. } = leaver;
    let told = match left_not_before {
        Some(before) => format!("the directory listed them as here at {before}, and not at {left_not_after}"),
        None => {
            format!("the directory said so at {left_not_after}, when it was first read; when they left is {UNKNOWN}")
        }
    };
    match last_day {
        Some(day) => format!("last day {day} (the directory said so at {left_not_after} at the latest)"),
        None => told,
    }
}

fn summary(rights: &[LeaverRight]) -> String {
    let states = [RightState::Gone, RightState::Remains, RightState::Unconfirmed, RightState::Unknown];
    let counted = states.map(|state| (state, rights.iter().filter(|right| right.state == state).count()));
    let told = counted.iter().filter(|(_, number)| *number > 0);
    let told: Vec<String> = told.map(|(state, number)| format!("{number} {}", state.word())).collect();
    format!("{}: {}", count(rights.len() as u64, "right", "rights"), told.join(", "))
}

fn cells(right: &LeaverRight) -> Vec<String> {
    let is_gone = right.state == RightState::Gone;
    let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| UNKNOWN.to_owned());
    let gone = |text: String| if is_gone { text } else { String::new() };
    vec![
        right.state.word().to_owned(),
        right.entitlement.clone(),
        format!("{} {}", right.resource_type, right.resource),
        right.account.clone(),
        right.connector.clone(),
        gone(or_unknown(&right.gone_not_before)),
        gone(or_unknown(&right.gone_not_after)),
        gone(after_text(right)),
    ]
}

/// How long it was there after they had left.
fn after_text(right: &LeaverRight) -> String {
    match (right.hours_at_least, right.hours_at_most) {
        (Some(0), Some(0)) => "before they left".to_owned(),
        (Some(least), Some(most)) if least == most => format!("{least} h"),
        (Some(least), Some(most)) => format!("{least} to {most} h"),
        (Some(least), None) => format!("at least {least} h"),
        (None, Some(most)) => format!("at most {most} h"),
        (None, None) => UNKNOWN.to_owned(),
    }
}

//! `--was`: who could, and what an account could do, at a past moment, by all that is known today.

use std::io;

use rolecall_engine::clock_system;
use rolecall_engine::was::{
    AccessThenAnswer, HeldItem, HeldPath, HolderAnswer, WasView, WhoCouldAnswer, was_load, was_parse,
};
use rolecall_store::Store;

use super::answer::{completeness_note, completeness_print, counted};
use super::{connector_known, exit_of};
use crate::cli::{AccessArgs, QuestionArgs, WhoCanArgs};
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, Table, line, note, paint_bold, paint_warning, print_csv, print_json};

const WHO: &[&str] = &["account", "could", "by", "that path", "was"];
const WHAT: &[&str] = &["type", "resource", "holds", "held", "by", "that path", "was"];

/// Answers who could.
pub(super) async fn who_could(store: &Store, format: Format, args: &WhoCanArgs, moment: &str) -> Result<Exit, Failure> {
    let view = load(store, &args.question, moment).await?;
    let answer = view.who_could(&args.action, &args.resource)?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            let holders = answer.accounts.iter().chain(&answer.others);
            print_csv(WHO, holders.flat_map(|holder| dated(holder_rows(holder), &answer.was)))?;
            unseen_note(&answer.unseen);
            completeness_note(&answer.completeness);
        }
        _ => who_print(&answer)?,
    }
    Ok(exit_of(&args.question, answer.completeness.complete && answer.unseen.is_empty()))
}

/// Answers what an account could do.
pub(super) async fn access(store: &Store, format: Format, args: &AccessArgs, moment: &str) -> Result<Exit, Failure> {
    let view = load(store, &args.question, moment).await?;
    let answer = view.account_access(&args.account)?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            print_csv(WHAT, answer.items.iter().flat_map(|item| dated(item_rows(item), &answer.was)))?;
            unseen_note(&answer.unseen);
            completeness_note(&answer.completeness);
        }
        _ => access_print(&answer)?,
    }
    Ok(exit_of(&args.question, answer.completeness.complete && answer.unseen.is_empty()))
}

async fn load(store: &Store, question: &QuestionArgs, moment: &str) -> Result<WasView, Failure> {
    let at = was_parse(moment, clock_system()).map_err(|why| {
        Failure::new(Exit::Usage, format!("--was: {why}")).hint("to ask about the present, leave --was out")
    })?;
    let only = question.connector.as_deref();
    if let Some(name) = only {
        connector_known(store, name, None).await?;
    }
    Ok(was_load(store, only, at).await?)
}

fn holder_rows(holder: &HolderAnswer) -> Vec<Vec<String>> {
    let row = |path: &HeldPath| {
        vec![holder.holder.id.clone(), holder.held.word().to_owned(), path.text.clone(), path.held.word().to_owned()]
    };
    holder.paths.iter().map(row).collect()
}

fn item_rows(item: &HeldItem) -> Vec<Vec<String>> {
    let row = |path: &HeldPath| {
        vec![
            item.resource.kind.clone(),
            item.resource.id.clone(),
            item.entitlement.clone(),
            item.held.word().to_owned(),
            path.text.clone(),
            path.held.word().to_owned(),
        ]
    };
    item.paths.iter().map(row).collect()
}

fn dated(rows: Vec<Vec<String>>, was: &str) -> impl Iterator<Item = Vec<String>> {
    rows.into_iter().map(move |row| row.into_iter().chain([was.to_owned()]).collect())
}

fn who_print(answer: &WhoCouldAnswer) -> io::Result<()> {
    let subject = format!("{} {} ({})", answer.resource.kind, answer.resource.id, answer.resource.connector);
    line(&paint_bold(&printable(&format!("Who could {} {subject} at {}", answer.action, answer.was))))?;
    line("")?;
    if let Some(held) = answer.anyone {
        line(&format!("Whether everyone could, without an account: {}.", held.word()))?;
    }
    table_print(WHO, answer.accounts.iter().chain(&answer.others).flat_map(holder_rows))?;
    let possibly = answer.accounts.len() - answer.count;
    let sure = counted(answer.count, true, "account", "accounts");
    line(&format!("For certain: {sure}; possibly: {possibly} more."))?;
    ending_print(&answer.unseen)?;
    completeness_print(&answer.completeness)
}

fn access_print(answer: &AccessThenAnswer) -> io::Result<()> {
    let title = format!("Access of {} {} at {}", answer.account.kind, answer.account.id, answer.was);
    line(&paint_bold(&printable(&title)))?;
    for suspended in &answer.suspended {
        let text = format!("Suspended in {} ({}): {}.", suspended.connector, suspended.why, suspended.held.word());
        line(&paint_warning(&printable(&text)))?;
    }
    line("")?;
    table_print(WHAT, answer.items.iter().flat_map(item_rows))?;
    for group in &answer.might {
        let because = printable(&group.because);
        line(&format!("Possibly {} on {}, as holder of {because}: {}.", group.entitlement, group.counted, group.why))?;
    }
    ending_print(&answer.unseen)?;
    completeness_print(&answer.completeness)
}

/// The moment is said above a table.
fn table_print(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let columns = columns.split_last().map_or(columns, |(_, others)| others);
    let mut table = Table::new(columns);
    rows.for_each(|row| table.row(&row));
    table.print()?;
    line("")
}

fn ending_print(unseen: &[String]) -> io::Result<()> {
    unseen.iter().try_for_each(|text| line(&paint_warning(&printable(&format!("{text}.")))))?;
    line("Of anybody else no reading shows it; what came and went between two readings leaves no trace.")
}

fn unseen_note(unseen: &[String]) {
    unseen.iter().for_each(|text| note(&printable(text)));
}

//! `rolecall who-can`: every account that can, and by which path.

use std::io;

use rolecall_engine::TrustedPublisherAnswer;
use rolecall_engine::who_can::{AccountAnswer, TakeAnswer, WhoCanAnswer};

use super::answer::{completeness_print, counted, not_shown_print};
use super::{exit_of, store_read, view_load};
use crate::cli::{Global, WhoCanArgs};
use crate::exit::{Exit, Failure};
use crate::output::{ANSWER, Format, Table, line, paint_bold, print_csv, print_json, text::printable};

pub(crate) const COLUMNS: &[&str] = &["account", "role", "by", "since", "last published", "remark"];

/// Answers the question.
pub(crate) async fn run(global: &Global, args: &WhoCanArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_read(global).await?;
    let view = view_load(&store, &args.question).await?;
    let answer = view.who_can(&args.action, &args.resource)?;
    match format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print_csv(COLUMNS, rows(&answer).into_iter())?,
        _ => print(&answer)?,
    }
    Ok(exit_of(&args.question, answer.completeness.complete))
}

/// One row for each path, so that a program can filter; the table leaves out what the row above says already.
fn rows(answer: &WhoCanAnswer) -> Vec<Vec<String>> {
    answer.accounts.iter().flat_map(account_rows).chain(answer.trusted_publishers.iter().map(trusted_row)).collect()
}

fn trusted_row(publisher: &TrustedPublisherAnswer) -> Vec<String> {
    let role = if publisher.can { "trusted publisher" } else { "trusted to stage only" };
    vec![
        publisher.principal.id.clone(),
        role.to_owned(),
        publisher.text.clone(),
        day(&publisher.since),
        String::new(),
        remark(publisher.removal_unconfirmed),
    ]
}

fn remark(removal_unconfirmed: bool) -> String {
    if removal_unconfirmed { "removal unconfirmed".to_owned() } else { String::new() }
}

fn account_rows(account: &AccountAnswer) -> impl Iterator<Item = Vec<String>> {
    account.paths.iter().map(move |path| {
        vec![
            account.account.id.clone(),
            if account.roles.is_empty() { "outsider".to_owned() } else { account.roles.join(", ") },
            path.text.clone(),
            since(&path.since, path.or_earlier),
            account.last_published.as_deref().map(day).unwrap_or_default(),
            remark(path.removal_unconfirmed),
        ]
    })
}

/// The day since which something is known. `≤` says that it was there when it was first read, and may be older.
pub(crate) fn since(moment: &str, or_earlier: bool) -> String {
    if or_earlier { format!("≤ {}", day(moment)) } else { day(moment) }
}

/// The day of a moment: in a table, hours are noise.
pub(crate) fn day(moment: &str) -> String {
    moment.split('T').next().unwrap_or(moment).to_owned()
}

/// Prints the answer for people.
pub(crate) fn print(answer: &WhoCanAnswer) -> io::Result<()> {
    let subject = format!("{} {} ({})", answer.resource.kind, answer.resource.id, answer.resource.connector);
    line(&paint_bold(&printable(&format!("Who can {} {subject}", answer.action))))?;
    line("")?;
    if let Some(anyone) = &answer.anyone {
        line(anyone)?;
    }
    if !answer.accounts.is_empty() {
        let mut table = Table::new(COLUMNS);
        for account in &answer.accounts {
            let mut previous: Option<Vec<String>> = None;
            for row in account_rows(account) {
                table.row(&without_repetition(&row, previous.as_ref()));
                previous = Some(row);
            }
        }
        table.print()?;
        line("")?;
    }
    let complete = answer.completeness.complete;
    let count = counted(answer.count, complete, "account", "accounts");
    line(&format!("{}: {count}.", capitalised(&answer.action)))?;
    if answer.paths_cut {
        line("There are more paths than these; the accounts are all here.")?;
    }
    publishers_print(answer)?;
    takes_print(&answer.can_take)?;
    completeness_print(&answer.completeness)?;
    not_shown_print(&answer.not_read, &answer.not_shown)
}

/// The first two cells and the last publication belong to the account, not to the path.
fn without_repetition(row: &[String], previous: Option<&Vec<String>>) -> Vec<String> {
    let is_account = |column: usize| matches!(column, 0 | 1 | 4);
    row.iter()
        .enumerate()
        .map(|(column, cell)| if previous.is_some() && is_account(column) { String::new() } else { cell.clone() })
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What can and is no account, and what was seen to.
fn publishers_print(answer: &WhoCanAnswer) -> io::Result<()> {
    if !answer.trusted_publishers.is_empty() {
        line("Through trusted publishers, with nobody's token:")?;
    }
    for publisher in &answer.trusted_publishers {
        let waits = if publisher.removal_unconfirmed { " (removal unconfirmed)" } else { "" };
        line(&printable(&format!("  - {}, since {}{waits}", publisher.text, day(&publisher.since))))?;
    }
    let mut observed = answer.observed_publishers.iter();
    observed.try_for_each(|observed| line(&printable(&format!("Observed: {}.", observed.text))))
}

fn takes_print(takes: &[TakeAnswer]) -> io::Result<()> {
    let Some(first) = takes.first() else { return Ok(()) };
    let names: Vec<String> = takes
        .iter()
        .map(|take| {
            let slug = take.entitlement.rsplit(':').next().unwrap_or_default();
            format!("{} ({slug})", take.account.id)
        })
        .collect();
    line(&format!("Could give themselves the right, but do not have it: {}.", printable(&names.join(", "))))?;
    line(&format!("  ({})", first.how))
}

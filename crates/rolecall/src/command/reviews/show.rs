//! `rolecall reviews show`.

use std::io;

use clap::Args;
use rolecall_engine::reviews::{ReviewDetail, ReviewPeople, review_show};
use rolecall_engine::{clock_system, day_text, world_load};

use super::begin::accuracy_print;
use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, Table, line, paint_bold, paint_warning, print_json};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The campaign: its name or id
    review: String,
}

pub(super) async fn run(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = store_read(global).await?;
    let view = world_load(&store, None, None).await?;
    let people = ReviewPeople::load(&store, &view).await?;
    let detail = review_show(&store, &people, &args.review, clock_system()).await?;
    match format {
        Format::Json => print_json(&detail)?,
        _ => print(&detail)?,
    }
    Ok(Exit::Done)
}

fn print(detail: &ReviewDetail) -> io::Result<()> {
    let (row, definition) = (&detail.row, &detail.definition);
    line(&paint_bold(&printable(&format!("{}: {}", row.name, row.state))))?;
    if !row.description.is_empty() {
        line(&printable(&row.description))?;
    }
    let decided = row.certified + row.denied;
    let progress = format!("{decided} of {} decided, {} denied", count(row.grants, "grant", "grants"), row.denied);
    line(&format!("{progress}; run by {}", printable(&row.owner)))?;
    if let Some(due) = &row.due_at {
        let text = format!("to be decided until {}", day_text(due));
        line(&if row.is_overdue { paint_warning(&format!("{text}, which is over")) } else { text })?;
    }
    line(&format!("reviewed by: {}", printable(&definition.reviewers.join(", then "))))?;
    if row.grants > 0 {
        let novelty: Vec<String> = detail.novelty.iter().map(|(word, count)| format!("{count} {word}")).collect();
        line(&format!("beside what was certified before: {}", novelty.join(", ")))?;
        line(&format!("population {}", detail.population))?;
    }
    reviewers_print(detail)?;
    if !detail.accuracy.connectors.is_empty() {
        line("")?;
        line(&paint_bold("Accuracy when it was staged"))?;
        accuracy_print(&detail.accuracy)?;
    }
    events_print(detail)
}

fn reviewers_print(detail: &ReviewDetail) -> io::Result<()> {
    if detail.reviewers.is_empty() {
        return Ok(());
    }
    line("")?;
    let mut table = Table::new(&["reviewer", "certified", "denied", "undecided"]);
    for one in &detail.reviewers {
        let left = if one.has_left { " (has left)" } else { "" };
        let name = format!("{}{left}", one.name);
        table.row(&[name, one.certified.to_string(), one.denied.to_string(), one.undecided.to_string()]);
    }
    table.print()
}

fn events_print(detail: &ReviewDetail) -> io::Result<()> {
    line("")?;
    line(&paint_bold("What happened"))?;
    let mut table = Table::new(&["when", "what", "who", "why"]);
    for event in &detail.events {
        let who = event.actor.clone().unwrap_or_else(|| "the program".to_owned());
        table.row(&[event.at.clone(), event.what.clone(), who, event.reason.clone().unwrap_or_default()]);
    }
    table.print()
}

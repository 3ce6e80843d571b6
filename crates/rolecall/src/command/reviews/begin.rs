//! `rolecall reviews scope`, `accuracy`, `stage` and `start`.

use std::io;

use clap::Args;
use rolecall_engine::reviews::{
    ReviewAccuracy, ReviewDefinition, ReviewPeople, review_accuracy, review_show, review_stage, review_start,
    review_validate,
};
use rolecall_engine::{clock_system, day_text, world_load};
use rolecall_store::Store;

use super::write::say;
use super::{Open, context_of};
use crate::cli::Global;
use crate::command::store_read;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, Table, line, note, paint_warning, print_csv, print_json};

#[derive(Debug, Args)]
pub(super) struct NameArgs {
    /// The campaign: its name or id
    review: String,
}

#[derive(Debug, Args)]
pub(super) struct AccuracyArgs {
    /// The campaign: its name or id
    review: String,
    /// Exit with 5 when something speaks against relying on it
    #[arg(long)]
    require_complete: bool,
}

/// That there is no such campaign.
pub(super) fn unknown(name: &str) -> Failure {
    let failure = Failure::new(Exit::Name, format!("there is no review called {name:?}"));
    failure.hint("see which there are: rolecall reviews list")
}

async fn definition(store: &Store, name: &str) -> Result<ReviewDefinition, Failure> {
    let known = store.review_named(name).await?;
    let known = known.ok_or_else(|| unknown(name))?;
    Ok(ReviewDefinition::of(&known)?)
}

pub(super) async fn scope(global: &Global, args: &NameArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::of(context_of(store_read(global).await?)).await?;
    let definition = definition(&open.context.store, &args.review).await?;
    let counted = review_validate(&open.context, &open.view, &open.people, &definition).await?;
    let rows = counted.connectors.iter().map(|(connector, grants)| vec![connector.clone(), grants.to_string()]);
    match format {
        Format::Json => print_json(&counted)?,
        Format::Csv => print_csv(&["connector", "grants"], rows)?,
        _ => {
            let holders = count(counted.holders as u64, "account or group", "accounts and groups");
            line(&format!("{} of {holders}", count(counted.grants as u64, "grant", "grants")))?;
            let mut table = Table::new(&["connector", "grants"]);
            rows.for_each(|row| table.row(&row));
            table.print()?;
            if counted.given_by_rule > 0 {
                let rules = counted.given_by_rule;
                line(&format!(
                    "{rules} more are given by rules and settings of the registry: nobody decides about one alone"
                ))?;
            }
        }
    }
    Ok(Exit::Done)
}

pub(super) async fn accuracy(global: &Global, args: &AccuracyArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_read(global).await?;
    let definition = definition(&store, &args.review).await?;
    let view = world_load(&store, None, None).await?;
    let accuracy = review_accuracy(&store, &view, &definition.scope.connectors, clock_system()).await?;
    match format {
        Format::Json => print_json(&accuracy)?,
        Format::Csv => {
            let flags = accuracy.connectors.iter().flat_map(|connector| {
                let row = |code: &str, text: &str| vec![connector.connector.clone(), code.to_owned(), text.to_owned()];
                match connector.flags.as_slice() {
                    [] => vec![row("", "nothing speaks against it")],
                    some => some.iter().map(|flag| row(&flag.code, &flag.text)).collect(),
                }
            });
            print_csv(&["connector", "flag", "text"], flags)?;
        }
        _ => accuracy_print(&accuracy)?,
    }
    let is_incomplete = args.require_complete && accuracy.flagged() > 0;
    Ok(if is_incomplete { Exit::Incomplete } else { Exit::Done })
}

pub(super) fn accuracy_print(accuracy: &ReviewAccuracy) -> io::Result<()> {
    for connector in &accuracy.connectors {
        let read = connector.read_in_full_since.as_deref().unwrap_or("never");
        line(&printable(&format!("{}: read in full {read}", connector.connector)))?;
        for flag in &connector.flags {
            line(&paint_warning(&printable(&format!("  {}", flag.text))))?;
        }
    }
    Ok(())
}

pub(super) async fn stage(global: &Global, args: &NameArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::for_changes(global).await?;
    let review = review_stage(&open.context, &open.view, &args.review, &environment::actor()).await?;
    let id = review.uuid.to_string();
    let detail = review_show(&open.context.store, &open.people, &id, clock_system()).await?;
    say(format, &review, &format!("is staged with {}", count(review.items, "grant", "grants")))?;
    if format == Format::Table {
        let mut table = Table::new(&["reviewer", "grants"]);
        detail.reviewers.iter().for_each(|one| table.row(&[one.name.clone(), one.undecided.to_string()]));
        table.print()?;
    }
    let strangers = detail.reviewers.iter().filter(|one| one.reviewer.is_some() && !one.is_known);
    for stranger in strangers.map(|one| &one.name) {
        note(&printable(&format!(
            "{stranger} is in no directory, and no account here: nobody knows whether it is the right one"
        )));
    }
    let flagged = detail.accuracy.flagged();
    if flagged > 0 {
        let what = count(flagged as u64, "connector was", "connectors were");
        note(&format!("{what} not read in full, or not lately; see: rolecall reviews show"));
    }
    open.close().await;
    Ok(Exit::Done)
}

pub(super) async fn start(global: &Global, args: &NameArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let context = context_of(crate::command::store_write(global).await?);
    let review = review_start(&context, &args.review, &environment::actor()).await?;
    let due = review.due_at.map(rolecall_engine::moment_text).unwrap_or_default();
    say(format, &review, &format!("runs until {}", day_text(&due)))?;
    let view = world_load(&context.store, None, None).await?;
    let people = ReviewPeople::load(&context.store, &view).await?;
    let detail = review_show(&context.store, &people, &review.uuid.to_string(), clock_system()).await?;
    if let Some(nobody) = detail.reviewers.iter().find(|one| one.reviewer.is_none()) {
        let what = count(nobody.undecided, "grant", "grants");
        note(&format!("nobody reviews {what}: rolecall reviews reassign"));
    }
    context.store.close().await;
    Ok(Exit::Done)
}

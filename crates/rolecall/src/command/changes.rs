//! `rolecall changes`: what changed, and decisions about removals that wait.

use std::io;

use rolecall_engine::changes::{
    ChangeAnswer, ChangesQuestion, PendingAnswer, UNKNOWN, Verb, changes, changes_folded, changes_unseen, decide,
};
use rolecall_engine::diff::Point;
use rolecall_engine::{About, WorldView, about_of, clock_system, moment_parse, span_parse};
use rolecall_model::Timestamp;
use rolecall_store::{Decision, Mode, Store};
use serde_json::json;

use super::answer::{as_of_note, as_of_print, completeness_note, completeness_print};
use super::{exit_of, past_of, store_read, view_load};
use crate::cli::{ChangesArgs, ConfirmArgs, DecisionArgs, DecisionCommand, Global};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, LIST, Row, line, note, paint_warning, print_json, print_rows, print_rows_as_of};

/// Shows changes, or makes a decision.
pub(crate) async fn run(global: &Global, args: &ChangesArgs) -> Result<Exit, Failure> {
    match &args.decision {
        None => show(global, args).await,
        Some(DecisionCommand::Confirm(ConfirmArgs { decision, discarded })) => {
            make(global, Verb::Confirm { discarded: *discarded }, decision).await
        }
        Some(DecisionCommand::Discard(decision)) => make(global, Verb::Discard, decision).await,
    }
}

async fn show(global: &Global, args: &ChangesArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let now = past_of(args.question.as_of.as_deref())?.unwrap_or_else(clock_system);
    let question = question(args, now).map_err(|error| Failure::new(Exit::Usage, error))?;
    let store = store_read(global).await?;
    let question = between(&store, question, args, now).await?;
    let view = view_load(&store, &args.question).await?;
    let question = ChangesQuestion { about: about(&store, &view, args.about.as_deref()).await?, ..question };
    let (changed, pending) = changes(&store, &view, &question).await?;
    let unseen = changes_unseen(&store, &view, &question, now).await?;
    let completeness = view.list_completeness();
    let as_of = view.as_of();
    match format {
        Format::Json | Format::Csv | Format::Ndjson => {
            print_rows_as_of(format, &changed, as_of.map(|as_of| &*as_of.moment))?;
        }
        _ => {
            as_of_print(as_of)?;
            print(&changed, &pending)?;
            unseen.iter().try_for_each(|text| line(&paint_warning(&printable(text))))?;
            completeness_print(&completeness)?;
        }
    }
    if format != Format::Table {
        // A list for programs is nothing but its items, so that what it lacks can only be said beside it.
        unseen.iter().for_each(|text| note(&printable(text)));
        as_of_note(as_of);
        completeness_note(&completeness);
    }
    Ok(exit_of(&args.question, completeness.complete && unseen.is_empty()))
}

fn question(args: &ChangesArgs, now: Timestamp) -> Result<ChangesQuestion, String> {
    let of = ChangesQuestion {
        kind: args.kind.map(Into::into),
        words: args.words.clone(),
        limit: usize::try_from(args.limit).unwrap_or(usize::MAX),
        ..ChangesQuestion::default()
    };
    if let [from, to] = args.between.as_slice() {
        let moments: Vec<&String> = [from, to].into_iter().filter(|text| !is_point(text)).collect();
        if let [from, to] = moments.as_slice() {
            let (since, until) = span_parse(from, to, now)?;
            return Ok(ChangesQuestion { since: Some(since), until: Some(until), ..of });
        }
        // What is wrong is said before the database is opened; what a sync made current is only known then.
        moments.into_iter().try_for_each(|text| moment_parse(text, now).map(drop))?;
    }
    let since = args.since.as_deref().map(|text| moment_parse(text, now)).transpose()?;
    Ok(ChangesQuestion { since, ..of })
}

/// Whether it is no moment by itself.
fn is_point(text: &str) -> bool {
    text == "now" || text.starts_with("sync:")
}

/// The same between syncs: what became known after the first, up to what the second made current.
async fn between(
    store: &Store,
    question: ChangesQuestion,
    args: &ChangesArgs,
    now: Timestamp,
) -> Result<ChangesQuestion, Failure> {
    let [from, to] = args.between.as_slice() else { return Ok(question) };
    if question.since.is_some() {
        return Ok(question);
    }
    let since = Point::read(store, from, now).await?.at().unwrap_or(now);
    // The sync itself is what changes are counted from.
    let since = if from.starts_with("sync:") { Timestamp(since.0.saturating_add(1)) } else { since };
    let until = Point::read(store, to, now).await?.at().unwrap_or(now);
    if until < since {
        let why = format!("{to} is not after {from}; the earlier end comes first");
        return Err(Failure::new(Exit::Usage, why));
    }
    Ok(ChangesQuestion { since: Some(since), until: Some(until), ..question })
}

async fn about(store: &Store, view: &WorldView, name: Option<&str>) -> Result<Option<About>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let about = about_of(store, view, name).await?;
    about.map(Some).ok_or_else(|| view.nothing_called(name).into())
}

/// Prints changes and removals that wait, for people.
pub(crate) fn print(changed: &[ChangeAnswer], pending: &[PendingAnswer]) -> io::Result<()> {
    if changed.is_empty() {
        line("No changes are recorded.")?;
    } else {
        let (shown, folded) = changes_folded(changed);
        print_rows(Format::Table, &shown)?;
        line("")?;
        if folded > 0 {
            let properties = count(folded, "property", "properties");
            line(&format!("{properties} of what appeared or disappeared whole: see --format json."))?;
        }
        let who = if changed.iter().any(|change| change.actor != UNKNOWN) {
            "Who did it is told where the registry's own record names one event that explains it."
        } else {
            "The registry does not tell who did it."
        };
        line(&format!("{}. {who}", count(changed.len(), "change", "changes")))?;
    }
    pending_print(pending)
}

fn pending_print(pending: &[PendingAnswer]) -> io::Result<()> {
    let waiting: Vec<&PendingAnswer> = pending.iter().filter(|removal| !removal.discarded).collect();
    let Some(first) = waiting.first() else { return Ok(()) };
    line("")?;
    let removals = count(waiting.len(), "removal waits", "removals wait");
    line(&paint_warning(&format!("Confirm changes: {removals}; what they are about stays current until then.")))?;
    for removal in waiting.iter().take(20) {
        let text = format!("  - {} (missing from {} since {})", removal.text, removal.listing, removal.missing_since);
        line(&printable(&text))?;
    }
    if waiting.len() > 20 {
        line(&format!("  … and {} more", waiting.len() - 20))?;
    }
    line(&format!("  why: {}", printable(&first.reason)))?;
    let connector = printable(&first.connector);
    line(&format!("  decide with: rolecall changes confirm {connector}   or: rolecall changes discard {connector}"))
}

async fn make(global: &Global, verb: Verb, args: &DecisionArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = Store::open(&environment::database(global.database.as_deref())?, Mode::Write).await?;
    let decision =
        Decision { actor: environment::actor(), reason: args.reason.clone().unwrap_or_else(|| "not given".to_owned()) };
    let facts = decide(&store, verb, &args.connector, &decision, clock_system()).await?;
    let (word, done) = match verb {
        Verb::Confirm { .. } => ("confirm", "confirmed: gone as of when they were first missing"),
        Verb::Discard => ("discard", "discarded: they stay current, and the same drop will not be announced again"),
    };
    match format {
        Format::Json => print_json(&json!({ "decision": word, "connector": args.connector, "facts": facts }))?,
        _ if facts == 0 => line("Nothing waits for a decision.")?,
        _ => line(&format!("{} {done}.", count(facts, "fact", "facts")))?,
    }
    Ok(Exit::Done)
}

impl Row for ChangeAnswer {
    const COLUMNS: &'static [&'static str] = &["change", "what", "not before", "not after", "by", "connector"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.change.to_owned(),
            self.text.clone(),
            self.not_before.clone().unwrap_or_default(),
            self.not_after.clone(),
            self.actor.clone(),
            self.connector.clone(),
        ]
    }
}

//! What the end of every answer says: how complete it is, and what nothing shows.

use std::io;

use rolecall_engine::{AsOf, Completeness, PausedConnector};

use crate::output::{line, note, paint_dim, paint_warning, text::printable};

/// Prints how complete an answer is.
pub(crate) fn completeness_print(completeness: &Completeness) -> io::Result<()> {
    paused_print(&completeness.paused)?;
    match (&completeness.read_in_full_since, completeness.complete) {
        (Some(since), true) => {
            line(&paint_dim(&format!("Complete: every listing behind this was read in full, the oldest at {since}.")))
        }
        (None, true) => line(&paint_dim("Nothing is recorded yet.")),
        (_, false) => {
            line(&paint_warning("Not complete:"))?;
            completeness.gaps.iter().try_for_each(|gap| line(&format!("  - {}", printable(&gap.sentence()))))
        }
    }
}

/// Says beside a list for programs that it is not complete, if it is not.
pub(crate) fn completeness_note(completeness: &Completeness) {
    if !completeness.complete {
        let gaps = crate::output::text::count(completeness.gaps.len(), "gap", "gaps");
        note(&format!("not complete: {gaps} (see: rolecall status)"));
    }
    for paused in &completeness.paused {
        note(&format!("{} is paused since {}", printable(&paused.connector), paused.since));
    }
}

/// Says which connectors nobody reads any more.
fn paused_print(paused: &[PausedConnector]) -> io::Result<()> {
    paused.iter().try_for_each(|PausedConnector { connector, since }| {
        let text =
            format!("Paused: {connector} is not read since {since}; what is said of it is as old as its last sync.");
        line(&paint_warning(&printable(&text)))
    })
}

/// Prints what was not read for want of a person, and what no interface of the source shows.
pub(crate) fn not_shown_print(not_read: &[String], not_shown: &[String]) -> io::Result<()> {
    if !not_read.is_empty() {
        line(&paint_dim(&format!("Not read: {}.", not_read.join("; "))))?;
    }
    if not_shown.is_empty() {
        return Ok(());
    }
    line(&paint_dim(&format!("No interface shows: {}.", not_shown.join("; "))))
}

/// `3 accounts`, or `at least 3 accounts` when something behind the number was not read in full.
pub(crate) fn counted(count: usize, complete: bool, one: &str, many: &str) -> String {
    let counted = crate::output::text::count(count, one, many);
    if complete { counted } else { format!("at least {counted}") }
}

/// Says of which past moment an answer is, before anything else.
pub(crate) fn as_of_print(as_of: Option<&AsOf>) -> io::Result<()> {
    as_of.map_or(Ok(()), |as_of| line(&paint_warning(&printable(&as_of_text(as_of)))))
}

/// Says it beside a list for programs.
pub(crate) fn as_of_note(as_of: Option<&AsOf>) {
    if let Some(as_of) = as_of {
        note(&printable(&as_of_text(as_of)));
    }
}

fn as_of_text(as_of: &AsOf) -> String {
    let known = as_of.connectors.iter().filter_map(|known| {
        let since = known.current_since.as_ref()?;
        Some(format!("{} as of its reading of {since}", known.connector))
    });
    format!("As of {}: what was known then. {}.", as_of.moment, known.collect::<Vec<_>>().join(", "))
}

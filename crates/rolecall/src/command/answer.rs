//! What the end of every answer says: how complete it is, and what nothing shows.

use std::io;

use rolecall_engine::Completeness;

use crate::output::{line, paint_dim, paint_warning, text::printable};

/// Prints how complete an answer is.
pub(crate) fn completeness_print(completeness: &Completeness) -> io::Result<()> {
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

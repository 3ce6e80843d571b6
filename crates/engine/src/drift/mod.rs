//! How what is recorded differs from what a file says should be (`rolecall.access.yaml`).
//!
//! The file says, per connector, who holds what on the organisation, on teams and on packages or repositories. What it does
//! not mention is not judged, unless it says `only: true` of it. Kinds of things and rights are those that the connector's
//! type declares; no registry is known here. Nothing is changed by any of this.
//!
//! | question | module |
//! |---|---|
//! | what does a file say, by itself, and where is it wrong? | `reader` |
//! | what does that mean in what is recorded? | `section`, `name`, `exception`; as values: `wanted` |
//! | what is there? | `actual` |
//! | how do they differ? | `compare` |
//! | what does it mean that something is not seen? | `seen` |
//! | how is it said? | `answer` |
//! | how is the present written as such a file? | `write`, `yaml` |
//!
//! **Architecture Invariant:** what is missing is *to add* only where every listing that would show it was read in full;
//! otherwise it is *unknown*. What is there counts as there as long as its removal waits for a person.

mod actual;
mod answer;
mod compare;
mod exception;
mod mistake;
mod name;
mod reader;
mod section;
mod seen;
#[cfg(test)]
mod tests;
mod wanted;
mod write;
mod yaml;

use rolecall_model::Timestamp;

pub use answer::{DriftAnswer, DriftChange, DriftCounts, DriftRow, DriftState, Excepted, ExceptionAnswer};
pub use mistake::Mistake;
pub use write::{WrittenAccess, access_write};
pub use yaml::AccessFormat;

use crate::placed::placed_read;
use crate::world::WorldView;
use mistake::Mistakes;

/// Compares what is recorded with what a file wants. Connectors that are `elsewhere` are known and out of view, and
/// what the file says of them is left alone.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn drift(view: &WorldView, text: &str, elsewhere: &[String], now: Timestamp) -> Result<DriftAnswer, Vec<Mistake>> {
    let mut mistakes = Mistakes::default();
    let document = placed_read(text).map_err(|error| vec![Mistake::of_all(error.to_string())])?;
    let actual: Vec<_> = (0_u32..).zip(&view.connectors).map(|(at, _)| actual::Actual::of(view, at)).collect();
    let wanted = section::file_read(view, &actual, elsewhere, &document, &mut mistakes);
    mistakes.none()?;
    Ok(compare::compared(view, &actual, &wanted, now))
}

//! How an answer is found, and what that costs.

use std::io;

use rolecall_engine::query::{Shown, json};
use serde_json::Value as Json;

use crate::output::text::printable;
use crate::output::{Format, line, paint_dim, print_json};

/// Prints the plan in place of the answer.
pub(super) fn print(shown: &Shown<'_>, format: Format) -> io::Result<()> {
    if matches!(format, Format::Json | Format::Graph) {
        let mut said = json::plan(shown.answer);
        said.extend(json::besides(shown));
        return print_json(&Json::Object(said));
    }
    shown.answer.plan.iter().try_for_each(|step| line(&printable(step)))?;
    line(&paint_dim(&format!("Work: {}.", shown.answer.work)))
}

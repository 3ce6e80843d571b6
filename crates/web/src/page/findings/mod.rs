//! *Findings*: what rules found, what became of it, and what people decide about it.
//!
//! | question | file |
//! |---|---|
//! | which are there? | `list.rs`; which of them does somebody want: `wish.rs`; as files: `file.rs` |
//! | what is one about, and why does it matter? | `show.rs`; what it names: `named.rs` |
//! | what is decided? | `act.rs` |
//! | what would have been found at a past moment? | `then.rs` |

mod act;
mod file;
mod list;
mod named;
mod show;
mod then;
mod wish;

use std::borrow::Borrow;

use rolecall_engine::findings::{FindingRow, FindingState};
use rolecall_engine::rules::{RULES, Severity};

use crate::page::encoded;
use crate::route::Route;

const HERE: &str = "/findings";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), file::routes(), show::routes(), act::routes()].concat()
}

/// Where a finding is shown.
pub(in crate::page) fn path(code: impl AsRef<str>) -> String {
    format!("{HERE}/{}", encoded(code))
}

/// What people call a rule.
fn rule_title(id: &str) -> &str {
    RULES.iter().find(|rule| rule.id == id).map_or(id, |rule| rule.title)
}

/// The colour of a severity.
pub(in crate::page) fn severity_chip(severity: impl Borrow<Severity>) -> &'static str {
    match severity.borrow() {
        Severity::Critical | Severity::High => "bad",
        Severity::Medium => "warn",
        Severity::Low | Severity::Info => "still",
    }
}

/// What people call a state, and its colour.
fn state_words(word: &str) -> (&'static str, &'static str) {
    match FindingState::read(word) {
        Some(FindingState::Snoozed) => ("Snoozed", "still"),
        Some(FindingState::Accepted) => ("Risk accepted", "still"),
        Some(FindingState::Suppressed) => ("Suppressed", "still"),
        Some(FindingState::Resolved) => ("Resolved", "good"),
        Some(FindingState::Open) | None => ("Open", "warn"),
    }
}

/// Until when it stands so, where a decision says.
fn until(finding: &FindingRow) -> Option<&str> {
    let decision = finding.decision.as_ref().filter(|decision| !decision.is_over && finding.resolved_at.is_none())?;
    decision.until.as_deref()
}

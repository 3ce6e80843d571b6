//! Which rules are to be evaluated now.

use rolecall_model::Timestamp;
use rolecall_store::{FindingTurn, RuleStanding};

use super::Interval;
use super::seen::Seen;

/// A rule that cannot be evaluated is tried again after so many seconds, whatever its interval.
const AGAIN_SECONDS: i64 = 300;
/// Some built-in rules know the date, so that they are evaluated once in so many seconds though nothing changed.
const FINDINGS_SECONDS: i64 = 3600;

/// Whether a rule is due that was last evaluated so.
pub(super) fn is_due(interval: Interval, standing: Option<&RuleStanding>, seen: &Seen, now: Timestamp) -> bool {
    if interval == Interval::Disabled {
        return false;
    }
    let Some(standing) = standing else { return true };
    let is_other = Seen::read(&standing.seen).version != seen.version;
    if standing.failing_since.is_some() {
        return standing.begun_at.plus_seconds(AGAIN_SECONDS) <= now;
    }
    match interval.seconds() {
        Some(seconds) => standing.begun_at.plus_seconds(seconds) <= now,
        None => is_other || is_over_soon(standing, now),
    }
}

/// Whether the built-in rules are.
pub(super) fn is_findings_due(turn: &FindingTurn, seen: &Seen, now: Timestamp) -> bool {
    let is_other = Seen::read(&turn.seen).version != seen.version;
    is_other || turn.at.is_none_or(|at| at.plus_seconds(FINDINGS_SECONDS) <= now)
}

/// Queries may know the date as well.
fn is_over_soon(standing: &RuleStanding, now: Timestamp) -> bool {
    standing.begun_at.plus_seconds(FINDINGS_SECONDS) <= now
}

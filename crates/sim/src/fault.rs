//! Faults on demand: everything a registry, a proxy or a network does wrong in real life.
//!
//! Facts: `npm-api.md` §2 (a proxy can answer HTML), §7 and §9.7.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;

use crate::pattern::Pattern;
use crate::wire::{Answer, Request};

/// One thing that goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// This answer instead of the registry's own; the registry never sees the request.
    Instead(Answer),
    /// The JSON ends half-way, and the answer ends cleanly there.
    Truncated,
    /// The headers and half of the body arrive, then nothing more, for ever.
    Stalled,
    /// Half of the announced body arrives, then the connection closes.
    Cut,
    /// Half of the body arrives in chunks whose end was not announced, then the connection closes.
    CutInChunks,
    /// The connection closes without an answer and the request has no effect.
    Dropped,
    /// The request takes effect, but the connection closes without an answer.
    Lost,
    /// A 304 without a body, whether the client asked for one or not.
    NotModified,
    /// The body comes gzip-compressed although the client did not say it accepts that.
    Gzip,
    /// The answer says it is gzip, but it is not.
    BadGzip,
    /// The right answer, with a human-readable `npm-notice` header.
    Notice(String),
    /// The right answer, late.
    Delay(Duration),
}

impl Fault {
    /// An HTML page of a proxy with this status, such as 403, 429 or 503.
    #[must_use]
    pub fn html(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = format!("{} {}", status.as_u16(), reason(status));
        Self::Instead(Answer::html(status, &title))
    }

    /// An HTML 429 with a `retry-after` header in seconds.
    #[must_use]
    pub fn too_many(retry_after: u32) -> Self {
        Self::Instead(too_many(retry_after))
    }

    /// Status 200, but the body is an HTML page.
    #[must_use]
    pub fn html_ok() -> Self {
        Self::Instead(Answer::html(StatusCode::OK, "Just a moment..."))
    }

    /// Status 200, but the body is `{"error": …}`.
    #[must_use]
    pub fn error_ok(message: &str) -> Self {
        Self::json(200, &serde_json::json!({ "error": message }))
    }

    /// Any JSON with any status.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::Instead(Answer::json(status, body))
    }
}

fn reason(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

/// The page that stands for "too many requests".
pub(crate) fn too_many(retry_after: u32) -> Answer {
    let status = StatusCode::TOO_MANY_REQUESTS;
    Answer::html(status, "429 Too Many Requests").with("retry-after", &retry_after.to_string())
}

/// For which of the matching requests a fault is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The first so many, then no more.
    First(usize),
    /// Every one.
    Always,
    /// Every one after the first so many.
    After(usize),
    /// Only this one, counted from 1.
    Nth(usize),
}

impl Times {
    fn due(self, number: usize) -> bool {
        match self {
            Self::First(count) => number <= count,
            Self::Always => true,
            Self::After(count) => number > count,
            Self::Nth(nth) => number == nth,
        }
    }
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    fault: Fault,
    times: Times,
    seen: usize,
}

/// The faults that are set; the first one that is due for a request happens.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Rule>>);

impl Faults {
    /// Sets a fault for the requests that a pattern names.
    pub fn add(&self, pattern: impl Into<Pattern>, fault: Fault, times: Times) {
        self.lock().push(Rule { pattern: pattern.into(), fault, times, seen: 0 });
    }

    /// Makes everything right again.
    pub fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn due(&self, request: &Request) -> Option<Fault> {
        let mut due = None;
        for rule in self.lock().iter_mut() {
            if !rule.pattern.matches(request) {
                continue;
            }
            rule.seen += 1;
            if due.is_none() && rule.times.due(rule.seen) {
                due = Some(rule.fault.clone());
            }
        }
        due
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_count_from_one() {
        let due = |times: Times| (1..=4).map(move |n| times.due(n)).collect::<Vec<_>>();
        assert_eq!(due(Times::First(1)), [true, false, false, false]);
        assert_eq!(due(Times::After(2)), [false, false, true, true]);
        assert_eq!(due(Times::Nth(2)), [false, true, false, false]);
        assert_eq!(due(Times::Always), [true; 4]);
    }

    #[test]
    fn an_impossible_status_becomes_a_server_error() {
        let Fault::Instead(answer) = Fault::html(7) else {
            panic!("an HTML fault is an answer");
        };
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    }
}

//! Giving up on a registry that has stopped answering.
//!
//! A registry that blocks a client for an hour would otherwise be asked for every one of ten thousand packages, four
//! times each, with a minute's wait before each. After a few calls in a row that failed with all their attempts, the
//! rest fails at once; later one call may try again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{ErrorKind, RequestError};
use crate::pace::later;

/// Calls that must fail in a row, each begun after the one before had failed: many at a time are one incident.
const GIVE_UP_AFTER: u32 = 5;

/// How long nothing is asked then.
const REST: Duration = Duration::from_secs(300);

#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failed_in_a_row: u32,
    /// When the last of them had failed.
    failed_at: Option<Instant>,
    closed_until: Option<Instant>,
}

impl Breaker {
    /// Whether a call may be made now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::GaveUp`] while the registry is left alone.
    pub(crate) fn check(&self) -> Result<(), ErrorKind> {
        let mut state = self.state();
        match state.closed_until {
            Some(until) if Instant::now() < until => Err(ErrorKind::GaveUp { failures: state.failed_in_a_row }),
            Some(_) => {
                // One call tries again; the others go on failing until it knows better.
                state.closed_until = Some(later(Instant::now(), REST));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Learns how a call that began at a moment ended. A refusal is an answer too: only failures that may pass by
    /// themselves count, of calls that were really sent.
    pub(crate) fn learn(&self, began: Instant, failure: Option<&RequestError>) {
        let mut state = self.state();
        match failure.map(|error| (&error.kind, error.attempts)) {
            Some((kind, attempts)) if kind.is_transient() => {
                if attempts == 0 || state.failed_at.is_some_and(|failed| began < failed) {
                    return;
                }
                state.failed_in_a_row = state.failed_in_a_row.saturating_add(1);
                state.failed_at = Some(Instant::now());
                if state.failed_in_a_row >= GIVE_UP_AFTER {
                    state.closed_until = Some(later(Instant::now(), REST));
                }
            }
            Some((ErrorKind::Undeclared | ErrorKind::BadValue { .. } | ErrorKind::GaveUp { .. }, _)) => {}
            _ => *state = State::default(),
        }
    }

    /// A panic elsewhere while the lock was held leaves plain numbers behind, which are still usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind) -> RequestError {
        RequestError { request: String::new(), host: String::new(), kind, attempts: 4 }
    }

    fn fail(breaker: &Breaker, times: u32) {
        (0..times).for_each(|_| breaker.learn(Instant::now(), Some(&error(ErrorKind::Dns))));
    }

    #[tokio::test(start_paused = true)]
    async fn many_calls_under_way_at_once_fail_once() {
        let (breaker, began) = (Breaker::default(), Instant::now());
        tokio::time::advance(Duration::from_secs(1)).await;
        (0..100).for_each(|_| breaker.learn(began, Some(&error(ErrorKind::Dns))));
        let unsent = RequestError { attempts: 0, ..error(ErrorKind::Dns) };
        (0..100).for_each(|_| breaker.learn(Instant::now(), Some(&unsent)));
        assert!(breaker.check().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_up_after_failures_in_a_row_and_one_call_tries_again_later() {
        let breaker = Breaker::default();
        fail(&breaker, GIVE_UP_AFTER - 1);
        assert!(breaker.check().is_ok());
        breaker.learn(Instant::now(), None);
        fail(&breaker, GIVE_UP_AFTER - 1);
        assert!(breaker.check().is_ok(), "an answer in between starts the count anew");
        fail(&breaker, 1);
        assert!(matches!(breaker.check(), Err(ErrorKind::GaveUp { failures: GIVE_UP_AFTER })));
        tokio::time::advance(REST).await;
        assert!(breaker.check().is_ok(), "one call tries again");
        assert!(breaker.check().is_err(), "and only one");
        breaker.learn(Instant::now(), None);
        assert!(breaker.check().is_ok());
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let breaker = Breaker::default();
        for _ in 0..100 {
            breaker.learn(Instant::now(), Some(&error(ErrorKind::Forbidden { message: None })));
        }
        assert!(breaker.check().is_ok());
    }
}

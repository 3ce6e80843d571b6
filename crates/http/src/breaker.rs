//! Giving up on a registry that has stopped answering.
//!
//! A registry that blocks a client for an hour would otherwise be asked for every one of ten thousand packages, four
//! times each, with a minute's wait before each. After a few calls in a row that failed with all their attempts, the
//! rest fails at once; later one call may try again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::ErrorKind;
use crate::pace::later;

/// Calls that must fail in a row, each with all its attempts.
const GIVE_UP_AFTER: u32 = 5;

/// How long nothing is asked then.
const REST: Duration = Duration::from_secs(300);

#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failed_in_a_row: u32,
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
                // One call tries again; the others wait for what it finds out.
                state.closed_until = Some(later(Instant::now(), REST));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Learns how a call ended. A refusal is an answer too: only failures that may pass by themselves count.
    pub(crate) fn learn(&self, failure: Option<&ErrorKind>) {
        let mut state = self.state();
        match failure {
            Some(kind) if kind.is_transient() => {
                state.failed_in_a_row = state.failed_in_a_row.saturating_add(1);
                if state.failed_in_a_row >= GIVE_UP_AFTER {
                    state.closed_until = Some(later(Instant::now(), REST));
                }
            }
            Some(ErrorKind::Undeclared | ErrorKind::BadValue { .. } | ErrorKind::GaveUp { .. }) => {}
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

    fn fail(breaker: &Breaker, times: u32) {
        (0..times).for_each(|_| breaker.learn(Some(&ErrorKind::Dns)));
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_up_after_failures_in_a_row_and_one_call_tries_again_later() {
        let breaker = Breaker::default();
        fail(&breaker, GIVE_UP_AFTER - 1);
        assert!(breaker.check().is_ok());
        breaker.learn(None);
        fail(&breaker, GIVE_UP_AFTER - 1);
        assert!(breaker.check().is_ok(), "an answer in between starts the count anew");
        fail(&breaker, 1);
        assert!(matches!(breaker.check(), Err(ErrorKind::GaveUp { failures: GIVE_UP_AFTER })));
        tokio::time::advance(REST).await;
        assert!(breaker.check().is_ok(), "one call tries again");
        assert!(breaker.check().is_err(), "and only one");
        breaker.learn(None);
        assert!(breaker.check().is_ok());
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let breaker = Breaker::default();
        for _ in 0..100 {
            breaker.learn(Some(&ErrorKind::Forbidden { message: None }));
        }
        assert!(breaker.check().is_ok());
    }
}

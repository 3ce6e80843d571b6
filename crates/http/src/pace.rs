//! The shared pace: how fast all calls of one client leave together.
//!
//! A registry counts requests per address, not per call. So the rate, and a pause that one answer asked for, belong
//! to the client: after a 429 every call waits, not only the one that was told.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::options::Pace;

/// The rate never falls below this part of the configured one.
const FLOOR: f64 = 1.0 / 32.0;

/// What each good answer gives back, as a part of the configured rate.
const RECOVERY: f64 = 1.0 / 50.0;

#[derive(Debug)]
pub(crate) struct Pacer {
    /// Requests a second; nothing when unlimited.
    ceiling: Option<f64>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rate: f64,
    /// When the next request may leave.
    next: Instant,
    /// Until when nothing may leave.
    paused_until: Instant,
    /// Counts pauses, so that a turn promised before one is promised anew after it.
    pauses: u64,
    /// When the rate was last halved.
    slowed: Instant,
}

/// Why a turn would come too late.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TooLate {
    /// The registry asked for a pause of so much longer.
    Paused(Duration),
    /// Too many requests are before this one.
    Queued,
}

impl Pacer {
    pub(crate) fn new(pace: Pace) -> Self {
        let ceiling = match pace {
            Pace::Unlimited => None,
            Pace::PerSecond(rate) => Some(rate),
        };
        let now = Instant::now();
        let rate = ceiling.unwrap_or(f64::INFINITY);
        Self { ceiling, state: Mutex::new(State { rate, next: now, paused_until: now, pauses: 0, slowed: now }) }
    }

    /// Waits for the next free moment, or says at once that it lies after `deadline`.
    pub(crate) async fn turn(&self, deadline: Instant) -> Result<(), TooLate> {
        loop {
            let (at, pauses) = self.reserve(deadline)?;
            sleep_until(at).await;
            if self.state().pauses == pauses {
                return Ok(());
            }
        }
    }

    fn reserve(&self, deadline: Instant) -> Result<(Instant, u64), TooLate> {
        let now = Instant::now();
        let mut state = self.state();
        if state.paused_until > deadline {
            return Err(TooLate::Paused(state.paused_until.saturating_duration_since(now)));
        }
        let at = now.max(state.next).max(state.paused_until);
        if at > deadline {
            return Err(TooLate::Queued);
        }
        state.next = later(at, Duration::try_from_secs_f64(1.0 / state.rate).unwrap_or(Duration::MAX));
        Ok((at, state.pauses))
    }

    /// Lets nothing leave for `wait`. A pause already longer stays.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = later(Instant::now(), wait);
        let mut state = self.state();
        if until > state.paused_until {
            state.paused_until = until;
            state.next = until;
            state.pauses += 1;
        }
    }

    /// Halves the rate, once for all requests that were already under way when it was halved before.
    pub(crate) fn slow_down(&self, sent: Instant) {
        let mut state = self.state();
        if let Some(ceiling) = self.ceiling.filter(|_| sent >= state.slowed) {
            state.rate = (state.rate / 2.0).max(ceiling * FLOOR);
            state.slowed = Instant::now();
        }
    }

    /// Gives a little of the rate back after a good answer.
    pub(crate) fn recover(&self) {
        if let Some(ceiling) = self.ceiling {
            let mut state = self.state();
            state.rate = (state.rate + ceiling * RECOVERY).min(ceiling);
        }
    }

    /// A panic elsewhere while the lock was held leaves plain numbers behind, which are still usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `from + wait`, or a year later when that lies beyond what the clock can hold.
pub(crate) fn later(from: Instant, wait: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    from.checked_add(wait.min(YEAR)).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn far() -> Instant {
        Instant::now() + 1000 * SECOND
    }

    async fn time_of_turns(pacer: &Pacer, turns: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..turns {
            pacer.turn(far()).await.unwrap();
        }
        start.elapsed()
    }

    /// The paused clock of tokio rounds waits up to its millisecond wheel.
    fn about(actual: Duration, expected: Duration) -> bool {
        actual >= expected && actual < expected + Duration::from_millis(20)
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_evenly_spaced() {
        let pacer = Pacer::new(Pace::PerSecond(2.0));
        assert!(about(time_of_turns(&pacer, 5).await, 2 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn unlimited_waits_only_for_a_pause() {
        let pacer = Pacer::new(Pace::Unlimited);
        assert!(about(time_of_turns(&pacer, 1000).await, Duration::ZERO));
        pacer.pause(3 * SECOND);
        pacer.pause(SECOND);
        assert!(about(time_of_turns(&pacer, 10).await, 3 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_halves_once_per_flight_and_recovers_to_the_ceiling() {
        let pacer = Pacer::new(Pace::PerSecond(8.0));
        let sent = Instant::now();
        tokio::time::advance(SECOND).await;
        pacer.slow_down(sent);
        pacer.slow_down(sent);
        assert_eq!(pacer.state().rate, 4.0);
        for _ in 0..100 {
            tokio::time::advance(SECOND).await;
            pacer.slow_down(Instant::now());
        }
        assert_eq!(pacer.state().rate, 0.25);
        pacer.recover();
        assert!(pacer.state().rate < 0.5);
        (0..1000).for_each(|_| pacer.recover());
        assert_eq!(pacer.state().rate, 8.0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_also_holds_turns_promised_before_it_and_spaces_them_after() {
        let pacer = Pacer::new(Pace::PerSecond(1.0));
        let start = Instant::now();
        let turn = async || {
            pacer.turn(far()).await.unwrap();
            start.elapsed()
        };
        let pause = async {
            tokio::time::sleep(SECOND / 2).await;
            pacer.pause(10 * SECOND);
        };
        let (first, second, third, ()) = tokio::join!(turn(), turn(), turn(), pause);
        assert!(about(first, Duration::ZERO), "{first:?}");
        assert!(about(second, 10 * SECOND + SECOND / 2), "{second:?}");
        assert!(about(third, 11 * SECOND + SECOND / 2), "{third:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_after_the_deadline_is_refused_at_once_and_takes_no_place() {
        let pacer = Pacer::new(Pace::PerSecond(0.5));
        pacer.turn(far()).await.unwrap();
        let start = Instant::now();
        assert_eq!(pacer.turn(start + SECOND).await, Err(TooLate::Queued));
        pacer.pause(Duration::MAX);
        assert!(matches!(pacer.turn(start + SECOND).await, Err(TooLate::Paused(wait)) if wait > 1000 * SECOND));
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

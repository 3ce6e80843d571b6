//! The rate limit that every answer tells about.
//!
//! Requests are counted by the hour of the world's clock, for all callers together. They are only
//! refused when [`Quirks::budget`](super::Quirks::budget) says so: the figures are for reading.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;

/// The length of a window.
const HOUR: Duration = Duration::from_secs(3600);

/// What was spent in the current hour.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rate {
    since: Option<Timestamp>,
    spent: u32,
}

impl Rate {
    /// Counts a request.
    pub(crate) fn spend(&mut self, now: Timestamp) {
        let over = self.since.is_none_or(|since| later(since, HOUR) <= now);
        if over {
            (self.since, self.spent) = (Some(now), 0);
        }
        self.spent = self.spent.saturating_add(1);
    }

    /// What is left of a limit; never nothing, since nothing is refused.
    pub(crate) fn remaining(&self, limit: u32) -> u32 {
        limit.saturating_sub(self.spent).max(1)
    }

    /// When the hour is over.
    pub(crate) fn reset(&self, now: Timestamp) -> Timestamp {
        later(self.since.unwrap_or(now), HOUR)
    }
}

//! Rate limits: so many requests per window and address, then a page that says no.
//!
//! Facts: `npm-api.md` §7 (the search limit; no contract for anything else).

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How many requests are allowed in how much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Requests per window.
    pub requests: u32,
    /// The length of the window in real time.
    pub window: Duration,
    /// What the refusal says in `retry-after`, in seconds.
    pub retry_after: u32,
}

impl Budget {
    /// A budget with a window of one minute.
    #[must_use]
    pub const fn per_minute(requests: u32, retry_after: u32) -> Self {
        Self { requests, window: Duration::from_secs(60), retry_after }
    }
}

/// What was spent, by kind of request and address.
#[derive(Debug, Default)]
pub(crate) struct Spending(HashMap<(&'static str, IpAddr), (Instant, u32)>);

impl Spending {
    /// Spends one request; false when the budget of this window is used up.
    pub(crate) fn spend(&mut self, kind: &'static str, peer: IpAddr, budget: Budget) -> bool {
        let now = Instant::now();
        let (start, spent) = self.0.entry((kind, peer)).or_insert((now, 0));
        if now.duration_since(*start) >= budget.window {
            (*start, *spent) = (now, 0);
        }
        *spent += 1;
        *spent <= budget.requests
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_an_end_and_a_budget() {
        let mut spending = Spending::default();
        let peer = IpAddr::from([127, 0, 0, 1]);
        let budget = Budget::per_minute(2, 1);
        let spent: Vec<_> = (0..3).map(|_| spending.spend("all", peer, budget)).collect();
        assert_eq!(spent, [true, true, false]);
        assert!(spending.spend("search", peer, budget));
        let elapsed = Budget { window: Duration::ZERO, ..budget };
        assert!(spending.spend("all", peer, elapsed));
    }
}

//! The time one attempt may take, spent in parts.
//!
//! Cutting an attempt off as a whole would lose what is known already: a 403 whose page never ends is still a 403.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::ErrorKind;
use crate::pace::later;

/// A moment until which something may take, and how long that was at first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    whole: Duration,
    until: Instant,
}

impl Allowance {
    pub(crate) fn new(whole: Duration) -> Self {
        Self { whole, until: later(Instant::now(), whole) }
    }

    /// The same, but not longer than `most` from now.
    pub(crate) fn at_most(self, most: Duration) -> Self {
        Self { until: self.until.min(later(Instant::now(), most)), ..self }
    }

    /// Waits for `work` as long as time is left.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`] naming the whole allowance.
    pub(crate) async fn spend_on<F: Future>(self, work: F) -> Result<F::Output, ErrorKind> {
        timeout_at(self.until, work).await.map_err(|_| ErrorKind::Timeout { after: self.whole })
    }
}

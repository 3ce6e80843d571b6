//! Moments as the whole product stores and compares them.

use serde::{Deserialize, Serialize};

/// Microseconds since the Unix epoch, in UTC. Formatting belongs to the surfaces; the pure crates only compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `seconds` after this one (or before, when negative), saturating at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

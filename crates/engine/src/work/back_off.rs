//! When to try again.

use rolecall_model::Timestamp;
use rolecall_store::Job;

const FIRST_SECONDS: i64 = 30;
const LONGEST_SECONDS: i64 = 3600;

/// When a job that failed is tried again: after half a minute, then each time after twice as long, up to an hour; and a
/// quarter earlier or later, so that jobs that failed together do not come back together.
pub(crate) fn retry_at(job: &Job, now: Timestamp) -> Timestamp {
    let doublings = u32::try_from(job.attempt.saturating_sub(1)).unwrap_or(0).min(16);
    let usual = (FIRST_SECONDS << doublings).min(LONGEST_SECONDS);
    let spread = scatter(job.uuid.as_u64_pair(), job.attempt, usual / 4 * 2);
    now.plus_seconds(usual - usual / 4 + spread)
}

/// A number from 0 to `limit` that differs between ids and turns, and is the same whenever it is asked for.
pub(super) fn scatter((high, low): (u64, u64), turn: i64, limit: i64) -> i64 {
    let mixed = (low ^ high.rotate_left(32) ^ turn.cast_unsigned()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33;
    i64::try_from(mixed).unwrap_or(0) % limit.saturating_add(1).max(1)
}

//! When to try again, and how long to wait before.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// The most attempts one call sends.
pub const MAX_ATTEMPTS: u32 = 4;

/// The longest back-off, whatever the number of attempts.
const BACKOFF_CAP: Duration = Duration::from_secs(20);

/// The longest `retry-after` believed. A longer one is a mistake, and would silence a client until it is restarted.
const RETRY_AFTER_CAP: Duration = Duration::from_secs(24 * 3600);

/// How long to wait after the `failed`-th attempt: exponential with full jitter, so that many clients that failed
/// together do not come back together.
pub(crate) fn backoff(base: Duration, failed: u32) -> Duration {
    let ceiling = base.saturating_mul(2_u32.saturating_pow(failed.saturating_sub(1))).min(BACKOFF_CAP);
    ceiling.mul_f64(rand::random_range(0.0..=1.0))
}

/// Reads `retry-after`, in seconds or as a date. A date in the past is no wait; an unreadable text is none at all.
pub(crate) fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = DateTimeParser::new().parse_timestamp(text).ok()?;
            Duration::try_from(date.duration_since(now)).unwrap_or_default()
        }
    };
    Some(wait.min(RETRY_AFTER_CAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_grows_and_stays_below_its_ceiling() {
        let base = Duration::from_millis(500);
        for (failed, ceiling) in [(1, 0.5), (2, 1.0), (3, 2.0), (40, 20.0), (u32::MAX, 20.0)] {
            for _ in 0..100 {
                assert!(backoff(base, failed).as_secs_f64() <= ceiling);
            }
        }
        assert_eq!(backoff(Duration::ZERO, 3), Duration::ZERO);
    }

    #[test]
    fn the_backoff_is_spread() {
        let waits: Vec<_> = (0..200).map(|_| backoff(Duration::from_secs(1), 1)).collect();
        assert!(waits.iter().any(|wait| wait.as_millis() < 250) && waits.iter().any(|wait| wait.as_millis() > 750));
    }

    #[test]
    fn seconds_and_dates_are_read() {
        let now: Timestamp = "1994-11-15T08:12:00Z".parse().unwrap();
        let read = |text| retry_after(text, now);
        assert_eq!(read("0"), Some(Duration::ZERO));
        assert_eq!(read(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(read("Tue, 15 Nov 1994 08:12:31 GMT"), Some(Duration::from_secs(31)));
        assert_eq!(read("Tue, 15 Nov 1994 08:11:31 GMT"), Some(Duration::ZERO));
        assert_eq!(read("99999999999"), Some(RETRY_AFTER_CAP));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
    }
}

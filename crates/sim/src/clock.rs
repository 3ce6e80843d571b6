//! Moments of a simulated world, whose time passes only when told.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

/// A moment some time later; far beyond the calendar's end it stays where it is.
pub(crate) fn later(moment: Timestamp, time: Duration) -> Timestamp {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::ZERO);
    moment.checked_add(time).unwrap_or(moment)
}

/// Noon of a day such as `2024-05-01`, or an exact moment; the epoch when it is neither.
pub(crate) fn day(text: &str) -> Timestamp {
    let moment = text.parse::<Timestamp>().ok();
    let noon = || {
        let date: civil::Date = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(date.at(12, 0, 0, 0)).ok()
    };
    moment.or_else(noon).unwrap_or(Timestamp::UNIX_EPOCH)
}

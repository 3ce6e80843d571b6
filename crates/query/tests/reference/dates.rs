//! Moments, and what calendars make of them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rolecall_query::ast::{Duration, Unit};

/// The moment a string in ISO 8601 form names (18): a day, or a day and a time, in UTC unless an offset is written.
pub(crate) fn moment_in_text(text: &str) -> Option<f64> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) || text.len() < "2026-01-01".len() {
        return None;
    }
    let timestamp = if let Ok(timestamp) = text.parse::<Timestamp>() {
        timestamp
    } else if text.len() == "2026-01-01".len() {
        in_utc(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()))?
    } else {
        in_utc(text.parse::<DateTime>().ok()?)?
    };
    Some(timestamp.as_millisecond() as f64)
}

fn in_utc(moment: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(moment).ok()
}

/// How many milliseconds a duration has, unless its length depends on the calendar (21).
pub(crate) fn milliseconds(duration: &Duration) -> Option<f64> {
    let hours = match duration.unit {
        Unit::Hours => 1.0,
        Unit::Days => 24.0,
        Unit::Weeks => 7.0 * 24.0,
        Unit::Months | Unit::Years => return None,
    };
    Some(duration.value * hours * 3_600_000.0)
}

/// A date with a duration added `sign` times (21).
pub(crate) fn add(moment: f64, duration: &Duration, sign: f64) -> Option<f64> {
    if let Some(milliseconds) = milliseconds(duration) {
        return Some(moment + sign * milliseconds);
    }
    let whole = (sign * duration.value) as i64;
    let span = match duration.unit {
        Unit::Years => Span::new().try_years(whole),
        _ => Span::new().try_months(whole),
    };
    let before = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(moment as i64).ok()?);
    // Of a month without such a day, this is the last one.
    let after = before.checked_add(span.ok()?).ok()?;
    Some(in_utc(after)?.as_millisecond() as f64)
}

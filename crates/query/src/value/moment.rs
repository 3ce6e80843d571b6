//! Moments and lengths of time.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::ast::Unit;

/// The moment that a text in ISO 8601 form names, in milliseconds since 1970: a date alone is its beginning, and without an
/// offset it is in UTC.
pub(crate) fn moment_of_text(text: &str) -> Option<f64> {
    // Most texts are no moments, and this is asked of every value of a property.
    let looks_like_one = text.len() >= 10 && text.as_bytes().iter().take(4).all(u8::is_ascii_digit);
    if !looks_like_one {
        return None;
    }
    crate::moment::read(text).map(of_milliseconds)
}

/// A moment as values have it.
#[expect(clippy::cast_precision_loss, reason = "moments that jiff can name are exact")]
pub(crate) fn of_milliseconds(milliseconds: i64) -> f64 {
    milliseconds as f64
}

/// A moment so many units later, or earlier when negative. `None` where there is no such moment.
pub(crate) fn shifted(moment: f64, value: f64, unit: Unit) -> Option<f64> {
    match length(value, unit) {
        Some(length) => Some(moment + length),
        None => by_calendar(moment, value, unit),
    }
}

/// A length of time in milliseconds; `None` of months and years, which are of different lengths.
pub(crate) fn length(value: f64, unit: Unit) -> Option<f64> {
    const HOUR: f64 = 3_600_000.0;
    match unit {
        Unit::Hours => Some(value * HOUR),
        Unit::Days => Some(value * 24.0 * HOUR),
        Unit::Weeks => Some(value * 7.0 * 24.0 * HOUR),
        Unit::Months | Unit::Years => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "what does not fit is no moment, and jiff says so")]
fn by_calendar(moment: f64, value: f64, unit: Unit) -> Option<f64> {
    if moment.is_nan() {
        return None;
    }
    // There is no part of a month.
    let whole = value.trunc();
    let months = if unit == Unit::Years { whole * 12.0 } else { whole };
    let span = Span::new().try_months(months as i64).ok()?;
    let date = Timestamp::from_millisecond(moment as i64).ok()?.to_zoned_datetime(TimeZone::UTC);
    Some(of_milliseconds(date.checked_add(span).ok()?.timestamp().as_millisecond()))
}

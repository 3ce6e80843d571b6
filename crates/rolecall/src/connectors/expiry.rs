//! Tokens expire, and registries tell no one: the day comes from whoever made the token.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::output::text::count;

/// Warn when a token expires within this many days.
const WARNING_DAYS: i32 = 14;

/// Today: days are those of UTC, as on the hub's pages.
pub(crate) fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// What there is to say about a token that expires on this day, if it is worth saying.
pub(crate) fn warning(expires: Date, today: Date) -> Option<String> {
    match days(expires, today)? {
        left if left < 0 => Some(format!("the token expired on {expires}: make a new one")),
        0 => Some(format!("the token expires today, {expires}: make a new one")),
        left if left <= WARNING_DAYS => {
            Some(format!("the token expires on {expires}, in {}: make a new one", count(left, "day", "days")))
        }
        _ => None,
    }
}

/// The day in a table, with how long it is until then where that is worth saying.
pub(crate) fn cell(expires: Date, today: Date) -> String {
    match days(expires, today) {
        Some(left) if left < 0 => format!("{expires} (expired)"),
        Some(0) => format!("{expires} (today)"),
        Some(left) if left <= WARNING_DAYS => format!("{expires} (in {})", count(left, "day", "days")),
        _ => expires.to_string(),
    }
}

fn days(expires: Date, today: Date) -> Option<i32> {
    today.until(expires).ok().map(|span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(expires: &str) -> (Option<String>, String) {
        let (expires, today) = (expires.parse().unwrap(), "2026-11-26".parse().unwrap());
        (warning(expires, today), cell(expires, today))
    }

    #[test]
    fn what_expires_soon_is_warned_about() {
        assert_eq!(said("2027-01-31"), (None, "2027-01-31".to_owned()));
        assert_eq!(said("2026-12-11"), (None, "2026-12-11".to_owned()));
        let (warned, shown) = said("2026-12-10");
        assert!(warned.is_some_and(|text| text.contains("in 14 days")) && shown.contains("in 14 days"));
        assert!(said("2026-11-27").0.is_some_and(|text| text.contains("in 1 day:")));
        assert!(said("2026-11-26").0.is_some_and(|text| text.contains("today")));
        let (warned, shown) = said("2026-11-25");
        assert!(warned.is_some_and(|text| text.contains("expired on")) && shown.contains("expired"));
    }
}

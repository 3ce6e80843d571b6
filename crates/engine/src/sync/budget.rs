//! How many requests a connector may still send this month.

use rolecall_model::Timestamp;

/// npm's terms call five million requests a month unreasonable, and reading the detail of 5,000 packages every hour
/// would be seven million (`npm-api.md` §1.8); a fifth of that limit leaves everyone else their share.
pub const DEFAULT_MONTHLY_REQUESTS: u64 = 1_000_000;

/// The calendar month a moment falls in, as budgets are counted: `2026-11`, in UTC.
pub(crate) fn month(moment: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(moment.0)
        .map_or_else(|_| "0000-00".to_owned(), |moment| moment.strftime("%Y-%m").to_string())
}

/// How many requests the detail stage may send now. The month's budget is released day by day, so that a busy first
/// day cannot starve the last one; what a day leaves over, the next may use.
pub(crate) fn allowance(monthly: u64, used: u64, now: Timestamp) -> u64 {
    let Ok(moment) = jiff::Timestamp::from_microsecond(now.0) else {
        return 0;
    };
    let date = moment.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let day = u64::from(date.day().unsigned_abs());
    let days = u64::from(date.days_in_month().unsigned_abs());
    let released = u128::from(monthly) * u128::from(day) / u128::from(days.max(1));
    u64::try_from(released).unwrap_or(u64::MAX).saturating_sub(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn the_month_is_released_day_by_day() {
        assert_eq!(month(at("2026-11-23T10:00:00Z")), "2026-11");
        assert_eq!(allowance(3_000, 0, at("2026-11-01T00:00:00Z")), 100);
        assert_eq!(allowance(3_000, 40, at("2026-11-02T00:00:00Z")), 160);
        assert_eq!(allowance(3_000, 5_000, at("2026-11-30T00:00:00Z")), 0);
        assert_eq!(allowance(3_000, 0, at("2026-11-30T23:59:59Z")), 3_000);
        assert!(allowance(u64::MAX, 0, at("2026-11-30T00:00:00Z")) > 0);
    }
}

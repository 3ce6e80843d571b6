//! How long a statement holds.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rolecall_model::Timestamp;

/// For so many days a statement holds where nobody says otherwise.
pub const DAYS: i64 = 90;

/// And for so many at most: what was looked at a year ago is no evidence.
pub const DAYS_MOST: i64 = 365;

const DAY: i64 = 24 * 60 * 60;

/// How long a statement is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// For so many days from now.
    Days(i64),
    /// Until the end of this day, in UTC.
    Until(Date),
}

impl Default for Expiry {
    fn default() -> Self {
        Self::Days(DAYS)
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}"),
            Self::Until(day) => write!(f, "{day}"),
        }
    }
}

impl FromStr for Expiry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let days = text.parse::<i64>().ok().filter(|days| (1..=DAYS_MOST).contains(days));
            return days.map(Self::Days).ok_or_else(|| format!("a statement holds for 1 to {DAYS_MOST} days"));
        }
        let day = text.parse::<Date>();
        day.map(Self::Until).map_err(|_| format!("{text:?} is no number of days and no day such as 2027-01-31"))
    }
}

impl Expiry {
    /// The first moment at which a statement of `now` holds no more.
    ///
    /// # Errors
    /// A sentence, where that is over already or too far away.
    pub fn end(self, now: Timestamp) -> Result<Timestamp, String> {
        match self {
            Self::Days(days) => Ok(now.plus_seconds(days.saturating_mul(DAY))),
            Self::Until(day) => {
                let end = day_end(day).ok_or_else(|| format!("{day} is no day that can be reckoned with"))?;
                if end <= now {
                    return Err(format!("{day} is over; name a later day, or a number of days"));
                }
                let most = now.plus_seconds((DAYS_MOST + 1) * DAY);
                if end > most {
                    return Err(format!("{day} is more than {DAYS_MOST} days away; a statement holds no longer"));
                }
                Ok(end)
            }
        }
    }
}

fn day_end(day: Date) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(Timestamp(next.timestamp().as_microsecond()))
}

/// The day of a moment, in UTC.
pub(super) fn day_of(moment: Timestamp) -> Option<Date> {
    Some(jiff::Timestamp::from_microsecond(moment.0).ok()?.to_zoned_datetime(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment_text;

    fn now() -> Timestamp {
        Timestamp("2026-11-27T17:00:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn days_and_a_day_are_read_and_a_day_holds_to_its_end() {
        let end = |text: &str| text.parse::<Expiry>().and_then(|expiry| expiry.end(now())).map(moment_text);
        assert_eq!(end("1").as_deref(), Ok("2026-11-28T17:00:00Z"));
        assert_eq!(end("365").as_deref(), Ok("2027-11-27T17:00:00Z"));
        assert_eq!(end("2026-11-27").as_deref(), Ok("2026-11-28T00:00:00Z"));
        assert_eq!(end("2027-11-27").as_deref(), Ok("2027-11-28T00:00:00Z"));
        assert_eq!(Expiry::default().end(now()).map(moment_text).as_deref(), Ok("2027-02-25T17:00:00Z"));
    }

    #[test]
    fn what_is_over_too_long_or_no_day_is_refused() {
        let end = |text: &str| text.parse::<Expiry>().and_then(|expiry| expiry.end(now())).unwrap_err();
        for (text, part) in [
            ("0", "1 to 365 days"),
            ("366", "1 to 365 days"),
            ("99999999999999999999", "1 to 365 days"),
            ("-3", "no number of days"),
            ("", "no number of days"),
            ("soon", "no number of days"),
            ("2026-02-30", "no number of days"),
            ("2026-11-26", "is over"),
            ("2027-11-29", "more than 365 days away"),
            ("9999-12-31", "no day that can be reckoned with"),
        ] {
            assert!(end(text).contains(part), "{text}: {}", end(text));
        }
    }
}

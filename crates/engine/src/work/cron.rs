//! Fixed times at which a connector is read, as people write them: a cron expression, in UTC.

use std::cmp::Ordering;

use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use croner::time::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use rolecall_model::Timestamp;

/// Reading more often than this says nothing new and costs the registry's patience.
const LEAST_SECONDS: i64 = 5 * 60;
/// How long from the first time on is looked at to find out how near two of them are: minutes and hours are the same each
/// day, but for the midnight between two.
const LOOKED_AT_SECONDS: i64 = 2 * 24 * 3600;

/// Reads a cron expression of five fields, or a word such as `@daily`.
///
/// # Errors
/// A sentence that says what is understood, or that it comes round too often or never.
pub fn cron_parse(text: &str) -> Result<CronTimes, String> {
    let unclear = || {
        format!(
            "{:?} is no cron expression; write five fields, such as 30 4 * * 1-5 for 04:30 on working days",
            text.trim()
        )
    };
    if text.len() > 100 {
        return Err("a cron expression has five fields, such as 30 4 * * *".to_owned());
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let times = CronTimes(parser.parse(text).map_err(|_| unclear())?);
    let first = times.after(Timestamp(0)).ok_or_else(|| format!("{:?} never comes round", text.trim()))?;
    let mut last = first;
    while let Some(next) = times.after(last).filter(|next| *next <= first.plus_seconds(LOOKED_AT_SECONDS)) {
        if next < last.plus_seconds(LEAST_SECONDS) {
            return Err(format!("{:?} comes round more often than every 5 minutes", text.trim()));
        }
        last = next;
    }
    Ok(times)
}

/// The times that a cron expression is about.
#[derive(Clone, Debug)]
pub struct CronTimes(Cron);

impl CronTimes {
    /// The first of them after a moment; nothing when there is none that could be found.
    #[must_use]
    pub fn after(&self, at: Timestamp) -> Option<Timestamp> {
        let from = Utc(Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(at.0).ok()?));
        let next = self.0.find_next_occurrence(&from, false).ok()?;
        Some(Timestamp(Offset::UTC.to_timestamp(next.0).ok()?.as_microsecond()))
    }
}

/// A moment as UTC's calendar and clock show it, for the search.
#[derive(Clone, Copy)]
struct Utc(DateTime);

impl CronDateTime for Utc {
    fn to_civil(&self) -> CivilDateTime {
        let part = |number: i8| u32::from(number.unsigned_abs());
        CivilDateTime::new(
            CivilDate::from_parts_unchecked(i32::from(self.0.year()), part(self.0.month()), part(self.0.day())),
            CivilTime::from_parts_unchecked(part(self.0.hour()), part(self.0.minute()), part(self.0.second())),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        Weekday::from_days_from_sunday(u32::from(self.0.weekday().to_sunday_zero_offset().unsigned_abs()))
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let part = |number: u32| i8::try_from(number).map_err(|_| CronError::InvalidDate);
        let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
        let (month, day) = (part(civil.month())?, part(civil.day())?);
        let (hour, minute, second) = (part(civil.hour())?, part(civil.minute())?, part(civil.second())?);
        let moment = DateTime::new(year, month, day, hour, minute, second, 0).map_err(|_| CronError::InvalidDate)?;
        Ok(Resolution::Single(Self(moment)))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, after: &str) -> String {
        let after: jiff::Timestamp = after.parse().unwrap();
        let next = cron_parse(text).unwrap().after(Timestamp(after.as_microsecond())).unwrap();
        jiff::Timestamp::from_microsecond(next.0).unwrap().to_string()
    }

    #[test]
    fn times_are_in_utc_and_come_after_the_moment() {
        assert_eq!(next("30 4 * * *", "2026-11-26T04:29:59Z"), "2026-11-26T04:30:00Z");
        assert_eq!(next("30 4 * * *", "2026-11-26T04:30:00Z"), "2026-11-27T04:30:00Z");
        assert_eq!(next("0 6 * * MON-FRI", "2026-11-27T07:00:00Z"), "2026-11-30T06:00:00Z");
        assert_eq!(next("@weekly", "2026-11-27T07:00:00Z"), "2026-11-29T00:00:00Z");
        assert_eq!(next("*/5 * * * *", "2026-11-27T07:01:00Z"), "2026-11-27T07:05:00Z");
    }

    #[test]
    fn what_is_none_or_too_often_is_said() {
        for bad in ["", "daily", "* * * *", "61 * * * *", "0 0 31 2 *", "0 30 4 * * *", &"* ".repeat(99)] {
            assert!(cron_parse(bad).is_err(), "{bad}");
        }
        for often in ["* * * * *", "*/4 * * * *", "0,1 4 * * *"] {
            assert!(cron_parse(often).is_err_and(|why| why.contains("5 minutes")), "{often}");
        }
    }
}

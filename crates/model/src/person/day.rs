//! Calendar days, for when somebody starts and leaves: a day has no hour and no time zone.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, written `2026-05-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// That day, if the calendar has it, from the year 1 to 9999.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => 0,
        };
        let is_there = year >= 1 && year <= 9999 && day >= 1 && day <= length;
        if is_there { Some(Self { year, month, day }) } else { None }
    }

    /// Reads `2026-05-03` and nothing else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = parts.next().is_none() && (year.len(), month.len(), day.len()) == (4, 2, 2);
        let is_digits = [year, month, day].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_whole || !is_digits {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or_else(|| format!("`{text}` is not a day; write it like 2026-05-03"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, is_day) in [
            ("2026-05-03", true),
            ("2024-02-29", true),
            ("2000-02-29", true),
            ("1900-02-29", false),
            ("2026-02-29", false),
            ("2026-04-31", false),
            ("2026-13-01", false),
            ("2026-00-10", false),
            ("2026-5-3", false),
            ("+026-05-03", false),
            ("2026-05-03-", false),
            ("0000-01-01", false),
        ] {
            let day = Day::read(text);
            assert_eq!(day.map(|day| day.to_string()).as_deref(), is_day.then_some(text), "{text}");
        }
    }

    #[test]
    fn days_are_ordered_and_survive_json() {
        let day = Day::read("2026-05-03").unwrap();
        assert!(Day::read("2025-12-31").unwrap() < day && day < Day::read("2026-05-04").unwrap());
        let json = serde_json::to_string(&day).unwrap();
        assert_eq!((json.as_str(), serde_json::from_str(&json).ok()), ("\"2026-05-03\"", Some(day)));
        assert!(serde_json::from_str::<Day>("\"yesterday\"").is_err());
    }
}

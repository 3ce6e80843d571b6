//! Words, in whatever case and with whatever between their parts.

use crate::alerting::Interval;
use crate::rules::Severity;

/// The letters and digits of a word, all small: `ONE_DAY`, `One day` and `oneDay` are alike.
pub(super) fn alike(word: &str) -> String {
    word.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The interval that a word or a number of something means.
pub(super) fn interval(word: &str) -> Option<Interval> {
    let word = alike(word);
    let known = Interval::ALL.into_iter().find(|interval| alike(interval.word()) == word);
    known.or(match &*word {
        "never" | "off" | "none" | "manual" => Some(Interval::Disabled),
        "15minutes" | "15min" | "15m" | "quarterhour" => Some(Interval::FifteenMinutes),
        "30minutes" | "30min" | "30m" | "halfhour" | "halfanhour" => Some(Interval::ThirtyMinutes),
        "1hour" | "1h" | "hour" | "hourly" | "60min" | "60minutes" => Some(Interval::OneHour),
        "4hours" | "4h" => Some(Interval::FourHours),
        "8hours" | "8h" => Some(Interval::EightHours),
        "12hours" | "12h" => Some(Interval::TwelveHours),
        "1day" | "1d" | "day" | "daily" | "24hours" | "24h" => Some(Interval::OneDay),
        "1week" | "1w" | "week" | "weekly" | "7days" | "7d" => Some(Interval::OneWeek),
        _ => None,
    })
}

/// The severity that a level means.
pub(super) fn severity(word: &str) -> Option<Severity> {
    let word = alike(word);
    let known = Severity::ALL.into_iter().find(|severity| severity.word() == word);
    known.or(match &*word {
        "informational" | "information" | "none" => Some(Severity::Info),
        "moderate" | "warning" => Some(Severity::Medium),
        "severe" => Some(Severity::High),
        _ => None,
    })
}

/// A severity as JupiterOne's level.
pub(super) fn level(severity: Severity) -> String {
    severity.word().to_uppercase()
}

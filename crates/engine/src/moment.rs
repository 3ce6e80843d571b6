//! Moments as people and programs read them.

use rolecall_model::Timestamp;

/// RFC 3339 in UTC to the second, `2026-11-23T10:00:00Z`.
#[must_use]
pub fn moment_text(moment: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(moment.0)
        .map_or_else(|_| "unknown".to_owned(), |moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The same of a moment as sources write it, however they do; nothing of what is none.
pub(crate) fn source_moment_text(text: &str) -> Option<String> {
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(moment_text(Timestamp(at.as_microsecond())))
}

/// The day of a moment that [`moment_text`] has written: hours are noise where people compare.
#[must_use]
pub fn day_text(moment: &str) -> String {
    moment.split('T').next().unwrap_or(moment).to_owned()
}

/// The day since which something is known. `≤` says that it was there when it was first read, and may be older.
#[must_use]
pub fn since_text(moment: &str, or_earlier: bool) -> String {
    let day = day_text(moment);
    if or_earlier { format!("≤ {day}") } else { day }
}

/// Reads a moment a person wrote: a date, an RFC 3339 time, or how long ago, as in `7d`, `24h`, `2 weeks`.
///
/// # Errors
/// A sentence that says what is understood.
pub fn moment_parse(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(moment.as_microsecond()));
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && let Ok(start) = date.to_zoned_datetime(jiff::tz::TimeZone::UTC)
    {
        return Ok(Timestamp(start.timestamp().as_microsecond()));
    }
    let ago = match text.to_lowercase().as_str() {
        "yesterday" => "1d",
        "last week" => "1w",
        "last month" => "1mo",
        "last year" => "1y",
        _ => text.strip_suffix(" ago").unwrap_or(text),
    };
    let ago = ago.parse::<jiff::Span>();
    let utc = jiff::Timestamp::from_microsecond(now.0).map(|now| now.to_zoned_datetime(jiff::tz::TimeZone::UTC));
    if let (Ok(span), Ok(now)) = (ago, utc)
        && let Ok(moment) = now.checked_sub(span.abs())
    {
        return Ok(Timestamp(moment.timestamp().as_microsecond()));
    }
    Err(format!("{text:?} is no moment; write 2026-11-23, 2026-11-23T10:00:00Z, or how long ago: 7d, 24h, 2 weeks"))
}

/// Reads the two ends of a span of time. A date means the whole day, at either end.
///
/// # Errors
/// A sentence that says what is understood, or that the span ends before it begins.
pub fn span_parse(from: &str, to: &str, now: Timestamp) -> Result<(Timestamp, Timestamp), String> {
    let (begin, mut end) = (moment_parse(from, now)?, moment_parse(to, now)?);
    if to.trim().parse::<jiff::civil::Date>().is_ok() {
        end = Timestamp(end.plus_seconds(24 * 60 * 60).0.saturating_sub(1));
    }
    if end < begin {
        return Err(format!("{to:?} is before {from:?}; the earlier end comes first"));
    }
    Ok((begin, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_days_holds_its_last_day() {
        let now = Timestamp("2026-11-23T10:00:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond());
        let span = |from, to| span_parse(from, to, now).map(|(from, to)| (moment_text(from), moment_text(to)));
        let read = span("2026-11-01", "2026-11-02").unwrap();
        assert_eq!(read, ("2026-11-01T00:00:00Z".to_owned(), "2026-11-02T23:59:59Z".to_owned()));
        assert_eq!(span("7d", "24h").unwrap().1, "2026-11-22T10:00:00Z");
        assert!(span("2026-11-02", "2026-11-01").unwrap_err().contains("earlier end comes first"));
        assert!(span("2026-11-02", "soon").is_err());
    }

    #[test]
    fn people_may_write_moments_in_several_ways() {
        let now = Timestamp("2026-11-23T10:00:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond());
        let read = |text: &str| moment_parse(text, now).map(moment_text);
        assert_eq!(read("2026-11-01").as_deref(), Ok("2026-11-01T00:00:00Z"));
        assert_eq!(read("2026-11-01T05:00:00+02:00").as_deref(), Ok("2026-11-01T03:00:00Z"));
        assert_eq!(read("7d").as_deref(), Ok("2026-11-16T10:00:00Z"));
        assert_eq!(read("24h ago").as_deref(), Ok("2026-11-22T10:00:00Z"));
        assert_eq!(read("yesterday").as_deref(), Ok("2026-11-22T10:00:00Z"));
        assert_eq!(read("last month").as_deref(), Ok("2026-10-23T10:00:00Z"));
        assert!(read("yesterday-ish").is_err() && read("").is_err());
    }
}

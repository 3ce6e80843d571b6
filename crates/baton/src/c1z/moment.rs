//! Moments as files of version 1 have them: `2026-11-23 10:00:00.000000000`, in the time zone of whoever wrote it and without
//! saying which. Readers compare them byte by byte.

use jiff::tz::TimeZone;
use jiff::{Timestamp as Moment, civil};
use rolecall_model::Timestamp;

const FORM: &str = "%Y-%m-%d %H:%M:%S.%9f";

/// A moment as text.
pub(super) fn moment_text(at: Timestamp, zone: &TimeZone) -> String {
    let moment = Moment::from_microsecond(at.0).unwrap_or(Moment::UNIX_EPOCH);
    zone.to_datetime(moment).strftime(FORM).to_string()
}

/// A text as a moment; nothing where it is none. Other spellings of SQLite's drivers are taken as well.
pub(super) fn moment_read(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let micros = |moment: Moment| Timestamp(moment.as_microsecond());
    if let Ok(moment) = text.parse::<Moment>() {
        return Some(micros(moment));
    }
    let local: civil::DateTime = text.get(..text.len().min(29))?.trim_end().parse().ok()?;
    zone.to_timestamp(local).ok().map(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_form_and_comes_back() {
        let at = Timestamp(1_764_000_000_123_456);
        for zone in [TimeZone::UTC, TimeZone::fixed(jiff::tz::offset(-7))] {
            let text = moment_text(at, &zone);
            assert_eq!(text.len(), 29, "{text}");
            assert_eq!(moment_read(&text, &zone), Some(at), "{text}");
        }
        assert_eq!(moment_text(Timestamp(0), &TimeZone::UTC), "1970-01-01 00:00:00.000000000");
        assert_eq!(moment_read("1970-01-01T00:00:01Z", &TimeZone::UTC), Some(Timestamp(1_000_000)));
        assert_eq!(moment_read("yesterday", &TimeZone::UTC), None);
    }
}

//! Moments of a simulated world, whose time passes only when told.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// The day on which the stories were written down.
const WRITTEN: Date = date(2026, 11, 23);

/// Stories begin so many days ago: what happens within a week has happened by yesterday.
const BEGUN_DAYS: i32 = 8;

/// By how much the days of stories are moved. Looked at once, so that a world does not change at midnight.
static MOVED: LazyLock<Span> = LazyLock::new(|| {
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let beginning = today.checked_sub(Span::new().days(BEGUN_DAYS)).unwrap_or(WRITTEN);
    WRITTEN.until(beginning).unwrap_or_default()
});

/// A moment some time later; far beyond the calendar's end it stays where it is.
pub(crate) fn later(moment: Timestamp, time: Duration) -> Timestamp {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::ZERO);
    moment.checked_add(time).unwrap_or(moment)
}

/// Noon of a day such as `2024-05-01`, or an exact moment; the epoch when it is neither.
pub(crate) fn day(text: &str) -> Timestamp {
    let moment = text.parse::<Timestamp>().ok();
    moment.or_else(|| noon(text.parse().ok()?)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn noon(date: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(date.at(12, 0, 0, 0)).ok()
}

/// When a day of a story is: as far from its beginning, which is always eight days ago, as the one that is given is from
/// 23 November 2026. What is no day stays as it is.
#[must_use]
pub fn on(day: &str) -> String {
    let moved = day.parse::<Date>().and_then(|day| day.checked_add(*MOVED));
    moved.map_or_else(|_| day.to_owned(), |day| day.to_string())
}

/// When a story begins: at noon.
pub(crate) fn beginning() -> Timestamp {
    WRITTEN.checked_add(*MOVED).ok().and_then(noon).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_never_grows_old_and_what_lies_between_its_days_stays() {
        let days = |from: &str, to: &str| {
            let (from, to) = (on(from).parse::<Date>().unwrap(), on(to).parse::<Date>().unwrap());
            from.until(to).unwrap().get_days()
        };
        assert_eq!(days("2026-11-23", "2026-12-01"), 8);
        assert_eq!(days("2012-09-17", "2026-11-23"), 5180);
        let age = Timestamp::now().duration_since(beginning()).as_hours();
        assert!((7 * 24..9 * 24).contains(&age), "{age}");
        assert_eq!(on("never"), "never");
    }
}

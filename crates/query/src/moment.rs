//! Moments as they are written: ISO 8601, of which the end may be left out.

use jiff::Timestamp;

/// The first and last moments that have a year of four digits, so that what is read can be written.
const YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_207_200_000;

/// The milliseconds since 1970 of `2026`, `2026-11-26`, `2026-11-26T09:30`, `2026-11-26T09:30:15.5+01:00`; in UTC where no
/// offset is written.
pub(crate) fn read(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    let (clock, offset) = time.map_or(("00", ""), split_offset);
    let offset = if offset.is_empty() { "Z" } else { offset };
    let whole = format!("{}T{}{}", whole_date(date)?, whole_clock(clock)?, whole_offset(offset)?);
    let milliseconds = whole.parse::<Timestamp>().ok()?.as_millisecond();
    YEARS.contains(&milliseconds).then_some(milliseconds)
}

/// As short as it can be read back; `None` outside of the years that can be written.
pub(crate) fn written(milliseconds: i64) -> Option<String> {
    let moment = Timestamp::from_millisecond(milliseconds).ok().filter(|_| YEARS.contains(&milliseconds))?;
    let text = moment.to_string();
    Some(text.strip_suffix("T00:00:00Z").map_or_else(|| text.clone(), str::to_owned))
}

fn split_offset(time: &str) -> (&str, &str) {
    time.find(['Z', 'z', '+', '-']).and_then(|at| time.split_at_checked(at)).unwrap_or((time, ""))
}

fn whole_date(date: &str) -> Option<String> {
    let lengths: Vec<usize> = date.split('-').map(str::len).collect();
    let rest = match lengths.as_slice() {
        [4] => "-01-01",
        [4, 2] => "-01",
        [4, 2, 2] => "",
        _ => return None,
    };
    is_digits_and(date, '-').then(|| format!("{date}{rest}"))
}

fn whole_clock(clock: &str) -> Option<String> {
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let lengths: Vec<usize> = clock.split(':').map(str::len).collect();
    let rest = match (lengths.as_slice(), fraction) {
        ([2], None) => ":00:00".to_owned(),
        ([2, 2], None) => ":00".to_owned(),
        ([2, 2, 2], None) => String::new(),
        // What is shorter than a millisecond makes no difference.
        ([2, 2, 2], Some(digits)) if !digits.is_empty() && is_digits_and(digits, '0') => {
            format!(".{}", digits.chars().take(3).collect::<String>())
        }
        _ => return None,
    };
    is_digits_and(clock, ':').then(|| format!("{clock}{rest}"))
}

fn whole_offset(offset: &str) -> Option<&str> {
    let utc = offset.eq_ignore_ascii_case("z");
    let lengths: Vec<usize> = offset.get(1..)?.split(':').map(str::len).collect();
    let shape = matches!(lengths.as_slice(), [2] | [2, 2]) && is_digits_and(offset.get(1..)?, ':');
    (utc || shape).then_some(if utc { "Z" } else { offset })
}

fn is_digits_and(text: &str, other: char) -> bool {
    text.chars().all(|character| character.is_ascii_digit() || character == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_read_and_written_back() {
        for (text, milliseconds, back) in [
            ("1970", 0, "1970-01-01"),
            ("2019-10", 1_569_888_000_000, "2019-10-01"),
            ("2019-10-30", 1_572_393_600_000, "2019-10-30"),
            ("2019-10-30T10", 1_572_429_600_000, "2019-10-30T10:00:00Z"),
            ("2019-10-30t10:30z", 1_572_431_400_000, "2019-10-30T10:30:00Z"),
            ("2019-10-30T10:30:15", 1_572_431_415_000, "2019-10-30T10:30:15Z"),
            ("2019-10-30T10:30:15.25+02:00", 1_572_424_215_250, "2019-10-30T08:30:15.25Z"),
            ("2019-10-30T10-05", 1_572_447_600_000, "2019-10-30T15:00:00Z"),
            ("1969-12-31T23:59:59.9999", -1, "1969-12-31T23:59:59.999Z"),
            ("0000", -62_167_219_200_000, "0000-01-01"),
        ] {
            assert_eq!(read(text), Some(milliseconds), "{text}");
            assert_eq!(written(milliseconds).as_deref(), Some(back), "{text}");
            assert_eq!(read(back), Some(milliseconds), "{back}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "T",
            "19",
            "2019-13",
            "2019-02-30",
            "2019-1-1",
            "20191030",
            "2019-10-30T",
            "2019-10-30T25",
            "2019-10-30T10:5",
            "2019-10-30T10.5",
            "2019-10-30T10:30:15.",
            "2019-10-30T10+2",
            "2019-10-30T10:30:00Z[UTC]",
            "0000-01-01T00:00+05:00",
            "9999-12-31",
            "２０１９",
            "2019-10-30Té",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(written(i64::MAX), None);
    }
}

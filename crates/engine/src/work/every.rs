//! How often a connector is to be read, as people write it.

/// Reading more often than this says nothing new and costs the registry's patience.
const LEAST_SECONDS: i64 = 5 * 60;
const MOST_SECONDS: i64 = 366 * 24 * 3600;

/// Reads `15m`, `6h`, `1d` or `2w`, and gives seconds.
///
/// # Errors
/// A sentence that says what is understood.
pub fn every_parse(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit.trim() {
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        "w" => 7 * 24 * 3600,
        _ => 0,
    };
    let every = number.parse::<i64>().ok().and_then(|number| number.checked_mul(seconds));
    every
        .filter(|every| (LEAST_SECONDS..=MOST_SECONDS).contains(every))
        .ok_or_else(|| format!("{text:?} is no interval; write 15m, 6h, 1d or 2w: from 5 minutes to a year"))
}

#[cfg(test)]
mod tests {
    use super::every_parse;

    #[test]
    fn intervals_are_minutes_hours_days_and_weeks() {
        assert_eq!(every_parse("15m"), Ok(900));
        assert_eq!(every_parse(" 6h"), Ok(21_600));
        assert_eq!(every_parse("1d"), Ok(86_400));
        assert_eq!(every_parse("2w"), Ok(1_209_600));
        for bad in ["", "h", "6", "0h", "-1h", "4m", "1.5h", "6 hours", "400d", "99999999999999999d", "🕐h"] {
            assert!(every_parse(bad).is_err_and(|why| why.contains("6h")), "{bad}");
        }
    }
}

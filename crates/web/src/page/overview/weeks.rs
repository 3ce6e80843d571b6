//! The last weeks as bars: rights that came above the line, rights that went below it.

use rolecall_engine::day_text;
use rolecall_engine::overview::WeekAnswer;

const BAR: u32 = 22;
const GAP: u32 = 8;
/// The height of the longest bar.
const LONGEST: u32 = 44;
/// Something is seen of every bar that stands for anything.
const SHORTEST: u32 = 3;

/// The plot, laid out.
pub(super) struct Plot {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Where the line is from which bars grow.
    pub(super) line: u32,
    pub(super) bars: Vec<Bar>,
    /// It in words, for whoever does not see it.
    pub(super) summary: String,
}

/// The two bars of a week.
pub(super) struct Bar {
    pub(super) x: u32,
    pub(super) up: u32,
    pub(super) down: u32,
    pub(super) title: String,
}

impl Bar {
    pub(super) const fn width() -> u32 {
        BAR
    }
}

impl Plot {
    pub(super) fn of(weeks: &[WeekAnswer]) -> Self {
        let most = weeks.iter().flat_map(|week| [week.gained, week.lost]).max().unwrap_or(0);
        let bar = |(week, number): (&WeekAnswer, u32)| Bar {
            x: number * (BAR + GAP),
            up: height(week.gained, most),
            down: height(week.lost, most),
            title: format!("Week from {}: {} rights came, {} went", day_text(&week.since), week.gained, week.lost),
        };
        let bars: Vec<Bar> = weeks.iter().zip(0..).map(bar).collect();
        let (gained, lost) = weeks.iter().fold((0, 0), |(up, down), week| (up + week.gained, down + week.lost));
        let width = u32::try_from(bars.len()).unwrap_or(0) * (BAR + GAP);
        let summary = format!("In {} weeks {gained} rights came and {lost} went.", bars.len());
        Self { width, height: 2 * LONGEST + 2, line: LONGEST + 1, bars, summary }
    }
}

fn height(number: usize, most: usize) -> u32 {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let most = u32::try_from(most).unwrap_or(u32::MAX).max(1);
    if number == 0 {
        0
    } else {
        (u64::from(number) * u64::from(LONGEST) / u64::from(most)).try_into().unwrap_or(LONGEST).max(SHORTEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_that_stands_for_something_is_seen_and_the_longest_fits() {
        assert_eq!((height(0, 10), height(1, 1000), height(10, 10), height(0, 0)), (0, SHORTEST, LONGEST, 0));
        assert!(height(usize::MAX, usize::MAX) <= LONGEST);
    }

    #[test]
    fn it_is_said_in_words_too() {
        let week = |gained, lost| WeekAnswer { since: "2026-11-20T00:00:00Z".to_owned(), gained, lost, other: 0 };
        let plot = Plot::of(&[week(3, 1), week(0, 2)]);
        assert_eq!(plot.summary, "In 2 weeks 3 rights came and 3 went.");
        assert_eq!((plot.bars.len(), plot.bars[0].up, plot.bars[1].down), (2, LONGEST, LONGEST * 2 / 3));
    }
}

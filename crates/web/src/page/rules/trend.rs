//! The latest evaluations as bars: how many rows each found.

use rolecall_engine::alerting::RuleEvaluation;
use rolecall_engine::moment_text;

const BAR: u32 = 12;
const GAP: u32 = 4;
/// The height of the longest bar.
const LONGEST: u32 = 44;
/// Something is seen of every bar that stands for anything.
const SHORTEST: u32 = 3;

/// The plot, laid out.
pub(super) struct Trend {
    pub(super) width: u32,
    pub(super) bars: Vec<Bar>,
    /// It in words, for whoever does not see it.
    pub(super) summary: String,
}

/// One evaluation.
pub(super) struct Bar {
    pub(super) x: u32,
    pub(super) height: u32,
    pub(super) has_failed: bool,
    pub(super) title: String,
}

impl Bar {
    pub(super) const fn width() -> u32 {
        BAR
    }

    /// Where it begins, from above.
    pub(super) const fn y(&self) -> u32 {
        LONGEST - self.height
    }
}

impl Trend {
    pub(super) const fn height() -> u32 {
        LONGEST + 1
    }

    /// Of evaluations, the last one first.
    pub(super) fn of(evaluations: &[RuleEvaluation]) -> Self {
        let counts = || evaluations.iter().filter(|one| one.error.is_none()).map(|one| one.count.max(0));
        let most = counts().max().unwrap_or(0);
        let bars: Vec<Bar> = evaluations.iter().rev().zip(0..).map(|(one, number)| bar(one, number, most)).collect();
        let failed = evaluations.len() - counts().count();
        let failed = if failed == 0 { String::new() } else { format!(" {failed} failed.") };
        let (least, last) = (counts().min().unwrap_or(0), counts().next().unwrap_or(0));
        let summary = match evaluations {
            [one] if one.error.is_none() => format!("In the only evaluation {last} rows were found."),
            all => format!("In {} evaluations {least} to {most} rows were found; last {last}.{failed}", all.len()),
        };
        Self { width: u32::try_from(bars.len()).unwrap_or(0) * (BAR + GAP), bars, summary }
    }
}

fn bar(one: &RuleEvaluation, number: u32, most: i64) -> Bar {
    let has_failed = one.error.is_some();
    let found = if has_failed { "it failed".to_owned() } else { format!("{} rows", one.count) };
    let height = if has_failed { LONGEST } else { height(one.count, most) };
    Bar { x: number * (BAR + GAP), height, has_failed, title: format!("{}: {found}", moment_text(one.at)) }
}

fn height(count: i64, most: i64) -> u32 {
    if count <= 0 {
        return 0;
    }
    let scaled = i128::from(LONGEST) * i128::from(count) / i128::from(most.max(1));
    u32::try_from(scaled).unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use rolecall_model::Timestamp;

    use super::*;

    fn evaluation(count: i64, error: Option<&str>) -> RuleEvaluation {
        RuleEvaluation {
            at: Timestamp(0),
            outcome: if error.is_some() { "failed" } else { "ok" }.to_owned(),
            count,
            appeared: 0,
            vanished: 0,
            changed: 0,
            told: 0,
            error: error.map(str::to_owned),
        }
    }

    #[test]
    fn the_longest_bar_is_that_of_most_rows_and_nothing_is_nothing() {
        let all = [evaluation(1, None), evaluation(0, Some("gone")), evaluation(0, None), evaluation(400, None)];
        let trend = Trend::of(&all);
        let heights: Vec<u32> = trend.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [LONGEST, 0, LONGEST, SHORTEST]);
        assert!(trend.bars[2].has_failed && trend.summary.contains("0 to 400 rows"), "{}", trend.summary);
        assert!(trend.summary.contains("last 1. 1 failed."), "{}", trend.summary);
        assert_eq!(Trend::of(&[]).width, 0);
        assert_eq!(Trend::of(&[evaluation(5, None)]).summary, "In the only evaluation 5 rows were found.");
    }
}

//! How many grants were left, submission after submission, as a plot.

use std::collections::BTreeSet;

use rolecall_engine::reviews::EventRow;
use serde_json::Value as Json;

const WIDTH: i64 = 560;
const HEIGHT: i64 = 120;

/// The plot, laid out.
pub(super) struct Burndown {
    /// The corners of the line that shows what is left.
    pub(super) line: String,
    /// Where the line of the day until which reviewers decide begins and ends.
    pub(super) ideal: String,
    /// It in words, for whoever does not see it.
    pub(super) summary: String,
}

impl Burndown {
    pub(super) const fn width() -> i64 {
        WIDTH
    }

    pub(super) const fn height() -> i64 {
        HEIGHT
    }

    /// Of a campaign of so many grants that runs, or ran, between two moments; nothing before anything was submitted.
    pub(super) fn of(events: &[EventRow], grants: i64, (start, due, until): (i64, i64, i64)) -> Option<Self> {
        let (mut decided, mut points) = (BTreeSet::new(), vec![(start, grants)]);
        for event in events.iter().filter(|event| event.what == "submitted") {
            let numbers = |name: &str| event.details.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
            decided.extend(numbers("certified").iter().chain(&numbers("denied")).filter_map(Json::as_i64));
            let left = grants - i64::try_from(decided.len()).unwrap_or(grants);
            points.push((micros(&event.at)?, left.max(0)));
        }
        if points.len() == 1 || grants == 0 {
            return None;
        }
        let end = due.max(until).max(start + 1);
        let x = |at: i64| (i128::from(at - start) * i128::from(WIDTH) / i128::from(end - start)).clamp(0, 560);
        let y = |left: i64| HEIGHT - HEIGHT * left / grants;
        let mut line = format!("0,{}", y(grants));
        for pair in points.windows(2) {
            let [(_, before), (at, left)] = pair else { continue };
            line += &format!(" {},{} {},{}", x(*at), y(*before), x(*at), y(*left));
        }
        let left = points.last().map_or(grants, |(_, left)| *left);
        line += &format!(" {},{}", x(until), y(left));
        let ideal = format!("0,0 {},{HEIGHT}", x(due));
        let summary = format!("Of {grants} grants {left} were left after {} submissions.", points.len() - 1);
        Some(Self { line, ideal, summary })
    }
}

fn micros(at: &str) -> Option<i64> {
    at.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_decided_twice_burns_once() {
        let event = |at: &str, certified: &[i64]| EventRow {
            at: at.to_owned(),
            what: "submitted".to_owned(),
            actor: None,
            reason: None,
            details: json!({ "certified": certified, "denied": [] }),
        };
        let (start, due) = (micros("2026-11-01T00:00:00Z").unwrap(), micros("2026-11-11T00:00:00Z").unwrap());
        let now = micros("2026-11-06T00:00:00Z").unwrap();
        let events = [event("2026-11-02T00:00:00Z", &[1, 2]), event("2026-11-03T00:00:00Z", &[2])];
        let plot = Burndown::of(&events, 4, (start, due, now)).unwrap();
        assert_eq!(plot.line, "0,0 56,0 56,60 112,60 112,60 280,60");
        assert_eq!(plot.summary, "Of 4 grants 2 were left after 2 submissions.");
        assert!(Burndown::of(&[], 4, (start, due, now)).is_none());
    }
}

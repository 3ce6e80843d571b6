//! How far somebody is who follows what happens.

use std::fmt;
use std::str::FromStr;

use rolecall_store::FeedHead;

/// Where somebody is: behind everything up to here, and before everything later. It stays good across restarts, and means
/// nothing in another database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedCursor {
    /// The last snapshot of which anything was told.
    pub(super) snapshot: i64,
    /// How far in that.
    pub(super) within: Within,
    /// The number of the last event of a finding that was told.
    pub(super) finding_event: i64,
}

/// How far somebody is in a snapshot, whose changes are in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Within {
    /// Up to this fact that appeared, or took another's place.
    Appeared(i64),
    /// Up to this fact that disappeared.
    Disappeared(i64),
    /// All of it.
    #[default]
    All,
}

impl FeedCursor {
    /// Behind all that is recorded.
    pub(super) const fn behind(head: FeedHead) -> Self {
        Self { snapshot: head.snapshot.0, within: Within::All, finding_event: head.finding_event }
    }

    /// Whether anything may have happened since.
    #[must_use]
    pub fn is_before(&self, head: FeedHead) -> bool {
        self.snapshot < head.snapshot.0 || self.within != Within::All || self.finding_event < head.finding_event
    }

    /// Whether it is of what was never recorded.
    pub(super) const fn is_beyond(&self, head: FeedHead) -> bool {
        self.snapshot > head.snapshot.0 || self.finding_event > head.finding_event
    }
}

impl fmt::Display for FeedCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, fact) = match self.within {
            Within::Appeared(fact) => (0, fact),
            Within::Disappeared(fact) => (1, fact),
            Within::All => (2, 0),
        };
        write!(f, "{}.{part}.{fact}.{}", self.snapshot, self.finding_event)
    }
}

/// Why a text is no cursor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no cursor")]
pub struct CursorError(String);

impl FromStr for FeedCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let wrong = || CursorError(text.to_owned());
        let number = |part: &str| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<i64>().ok()).flatten().ok_or_else(wrong)
        };
        let parts: Vec<i64> = text.split('.').map(number).collect::<Result<_, _>>()?;
        let [snapshot, part, fact, finding_event] = parts[..] else { return Err(wrong()) };
        let within = match part {
            0 => Within::Appeared(fact),
            1 => Within::Disappeared(fact),
            2 => Within::All,
            _ => return Err(wrong()),
        };
        Ok(Self { snapshot, within, finding_event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written_and_nothing_else_is_one() {
        for within in [Within::Appeared(7), Within::Disappeared(i64::MAX), Within::All] {
            let cursor = FeedCursor { snapshot: 12, within, finding_event: 3 };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in [
            "",
            "1",
            "1.2.3",
            "1.3.0.4",
            "-1.2.0.0",
            "1.2.0.+4",
            "7d",
            "2026-11-23",
            "1.2.0.99999999999999999999",
            "1.2.0.4.5",
        ] {
            assert!(text.parse::<FeedCursor>().is_err(), "{text}");
        }
    }
}

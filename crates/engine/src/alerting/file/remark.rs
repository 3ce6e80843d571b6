//! What is worth telling of a rule that was read.

use std::fmt;

use serde::Serialize;

/// Something about a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// One sentence without a full stop.
    pub text: String,
    /// How bad it is.
    pub severity: RemarkSeverity,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemarkSeverity {
    /// Worth knowing.
    Note,
    /// Not as the format has it, or not done as it is written.
    Wrong,
    /// The rule is not evaluated before this is mended.
    CannotRun,
}

impl RemarkSeverity {
    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Wrong => "wrong",
            Self::CannotRun => "cannot run",
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.severity.word(), self.text)
    }
}

/// How many remarks one rule has at most.
const MOST_REMARKS: usize = 100;

/// How many characters of what is written a remark repeats at most.
const MOST_REPEATED: usize = 80;

/// Remarks as they come.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    all: Vec<Remark>,
    dropped: usize,
}

impl Remarks {
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.add(RemarkSeverity::Note, text.into());
    }

    pub(super) fn wrong(&mut self, text: impl Into<String>) {
        self.add(RemarkSeverity::Wrong, text.into());
    }

    pub(super) fn cannot_run(&mut self, text: impl Into<String>) {
        self.add(RemarkSeverity::CannotRun, text.into());
    }

    /// The same thing is told once. That a rule cannot run is told however much else was.
    fn add(&mut self, severity: RemarkSeverity, text: String) {
        let remark = Remark { text, severity };
        if self.all.contains(&remark) {
            return;
        }
        let can_run = self.all.iter().all(|remark| remark.severity != RemarkSeverity::CannotRun);
        if self.all.len() < MOST_REMARKS || (severity == RemarkSeverity::CannotRun && can_run) {
            self.all.push(remark);
        } else {
            self.dropped += 1;
        }
    }

    pub(super) fn all(mut self) -> Vec<Remark> {
        if self.dropped > 0 {
            let text = format!("{} more remarks are left out", self.dropped);
            self.all.push(Remark { text, severity: RemarkSeverity::Note });
        }
        self.all
    }
}

/// What is written, cut where it is long.
pub(super) fn repeated(written: &str) -> String {
    let mut characters = written.chars();
    let start: String = characters.by_ref().take(MOST_REPEATED).collect();
    if characters.next().is_some() { format!("{start:?}…") } else { format!("{start:?}") }
}

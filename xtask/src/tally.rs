//! Adds up the results of many test binaries from the lines that Rust's test harness prints.

use std::fmt;

/// How many tests passed, failed and were skipped, over all binaries so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// Counts the line if it closes a test binary's run, and ignores it otherwise.
    pub(crate) fn line(&mut self, line: &str) {
        let Some(closing) = Self::closing(line) else { return };
        self.passed += closing.passed;
        self.failed += closing.failed;
        self.skipped += closing.skipped;
    }

    /// A run that ended badly counts as a failure even when no test of it was reported as failed:
    /// it did not compile, or a test took its whole process down.
    pub(crate) fn ended_badly(&mut self, before: Self) {
        if self.failed == before.failed {
            self.failed += 1;
        }
    }

    /// At least one test passed and none failed. A run of no test at all proves nothing.
    pub(crate) fn is_success(self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    fn closing(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        let mut tally = Self::default();
        for part in counts.split("; ") {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => tally.passed = number.parse().ok()?,
                Some((number, "failed")) => tally.failed = number.parse().ok()?,
                // `filtered out` is not added: those tests were not asked for.
                Some((number, "ignored")) => tally.skipped = number.parse().ok()?,
                _ => {}
            }
        }
        Some(tally)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.line(line);
        }
        tally
    }

    #[test]
    fn results_of_several_binaries_are_added() {
        let tally = tally(&[
            "running 3 tests",
            "test removal::tests::three_pass ... ok",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: FAILED. 1 passed; 2 failed; 4 ignored; 0 measured; 9 filtered out; finished in 1.30s",
        ]);
        assert_eq!(tally, Tally { passed: 4, failed: 2, skipped: 4 });
        assert!(!tally.is_success());
    }

    #[test]
    fn only_closing_lines_count() {
        let quoted = tally(&[
            "  test result: ok. 3 passed; 0 failed",
            "test result: unreadable",
            "test result: ok. many passed; 0 failed; 0 ignored",
        ]);
        assert_eq!(quoted, Tally::default());
    }

    #[test]
    fn no_test_at_all_is_no_success() {
        assert!(!Tally::default().is_success());
        assert!(!tally(&["test result: ok. 0 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out"]).is_success());
    }

    #[test]
    fn a_crash_counts_once_and_only_when_nothing_else_did() {
        let before = tally(&["test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out"]);
        let mut crashed = before;
        crashed.ended_badly(before);
        assert_eq!(crashed.to_string(), "1 passed, 2 failed, 0 skipped");

        let mut reported = before;
        reported.line("test result: FAILED. 0 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out");
        reported.ended_badly(before);
        assert_eq!(reported.to_string(), "1 passed, 4 failed, 0 skipped");
    }
}

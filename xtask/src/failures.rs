//! What failed, kept to be said once more at the end: the report of a test that failed in the middle of a run of
//! thousands is far above what anyone still sees.

/// As many lines of one test binary's report as are kept. A report is longer where a test prints much.
const LINES_OF_A_REPORT: usize = 120;

/// The reports of the test binaries that failed, as Rust's test harness printed them.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    lines: Vec<String>,
    of_this_report: usize,
    reporting: bool,
}

impl Failures {
    /// Keeps the line if it is part of a report of failures: from `failures:` to `test result:`.
    pub(crate) fn line(&mut self, line: &str) {
        if line == "failures:" && !self.reporting {
            self.reporting = true;
            self.of_this_report = 0;
        }
        let ends = line.starts_with("test result: ");
        if self.reporting && (ends || self.of_this_report < LINES_OF_A_REPORT) {
            self.lines.push(line.to_owned());
            self.of_this_report += 1;
        }
        self.reporting &= !ends;
    }

    /// Keeps what went wrong with a whole run: it did not compile, or it ended without a report.
    pub(crate) fn run(&mut self, what: String) {
        self.lines.push(what);
    }

    /// What was kept, in the order in which it failed.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(lines: &[&str]) -> Vec<String> {
        let mut failures = Failures::default();
        lines.iter().for_each(|line| failures.line(line));
        failures.lines().to_vec()
    }

    #[test]
    fn a_report_is_kept_from_its_heading_to_its_result() {
        let report = [
            "failures:",
            "",
            "---- a::b stdout ----",
            "left: 1",
            "failures:",
            "    a::b",
            "",
            "test result: FAILED. 1 passed; 1 failed",
        ];
        let before = ["test a::b ... FAILED", "test a::c ... ok", ""];
        let after = ["running 3 tests", "test result: ok. 3 passed; 0 failed"];
        assert_eq!(kept(&[&before[..], &report, &after].concat()), report);
    }

    #[test]
    fn a_long_report_is_cut_but_its_result_is_kept() {
        let mut printed = vec!["failures:"];
        printed.extend(std::iter::repeat_n("line", 2 * LINES_OF_A_REPORT));
        printed.push("test result: FAILED. 0 passed; 1 failed");
        let kept = kept(&printed);
        assert_eq!(kept.len(), LINES_OF_A_REPORT + 1);
        assert_eq!(kept.last().map(String::as_str), printed.last().copied());
    }

    #[test]
    fn nothing_is_kept_of_a_run_that_passed() {
        assert!(kept(&["running 1 test", "test a ... ok", "test result: ok. 1 passed; 0 failed"]).is_empty());
    }
}

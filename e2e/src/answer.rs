//! What a client did that was run to its end.

use std::process::Output;

use serde_json::Value;

/// What a client did.
#[derive(Debug)]
pub struct Answer {
    /// Its exit code, if it was not ended by a signal.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Answer {
    /// What was printed, of a client that succeeded.
    ///
    /// # Panics
    /// When it did not, with everything it said.
    pub fn succeeded(&self) -> &str {
        assert_eq!(self.code, Some(0), "the client failed\n{}\n{}", self.stdout, self.stderr);
        self.stdout.trim()
    }

    /// What a successful client printed, as lines in alphabetical order.
    ///
    /// # Panics
    /// When it failed.
    #[must_use]
    pub fn lines(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = self.succeeded().lines().collect();
        lines.sort_unstable();
        lines
    }

    /// What a successful client printed, as JSON.
    ///
    /// # Panics
    /// When it failed or printed something else.
    #[must_use]
    pub fn json(&self) -> Value {
        let printed = self.succeeded();
        serde_json::from_str(printed).unwrap_or_else(|error| panic!("the client printed no JSON: {error}\n{printed}"))
    }
}

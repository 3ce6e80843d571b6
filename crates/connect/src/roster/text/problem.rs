//! What is wrong with a roster, and where.

use std::fmt;

use serde::Serialize;

/// So many problems are kept; the rest are counted.
const KEPT: usize = 100;

/// Something on a line that is wrong or odd.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RosterProblem {
    /// The line of the text, from 1.
    pub line: u64,
    /// What it is and what to do.
    pub message: String,
}

impl fmt::Display for RosterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The first problems, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problems {
    first: Vec<RosterProblem>,
    count: usize,
}

impl Problems {
    /// Nothing but this.
    #[must_use]
    pub fn one(line: u64, message: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(line, message);
        problems
    }

    /// Notes one. Of very many the first are kept, and the others counted.
    pub fn add(&mut self, line: u64, message: impl Into<String>) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(RosterProblem { line, message: message.into() });
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first that were found, in the order of the lines.
    #[must_use]
    pub fn first(&self) -> Vec<RosterProblem> {
        let mut first = self.first.clone();
        first.sort();
        first
    }

    /// How many more there are.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.count - self.first.len()
    }
}

/// A roster that cannot be read as a whole, of which nothing is used.
#[derive(Debug, thiserror::Error)]
pub struct RosterRefused {
    /// What is wrong.
    pub problems: Problems,
}

impl fmt::Display for RosterRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing of the roster was used")?;
        for problem in self.problems.first() {
            write!(f, "\n{problem}")?;
        }
        match self.problems.left_out() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

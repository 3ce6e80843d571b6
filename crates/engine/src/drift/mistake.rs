//! What is wrong with a file, all of it at once.

use std::fmt;

use serde::Serialize;

use crate::placed::Place;

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The line, counted from 1, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The character in it, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// What is wrong.
    pub text: String,
}

impl Mistake {
    /// One that is of no one place.
    pub(super) const fn of_all(text: String) -> Self {
        Self { line: None, column: None, text }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: {}", self.text),
            _ => f.write_str(&self.text),
        }
    }
}

/// The mistakes so far.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<(Place, String)>);

impl Mistakes {
    pub(super) fn add(&mut self, place: Place, text: impl Into<String>) {
        self.0.push((place, text.into()));
    }

    /// Nothing, or all of them in the order of the file.
    pub(super) fn none(mut self) -> Result<(), Vec<Mistake>> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort();
        self.0.dedup();
        let told = |number: u64| Some(number).filter(|number| *number > 0);
        let mistake =
            |(place, text): (Place, String)| Mistake { line: told(place.line), column: told(place.column), text };
        Err(self.0.into_iter().map(mistake).collect())
    }
}

//! An answer with everything that has to be said of it.

use rolecall_query::{Answer, Needs, Prepared};

use super::{QueryWorlds, Reasons};
use crate::as_of::AsOf;
use crate::completeness::Completeness;

/// An answer with what is said of it.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The answer.
    pub answer: &'a Answer<'a>,
    /// What explains the access in it.
    pub reasons: &'a Reasons<'a>,
    /// The past moments that it is of.
    pub as_of: Vec<&'a AsOf>,
    /// How complete everything behind it is.
    pub completeness: Completeness,
    /// What the record cannot say about a span of time.
    pub unseen: Vec<String>,
}

impl<'a> Shown<'a> {
    /// An answer of these worlds, and what is said of it.
    #[must_use]
    pub fn new(
        worlds: &'a QueryWorlds,
        reasons: &'a Reasons<'a>,
        (prepared, needs): (&Prepared, &Needs),
        answer: &'a Answer<'a>,
    ) -> Self {
        Self {
            answer,
            reasons,
            as_of: worlds.as_of(needs),
            completeness: worlds.completeness(prepared.query(), needs),
            unseen: worlds.unseen(),
        }
    }

    /// Whether nothing is missing, as far as anybody knows.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.completeness.complete && self.unseen.is_empty() && self.answer.limits.is_empty()
    }
}

//! Changes while a client is reading: "after the third team, somebody leaves".

use std::fmt;

use crate::pattern::Pattern;
use crate::wire::Request;

type Change<R> = Box<dyn FnOnce(&mut R) + Send>;

struct Cue<R> {
    pattern: Pattern,
    remaining: usize,
    change: Option<Change<R>>,
}

/// Changes that wait for their request.
pub(crate) struct Script<R>(Vec<Cue<R>>);

impl<R> Default for Script<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R> fmt::Debug for Script<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Script({} cues)", self.0.len())
    }
}

impl<R> Script<R> {
    /// A change for the moment right after the `nth` matching request was answered.
    pub(crate) fn add(&mut self, pattern: Pattern, nth: usize, change: Change<R>) {
        self.0.push(Cue { pattern, remaining: nth.max(1), change: Some(change) });
    }

    /// Counts an answered request and hands out the changes whose moment has come.
    pub(crate) fn answered(&mut self, request: &Request) -> Vec<Change<R>> {
        let mut due = Vec::new();
        for cue in &mut self.0 {
            if cue.pattern.matches(request) {
                cue.remaining = cue.remaining.saturating_sub(1);
                if cue.remaining == 0 {
                    due.extend(cue.change.take());
                }
            }
        }
        self.0.retain(|cue| cue.change.is_some());
        due
    }
}

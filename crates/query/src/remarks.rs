//! The remarks made while a query is read, with the ones that would only repeat an earlier one left out.

use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// Nobody reads more than this, and each costs memory.
const MOST: usize = 20;

/// The remarks so far.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    list: Vec<Diagnostic>,
    /// Where the last mistake of the parser was: what fails again at the same place, fails because of it.
    last: Option<u32>,
    /// Whether what follows would be a consequence of what was said.
    silent: bool,
}

impl Remarks {
    /// A mistake in a token.
    pub(crate) fn of_token(&mut self, remark: Diagnostic) {
        if self.list.len() < MOST {
            self.list.push(remark);
        }
    }

    /// A mistake in how tokens follow each other.
    pub(crate) fn of_order(&mut self, at: Span, remark: Diagnostic) {
        let repeated = self.last.is_some_and(|last| at.start <= last);
        if !repeated && !self.silent {
            self.of_token(remark);
        }
        self.last = self.last.max(Some(at.start));
    }

    /// The same, and nothing after it.
    pub(crate) fn last_one(&mut self, at: Span, remark: Diagnostic) {
        self.of_order(at, remark);
        self.silent = true;
    }

    /// Whether nothing was wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them in the order of the text.
    pub(crate) fn into_list(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|remark| remark.span.map_or((0, 0), |span| (span.start, span.end)));
        self.list
    }
}

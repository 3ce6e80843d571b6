//! How much of it there may be.

use std::cell::Cell;

/// How many characters a text with templates has at most.
pub(super) const MOST_CHARACTERS: usize = 64 * 1024;

/// How deep values, conditions and expressions stand in each other at most, the expressions of templates that they use
/// included: also how many operators stand in one row. What is this deep takes half of a thread's usual stack.
pub(super) const MOST_DEPTH: usize = 48;

/// How deep brackets, and what is like them, stand in each other at most.
pub(super) const MOST_BRACKETS: usize = 32;

/// How deep templates use each other at most.
pub(super) const MOST_NESTED: u8 = 8;

/// How much work one rendering does at most: about a value looked at, or eight bytes of text made, each.
pub(super) const MOST_WORK: u64 = 4_000_000;

/// The work that is left.
#[derive(Debug)]
pub(super) struct Budget(Cell<u64>);

impl Budget {
    pub(super) const fn new() -> Self {
        Self(Cell::new(MOST_WORK))
    }

    /// Takes this much off it. False where it is not there any more.
    pub(super) fn spend(&self, work: u64) -> bool {
        let left = self.0.get().checked_sub(work);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

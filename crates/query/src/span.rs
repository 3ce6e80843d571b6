//! Where in a query's text something stands.

use std::ops::Range;

/// A range of bytes of the query's text, on character boundaries.
///
/// A span is where something stands and not what it is: any two compare equal, so that two trees are equal when they
/// ask the same, however they were laid out.
#[derive(Clone, Copy, Debug, Default, Eq)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Span {
    /// From the first byte to the one after the last.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// From the beginning of this one to the end of another.
    #[must_use]
    pub const fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }

    /// As a range of bytes.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

//! Bytes as they are read back. Nothing is taken that is not there, and nothing is given room for before it is.

use crate::csr::Csr;
use crate::edge::{Entry, Inherited, Label, Stated};
use crate::segment::{Statement, Times};
use crate::text::Texts;

/// What is left of an image.
pub(super) struct Source<'b>(&'b [u8]);

/// A row of fixed size as it is read.
pub(super) trait Take: Sized {
    /// How many bytes a row is.
    const BYTES: usize;

    /// The row of exactly so many bytes. `None` where they are none.
    fn take(bytes: &[u8]) -> Option<Self>;
}

impl<'b> Source<'b> {
    pub(super) const fn of(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The next bytes. `None` where there are fewer.
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        self.take(size_of::<u64>())?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }

    fn length(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok().map(str::to_owned)
    }

    pub(super) fn rows<T: Take>(&mut self) -> Option<Vec<T>> {
        let count = self.length()?;
        let bytes = self.take(count.checked_mul(T::BYTES)?)?;
        let mut rows = Vec::with_capacity(count);
        for row in bytes.chunks_exact(T::BYTES) {
            rows.push(T::take(row)?);
        }
        Some(rows)
    }

    pub(super) fn texts(&mut self) -> Option<Texts> {
        let bytes = self.text()?;
        Texts::of_parts(bytes, self.rows()?)
    }

    pub(super) fn table<T: Take + Copy + Default>(&mut self) -> Option<Csr<T>> {
        let starts = self.rows()?;
        Csr::of_parts(starts, self.rows()?)
    }
}

/// The four bytes at a place.
fn word(bytes: &[u8], place: usize) -> Option<u32> {
    bytes.get(place..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// The eight bytes at a place.
fn long(bytes: &[u8], place: usize) -> Option<[u8; 8]> {
    bytes.get(place..)?.first_chunk().copied()
}

impl Take for u32 {
    const BYTES: usize = 4;

    fn take(bytes: &[u8]) -> Option<Self> {
        word(bytes, 0)
    }
}

impl Take for usize {
    const BYTES: usize = 8;

    fn take(bytes: &[u8]) -> Option<Self> {
        u64::from_le_bytes(long(bytes, 0)?).try_into().ok()
    }
}

impl Take for Entry {
    const BYTES: usize = 8;

    fn take(bytes: &[u8]) -> Option<Self> {
        Some(Self { other: word(bytes, 0)?, label: Label::of_bits(word(bytes, 4)?) })
    }
}

impl Take for Stated {
    const BYTES: usize = 12;

    fn take(bytes: &[u8]) -> Option<Self> {
        let (other, label) = (word(bytes, 0)?, Label::of_bits(word(bytes, 4)?));
        Some(Self { other, label, listing: word(bytes, 8)? })
    }
}

impl Take for Inherited {
    const BYTES: usize = 12;

    fn take(bytes: &[u8]) -> Option<Self> {
        let (other, label) = (word(bytes, 0)?, Label::of_bits(word(bytes, 4)?));
        Some(Self { other, label, rule: word(bytes, 8)? })
    }
}

impl Take for Statement {
    const BYTES: usize = 1;

    fn take(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0] => Some(Self::Absent),
            [1] => Some(Self::Exists),
            [2] => Some(Self::Unconfirmed),
            _ => None,
        }
    }
}

impl Take for Times {
    const BYTES: usize = 16;

    fn take(bytes: &[u8]) -> Option<Self> {
        let moment = |place| long(bytes, place).map(i64::from_le_bytes);
        Some(Self { created: moment(0)?, begun: moment(8)? })
    }
}

//! Bytes in the making.

use crate::csr::Csr;
use crate::edge::{Entry, Inherited, Stated};
use crate::segment::{Statement, Times};
use crate::text::Texts;

/// Where an image is written to.
pub(super) struct Sink(Vec<u8>);

/// A row of fixed size as it is written.
pub(super) trait Put {
    /// Adds its bytes.
    fn put(&self, bytes: &mut Vec<u8>);
}

impl Sink {
    /// With room for about so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.bytes(&number.to_le_bytes())
    }

    /// A length, and so many bytes.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    /// A length, and so many rows.
    pub(super) fn rows<T: Put>(&mut self, rows: &[T]) -> &mut Self {
        self.number(rows.len() as u64);
        for row in rows {
            row.put(&mut self.0);
        }
        self
    }

    pub(super) fn texts(&mut self, texts: &Texts) -> &mut Self {
        let (bytes, ends) = texts.parts();
        self.text(bytes).rows(ends)
    }

    pub(super) fn table<T: Put + Copy + Default>(&mut self, table: &Csr<T>) -> &mut Self {
        let (starts, items) = table.parts();
        self.rows(starts).rows(items)
    }
}

impl Put for u32 {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

impl Put for usize {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&(*self as u64).to_le_bytes());
    }
}

impl Put for Entry {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.other.put(bytes);
        self.label.bits().put(bytes);
    }
}

impl Put for Stated {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.other.put(bytes);
        self.label.bits().put(bytes);
        self.listing.put(bytes);
    }
}

impl Put for Inherited {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.other.put(bytes);
        self.label.bits().put(bytes);
        self.rule.put(bytes);
    }
}

impl Put for Statement {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(match self {
            Self::Absent => 0,
            Self::Exists => 1,
            Self::Unconfirmed => 2,
        });
    }
}

impl Put for Times {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.created.to_le_bytes());
        bytes.extend_from_slice(&self.begun.to_le_bytes());
    }
}

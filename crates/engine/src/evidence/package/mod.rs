//! The ZIP file that a package is.
//!
//! | question | module |
//! |---|---|
//! | which bytes are its headers? | `layout` |
//! | how is a file written without being held? | `spool` |
//! | what are size and digest of what passes by? | `digest` |

pub(super) mod digest;
pub(super) mod layout;
pub(super) mod spool;

use std::io::{self, Write};

use layout::{Entry, Method, end};
use spool::Spooled;

/// Writes entries one after the other, and then where they are.
pub(super) struct ZipWriter<W> {
    out: W,
    offset: u64,
    directory: Vec<u8>,
    count: u16,
}

impl<W: Write> ZipWriter<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, offset: 0, directory: Vec::new(), count: 0 }
    }

    /// Adds a file that was written before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn add(&mut self, spooled: &mut Spooled) -> io::Result<()> {
        self.header(&spooled.entry)?;
        spooled.copy_to(&mut self.out)
    }

    /// Adds bytes as they are.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn add_stored(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let passed = digest::passed(bytes);
        let (packed, size) = (passed.bytes, passed.bytes);
        let entry = Entry { name: name.to_owned(), method: Method::Stored, crc: passed.crc, packed, size };
        self.header(&entry)?;
        self.out.write_all(bytes)
    }

    fn header(&mut self, entry: &Entry) -> io::Result<()> {
        self.directory.extend(entry.central(self.offset));
        self.count = self.count.saturating_add(1);
        self.out.write_all(&entry.local())?;
        let extent = entry.extent().ok_or_else(|| io::Error::other("the package is larger than any file can be"))?;
        self.offset = self.offset.saturating_add(extent);
        Ok(())
    }

    /// Writes the end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.directory)?;
        self.out.write_all(&end(self.count, self.directory.len() as u64, self.offset))?;
        Ok(self.out)
    }
}

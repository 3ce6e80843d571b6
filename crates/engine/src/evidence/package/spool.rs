//! A file of a package while it is written: deflated into a file without a name, so that its size is known before it is put
//! into the package, and memory holds none of it.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::digest::{Digesting, Passed};
use super::layout::{Entry, Method};

type Packing = Digesting<DeflateEncoder<Digesting<BufWriter<File>>>>;

/// A file that is being written.
pub(in crate::evidence) struct Spool {
    name: String,
    out: Packing,
}

/// One that is.
pub(in crate::evidence) struct Spooled {
    pub(in crate::evidence) entry: Entry,
    pub(in crate::evidence) content: Passed,
    pub(in crate::evidence) packed: Passed,
    file: File,
}

impl Spool {
    /// Begins a file of this name.
    ///
    /// # Errors
    /// When the system gives no temporary file.
    pub(in crate::evidence) fn new(name: String) -> io::Result<Self> {
        let file = BufWriter::new(tempfile::tempfile()?);
        let out = Digesting::new(DeflateEncoder::new(Digesting::new(file), Compression::default()));
        Ok(Self { name, out })
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(in crate::evidence) fn finish(self) -> io::Result<Spooled> {
        let (encoder, content) = self.out.finish();
        let (file, packed) = encoder.finish()?.finish();
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        let (crc, size) = (content.crc, content.bytes);
        let entry = Entry { name: self.name, method: Method::Deflated, crc, packed: packed.bytes, size };
        Ok(Spooled { entry, content, packed, file })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Spooled {
    /// Copies it, as it is packed.
    ///
    /// # Errors
    /// When the one cannot be read or the other cannot be written.
    pub(in crate::evidence) fn copy_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        io::copy(&mut self.file, out).map(drop)
    }
}

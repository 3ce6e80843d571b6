//! Counting and digesting what passes by.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

/// Counts and digests what is written, and hands it on.
pub(in crate::evidence) struct Digesting<W> {
    out: W,
    sha256: Sha256,
    crc: flate2::Crc,
    bytes: u64,
}

/// What passed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::evidence) struct Passed {
    pub(in crate::evidence) bytes: u64,
    /// 64 small hexadecimal digits.
    pub(in crate::evidence) sha256: String,
    pub(in crate::evidence) crc: u32,
}

impl<W> Digesting<W> {
    pub(in crate::evidence) fn new(out: W) -> Self {
        Self { out, sha256: Sha256::new(), crc: flate2::Crc::new(), bytes: 0 }
    }

    pub(in crate::evidence) fn finish(self) -> (W, Passed) {
        let digest = self.sha256.finalize();
        (self.out, Passed { bytes: self.bytes, sha256: hexadecimal(&digest), crc: self.crc.sum() })
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        let passed = bytes.get(..written).unwrap_or_default();
        self.sha256.update(passed);
        self.crc.update(passed);
        self.bytes = self.bytes.saturating_add(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Bytes as small hexadecimal digits.
pub(in crate::evidence) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What these bytes are, as if they had passed by.
pub(in crate::evidence) fn passed(bytes: &[u8]) -> Passed {
    let mut digesting = Digesting::new(io::sink());
    // A sink takes everything.
    let _ = digesting.write_all(bytes);
    digesting.finish().1
}

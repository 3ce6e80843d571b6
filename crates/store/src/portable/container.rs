//! The file's outer form: gzip members one after another, read back to the byte.

use std::io::{self, BufRead, Read, Write};

use flate2::bufread::GzDecoder;
use flate2::{Compression, Crc, GzBuilder};
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// The most text that one member may hold; a damaged length must not fill the memory.
const LIMIT: u64 = 1 << 30;

/// Writes members.
pub(super) struct MemberWriter<W> {
    out: W,
    digest: Sha256,
}

impl<W: Write> MemberWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, digest: Sha256::new() }
    }

    /// The digest of every byte so far.
    pub(super) fn digest(&self) -> String {
        hex(&self.digest.clone().finalize())
    }

    pub(super) fn member(&mut self, text: &str) -> io::Result<()> {
        // No time and no system in it, so that the same text is the same bytes.
        let mut encoder = GzBuilder::new().operating_system(255).write(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        self.bytes(&encoder.finish()?)
    }

    /// A member that is not compressed, of which there is one way to write it.
    pub(super) fn member_plain(&mut self, text: &str) -> io::Result<()> {
        let member = plain(text).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        self.bytes(&member)
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.out.write_all(bytes)
    }

    pub(super) fn finish(mut self) -> io::Result<String> {
        self.out.flush()?;
        Ok(self.digest())
    }
}

/// A gzip member of one stored block; nothing when the text is too long for one.
pub(super) fn plain(text: &str) -> Option<Vec<u8>> {
    let length = u16::try_from(text.len()).ok()?;
    let mut crc = Crc::new();
    crc.update(text.as_bytes());
    let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    member.extend(length.to_le_bytes());
    member.extend((!length).to_le_bytes());
    member.extend(text.as_bytes());
    member.extend(crc.sum().to_le_bytes());
    member.extend(u32::from(length).to_le_bytes());
    Some(member)
}

/// A member that was read.
pub(super) struct Member {
    pub(super) text: String,
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// As it is in the file.
    pub(super) bytes: Vec<u8>,
}

/// Reads members, keeping the bytes of each.
pub(super) struct MemberReader<R> {
    source: Recording<R>,
    offset: u64,
}

impl<R: BufRead> MemberReader<R> {
    /// `offset` is where in the file the source stands.
    pub(super) fn new(source: R, offset: u64) -> Self {
        Self { source: Recording { source, bytes: Vec::new() }, offset }
    }

    /// The next member; nothing at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        if self.source.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut text = String::new();
        GzDecoder::new(&mut self.source).take(LIMIT).read_to_string(&mut text)?;
        let (offset, bytes) = (self.offset, std::mem::take(&mut self.source.bytes));
        self.offset += bytes.len() as u64;
        Ok(Some(Member { text, offset, bytes }))
    }

    /// Where the next member begins.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }
}

/// A source that keeps what is taken from it.
struct Recording<R> {
    source: R,
    bytes: Vec<u8>,
}

impl<R: BufRead> Read for Recording<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Recording<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What was filled is still there, so that this reads nothing.
        if let Ok(taken) = self.source.fill_buf() {
            self.bytes.extend(taken.iter().take(amount));
        }
        self.source.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_back_to_the_byte() {
        let mut file = Vec::new();
        let mut writer = MemberWriter::new(&mut file);
        for text in ["one\n", "", "three three three\n"] {
            writer.member(text).unwrap();
        }
        writer.member_plain("the end\n").unwrap();
        writer.finish().unwrap();
        let mut reader = MemberReader::new(file.as_slice(), 0);
        let (mut texts, mut bytes) = (Vec::new(), Vec::new());
        while let Some(member) = reader.next().unwrap() {
            assert_eq!(member.offset, bytes.len() as u64);
            texts.push(member.text);
            bytes.extend(member.bytes);
        }
        assert_eq!(texts, ["one\n", "", "three three three\n", "the end\n"]);
        assert_eq!(bytes, file);
        assert_eq!(plain("the end\n").unwrap(), file[file.len() - plain("the end\n").unwrap().len()..]);
    }
}

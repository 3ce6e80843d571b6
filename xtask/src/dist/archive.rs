//! A `tar.gz` whose bytes depend on nothing but what is in it: no owner, no clock, no order of a folder.
//!
//! The format is POSIX `ustar`, of which three kinds of field are needed: text, octal numbers and a sum. Programs that
//! write it differ in which of the machine's particulars they let in, and in the options that keep them out.

use std::io::Write;

use flate2::{Compression, GzBuilder};

use crate::process::Failure;

const BLOCK: usize = 512;
/// The longest name that needs no extension of the format.
const LONGEST_NAME: usize = 100;

/// One file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    name: String,
    mode: u64,
    bytes: Vec<u8>,
}

impl Entry {
    /// A file that everybody may read.
    pub(super) fn file(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), mode: 0o644, bytes }
    }

    /// A file that everybody may run.
    pub(super) fn program(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), mode: 0o755, bytes }
    }
}

/// The entries in one folder, sorted by name, all of this time.
pub(super) fn archive(folder: &str, mut entries: Vec<Entry>, time: u64) -> Result<Vec<u8>, Failure> {
    entries.sort();
    let failed = |error: std::io::Error| Failure::new(format!("cannot compress the archive: {error}"));
    // No name and no time in the header; 255 is `unknown` for the system it was made on.
    let mut out = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::default());
    for entry in &entries {
        let name = format!("{folder}/{}", entry.name);
        out.write_all(&header(&name, entry, time)?).map_err(failed)?;
        out.write_all(&entry.bytes).map_err(failed)?;
        let padding = entry.bytes.len().next_multiple_of(BLOCK) - entry.bytes.len();
        out.write_all(&[0; BLOCK][..padding]).map_err(failed)?;
    }
    out.write_all(&[0; 2 * BLOCK]).map_err(failed)?;
    out.finish().map_err(failed)
}

fn header(name: &str, entry: &Entry, time: u64) -> Result<[u8; BLOCK], Failure> {
    if name.len() > LONGEST_NAME {
        return Err(Failure::new(format!("{name} is too long a name for an archive")));
    }
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, &octal(entry.mode, 7));
    put(108, &octal(0, 7));
    put(116, &octal(0, 7));
    put(124, &octal(entry.bytes.len() as u64, 11));
    put(136, &octal(time, 11));
    // The sum is taken with spaces in its own place.
    put(148, "        ");
    put(156, "0");
    put(257, "ustar");
    put(263, "00");
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{}\0", octal(sum, 6)).as_bytes());
    Ok(header)
}

fn octal(number: u64, digits: usize) -> String {
    format!("{number:0digits$o}")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn entries() -> Vec<Entry> {
        vec![Entry::program("rolecall", vec![7; 513]), Entry::file("man/rolecall.1", b"page".to_vec())]
    }

    fn unpacked(archive: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        GzDecoder::new(archive).read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn field(header: &[u8], at: usize, length: usize) -> &str {
        std::str::from_utf8(&header[at..at + length]).unwrap().trim_end_matches('\0')
    }

    #[test]
    fn the_order_of_a_folder_does_not_matter() {
        let reversed = entries().into_iter().rev().collect();
        assert_eq!(archive("r", entries(), 1).unwrap(), archive("r", reversed, 1).unwrap());
    }

    #[test]
    fn files_are_in_blocks_behind_headers_that_add_up() {
        let bytes = unpacked(&archive("r-1", entries(), 1_700_000_000).unwrap());
        assert_eq!(bytes.len(), BLOCK * (2 + 3 + 2));
        let first = &bytes[..BLOCK];
        assert_eq!(field(first, 0, 100), "r-1/man/rolecall.1");
        assert_eq!(
            (field(first, 100, 8), field(first, 124, 12), field(first, 136, 12)),
            ("0000644", "00000000004", "14524770400")
        );
        let second = &bytes[2 * BLOCK..3 * BLOCK];
        assert_eq!((field(second, 0, 100), field(second, 100, 8)), ("r-1/rolecall", "0000755"));
        for header in [first, second] {
            let kept = u64::from_str_radix(field(header, 148, 7), 8).unwrap();
            let sum = header.iter().map(|byte| u64::from(*byte)).sum::<u64>();
            let own = header[148..156].iter().map(|byte| u64::from(*byte)).sum::<u64>();
            assert_eq!(kept, sum - own + 8 * u64::from(b' '));
        }
    }

    #[test]
    fn a_name_that_would_be_cut_is_refused() {
        assert!(archive("r", vec![Entry::file("n".repeat(99), Vec::new())], 0).is_err());
    }
}

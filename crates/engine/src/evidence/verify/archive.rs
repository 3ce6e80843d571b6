//! The ZIP file of a package, read so strictly that it can have been written in one way only.

use std::io::{self, Read, Seek, SeekFrom};

use super::fault::EvidenceFault;
use crate::evidence::manifest::{MANIFEST, SIGNATURE};
use crate::evidence::package::layout::{END_64_BYTES, END_BYTES, Entry, Method, end, is_name};

/// More files than this no package has.
const FILES: u16 = 64;
/// The manifest and its signature are held, and have no more bytes than this.
const HELD: u64 = 1024 * 1024;
/// A name of a folder, of the longest name and with all that is told apart.
const DIRECTORY_ENTRY: u64 = 46 + 64 + 28;

/// Where everything is.
#[derive(Debug)]
pub(super) struct Archive {
    files: Vec<Place>,
    pub(super) manifest: Place,
    pub(super) signature: Place,
}

/// Where an entry's bytes are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) entry: Entry,
    /// Where they begin.
    pub(super) offset: u64,
}

impl Place {
    /// Its bytes, of one that is stored and held.
    pub(super) fn read(&self, file: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
        read_at(file, self.offset, self.entry.packed.min(HELD))
    }
}

impl Archive {
    /// Reads where everything is, and compares each byte that is no file's with what it has to be.
    pub(super) fn open(file: &mut (impl Read + Seek)) -> io::Result<Result<Self, EvidenceFault>> {
        let directory = match directory_read(file)? {
            Ok(directory) => directory,
            Err(why) => return Ok(Err(EvidenceFault::of_package(why))),
        };
        let mut places = Vec::new();
        let mut offset = 0;
        for entry in directory.entries {
            let local = entry.local();
            let there = read_at(file, offset, local.len() as u64)?;
            if there != local {
                return Ok(Err(header_fault(&entry, offset, &there, &local)));
            }
            places.push(Place { offset: offset.saturating_add(local.len() as u64), entry: entry.clone() });
            // The directory was compared, so that the sum is no more than the file has.
            offset = offset.saturating_add(entry.extent().unwrap_or(u64::MAX));
        }
        Ok(Self::of(places))
    }

    fn of(mut places: Vec<Place>) -> Result<Self, EvidenceFault> {
        let (signature, manifest) = (places.pop(), places.pop());
        let is = |place: &Option<Place>, name: &str| {
            let entry = place.as_ref().map(|place| &place.entry);
            entry.is_some_and(|entry| entry.name == name && entry.method == Method::Stored && entry.packed <= HELD)
        };
        let (is_manifest, is_signature) = (is(&manifest, MANIFEST), is(&signature, SIGNATURE));
        match (manifest, signature) {
            (Some(manifest), Some(signature)) if is_manifest && is_signature => {
                Ok(Self { files: places, manifest, signature })
            }
            _ => Err(EvidenceFault::of_package(format!(
                "does not end with {MANIFEST} and {SIGNATURE}, neither of them deflated or of more than {HELD} bytes"
            ))),
        }
    }

    /// The files but for the manifest and its signature.
    pub(super) fn files(&self) -> &[Place] {
        &self.files
    }
}

/// What the directory says.
struct Directory {
    entries: Vec<Entry>,
}

/// Reads and compares the directory and the end of the file.
fn directory_read(file: &mut (impl Read + Seek)) -> io::Result<Result<Directory, String>> {
    let length = file.seek(SeekFrom::End(0))?;
    let Some(at) = length.checked_sub(END_BYTES) else {
        return Ok(Err(format!("is no package of evidence: it has {length} bytes, and is cut off or something else")));
    };
    let tail = read_at(file, at, END_BYTES)?;
    let is_end = tail.starts_with(&[0x50, 0x4b, 0x05, 0x06]);
    let (Some(count), Some(size), Some(begin)) = (u16_at(&tail, 10), u32_at(&tail, 12), u32_at(&tail, 16)) else {
        return Ok(Err("is cut off".to_owned()));
    };
    if !is_end {
        return Ok(Err(format!(
            "does not end as a package of evidence ends (at byte {at} of {length}): it is cut off, something was added behind \
             it, or it is something else"
        )));
    }
    if count > FILES {
        return Ok(Err(format!("says that it has {count} files, and no package has more than {FILES}")));
    }
    let (size, begin) = match told_apart(file, at, size, begin)? {
        Some(found) => found,
        None => (u64::from(size), u64::from(begin)),
    };
    let expected = end(count, size, begin);
    let is_whole = begin.checked_add(size).and_then(|sum| sum.checked_add(expected.len() as u64)) == Some(length);
    if !is_whole || size > u64::from(count) * DIRECTORY_ENTRY {
        return Ok(Err(format!(
            "has {length} bytes, and its directory of {size} bytes at byte {begin} does not fill it to the end"
        )));
    }
    if read_at(file, begin.saturating_add(size), expected.len() as u64)? != expected {
        return Ok(Err("has an end that is not written as those of packages are".to_owned()));
    }
    let bytes = read_at(file, begin, size)?;
    Ok(entries_of(&bytes, count, begin))
}

/// Size and begin of the directory, where they do not fit into 32 bits.
fn told_apart(file: &mut (impl Read + Seek), at: u64, size: u32, begin: u32) -> io::Result<Option<(u64, u64)>> {
    if size != u32::MAX && begin != u32::MAX {
        return Ok(None);
    }
    let Some(at) = at.checked_sub(END_64_BYTES) else { return Ok(None) };
    let record = read_at(file, at, END_64_BYTES)?;
    Ok(u64_at(&record, 40).zip(u64_at(&record, 48)))
}

/// The entries of a directory, which is compared with the one that there has to be of them.
fn entries_of(bytes: &[u8], count: u16, begin: u64) -> Result<Directory, String> {
    let (mut entries, mut rest, mut offset): (Vec<Entry>, &[u8], u64) = (Vec::new(), bytes, 0);
    for number in 1..=count {
        let wrong = |why: &str| format!("has a directory whose entry {number} {why}");
        let entry = entry_of(rest).ok_or_else(|| wrong("is unreadable"))?;
        let expected = entry.central(offset);
        if !rest.starts_with(&expected) {
            return Err(wrong(&format!("({}) is not written as those of packages are", entry.name)));
        }
        if !is_name(&entry.name) {
            return Err(wrong("has a name that no file of a package has"));
        }
        if entries.iter().any(|known| known.name == entry.name) {
            return Err(wrong(&format!("({}) is there twice", entry.name)));
        }
        let is_sorted = entries.last().is_none_or(|last| last.name < entry.name);
        if !is_sorted && entry.name != MANIFEST && entry.name != SIGNATURE {
            return Err(wrong(&format!("({}) is not in its place", entry.name)));
        }
        let next = entry.extent().and_then(|extent| offset.checked_add(extent));
        offset = next.filter(|next| *next <= begin).ok_or_else(|| wrong("reaches beyond the file"))?;
        rest = rest.get(expected.len()..).unwrap_or_default();
        entries.push(entry);
    }
    if !rest.is_empty() || offset != begin {
        return Err(format!("has bytes between its files and its directory: {offset} and {begin} should be one"));
    }
    Ok(Directory { entries })
}

/// What an entry of the directory says. Whether it is spelt as it has to be is found by writing it again.
pub(super) fn entry_of(bytes: &[u8]) -> Option<Entry> {
    let (name, extra) = (usize::from(u16_at(bytes, 28)?), usize::from(u16_at(bytes, 30)?));
    let (packed, size) = (u32_at(bytes, 20)?, u32_at(bytes, 24)?);
    let text = std::str::from_utf8(bytes.get(46..46 + name)?).ok()?;
    let extra = bytes.get(46 + name..46 + name + extra)?;
    let (packed, size) = match (packed, size) {
        (u32::MAX, u32::MAX) => (u64_at(extra, 12)?, u64_at(extra, 4)?),
        (packed, size) => (u64::from(packed), u64::from(size)),
    };
    let method = Method::of(u16_at(bytes, 10)?)?;
    Some(Entry { name: text.to_owned(), method, crc: u32_at(bytes, 16)?, packed, size })
}

fn header_fault(entry: &Entry, offset: u64, there: &[u8], expected: &[u8]) -> EvidenceFault {
    let differs = there.iter().zip(expected).position(|(one, other)| one != other).unwrap_or(there.len());
    let byte = offset.saturating_add(differs as u64);
    let why = format!("has a header in the package that is not the one of the directory, at byte {byte}");
    EvidenceFault { file: Some(entry.name.clone()), why }
}

/// So many bytes from there on, or as many as there are.
fn read_at(file: &mut (impl Read + Seek), offset: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

//! Reading a file to its end before anything of it is used. Every byte counts: the digest of each chunk tells where
//! something was changed, that of the trailer that nothing was, and the trailer can be written in one way only.

use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::container::{Member, MemberReader, plain};
use super::part::{Chunk, Header, Part, Trailer, digest_of};
use super::schema::tables;
use crate::StoreError;
use crate::hex::hex;

/// A file that is whole.
#[derive(Debug)]
pub(super) struct Verified {
    pub(super) header: Header,
    pub(super) rows: Vec<(String, u64)>,
    /// Where each chunk begins.
    pub(super) chunks: Vec<u64>,
    /// SHA-256 of the whole file.
    pub(super) digest: String,
}

/// Reads the whole file. `schema` is that of this program.
///
/// # Errors
/// [`StoreError::Import`] names the place that is not as it was written.
pub(super) fn file_verify(path: &Path, schema: i64) -> Result<Verified, StoreError> {
    let reader = MemberReader::new(BufReader::new(file_open(path)?), 0);
    let mut verifier = Verifier {
        path,
        reader,
        before: Sha256::new(),
        chunks: Vec::new(),
        rows: Vec::new(),
        place: "the header".into(),
    };
    let header = verifier.header(schema)?;
    let digest = verifier.rest()?;
    Ok(Verified { header, rows: verifier.rows, chunks: verifier.chunks, digest })
}

fn file_open(path: &Path) -> Result<File, StoreError> {
    File::open(path).map_err(|error| refused(path, "the file", error.to_string()))
}

pub(super) fn refused(path: &Path, place: &str, why: impl Into<String>) -> StoreError {
    StoreError::Import { file: path.display().to_string(), place: place.to_owned(), why: why.into() }
}

struct Verifier<'p> {
    path: &'p Path,
    reader: MemberReader<BufReader<File>>,
    /// Digest of what was read.
    before: Sha256,
    chunks: Vec<u64>,
    rows: Vec<(String, u64)>,
    /// What is read next, in words.
    place: String,
}

impl Verifier<'_> {
    fn refuse<T>(&self, why: impl Into<String>) -> Result<T, StoreError> {
        Err(refused(self.path, &self.place, why))
    }

    fn member(&mut self) -> Result<Member, StoreError> {
        let at = self.reader.offset();
        match self.reader.next() {
            Ok(Some(member)) => Ok(member),
            Ok(None) => self.refuse(format!("the file ends at byte {at}, before it is complete")),
            Err(error) => self.refuse(unreadable(&error, at)),
        }
    }

    fn header(&mut self, schema: i64) -> Result<Header, StoreError> {
        let member = self.member()?;
        let Some((Part::Header(header), "")) = Part::read(&member.text) else {
            return self.refuse("it is no export of a database");
        };
        if let Some(why) = header.refusal(schema) {
            return self.refuse(why);
        }
        self.before.update(&member.bytes);
        Ok(header)
    }

    /// Reads chunks and trailer, and returns the digest of the file.
    fn rest(&mut self) -> Result<String, StoreError> {
        loop {
            let number = self.chunks.len() as u64 + 1;
            self.place = format!("chunk {number}");
            let member = self.member()?;
            match Part::read(&member.text) {
                Some((Part::Chunk(chunk), lines)) => self.chunk(&member, &chunk, lines, number)?,
                Some((Part::Trailer(trailer), "")) => return self.trailer(&member, &trailer),
                _ => return self.refuse("it is neither a chunk nor the end"),
            }
        }
    }

    fn chunk(&mut self, member: &Member, chunk: &Chunk, lines: &str, number: u64) -> Result<(), StoreError> {
        self.place = chunk.place(number);
        if digest_of(lines) != chunk.sha256 {
            return self.refuse("its rows are not those that were written");
        }
        let place = |name: &str| tables().position(|table| table.name == name);
        let last = self.rows.last().map(|(name, rows)| (place(name), *rows));
        let follows = match (last, place(&chunk.table)) {
            (_, None) => false,
            (Some((last, rows)), this) if last == this => chunk.first == rows + 1,
            (last, this) => chunk.first == 1 && last.is_none_or(|(last, _)| last < this),
        };
        if !follows || lines.lines().count() as u64 != chunk.rows {
            return self.refuse("it does not follow the chunk before it");
        }
        match self.rows.last_mut() {
            Some((name, rows)) if *name == chunk.table => *rows += chunk.rows,
            _ => self.rows.push((chunk.table.clone(), chunk.rows)),
        }
        self.chunks.push(member.offset);
        self.before.update(&member.bytes);
        Ok(())
    }

    fn trailer(&mut self, member: &Member, trailer: &Trailer) -> Result<String, StoreError> {
        self.place = "the end".into();
        let count = |name: &str| self.rows.iter().find(|(known, _)| known == name).map_or(0, |(_, rows)| *rows);
        let rows: Vec<(String, u64)> = tables().map(|table| (table.name.to_owned(), count(table.name))).collect();
        let sha256 = hex(&self.before.clone().finalize());
        let expected = Trailer { chunks: self.chunks.len() as u64, rows, sha256 };
        if *trailer != expected {
            return self.refuse("it does not fit what comes before it");
        }
        let written = Part::Trailer(expected).text("").ok().and_then(|text| plain(&text));
        if written.as_ref() != Some(&member.bytes) {
            return self.refuse("it is not as it was written");
        }
        match self.reader.next() {
            Ok(None) => {}
            _ => return self.refuse("something follows it"),
        }
        self.rows.clone_from(&trailer.rows);
        self.before.update(&member.bytes);
        Ok(hex(&self.before.clone().finalize()))
    }
}

fn unreadable(error: &io::Error, at: u64) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("the file ends in the middle of what begins at byte {at}"),
        _ => format!("what begins at byte {at} cannot be read: {error}"),
    }
}

/// The chunk that begins here, read again.
pub(super) fn chunk_read(path: &Path, offset: u64, number: u64) -> Result<(Chunk, String), StoreError> {
    let mut file = file_open(path)?;
    let changed = || refused(path, &format!("chunk {number}"), "the file was changed while it was imported");
    file.seek(SeekFrom::Start(offset)).map_err(|_| changed())?;
    let member = MemberReader::new(BufReader::new(file), offset).next().map_err(|_| changed())?.ok_or_else(changed)?;
    match Part::read(&member.text) {
        Some((Part::Chunk(chunk), lines)) if digest_of(lines) == chunk.sha256 => Ok((chunk, lines.to_owned())),
        _ => Err(changed()),
    }
}

//! The audit log as a file that is verified without the database: one JSON object on each line.
//!
//! First what it is, then the heads that were kept, then the records, then where the log ended.

use std::io::{self, BufRead, Write};
use std::ops::RangeInclusive;

use rolecall_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::hash::AuditHash;
use super::head::{self, AuditHead, end};
use super::key::AuditKey;
use super::read;
use super::record::AuditRecord;
use super::verify::{AuditEvidence, AuditVerdict, Verifier};
use crate::db::Connection;
use crate::error::Failure;
use crate::{Store, StoreError};

const FORMAT: &str = "rolecall-audit-1";

/// Why a file with an audit log could not be written or read. That it was tampered with is no error but an answer.
#[derive(Debug, thiserror::Error)]
pub enum AuditFileError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("is no export of an audit log: {0}")]
    Foreign(String),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Line {
    Header(Header),
    Head(AuditHead),
    Record(AuditRecord),
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    format: String,
    database: String,
    /// Whether what is personal is told of every record.
    personal: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct End {
    records: i64,
    hash: AuditHash,
}

/// Of which records it is told what is personal.
enum Told {
    /// Of all of them, or of none.
    Whole(bool),
    /// Of those of this time.
    Between(RangeInclusive<Timestamp>),
}

impl Told {
    fn is_of(&self, record: &AuditRecord) -> bool {
        match self {
            Self::Whole(all) => *all,
            Self::Between(time) => time.contains(&record.at),
        }
    }
}

/// A head that is signed for an export alone, and not kept.
type Signing<'k> = Option<(&'k AuditKey, Timestamp)>;

impl Store {
    /// Writes the whole audit log, with what is personal only when `personal` says so, and returns how many records there
    /// are. `O(records)`.
    ///
    /// # Errors
    /// [`AuditFileError`]; a record that is unreadable ends it, and what was written then is no export.
    pub async fn audit_export(&self, personal: bool, out: &mut (impl Write + Send)) -> Result<i64, AuditFileError> {
        Ok(self.audit_write(&Told::Whole(personal), None, out).await?.0)
    }

    /// Writes the whole audit log, with what is personal of the records of a time only, and with a head over all of it that
    /// is signed for this export and not kept: nothing is written to the database. Says what was signed. `O(records)`.
    ///
    /// # Errors
    /// [`AuditFileError`]; a record that is unreadable ends it, and what was written then is no export.
    pub async fn audit_extract(
        &self,
        time: RangeInclusive<Timestamp>,
        (key, now): (&AuditKey, Timestamp),
        out: &mut (impl Write + Send),
    ) -> Result<AuditHead, AuditFileError> {
        let (_, head) = self.audit_write(&Told::Between(time), Some((key, now)), out).await?;
        head.ok_or_else(|| AuditFileError::Foreign("no head was signed for it".to_owned()))
    }

    async fn audit_write(
        &self,
        told: &Told,
        signing: Signing<'_>,
        out: &mut (impl Write + Send),
    ) -> Result<(i64, Option<AuditHead>), AuditFileError> {
        let mut written = Ok(());
        let records = self.answer(async {
            let mut db = self.reading().await?;
            let mut put = |line: Line| {
                if written.is_ok() {
                    written = line_write(out, &line);
                }
                written.is_ok()
            };
            lines(&mut db, told, signing, &mut put).await
        });
        let records = records.await?;
        written?;
        Ok(records)
    }
}

/// Hands the lines to `put` until it wants no more.
async fn lines(
    db: &mut Connection,
    told: &Told,
    signing: Signing<'_>,
    put: &mut (impl FnMut(Line) -> bool + Send),
) -> Result<(i64, Option<AuditHead>), Failure> {
    let (database, records, hash) = end(db).await?;
    let heads = head::kept(db, &database).await?;
    let signed = signing.map(|(key, now)| AuditHead::signed(&database, (records, hash), now, key));
    let personal = matches!(told, Told::Whole(true));
    put(Line::Header(Header { format: FORMAT.to_owned(), database, personal }));
    heads.into_iter().chain(signed.clone()).all(|head| put(Line::Head(head)));
    let mut after = i64::MIN;
    loop {
        let page = read::page(db, after).await?;
        let Some(last) = read::last_of(&page) else { break };
        for record in page {
            let mut record = record?;
            if !told.is_of(&record) {
                record.personal.clear();
            }
            if !put(Line::Record(record)) {
                return Ok((records, signed));
            }
        }
        after = last;
    }
    put(Line::End(End { records, hash }));
    Ok((records, signed))
}

fn line_write(out: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Verifies a file that [`Store::audit_export`] wrote. `O(records)`, a line at a time.
///
/// # Errors
/// [`AuditFileError`] when it cannot be read or does not begin as such a file; anything wrong in it is in the answer.
pub fn audit_file_verify(mut file: impl BufRead, evidence: &AuditEvidence) -> Result<AuditVerdict, AuditFileError> {
    let foreign = |why: String| AuditFileError::Foreign(why);
    let header = match line_read(&mut file)? {
        Some(Ok(Line::Header(header))) if header.format == FORMAT => header,
        Some(Ok(Line::Header(header))) => {
            return Err(foreign(format!("it has the form {}, and this program knows {FORMAT}", header.format)));
        }
        Some(Ok(_)) => return Err(foreign("its first line is no header".to_owned())),
        Some(Err(why)) => return Err(foreign(why)),
        None => return Err(foreign("it is empty".to_owned())),
    };
    let mut verifier = Verifier::new(&header.database, header.personal, evidence);
    while let Some(line) = line_read(&mut file)? {
        match line {
            Ok(Line::Head(head)) if verifier.next() == 1 => verifier.head(&head, false),
            Ok(Line::Record(record)) => verifier.read(Ok(&record)),
            Ok(Line::End(end)) => {
                if line_read(&mut file)?.is_some() {
                    verifier.break_at(end.records + 1, "something follows the end of the file");
                }
                return Ok(verifier.finish(end.records, end.hash));
            }
            Ok(_) => verifier.break_at(verifier.next(), "a line stands in its place that does not belong there"),
            Err(why) => verifier.break_at(verifier.next(), format!("its line is unreadable: {why}")),
        }
        if verifier.is_broken() {
            break;
        }
    }
    let (next, records) = (verifier.next(), verifier.next() - 1);
    verifier.break_at(next, format!("it is missing: the file is cut off after record {records}"));
    Ok(verifier.finish(records, AuditHash::NOTHING))
}

/// The next line. Each has one spelling, white space included, so that a changed byte is a changed line.
fn line_read(file: &mut impl BufRead) -> io::Result<Option<Result<Line, String>>> {
    let mut bytes = Vec::new();
    if file.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if !bytes.ends_with(b"}\n") {
        return Ok(Some(Err("it is cut off".to_owned())));
    }
    Ok(Some(serde_json::from_slice(&bytes).map_err(|error| error.to_string())))
}

/// The heads in a text with one on each line, as they were delivered; what a log daemon writes before one is skipped.
///
/// # Errors
/// A sentence that names the line which holds none, or says that there is no line.
pub fn audit_heads_read(text: &str) -> Result<Vec<AuditHead>, String> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let heads = lines.map(|(line, number)| {
        let json = line.find('{').and_then(|start| line.get(start..)).unwrap_or_default();
        serde_json::from_str(json).map_err(|error| format!("line {number} is no head of an audit log: {error}"))
    });
    match heads.collect::<Result<Vec<AuditHead>, String>>()? {
        heads if heads.is_empty() => Err("there is no head of an audit log in it".to_owned()),
        heads => Ok(heads),
    }
}

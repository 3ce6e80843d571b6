//! Making a package. It reads the database and changes nothing in it.

use std::io::{self, Write};

use rolecall_model::Timestamp;
use rolecall_store::{AuditFileError, AuditHead, AuditKey, Store, StoreError};

use super::manifest::{AUDIT_LOG, EvidenceFile, EvidenceManifest, FORMAT, MANIFEST, REPORT, SIGNATURE, manifest_sign};
use super::package::ZipWriter;
use super::package::spool::{Spool, Spooled};
use super::report::report_write;
use super::scope::{EvidenceQuestion, Scope};
use super::section::Extent;
use super::sections::sections;
use super::table::{Written, section_write};
use crate::moment::moment_text;

/// By whom and with what a package is made.
#[derive(Clone, Debug)]
pub struct EvidenceMaker<'k> {
    /// Who, as the system names them.
    pub actor: String,
    /// With which program: `rolecall 0.1.0`.
    pub program: String,
    /// The key that signs heads of the audit log.
    pub key: &'k AuditKey,
}

/// Why no package was made.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file failed.
    #[error("the package cannot be written: {0}")]
    Io(#[from] io::Error),
    /// Something cannot be said in JSON.
    #[error("the package cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The audit log cannot be exported.
    #[error("the audit log {0}")]
    Audit(String),
    /// Nothing was known at that moment.
    #[error("nothing was known at {at}: {why}")]
    NothingKnown {
        /// The moment.
        at: String,
        /// What is known of why.
        why: String,
    },
}

impl From<AuditFileError> for EvidenceError {
    fn from(error: AuditFileError) -> Self {
        match error {
            AuditFileError::Store(error) => Self::Store(error),
            AuditFileError::Io(error) => Self::Io(error),
            AuditFileError::Foreign(why) => Self::Audit(why),
        }
    }
}

/// Makes a package and writes it, once and from its begin to its end. The same database, question and key give the same
/// bytes. Rows are written as they are found; what is held is the world, the changes of the period, and no file.
///
/// # Errors
/// [`EvidenceError`]; what was written then is no package.
pub async fn evidence_make(
    store: &Store,
    question: &EvidenceQuestion,
    maker: &EvidenceMaker<'_>,
    out: &mut (impl Write + Send),
) -> Result<EvidenceManifest, EvidenceError> {
    let scope = Scope::load(store, question).await?;
    known_check(&scope)?;
    let written = sections_write(&scope).await?;
    let (log, head) = log_write(&scope, maker, question.now).await?;
    let mut manifest = manifest(&scope, question, maker, head);
    let mut files: Vec<(Spooled, EvidenceFile)> = Vec::new();
    let report = report_file(&manifest, &written)?;
    for section in written {
        let Written { extent, rows, files: spooled, .. } = section;
        files.extend(spooled.into_iter().map(|spooled| described(spooled, Some(rows), &extent)));
    }
    let whole = Extent::complete("the whole log, from its first record to the one that it ended with");
    files.push(described(log, None, &whole));
    files.push(report);
    files.sort_by(|(one, _), (other, _)| one.entry.name.cmp(&other.entry.name));
    manifest.complete = files.iter().all(|(_, file)| file.complete);
    manifest.files = files.iter().map(|(_, file)| file.clone()).collect();
    package_write(files, &manifest, maker.key, out)?;
    Ok(manifest)
}

/// An empty package would look like nobody.
fn known_check(scope: &Scope<'_>) -> Result<(), EvidenceError> {
    if scope.view.as_of().is_some_and(crate::as_of::AsOf::is_known) {
        return Ok(());
    }
    let unread = scope.unread();
    let why = if unread.is_empty() { "no connector was configured yet".to_owned() } else { unread.join("; ") };
    Err(EvidenceError::NothingKnown { at: moment_text(scope.at), why })
}

async fn sections_write(scope: &Scope<'_>) -> Result<Vec<Written>, EvidenceError> {
    let sections = sections(scope).await?;
    Ok(sections.iter().map(|section| section_write(&**section)).collect::<Result<_, _>>()?)
}

/// The audit log, with what is personal of the period alone, and a head over all of it.
async fn log_write(
    scope: &Scope<'_>,
    maker: &EvidenceMaker<'_>,
    now: Timestamp,
) -> Result<(Spooled, AuditHead), EvidenceError> {
    let mut log = Spool::new(AUDIT_LOG.to_owned())?;
    let head = scope.store.audit_extract(scope.since..=scope.at, (maker.key, now), &mut log).await?;
    Ok((log.finish()?, head))
}

fn manifest(
    scope: &Scope<'_>,
    question: &EvidenceQuestion,
    maker: &EvidenceMaker<'_>,
    audit_head: AuditHead,
) -> EvidenceManifest {
    EvidenceManifest {
        format: FORMAT.to_owned(),
        database: audit_head.database.clone(),
        as_of: moment_text(scope.at),
        since: moment_text(scope.since),
        made_at: moment_text(question.now),
        made_by: maker.actor.clone(),
        program: maker.program.clone(),
        connectors: scope.view.connector_titles(),
        left_out: scope.left_out.clone(),
        complete: false,
        audit_head,
        files: Vec::new(),
    }
}

fn report_file(manifest: &EvidenceManifest, written: &[Written]) -> Result<(Spooled, EvidenceFile), EvidenceError> {
    let mut report = Spool::new(REPORT.to_owned())?;
    report_write(manifest, written, &mut report)?;
    let gaps = written.iter().filter(|section| !section.extent.is_complete);
    let gaps: Vec<String> = gaps.map(|section| format!("{} is not complete", section.name)).collect();
    let extent = match gaps.as_slice() {
        [] => Extent::complete("every section behind it is; of long tables it shows the first rows, and says so"),
        gaps => Extent::at_least(gaps),
    };
    Ok(described(report.finish()?, None, &extent))
}

fn described(spooled: Spooled, rows: Option<u64>, extent: &Extent) -> (Spooled, EvidenceFile) {
    let file = EvidenceFile {
        name: spooled.entry.name.clone(),
        bytes: spooled.content.bytes,
        sha256: spooled.content.sha256.clone(),
        packed_bytes: spooled.packed.bytes,
        packed_sha256: spooled.packed.sha256.clone(),
        rows,
        complete: extent.is_complete,
        completeness: extent.sentence.clone(),
    };
    (spooled, file)
}

fn package_write(
    files: Vec<(Spooled, EvidenceFile)>,
    manifest: &EvidenceManifest,
    key: &AuditKey,
    out: &mut impl Write,
) -> Result<(), EvidenceError> {
    let mut zip = ZipWriter::new(out);
    for (mut spooled, _) in files {
        zip.add(&mut spooled)?;
    }
    let bytes = manifest.to_bytes()?;
    zip.add_stored(MANIFEST, &bytes)?;
    zip.add_stored(SIGNATURE, &manifest_sign(&bytes, key)?)?;
    zip.finish()?.flush()?;
    Ok(())
}

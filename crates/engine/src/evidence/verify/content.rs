//! What is in the files of a package, compared with what was signed.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use flate2::read::DeflateDecoder;
use rolecall_store::{AuditEvidence, audit_file_verify};

use super::EvidenceVerdict;
use super::archive::Place;
use crate::evidence::manifest::{AUDIT_LOG, EvidenceFile, EvidenceManifest};
use crate::evidence::package::digest::{Digesting, Passed};
use crate::evidence::package::layout::Method;

/// A line of more bytes than this no audit log has.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// Verifies a file's bytes as they are packed.
///
/// # Errors
/// When the package cannot be read.
pub(super) fn packed_verify(
    file: &mut (impl Read + Seek),
    place: &Place,
    listed: &EvidenceFile,
    verdict: &mut EvidenceVerdict,
) -> io::Result<()> {
    let packed = digest(&mut bytes_of(file, place)?)?;
    if packed.bytes != listed.packed_bytes || packed.sha256 != listed.packed_sha256 {
        let signed = (listed.packed_bytes, listed.packed_sha256.as_str());
        verdict.fault(Some(&listed.name), differs("as it is packed ", &packed, signed));
    }
    Ok(())
}

/// Verifies what a file holds whose bytes are what was signed.
///
/// # Errors
/// When the package cannot be read.
pub(super) fn content_verify(
    file: &mut (impl Read + Seek),
    place: &Place,
    listed: &EvidenceFile,
    manifest: &EvidenceManifest,
    verdict: &mut EvidenceVerdict,
) -> io::Result<()> {
    let name = &listed.name;
    if place.entry.size != listed.bytes {
        let said = place.entry.size;
        verdict.fault(
            Some(name),
            format!("has {said} bytes by the package's directory and {} by the manifest", listed.bytes),
        );
        return Ok(());
    }
    if place.entry.method != Method::Deflated {
        verdict.fault(Some(name), "is not deflated, and every file but the manifest and its signature is");
        return Ok(());
    }
    let content = match content_digest(file, place)? {
        Ok(content) => content,
        Err(why) => {
            verdict.fault(Some(name), format!("cannot be unpacked: {why}"));
            return Ok(());
        }
    };
    if content.bytes != listed.bytes || content.sha256 != listed.sha256 {
        verdict.fault(Some(name), differs("", &content, (listed.bytes, &listed.sha256)));
    } else if content.crc != place.entry.crc {
        verdict.fault(Some(name), "its checksum in the package is not the one of its bytes");
    } else if name == AUDIT_LOG {
        audit_verify(file, place, manifest, verdict)?;
    }
    Ok(())
}

fn differs(how: &str, found: &Passed, (bytes, sha256): (u64, &str)) -> String {
    if found.bytes != bytes {
        return format!("has {how}{} bytes, and was signed with {bytes}", found.bytes);
    }
    format!("has {how}the SHA-256 digest {}, and was signed with {sha256}", found.sha256)
}

fn bytes_of<'f, F: Read + Seek>(file: &'f mut F, place: &Place) -> io::Result<io::Take<&'f mut F>> {
    file.seek(SeekFrom::Start(place.offset))?;
    Ok(file.take(place.entry.packed))
}

fn digest(from: &mut impl Read) -> io::Result<Passed> {
    let mut digesting = Digesting::new(io::sink());
    io::copy(from, &mut digesting)?;
    Ok(digesting.finish().1)
}

/// What a file is unpacked to, of at most one byte more than it should have.
fn content_digest(file: &mut (impl Read + Seek), place: &Place) -> io::Result<Result<Passed, String>> {
    let mut packed = BufReader::new(bytes_of(file, place)?);
    let mut content = DeflateDecoder::new(&mut packed).take(place.entry.size.saturating_add(1));
    let mut digesting = Digesting::new(io::sink());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => digesting.write_all(buffer.get(..count).unwrap_or_default())?,
            Err(error) => return Ok(Err(error.to_string())),
        }
    }
    Ok(Ok(digesting.finish().1))
}

/// That the log is whole, and ends with the head that was signed for it.
fn audit_verify(
    file: &mut (impl Read + Seek),
    place: &Place,
    manifest: &EvidenceManifest,
    verdict: &mut EvidenceVerdict,
) -> io::Result<()> {
    let packed = BufReader::new(bytes_of(file, place)?);
    let log = BufReader::new(ShortLines { from: DeflateDecoder::new(packed).take(place.entry.size), line: 0 });
    let head = &manifest.audit_head;
    let evidence = AuditEvidence { heads: vec![head.clone()], keys: Vec::new() };
    let audit = match audit_file_verify(log, &evidence) {
        Ok(audit) => audit,
        Err(error) => {
            verdict.fault(Some(AUDIT_LOG), error.to_string());
            return Ok(());
        }
    };
    if let Some(broken) = &audit.broken {
        verdict.fault(
            Some(AUDIT_LOG),
            format!("has a record {} that is not as it was written: {}", broken.sequence, broken.why),
        );
    }
    for refused in &audit.refused {
        verdict.fault(Some(AUDIT_LOG), format!("has a head that proves nothing: {refused}"));
    }
    if (head.sequence, head.hash) != (audit.records, audit.hash) || head.database != audit.database {
        verdict.fault(
            Some(AUDIT_LOG),
            format!("does not end with the record {} that its head was signed for", head.sequence),
        );
    }
    if head.signer().ok() != verdict.signer || head.database != manifest.database {
        verdict.fault(Some(AUDIT_LOG), "its head was signed by another than the package, or for another database");
    }
    verdict.audit = Some(audit);
    Ok(())
}

/// What is read, as long as no line of it is so long that it could not be held.
struct ShortLines<R> {
    from: R,
    /// How many bytes the present line has so far.
    line: u64,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        for byte in buffer.iter().take(count) {
            self.line = if *byte == b'\n' { 0 } else { self.line.saturating_add(1) };
            if self.line > LONGEST_LINE {
                return Err(io::Error::other(format!("a line of it has more than {LONGEST_LINE} bytes")));
            }
        }
        Ok(count)
    }
}

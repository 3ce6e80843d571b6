//! Whether a package is what was signed: offline, without a database, of a file that anybody may have made.
//!
//! | question | module |
//! |---|---|
//! | does the file lie as packages lie, byte by byte? | `archive` |
//! | what is in its files, and is that what the manifest says? | `content` |
//! | what is wrong? | `fault` |
//!
//! **Architecture Invariant:** every byte of a package is either compared with the one byte that it has to be, or is under a
//! digest that is signed. Nothing is unpacked before the signature holds, and nothing of more bytes than were signed.

mod archive;
mod content;
mod fault;
#[cfg(test)]
mod tests;

use std::io::{Read, Seek};

use rolecall_store::{AuditPublicKey, AuditVerdict};

pub use fault::EvidenceFault;

use super::manifest::{EvidenceFile, EvidenceManifest, FORMAT, MANIFEST, SIGNATURE, is_digest, manifest_signer};
use archive::{Archive, Place};

/// More bytes than this no package has when it is unpacked: 64 GiB.
const LONGEST: u64 = 64 * 1024 * 1024 * 1024;

/// What a verification found.
#[derive(Clone, Debug, Default)]
pub struct EvidenceVerdict {
    /// The manifest, where it is one that the signer signed.
    pub manifest: Option<EvidenceManifest>,
    /// Who signed it.
    pub signer: Option<AuditPublicKey>,
    /// What was found of the audit log.
    pub audit: Option<AuditVerdict>,
    /// Everything that is wrong, in the order in which it was found.
    pub faults: Vec<EvidenceFault>,
}

impl EvidenceVerdict {
    /// Whether the package is what was signed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.signer.is_some()
    }

    fn fault(&mut self, file: Option<&str>, why: impl Into<String>) {
        self.faults.push(EvidenceFault { file: file.map(str::to_owned), why: why.into() });
    }
}

/// Verifies a package; any signer will do where `keys` is empty. Memory holds the manifest and no other file.
///
/// # Errors
/// When the file cannot be read; anything wrong in it is in the answer.
pub fn evidence_verify(file: &mut (impl Read + Seek), keys: &[AuditPublicKey]) -> std::io::Result<EvidenceVerdict> {
    let mut verdict = EvidenceVerdict::default();
    let archive = match Archive::open(file)? {
        Ok(archive) => archive,
        Err(fault) => {
            verdict.faults.push(fault);
            return Ok(verdict);
        }
    };
    let Some(manifest) = manifest_verify(file, &archive, keys, &mut verdict)? else { return Ok(verdict) };
    let bytes = manifest.files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.bytes));
    if bytes > LONGEST {
        verdict.fault(
            Some(MANIFEST),
            format!("says that the files have {bytes} bytes, and no package has more than {LONGEST}"),
        );
        return Ok(verdict);
    }
    files_compare(&manifest, &archive, &mut verdict);
    for (place, listed) in pairs(&manifest, &archive) {
        content::packed_verify(file, place, listed, &mut verdict)?;
    }
    // Nothing is unpacked of a package that is not whole.
    if verdict.faults.is_empty() {
        for (place, listed) in pairs(&manifest, &archive) {
            content::content_verify(file, place, listed, &manifest, &mut verdict)?;
        }
        if verdict.audit.is_none() && verdict.faults.is_empty() {
            verdict.fault(Some(super::manifest::AUDIT_LOG), "is missing, and no package is without it");
        }
    }
    verdict.manifest = Some(manifest);
    Ok(verdict)
}

/// The files that are in both.
fn pairs<'p>(
    manifest: &'p EvidenceManifest,
    archive: &'p Archive,
) -> impl Iterator<Item = (&'p Place, &'p EvidenceFile)> {
    let listed = |place: &Place| manifest.files.iter().find(|file| file.name == place.entry.name);
    archive.files().iter().filter_map(move |place| Some((place, listed(place)?)))
}

/// The manifest, if one of the keys signed it.
fn manifest_verify(
    file: &mut (impl Read + Seek),
    archive: &Archive,
    keys: &[AuditPublicKey],
    verdict: &mut EvidenceVerdict,
) -> std::io::Result<Option<EvidenceManifest>> {
    let (manifest, signature) = (archive.manifest.read(file)?, archive.signature.read(file)?);
    for (place, bytes) in [(&archive.manifest, &manifest), (&archive.signature, &signature)] {
        if super::package::digest::passed(bytes).crc != place.entry.crc {
            verdict.fault(Some(&place.entry.name), "its checksum in the package is not the one of its bytes");
        }
    }
    let signer = match manifest_signer(&manifest, &signature) {
        Ok(signer) => signer,
        Err(why) => {
            verdict.fault(
                Some(SIGNATURE),
                format!("does not belong to {MANIFEST}: {why}; the one or the other was changed"),
            );
            return Ok(None);
        }
    };
    verdict.signer = Some(signer);
    if !keys.is_empty() && !keys.contains(&signer) {
        let (id, whole) = (signer.id(), signer);
        verdict.fault(
            Some(SIGNATURE),
            format!("was made with another key than expected: {whole} (short {id}); somebody else made this package"),
        );
        return Ok(None);
    }
    let read: EvidenceManifest = match serde_json::from_slice(&manifest) {
        Ok(read) => read,
        Err(error) => {
            verdict.fault(
                Some(MANIFEST),
                format!("is signed and not understood ({error}); a newer program may have made it"),
            );
            return Ok(None);
        }
    };
    if read.format != FORMAT {
        verdict.fault(Some(MANIFEST), format!("has the form {:?}, and this program knows {FORMAT}", read.format));
        return Ok(None);
    }
    Ok(Some(read))
}

/// That no file is missing, and none is there that nobody signed.
fn files_compare(manifest: &EvidenceManifest, archive: &Archive, verdict: &mut EvidenceVerdict) {
    for listed in &manifest.files {
        let is_there = archive.files().iter().any(|place| place.entry.name == listed.name);
        if !is_there {
            verdict.fault(Some(&listed.name), "is missing: the manifest has it, and the package has not");
        }
        if !is_digest(&listed.sha256) || !is_digest(&listed.packed_sha256) {
            verdict.fault(Some(MANIFEST), format!("has no digest of {}", listed.name));
        }
    }
    for place in archive.files() {
        if !manifest.files.iter().any(|listed| listed.name == place.entry.name) {
            verdict.fault(Some(&place.entry.name), "was added: the package has it, and the manifest has not");
        }
    }
}

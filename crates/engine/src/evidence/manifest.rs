//! What a package says of itself: of when it is, who made it, and the digest of each file. It is what is signed.

use rolecall_store::{AuditHead, AuditKey, AuditPublicKey, AuditSignature};
use serde::{Deserialize, Serialize};

use super::package::digest::{hexadecimal, passed};

/// What a manifest says of its own form, and what the bytes that are signed begin with.
pub(super) const FORMAT: &str = "rolecall-evidence-1";
/// The manifest's name in the package: the last file but one.
pub(super) const MANIFEST: &str = "manifest.json";
/// The signature's: the last one.
pub(super) const SIGNATURE: &str = "manifest.sig";
/// The audit log's.
pub(super) const AUDIT_LOG: &str = "audit-log.ndjson";
/// The report's.
pub(super) const REPORT: &str = "report.html";

/// The manifest of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceManifest {
    /// `rolecall-evidence-1`.
    pub format: String,
    /// The uuid of the database.
    pub database: String,
    /// The moment that everything is as of: what was known then.
    pub as_of: String,
    /// When the period begins that ends then.
    pub since: String,
    /// When the package was made.
    pub made_at: String,
    /// Who made it, as the system names them.
    pub made_by: String,
    /// With which program: `rolecall 0.1.0`.
    pub program: String,
    /// The connectors that it is of.
    pub connectors: Vec<String>,
    /// The connectors that there were besides, and that it is not of.
    pub left_out: Vec<String>,
    /// Whether every file is complete.
    pub complete: bool,
    /// Where the audit log ended as the package was made, signed.
    pub audit_head: AuditHead,
    /// The files, but for this one and its signature, in the order in which they are in the package.
    pub files: Vec<EvidenceFile>,
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceFile {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The SHA-256 digest of them.
    pub sha256: String,
    /// How many bytes it has in the package, where it is deflated.
    pub packed_bytes: u64,
    /// The SHA-256 digest of those.
    pub packed_sha256: String,
    /// How many rows it has; absent of what has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Whether there is nothing besides what it has. Otherwise its rows are *at least* so many.
    pub complete: bool,
    /// How complete it is, in words.
    pub completeness: String,
}

impl EvidenceManifest {
    /// Its bytes in the package.
    ///
    /// # Errors
    /// Never, but for what JSON cannot say.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Signs a manifest's bytes, as a file of the package.
///
/// # Errors
/// Never, but for what JSON cannot say.
pub(super) fn manifest_sign(manifest: &[u8], key: &AuditKey) -> Result<Vec<u8>, serde_json::Error> {
    let digest = passed(manifest).sha256;
    signature_bytes(&key.statement_sign(FORMAT, &[&digest]))
}

fn signature_bytes(signature: &AuditSignature) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(signature)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Who signed a manifest.
///
/// # Errors
/// A sentence that says why these bytes are no signature of it.
pub(super) fn manifest_signer(manifest: &[u8], signature: &[u8]) -> Result<AuditPublicKey, String> {
    let read: AuditSignature =
        serde_json::from_slice(signature).map_err(|error| format!("it is unreadable: {error}"))?;
    // It has one spelling, so that no byte of it can be another.
    if signature_bytes(&read).ok().as_deref() != Some(signature) {
        return Err("it is not spelt as signatures are".to_owned());
    }
    read.signer(FORMAT, &[&passed(manifest).sha256])
}

/// A digest of something, as a manifest has it.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == hexadecimal(&[0; 32]).len() && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

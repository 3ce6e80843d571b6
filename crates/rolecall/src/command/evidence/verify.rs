//! Verifying a package, without a database.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_engine::evidence::{EvidenceManifest, EvidenceVerdict, evidence_verify};
use rolecall_store::AuditPublicKey;
use serde_json::{Value as Json, json};

use crate::cli::Global;
use crate::console::own_file;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, line, paint_warning, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "Every byte of the package is compared with what was signed. Without --key it is only said who signed it: anybody
can sign a package of their own, so compare that key with the one that you were given by another way.

Examples:
  rolecall evidence verify q3.zip --key 5f0c…
  rolecall evidence verify q3.zip --format json"
)]
pub(super) struct VerifyArgs {
    /// The package
    file: PathBuf,
    /// The public key that signs packages, as `rolecall audit key` prints it; may be given several times [default: any]
    #[arg(long = "key", value_name = "PUBLIC-KEY")]
    keys: Vec<AuditPublicKey>,
}

/// Verifies it.
pub(super) fn run(global: &Global, args: &VerifyArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    own_file(&args.file)?;
    let file = File::open(&args.file).map_err(|error| unreadable(&args.file, &error))?;
    let verdict = evidence_verify(&mut BufReader::new(file), &args.keys);
    let verdict = verdict.map_err(|error| unreadable(&args.file, &error))?;
    match format {
        Format::Json => print_json(&to_json(&verdict))?,
        _ => print(&verdict, !args.keys.is_empty())?,
    }
    Ok(if verdict.is_sound() { Exit::Done } else { Exit::Found })
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{} cannot be read: {error}", path.display()))
        .hint("name a package that was made with: rolecall evidence")
}

fn print(verdict: &EvidenceVerdict, is_expected: bool) -> io::Result<()> {
    for fault in &verdict.faults {
        line(&paint_warning(&printable(&format!("Not as it was signed: {fault}."))))?;
    }
    if let Some(manifest) = &verdict.manifest {
        manifest_print(manifest)?;
    }
    if verdict.is_sound()
        && let Some(manifest) = &verdict.manifest
    {
        line(&format!(
            "{} and the audit log are as they were signed.",
            count(manifest.files.len() as u64, "file", "files")
        ))?;
    }
    match &verdict.signer {
        Some(key) if is_expected => line(&format!("Signed with {key}, as expected.")),
        Some(key) => line(&format!(
            "Signed with {key}. Anybody can sign: compare it with the key that you were given by another way (--key)."
        )),
        None => line("Nobody's signature holds for it. Ask for the package anew, and for the key by another way."),
    }
}

fn manifest_print(manifest: &EvidenceManifest) -> io::Result<()> {
    let EvidenceManifest { as_of, since, made_at, made_by, program, database, audit_head, .. } = manifest;
    let rows = [
        ("as of", format!("{as_of}, with what happened since {since}")),
        ("made", format!("at {made_at} by {made_by} with {program}")),
        ("of", manifest.connectors.join(", ")),
        ("left out", manifest.left_out.join(", ")),
        ("database", database.clone()),
        ("audit log", format!("{}, ending with {}", count(audit_head.sequence, "record", "records"), audit_head.hash)),
    ];
    rows.iter()
        .filter(|(_, value)| !value.is_empty())
        .try_for_each(|(name, value)| line(&printable(&format!("  {name:<10} {value}"))))?;
    for file in manifest.files.iter().filter(|file| !file.complete && file.name.ends_with(".csv")) {
        line(&printable(&format!("  {:<10} {}", file.name.trim_end_matches(".csv"), file.completeness)))?;
    }
    Ok(())
}

fn to_json(verdict: &EvidenceVerdict) -> Json {
    json!({
        "sound": verdict.is_sound(),
        "signer": verdict.signer.map(|key| key.to_string()),
        "faults": verdict.faults,
        "auditRecords": verdict.audit.as_ref().map(|audit| audit.records),
        "manifest": verdict.manifest,
    })
}

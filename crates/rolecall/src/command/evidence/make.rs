//! Making a package.

use std::path::PathBuf;

use clap::Args;
use rolecall_engine::day_text;
use rolecall_engine::evidence::{EvidenceError, EvidenceFile, EvidenceMaker, EvidenceManifest, evidence_make};
use rolecall_engine::moment_text;
use rolecall_store::AuditKey;
use serde_json::json;

use super::{WhenArgs, since_of};
use crate::cli::Global;
use crate::command::{connector_known, store_read};
use crate::console::own_file;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Destination, Format, line, note, paint_warning, print_json};

/// How long a period is that nobody says: the quarter that most audits ask about.
const DAYS: i64 = 90;

#[derive(Debug, Args)]
pub(super) struct MakeArgs {
    #[command(flatten)]
    when: WhenArgs,
    /// When the period of changes, leavers and decisions begins: 2026-07-01, 30d [default: 90 days before]
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// The file, written whole or not at all; - for standard output [default: evidence-DATE.zip, here]
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Makes it.
pub(super) async fn run(global: &Global, args: &MakeArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table, Format::Json])?;
    let since = args.since.as_deref().map(since_of).transpose()?;
    let question = args.when.question(|at| Ok(since.unwrap_or(at.plus_seconds(-DAYS * 24 * 60 * 60))))?;
    let name = || PathBuf::from(format!("evidence-{}.zip", day_text(&moment_text(question.at))));
    let path = args.file.clone().unwrap_or_else(name);
    let path = (path.as_os_str() != "-").then_some(path);
    path.as_deref().map(own_file).transpose()?;
    let store = store_read(global).await?;
    if let Some(only) = &question.only {
        connector_known(&store, only, Some(question.at)).await?;
    }
    let key = AuditKey::open_or_create(&environment::audit_key(store.address())?)?;
    let program = format!("rolecall {}", env!("CARGO_PKG_VERSION"));
    let maker = EvidenceMaker { actor: environment::actor(), program, key: &key };
    let mut out = Destination::open(path.as_deref())?;
    let manifest = evidence_make(&store, &question, &maker, &mut out).await?;
    out.finish()?;
    let Some(path) = path else {
        note(&printable(&format!("made a package {}", said(&manifest))));
        return Ok(args.when.exit(manifest.complete));
    };
    let path = path.display().to_string();
    match global.chosen_format() {
        Format::Json => {
            let key = key.public().to_string();
            print_json(&json!({ "file": path, "signedWith": key, "manifest": manifest }))?;
        }
        _ => print(&path, &manifest, &key)?,
    }
    Ok(args.when.exit(manifest.complete))
}

fn print(path: &str, manifest: &EvidenceManifest, key: &AuditKey) -> Result<(), Failure> {
    line(&printable(&format!("Wrote {path}, a package {}.", said(manifest))))?;
    let tables = manifest.files.iter().filter(|file| file.name.ends_with(".csv"));
    tables.map(table_text).try_for_each(|text| line(&printable(&text)))?;
    let partial = manifest.files.iter().filter(|file| !file.complete && file.name.ends_with(".csv"));
    for file in partial {
        let name = file.name.trim_end_matches(".csv");
        line(&paint_warning(&printable(&format!("{name}: {}", file.completeness))))?;
    }
    line(&format!("Signed with {}", key.public()))?;
    line(
        "Give that key to whoever verifies, by another way than the package: rolecall evidence verify FILE --key KEY",
    )?;
    Ok(())
}

fn said(manifest: &EvidenceManifest) -> String {
    let files = count(manifest.files.len() as u64, "file", "files");
    format!("of {files} as of {}, with what happened since {}", manifest.as_of, manifest.since)
}

fn table_text(file: &EvidenceFile) -> String {
    let (rows, name) = (file.rows.unwrap_or_default(), file.name.trim_end_matches(".csv"));
    let least = if file.complete { "" } else { "at least " };
    format!("  {name:<13} {least}{}", count(rows, "row", "rows"))
}

impl From<EvidenceError> for Failure {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Store(error) => error.into(),
            EvidenceError::NothingKnown { .. } => Self::new(Exit::Name, error.to_string())
                .hint("ask about a later moment; rolecall list syncs shows when what was read"),
            EvidenceError::Io(_) | EvidenceError::Json(_) => Self::new(Exit::Failure, error.to_string())
                .hint("check that there is room in the folder of the file and in that for temporary files (TMPDIR)"),
            EvidenceError::Audit(_) => {
                Self::new(Exit::Failure, error.to_string()).hint("see what is wrong with: rolecall audit verify")
            }
        }
    }
}

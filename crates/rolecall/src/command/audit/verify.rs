//! `rolecall audit verify`: of the database, or offline of an export.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_store::{
    AuditEvidence, AuditFileError, AuditHead, AuditPublicKey, AuditVerdict, audit_file_verify, audit_heads_read,
};
use serde_json::json;

use crate::cli::Global;
use crate::command::store_read;
use crate::console::own_file;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, line, paint_warning, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "A log proves that it was not changed in the middle. That its end was not cut off, and that it was not made
anew, is proven by heads from outside: give those that were delivered, and the key that signed them.

Examples:
  rolecall audit verify
  rolecall audit verify --head heads
  rolecall audit verify audit.ndjson --head heads --key 5f0c…"
)]
pub(super) struct VerifyArgs {
    /// An export, made with: rolecall audit export [default: the log of the database]
    file: Option<PathBuf>,
    /// A file with delivered heads, one on each line; may be given several times
    #[arg(long = "head", value_name = "FILE")]
    heads: Vec<PathBuf>,
    /// The public key that signs heads; may be given several times [default: any]
    #[arg(long = "key", value_name = "PUBLIC-KEY")]
    keys: Vec<AuditPublicKey>,
}

impl VerifyArgs {
    /// Whether it names any file.
    pub(super) fn has_files(&self) -> bool {
        self.file.is_some() || !self.heads.is_empty()
    }
}

/// Verifies a log.
pub(super) async fn run(global: &Global, args: &VerifyArgs) -> Result<Exit, Failure> {
    let heads = args.heads.iter().map(|path| heads_read(path)).collect::<Result<Vec<_>, _>>()?;
    let evidence = AuditEvidence { heads: heads.into_iter().flatten().collect(), keys: args.keys.clone() };
    let verdict = match &args.file {
        Some(path) => file_verify(path, &evidence)?,
        None => store_read(global).await?.audit_verify(&evidence).await?,
    };
    match global.chosen_format() {
        Format::Json => print_json(&to_json(&verdict))?,
        _ => print(&verdict)?,
    }
    Ok(if verdict.is_sound() { Exit::Done } else { Exit::Found })
}

fn heads_read(path: &Path) -> Result<Vec<AuditHead>, Failure> {
    own_file(path)?;
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    audit_heads_read(&text).map_err(|why| Failure::new(Exit::Usage, format!("{}: {why}", path.display())))
}

fn file_verify(path: &Path, evidence: &AuditEvidence) -> Result<AuditVerdict, Failure> {
    own_file(path)?;
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    audit_file_verify(BufReader::new(file), evidence).map_err(|error| match error {
        AuditFileError::Store(error) => error.into(),
        AuditFileError::Io(error) => unreadable(path, &error),
        error @ AuditFileError::Foreign(_) => Failure::new(Exit::Usage, format!("{} {error}", path.display()))
            .hint("make one with: rolecall audit export FILE"),
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{} cannot be read: {error}", path.display()))
}

fn print(verdict: &AuditVerdict) -> io::Result<()> {
    if let Some(broken) = &verdict.broken {
        let text = format!("Broken: record {} is not as it was written: {}.", broken.sequence, broken.why);
        line(&paint_warning(&printable(&text)))?;
        line(&format!("{} before it.", intact(verdict)))?;
    } else {
        line(&format!("{}.", intact(verdict)))?;
        line(&format!("  hash       {}", verdict.hash))?;
    }
    for refused in &verdict.refused {
        line(&paint_warning(&printable(&format!("Refused: {refused}."))))?;
    }
    line(&printable(&format!("  database   {}", verdict.database)))?;
    for key in &verdict.keys {
        line(&format!("  signed by  {key}"))?;
    }
    if verdict.erased > 0 {
        line(&format!("  erased     {}, each with a record that says so", count(verdict.erased, "field", "fields")))?;
    }
    match (verdict.delivered_until, verdict.signed_until) {
        (Some(until), _) => line(&format!("Heads from outside cover it up to record {until}.")),
        (None, Some(until)) => line(&format!(
            "Only heads kept beside it cover it (up to record {until}): whoever can change the one can change the other. \
             Give delivered ones with --head."
        )),
        (None, None) => {
            line("No head covers it: its end may be cut off, or all of it made anew. See: rolecall audit head --help")
        }
    }
}

fn intact(verdict: &AuditVerdict) -> String {
    let records = count(verdict.records, "record", "records");
    format!("{records} {} as written", if verdict.records == 1 { "is" } else { "are" })
}

fn to_json(verdict: &AuditVerdict) -> serde_json::Value {
    json!({
        "sound": verdict.is_sound(),
        "database": verdict.database,
        "records": verdict.records,
        "hash": verdict.hash,
        "erased": verdict.erased,
        "signedUntil": verdict.signed_until,
        "deliveredUntil": verdict.delivered_until,
        "keys": verdict.keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "broken": verdict.broken.as_ref().map(|broken| json!({ "record": broken.sequence, "why": broken.why })),
        "refused": verdict.refused,
    })
}

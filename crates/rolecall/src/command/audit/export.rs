//! `rolecall audit export`.

use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_store::AuditFileError;
use serde_json::json;

use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::text::count;
use crate::output::{Destination, Format, note, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall audit export audit.ndjson
  rolecall audit export audit.ndjson --personal
  rolecall audit export - | ssh elsewhere 'cat > audit.ndjson'")]
pub(super) struct ExportArgs {
    /// The file, written whole or not at all; - for standard output
    file: PathBuf,
    /// With names and reasons, which are left out otherwise
    #[arg(long)]
    personal: bool,
}

impl ExportArgs {
    /// The file, unless it is standard output.
    pub(super) fn path(&self) -> Option<&Path> {
        (self.file.as_os_str() != "-").then_some(self.file.as_path())
    }
}

/// Writes the log.
pub(super) async fn run(global: &Global, args: &ExportArgs) -> Result<Exit, Failure> {
    let path = args.path();
    let store = store_read(global).await?;
    let mut out = Destination::open(path)?;
    let records = store.audit_export(args.personal, &mut out).await.map_err(|error| match error {
        AuditFileError::Store(error) => error.into(),
        AuditFileError::Io(error) => error.into(),
        AuditFileError::Foreign(why) => Failure::new(Exit::Failure, why),
    })?;
    out.finish()?;
    match path {
        Some(path) if global.chosen_format() == Format::Json => {
            print_json(&json!({ "file": path.display().to_string(), "records": records }))?;
        }
        _ => note(&format!("wrote {}", count(records, "record", "records"))),
    }
    Ok(Exit::Done)
}

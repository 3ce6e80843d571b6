//! `rolecall export parquet`: tables for programs that analyse columns.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::PathBuf;

use clap::Args;

use super::{besides_note, folder_unwritten, world_of};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::note;

#[derive(Debug, Args)]
#[command(
    after_help = "Three tables: resources, grants (with all that groups pass on, and through whom), and listings (how completely
and when each was read). docs/reference/export.md names their columns.

Examples:
  rolecall export parquet --folder acme
  duckdb -c \"select principal, count(*) from 'acme/grants.parquet' where entitlement = 'read-write' group by 1\""
)]
pub(super) struct ParquetArgs {
    /// Only this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// What was known at a past moment
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// The folder that the tables are written into
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
}

/// Writes them.
pub(super) async fn run(global: &Global, args: &ParquetArgs) -> Result<Exit, Failure> {
    let world = world_of(global, args.connector.as_deref(), args.as_of.as_deref()).await?;
    let folder = &args.folder;
    let unwritten = folder_unwritten(folder);
    fs::create_dir_all(folder).map_err(&unwritten)?;
    let written = world.parquet_write(&mut |name| {
        let file = File::create(folder.join(format!("{name}.parquet")))?;
        Ok(Box::new(BufWriter::new(file)))
    });
    written.map_err(&unwritten)?;
    if !global.quiet {
        note(&format!("{}: resources, grants and listings", folder.display()));
    }
    besides_note(&world);
    Ok(Exit::Done)
}

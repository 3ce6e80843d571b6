//! `rolecall export jupiterone`: the folder that JupiterOne's command line uploads.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{besides_note, folder_unwritten, world_of};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{note, text::count};

/// Where JupiterOne's collectors leave what they read.
const FOLDER: &str = ".j1-integration";

#[derive(Debug, Args)]
#[command(
    after_help = "The folder is as JupiterOne's own collectors leave it: its command line uploads it with j1-integration sync.
Types of which a listing was not read in full are named as partial there, so that nothing of them is deleted.
One file for programs that are not JupiterOne's: rolecall export --view jupiterone.

Examples:
  rolecall export jupiterone
  rolecall export jupiterone --connector npm:acme --folder /srv/j1/.j1-integration"
)]
pub(super) struct JupiteroneArgs {
    /// Only this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// What was known at a past moment
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// The folder; what was in its graph before is replaced
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    folder: PathBuf,
}

/// Writes it.
pub(super) async fn run(global: &Global, args: &JupiteroneArgs) -> Result<Exit, Failure> {
    let world = world_of(global, args.connector.as_deref(), args.as_of.as_deref()).await?;
    let folder = &args.folder;
    let unwritten = folder_unwritten(folder);
    emptied(folder).map_err(&unwritten)?;
    let mut files = 0;
    let written = world.jupiterone_folder(&mut |path, content| {
        files += 1;
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        let mut out = BufWriter::new(fs::File::create(path)?);
        serde_json::to_writer_pretty(&mut out, content)?;
        out.flush()
    });
    written.map_err(&unwritten)?;
    if !global.quiet {
        note(&format!("{}: {}", folder.display(), count(files, "file", "files")));
    }
    besides_note(&world);
    Ok(Exit::Done)
}

/// Takes away what an earlier run left, and nothing else.
fn emptied(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder.join("graph")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(folder),
    }
}

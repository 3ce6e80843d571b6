//! `rolecall export c1z`: a file that baton's programs read.

use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_baton::c1z::WriteOptions;
use rolecall_engine::export::{C1zExport, C1zExportError, C1zParts, c1z_export};
use rolecall_engine::{clock_system, connector_title, connectors_of};
use rolecall_model::Timestamp;
use rolecall_store::Store;

use crate::cli::Global;
use crate::command::{connector_known, past_of, store_read};
use crate::exit::{Exit, Failure};
use crate::output::{Destination, note, text::count};

/// What baton's programs call it.
pub(crate) const FILE: &str = "sync.c1z";

#[derive(Debug, Args)]
#[command(
    after_help = "A file holds one connector, and one sync for each moment: with two of them baton diff compares. Beside the
tables that baton's programs read, ours hold every listing with its verdict, so that another Rolecall takes in
what this one knows; --plain leaves them out. There is nothing secret in a file; what a registry tells of accounts, mail
addresses among it, is. docs/guides/baton.md tells what a file can hold.

Examples:
  rolecall export c1z --connector npm:acme
  rolecall export c1z --connector npm:acme --as-of 7d --as-of now -f week.c1z
  baton -f sync.c1z access -t user -r alice"
)]
pub(crate) struct C1zArgs {
    /// The connector, such as npm:acme; not needed where there is one
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// What was known at a past moment, or now; several make several syncs
    #[arg(long, value_name = "TIME")]
    as_of: Vec<String>,
    /// Write to this file, whole or not at all
    #[arg(short, long, value_name = "FILE", default_value = FILE)]
    file: PathBuf,
    /// Leave indexes out: smaller, and readers make them anew
    #[arg(long)]
    no_indexes: bool,
    /// Leave out what is passed on through groups, which readers can work out
    #[arg(long)]
    no_expand: bool,
    /// Say which entitlements exclude each other; baton's command line reads that since 2026
    #[arg(long)]
    exclusions: bool,
    /// Leave out what only Rolecall reads
    #[arg(long)]
    plain: bool,
}

impl C1zArgs {
    /// The file that is written.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}

/// Writes it.
pub(super) async fn run(global: &Global, args: &C1zArgs) -> Result<Exit, Failure> {
    let store = store_read(global).await?;
    let connector = connector_of(&store, args.connector.as_deref()).await?;
    let moments = args.as_of.iter().map(|text| moment(text)).collect::<Result<Vec<_>, _>>()?;
    let moments = if moments.is_empty() { vec![None] } else { moments };
    for at in &moments {
        connector_known(&store, &connector, *at).await?;
    }
    let options = WriteOptions { indexes: !args.no_indexes, ..WriteOptions::default() };
    let export = C1zExport {
        connector: &connector,
        moments: &moments,
        expanded: !args.no_expand,
        own: !args.plain,
        exclusions: args.exclusions,
        parts: C1zParts::default(),
        options,
    };
    let syncs = c1z_write(&store, &export, &args.file).await?;
    if !global.quiet {
        note(&format!("{}: {} of {connector}", args.file.display(), count(syncs as u64, "sync", "syncs")));
    }
    Ok(Exit::Done)
}

/// Writes a file, whole or not at all. Its database lies in the system's folder for temporary files for as long as it takes.
pub(crate) async fn c1z_write(store: &Store, export: &C1zExport<'_>, file: &Path) -> Result<usize, Failure> {
    let mut out = Destination::open(Some(file))?;
    let syncs = c1z_export(store, export, (&std::env::temp_dir(), clock_system()), &mut out).await?;
    out.finish()?;
    Ok(syncs)
}

/// The connector that is named, or the only one.
pub(crate) async fn connector_of(store: &Store, named: Option<&str>) -> Result<String, Failure> {
    if let Some(name) = named {
        return Ok(name.to_owned());
    }
    let all = connectors_of(store, None, None).await?;
    match all.as_slice() {
        [only] => Ok(connector_title(only)),
        [] => Err(Failure::new(Exit::Name, "there is no connector yet").hint("rolecall sync reads one")),
        several => {
            let titles: Vec<String> = several.iter().map(connector_title).collect();
            Err(Failure::new(
                Exit::Usage,
                format!("a .c1z file holds one connector, and there are {}", titles.join(", ")),
            )
            .hint("choose one with --connector NAME"))
        }
    }
}

fn moment(text: &str) -> Result<Option<Timestamp>, Failure> {
    if text == "now" { Ok(None) } else { past_of(Some(text)) }
}

impl From<C1zExportError> for Failure {
    fn from(error: C1zExportError) -> Self {
        match error {
            C1zExportError::Export(error) => error.into(),
            C1zExportError::C1z(error) => {
                let hint = error.hint();
                let failure = Self::new(Exit::Failure, error.to_string());
                hint.into_iter().fold(failure, |failure, hint| failure.hint(hint))
            }
        }
    }
}

//! `rolecall import`: what another program read becomes current.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use rolecall_baton::c1z::Limits;
use rolecall_engine::baton::{C1zCounts, C1zImport, C1zImportError, C1zImported, c1z_import};
use rolecall_engine::{SyncOptions, connector_title};
use rolecall_store::{Mode, Store};
use serde_json::json;

use super::sync::{Surroundings, doer};
use crate::cli::Global;
use crate::connectors::name_check;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, line, note, paint_bold, paint_warning, print_json};

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    form: ImportForm,
}

#[derive(Debug, Subcommand)]
enum ImportForm {
    /// A .c1z file: of any connector of baton's world, or of another Rolecall
    C1z(C1zArgs),
}

#[derive(Debug, Args)]
#[command(
    after_help = "A file that Rolecall wrote is of the connector that it was read with, and keeps what was proven of each listing.
Any other file is a connector of type baton: every type of resource in it can be asked about. Nothing that such a file
leaves out is taken for gone, unless whoever brings it says that it is everything: --complete.

Examples:
  rolecall import c1z okta.c1z --name okta
  rolecall import c1z okta.c1z --name okta --complete
  rolecall import c1z sync.c1z && rolecall status"
)]
struct C1zArgs {
    /// The file
    file: PathBuf,
    /// What to call the connector [default: as the Rolecall that wrote it does, or the file's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// It is everything there is: what is not in it is gone
    #[arg(long)]
    complete: bool,
}

/// Makes it current.
pub(crate) async fn run(global: &Global, args: &ImportArgs) -> Result<Exit, Failure> {
    let ImportForm::C1z(args) = &args.form;
    let format = Format::among(global.format, ANSWER)?;
    let unread =
        |error: std::io::Error| Failure::new(Exit::Usage, format!("{} cannot be read: {error}", args.file.display()));
    let file = File::open(&args.file).map_err(unread)?;
    let by_file = args.name.clone().or_else(|| stem(&args.file));
    if let Some(name) = &by_file {
        name_check(name).map_err(|error| Failure::new(Exit::Usage, error))?;
    }
    let store = Store::open(&environment::database(global.database.as_deref())?, Mode::Write).await?;
    let surroundings = Surroundings::new(global, store)?;
    let folder = std::env::temp_dir();
    let import = C1zImport {
        name: args.name.as_deref(),
        name_otherwise: by_file.as_deref(),
        is_everything: args.complete,
        limits: Limits::default(),
        folder: &folder,
    };
    let imported = c1z_import(&surroundings.context, &import, file, SyncOptions::default(), &doer()).await;
    surroundings.finish();
    let imported = imported?;
    print(format, &imported)?;
    surroundings.close().await;
    let waits = imported.report.stages.iter().any(|stage| !stage.held.is_empty());
    Ok(if waits { Exit::Incomplete } else { Exit::Done })
}

fn stem(file: &Path) -> Option<String> {
    Some(file.file_stem()?.to_str()?.to_owned())
}

fn print(format: Format, imported: &C1zImported) -> Result<(), Failure> {
    let title = connector_title(&imported.connector);
    let waits = imported.report.stages.iter().flat_map(|stage| &stage.held).count();
    if format == Format::Json {
        return Ok(print_json(&json!({ "connector": title, "import": imported, "removalsHeld": waits }))?);
    }
    let by = if imported.is_own { "as another Rolecall read it" } else { "as its connector read it" };
    line(&paint_bold(&printable(&format!("{title} is current, {by} (sync {})", imported.sync))))?;
    if let Some(counts) = imported.counts {
        line(&counts_text(counts))?;
    }
    if let Some(counts) = imported.counts.filter(|counts| counts.nameless > 0) {
        let rows = counted(counts.nameless, "row", "rows");
        note(&format!("{rows} of the file do not say what they are about, and were left out"));
    }
    if let Some(counts) = imported.counts.filter(|counts| counts.passed_on_besides > 0) {
        let grants = counted(counts.passed_on_besides, "grant", "grants");
        note(&format!(
            "{grants} of groups are passed on to their members here and not in the file, because others of the same kind are"
        ));
    }
    if waits > 0 {
        line(&paint_warning(&printable(&format!(
            "much of it is gone, and waits for your word: rolecall changes confirm {title}"
        ))))?;
    }
    Ok(())
}

fn counts_text(counts: C1zCounts) -> String {
    let C1zCounts { resource_types, resources, entitlements, grants, expanded, .. } = counts;
    let parts = [
        counted(resource_types, "resource type", "resource types"),
        counted(resources, "resource", "resources"),
        counted(entitlements, "entitlement", "entitlements"),
        counted(grants, "grant", "grants"),
    ];
    let followed = if expanded > 0 { format!(", {expanded} of which follow from others") } else { String::new() };
    format!("{}{followed}", parts.join(", "))
}

fn counted(number: usize, one: &str, several: &str) -> String {
    count(u64::try_from(number).unwrap_or(u64::MAX), one, several)
}

impl From<C1zImportError> for Failure {
    fn from(error: C1zImportError) -> Self {
        match error {
            C1zImportError::Sync(error) => error.into(),
            C1zImportError::Store(error) => error.into(),
            C1zImportError::C1z(error) => {
                let hint = error.hint().unwrap_or("nothing was changed");
                Self::new(Exit::Usage, format!("the file was not read: {error}")).hint(hint)
            }
            C1zImportError::Nameless => Self::new(Exit::Usage, error.to_string()).hint("say it with --name NAME"),
            error @ (C1zImportError::Own(_)
            | C1zImportError::Shape(_)
            | C1zImportError::UnknownType(_)
            | C1zImportError::OtherSource { .. }) => {
                Self::new(Exit::Usage, format!("the file was not read: {error}")).hint("nothing was changed")
            }
        }
    }
}

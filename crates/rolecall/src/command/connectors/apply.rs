//! `rolecall connectors apply`: make the connectors those that a file declares.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use rolecall_engine::clock_system;
use rolecall_store::{ConnectorChange, DatabaseAddress, Mode, Store};
use serde_json::json;

use crate::cli::Global;
use crate::connectors::file::{Declared, Problem, file_read};
use crate::connectors::plan::{Action, Configured, Step, plan};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, line, note, paint_dim, print_csv, print_json};

#[derive(Debug, Args)]
#[command(after_help = "The plan is shown, and made in one step or not at all. The file is described in
docs/reference/connectors-file.md. It says where tokens are found, and never holds one.

Examples:
  rolecall connectors apply connectors.toml --dry-run
  rolecall connectors apply connectors.toml
  rolecall connectors apply connectors.toml --prune")]
pub(super) struct ApplyArgs {
    /// The file
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// Show the plan, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove connectors that the file does not declare; their history is kept
    #[arg(long)]
    prune: bool,
}

/// Plans, and unless it is a dry run, applies the plan.
pub(super) async fn run(global: &Global, args: &ApplyArgs) -> Result<Exit, Failure> {
    let declared = declared(&args.file)?;
    if declared.is_empty() && args.prune {
        // A template that failed, or a file that was cut off, looks like this.
        let why = format!("{} declares no connector, and --prune would remove every one", args.file.display());
        return Err(
            Failure::new(Exit::Usage, why).hint("to remove them all, name each: rolecall connectors remove NAME --yes")
        );
    }
    let address = environment::database(global.database.as_deref())?;
    let configured = configured(&address, args.dry_run).await?;
    let steps = plan(&declared, &configured, args.prune).map_err(|problems| refused(&args.file, &problems))?;
    let changes: Vec<ConnectorChange> = steps.iter().filter_map(|step| step.change.clone()).collect();
    let applied = !args.dry_run && !changes.is_empty();
    if applied {
        let store = Store::open(&address, Mode::Write).await?;
        store.connector_change(&changes, &environment::actor(), clock_system()).await?;
    }
    match global.chosen_format() {
        Format::Json => print_json(&json!({ "applied": applied, "dryRun": args.dry_run, "steps": steps }))?,
        Format::Csv => print_csv(&["connector", "action", "changes"], steps.iter().map(cells))?,
        _ => print(&steps, args.dry_run)?,
    }
    Ok(Exit::Done)
}

fn declared(path: &Path) -> Result<Vec<Declared>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read {}: {error}", path.display()))
            .hint("it must be a text file in UTF-8 that you may read")
    })?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = std::path::absolute(folder)?;
    file_read(&text, &folder).map_err(|problems| refused(path, &problems))
}

/// Says every mistake; the error itself is one sentence.
fn refused(path: &Path, problems: &[Problem]) -> Failure {
    for problem in problems {
        note(&printable(&format!("{}:{}: {}", path.display(), problem.line, problem.text)));
    }
    let mistakes = count(problems.len(), "mistake", "mistakes");
    Failure::new(Exit::Usage, format!("{mistakes} in {}; nothing was changed", path.display()))
        .hint("the file is described in docs/reference/connectors-file.md")
}

/// What is configured. A dry run makes no database, and migrates none.
async fn configured(address: &DatabaseAddress, dry_run: bool) -> Result<Configured, Failure> {
    if address.is_missing() {
        return Ok(Configured::default());
    }
    let store = Store::open(address, if dry_run { Mode::Read } else { Mode::Write }).await?;
    Ok(Configured { current: store.connector_list().await?, removed: store.connector_list_removed().await? })
}

fn print(steps: &[Step], dry_run: bool) -> io::Result<()> {
    for step in steps {
        let what = match step.action {
            Action::Undeclared => "not in the file, and left as it is (--prune removes it)",
            Action::Remove => "remove: not in the file; its history is kept",
            Action::Restore => "restore: it was removed, and continues with its history",
            other => other.word(),
        };
        line(&printable(&format!("{} {}: {what}", step.action.sign(), step.connector)))?;
        for change in &step.changes {
            line(&paint_dim(&printable(&format!("    {}", change.sentence()))))?;
        }
    }
    let changed = steps.iter().filter(|step| step.change.is_some()).count();
    let connectors = count(changed, "connector", "connectors");
    match (changed, dry_run) {
        (0, _) => line("Everything is as declared."),
        (_, true) => line(&format!("A dry run: nothing was changed. {connectors} would be.")),
        (_, false) => line(&format!("Done: {connectors} changed.")),
    }
}

fn cells(step: &Step) -> Vec<String> {
    let changes = step.changes.iter().map(|change| change.sentence()).collect::<Vec<_>>().join("; ");
    vec![step.connector.clone(), step.action.word().to_owned(), changes]
}

//! `rolecall reviews export` and `import`: decisions of reviewers outside.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use rolecall_engine::reviews::{DecisionFileReport, decisions_export, decisions_import};

use super::decide::{exit_of, print, rows};
use super::{Open, context_of};
use crate::cli::Global;
use crate::command::store_read;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Destination, Format, line, note, print_csv, print_json};

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The campaign: its name or id
    review: String,
    /// Only what this reviewer is to decide
    #[arg(long, value_name = "WHO")]
    reviewer: Option<String>,
    /// The file, written whole or not at all; standard output where none is named
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The campaign: its name or id
    review: String,
    /// The file, with the columns decision and reason filled in
    file: PathBuf,
    /// Whose decisions they are, whatever the file says
    #[arg(long, value_name = "WHO")]
    reviewer: Option<String>,
}

pub(super) async fn export(global: &Global, args: &ExportArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table, Format::Csv])?;
    let open = Open::of(context_of(store_read(global).await?)).await?;
    let bytes = decisions_export(&open.context, &open.people, &args.review, args.reviewer.as_deref()).await?;
    let mut out = Destination::open(args.file.as_deref())?;
    out.write_all(&bytes)?;
    out.finish()?;
    if let Some(file) = &args.file {
        note(&format!("wrote {}; fill in decision (certify or deny) and reason", file.display()));
    }
    Ok(Exit::Done)
}

pub(super) async fn import(global: &Global, args: &ImportArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let bytes = fs::read(&args.file)
        .map_err(|error| Failure::new(Exit::Usage, format!("{} cannot be read: {error}", args.file.display())))?;
    let open = Open::for_changes(global).await?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (file, by) = ((name.as_str(), bytes.as_slice()), environment::actor());
    let of = (args.reviewer.as_deref(), by.as_str());
    let report = decisions_import(&open.context, &open.view, &open.people, &args.review, file, of).await?;
    match format {
        Format::Json => print_json(&report)?,
        Format::Csv => {
            let all = report.reviewers.iter().flat_map(|(who, decided)| {
                rows(decided).map(|row| [vec![who.clone()], row].concat()).collect::<Vec<_>>()
            });
            print_csv(&["reviewer", "number", "what", "why"], all)?;
        }
        _ => report_print(&report)?,
    }
    open.close().await;
    Ok(report.reviewers.values().map(exit_of).fold(Exit::Done, Exit::worse))
}

fn report_print(report: &DecisionFileReport) -> std::io::Result<()> {
    if let Some(at) = &report.brought_before {
        line(&format!("This very file was brought before, {at}."))?;
    }
    if report.reviewers.is_empty() {
        line("Nothing is decided in it.")?;
    }
    for (who, decided) in &report.reviewers {
        line(&printable(&format!("{who}:")))?;
        print(decided)?;
    }
    Ok(())
}

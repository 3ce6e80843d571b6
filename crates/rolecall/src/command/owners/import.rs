//! `rolecall owners import`: a list of owners becomes what the list says, whole or not at all.

use std::io;
use std::path::PathBuf;

use clap::Args;
use rolecall_engine::clock_system;
use rolecall_engine::owners::{OwnerDifference, OwnerListError, OwnerPreview, owner_list_import, owner_list_preview};
use serde_json::json;

use super::decide::decision;
use crate::cli::Global;
use crate::command::people::import::text_read;
use crate::command::{store_read, store_write};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, line, note, paint_bold, print_json};

/// So many owners are shown one by one.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The list, or - for standard input
    file: PathBuf,
    /// Say what it would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Reads the list.
pub(super) async fn run(global: &Global, args: &ImportArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let text = text_read(&args.file, "list of owners")?;
    let preview = if args.dry_run {
        owner_list_preview(&store_read(global).await?, &text).await
    } else {
        owner_list_import(&store_write(global).await?, &text, &decision(""), clock_system()).await
    };
    let preview = preview.map_err(failure)?;
    match format {
        Format::Json => print_json(&json!({ "list": preview, "madeCurrent": !args.dry_run }))?,
        _ => print("The list", &preview, args.dry_run)?,
    }
    Ok(Exit::Done)
}

fn failure(error: OwnerListError) -> Failure {
    match error {
        OwnerListError::Refused(problems) => {
            let first = problems.first();
            first.iter().for_each(|problem| note(&printable(&problem.to_string())));
            let number = u64::try_from(first.len() + problems.left_out()).unwrap_or(u64::MAX);
            let number = count(number, "problem", "problems");
            Failure::new(Exit::Usage, format!("the list has {number}, and nothing of it was used"))
                .hint("mend these lines and read it again")
        }
        OwnerListError::Store(error) => error.into(),
    }
}

/// What it changes, in words.
pub(super) fn print(what: &str, preview: &OwnerPreview, is_dry: bool) -> io::Result<()> {
    let number = |number: usize, one, many| count(u64::try_from(number).unwrap_or(u64::MAX), one, many);
    let resources = number(preview.resources, "package or repository", "packages and repositories");
    let (says, end) = if is_dry { ("would say", " Nothing was changed.") } else { ("says", "") };
    let changes = match (preview.added, preview.ended) {
        (0, 0) => "nothing is other than before".to_owned(),
        (added, ended) => {
            format!("{} added, {} ended, {} as before", number(added, "owner", "owners"), ended, preview.kept)
        }
    };
    line(&paint_bold(&format!("{what} {says} who answers for {resources}: {changes}.{end}")))?;
    for one in preview.differences.iter().take(SHOWN) {
        line(&printable(&difference_text(one)))?;
    }
    match preview.differences.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => line(&format!("  and {more} more; all of them with --format json")),
    }
}

fn difference_text(one: &OwnerDifference) -> String {
    let sign = if one.change == "added" { '+' } else { '-' };
    format!("  {sign} {} {} of {}: {}", one.kind, one.id, one.connector, one.owner)
}

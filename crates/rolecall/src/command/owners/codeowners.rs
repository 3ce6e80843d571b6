//! `rolecall owners codeowners`: what the CODEOWNERS file of a source repository says of the packages from there.

use std::io;
use std::path::PathBuf;

use clap::Args;
use rolecall_engine::clock_system;
use rolecall_engine::owners::{CodeownersError, CodeownersPreview, codeowners_import, codeowners_preview};
use serde_json::json;

use super::decide::decision;
use super::import::print;
use crate::cli::Global;
use crate::command::people::import::text_read;
use crate::command::{store_read, store_write};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Format, line, note, print_json};

/// So many names are told.
const NAMED: usize = 10;

#[derive(Debug, Args)]
pub(super) struct CodeownersArgs {
    /// The CODEOWNERS file, or - for standard input
    file: PathBuf,
    /// The source repository that it is of, such as https://code.example/acme/core
    #[arg(long, value_name = "ADDRESS")]
    repository: String,
    /// Say what it would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Reads the file.
pub(super) async fn run(global: &Global, args: &CodeownersArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let text = text_read(&args.file, "CODEOWNERS file")?;
    let preview = if args.dry_run {
        codeowners_preview(&store_read(global).await?, &text, &args.repository).await
    } else {
        let (store, decision) = (store_write(global).await?, decision(""));
        codeowners_import(&store, &text, &args.repository, &decision, clock_system()).await
    };
    let preview = preview.map_err(failure)?;
    match format {
        Format::Json => print_json(&json!({ "codeowners": preview, "madeCurrent": !args.dry_run }))?,
        _ => told(&preview, args.dry_run)?,
    }
    Ok(Exit::Done)
}

fn failure(error: CodeownersError) -> Failure {
    match error {
        CodeownersError::Repository(_) => Failure::new(Exit::Usage, error.to_string())
            .hint("write it like https://code.example/acme/core; nothing was changed"),
        CodeownersError::NoPackage { ref similar, .. } => {
            let hint = similar.clone().unwrap_or_else(|| {
                "see what packages name with: rolecall query \"FIND CodeRepo THAT PUBLISHED >> npm_package\"".to_owned()
            });
            Failure::new(Exit::Name, error.to_string()).hint(hint)
        }
        CodeownersError::Store(error) => error.into(),
    }
}

fn told(preview: &CodeownersPreview, is_dry: bool) -> io::Result<()> {
    preview.passed_over.iter().for_each(|text| note(&printable(text)));
    let what = format!("CODEOWNERS of {}", preview.repository);
    print(&printable(&what), &preview.owners, is_dry)?;
    let packages = count(u64::try_from(preview.packages).unwrap_or(u64::MAX), "package names", "packages name");
    line(&format!("{packages} that repository as the origin, which whoever publishes it can change."))?;
    if !preview.without.is_empty() {
        let ids = preview.without.iter().map(|package| package.id.as_str());
        line(&printable(&format!("It names no owner of {}.", shortened(ids))))?;
    }
    if !preview.unknown.is_empty() {
        let names = shortened(preview.unknown.iter().map(String::as_str));
        line(&printable(&format!(
            "Not known who that is: {names}; the attribute githubUsername of a directory says it of people."
        )))?;
    }
    Ok(())
}

fn shortened<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(NAMED);
    let mut text = names.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

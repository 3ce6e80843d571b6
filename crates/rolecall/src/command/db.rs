//! `rolecall db`: the database itself: is it sound, which schema has it, and how does it move.

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use rolecall_engine::clock_system;
use rolecall_store::{ImportEnd, Mode, Store, StoreError};
use serde_json::json;

use super::{missing, store_read};
use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{ANSWER, Destination, Format, line, note, paint_warning, print_csv, print_json};
use crate::{environment, stop};

#[derive(Debug, Args)]
#[command(after_help = "docs/guides/backup.md says how to keep copies, and how to move to another machine.

Examples:
  rolecall db check
  rolecall db migrate
  rolecall db export rolecall.jsonl.gz
  rolecall --database new.db db import rolecall.jsonl.gz")]
pub(crate) struct DbArgs {
    #[command(subcommand)]
    command: DbCommand,
}

#[derive(Debug, Subcommand)]
enum DbCommand {
    /// Read all of the database, and say what is wrong with it; exits with 9 when something is
    Check,
    /// Make a database, or bring one to this version's schema; a file is copied first
    Migrate,
    /// Write the whole database to one file, history and all; secrets leave sealed
    Export(FileArgs),
    /// Make a new database from such a file; an import that was interrupted goes on where it stopped
    Import(FileArgs),
}

#[derive(Debug, Args)]
struct FileArgs {
    /// The file, lines of JSON in gzip
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &DbArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    match &args.command {
        DbCommand::Check => check(global, format).await,
        DbCommand::Migrate => migrate(global, format).await,
        DbCommand::Export(args) => export(global, format, args).await,
        DbCommand::Import(args) => import(global, format, args).await,
    }
}

async fn check(global: &Global, format: Format) -> Result<Exit, Failure> {
    let address = environment::database(global.database.as_deref())?;
    let problems = match Store::open(&address, Mode::Read).await {
        Ok(store) => store.integrity_check().await,
        Err(error @ StoreError::Missing { .. }) => return Err(missing(&error)),
        Err(error) => Err(error),
    };
    let problems = match problems {
        // So damaged that it cannot be read to its end is what was looked for, too.
        Err(error @ StoreError::Corrupt { .. }) => vec![error.to_string()],
        other => other?,
    };
    match format {
        Format::Json => print_json(&json!({ "sound": problems.is_empty(), "problems": problems }))?,
        Format::Csv => print_csv(&["problem"], problems.iter().map(|problem| vec![problem.clone()]))?,
        _ if problems.is_empty() => line("The database is sound.")?,
        _ => {
            for problem in &problems {
                line(&paint_warning(&printable(problem)))?;
            }
            note("keep a copy of the database as it is, and restore the last good backup: docs/guides/backup.md");
        }
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Found })
}

async fn migrate(global: &Global, format: Format) -> Result<Exit, Failure> {
    let address = environment::database(global.database.as_deref())?;
    let (before, after) = Store::migrate(&address).await?;
    match format {
        Format::Json => print_json(&json!({ "before": before, "after": after }))?,
        Format::Csv => {
            print_csv(&["before", "after"], std::iter::once(vec![before.to_string(), after.to_string()]))?;
        }
        _ if before == after => line(&format!("The database has schema {after} already."))?,
        _ if before == 0 => line(&format!("A database with schema {after} was made."))?,
        _ if address.path().is_some() => {
            line(&format!("The database was brought from schema {before} to {after}; a copy is beside it."))?;
        }
        _ => line(&format!("The database was brought from schema {before} to {after}."))?,
    }
    Ok(Exit::Done)
}

async fn export(global: &Global, format: Format, args: &FileArgs) -> Result<Exit, Failure> {
    let store = store_read(global).await?;
    let mut out = Destination::open(Some(&args.file))?;
    let exported = store.export(&mut out).await?;
    out.finish()?;
    let rows: u64 = exported.rows.iter().map(|(_, rows)| rows).sum();
    print(format, "exported", &exported.database.to_string(), rows, &exported.digest)?;
    let sealed = exported.rows.iter().find(|(table, _)| table == "secret").map_or(0, |(_, rows)| *rows);
    if sealed > 0 && !global.quiet {
        let secrets = count(sealed, "sealed secret is", "sealed secrets are");
        note(&format!("{secrets} in it; the master key is not, and is to be kept apart from it"));
    }
    Ok(Exit::Done)
}

async fn import(global: &Global, format: Format, args: &FileArgs) -> Result<Exit, Failure> {
    let address = environment::database(global.database.as_deref())?;
    let stop = stop::watch();
    let step = move |_| if *stop.borrow() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    match Store::import(&address, &args.file, clock_system(), step).await? {
        ImportEnd::Done(imported) => {
            if imported.resumed > 0 && !global.quiet {
                note(&format!("{} were there from before", count(imported.resumed, "chunk", "chunks")));
            }
            let rows: u64 = imported.rows.iter().map(|(_, rows)| rows).sum();
            print(format, "imported", &imported.database.to_string(), rows, &imported.digest)?;
            Ok(Exit::Done)
        }
        ImportEnd::Stopped(step) => {
            let message = format!("stopped after {} of {}", step.done, count(step.of, "chunk", "chunks"));
            Err(Failure::new(Exit::Stopped, message).hint("the same command goes on there"))
        }
    }
}

fn print(format: Format, what: &str, database: &str, rows: u64, digest: &str) -> std::io::Result<()> {
    match format {
        Format::Json => print_json(&json!({ "action": what, "database": database, "rows": rows, "sha256": digest })),
        Format::Csv => {
            let row = vec![what.to_owned(), database.to_owned(), rows.to_string(), digest.to_owned()];
            print_csv(&["action", "database", "rows", "sha256"], std::iter::once(row))
        }
        _ => {
            line(&format!("{} {what}, of the database {database}.", count(rows, "row", "rows")))?;
            line(&format!("SHA-256 of the file: {digest}"))
        }
    }
}

//! Reading several configured connectors one after another. One that fails does not stop the others.

use std::io;

use clap::Args;
use rolecall_connect::is_brought;
use rolecall_engine::{connector_title, first_steps};
use rolecall_store::Connector;
use serde_json::{Value as Json, json};

use super::rules::evaluate_after_sync;
use super::store_write;
use super::sync::{Surroundings, Synced, options, readable};
use crate::cli::Global;
use crate::connectors::settings::MEMBERSHIP_ONLY;
use crate::connectors::{connector_build, connector_named, settings_of, token_contested};
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{self, Format, Table, line, note, paint_dim};

/// How connectors are read this time.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct RunArgs {
    /// Read who is in what and what groups may do, not the detail of every resource
    #[arg(long)]
    pub(super) membership_only: bool,
    /// Exit with 5 unless every listing was read in full and proven complete
    #[arg(long)]
    pub(super) require_complete: bool,
}

/// Reads every connector that is not paused.
pub(crate) async fn all(global: &Global, run: &RunArgs) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    let mut records = store.connector_list().await?;
    records.retain(|record| !is_brought(&record.config.connector_type) && !record.config.is_by_runner());
    if records.is_empty() {
        return Err(Failure::new(Exit::Name, "no connector is configured")
            .hint(format!("add one with: {}", first_steps("connectors add"))));
    }
    turns(global, Surroundings::new(global, store)?, records, run).await
}

/// Reads the connectors that are named. Naming one that is paused is a mistake worth telling.
pub(crate) async fn named(global: &Global, names: &[String], run: &RunArgs) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    let known = store.connector_list().await?;
    let mut records: Vec<Connector> = Vec::new();
    for name in names {
        let record = connector_named(&known, name)?;
        readable(record)?;
        if records.iter().all(|other| other.id != record.id) {
            records.push(record.clone());
        }
    }
    turns(global, Surroundings::new(global, store)?, records, run).await
}

/// How one connector's turn ended.
enum Turn {
    Read(Box<Synced>, Exit),
    Failed(Failure),
    Paused,
    /// A person stopped before it.
    NotReached,
}

async fn turns(
    global: &Global,
    surroundings: Surroundings,
    records: Vec<Connector>,
    run: &RunArgs,
) -> Result<Exit, Failure> {
    let contested = token_contested(&records);
    let mut taken: Vec<(String, Turn)> = Vec::with_capacity(records.len());
    for record in records {
        let title = connector_title(&record);
        let turn = if surroundings.context.is_stopped() {
            Turn::NotReached
        } else if record.paused_at.is_some() {
            Turn::Paused
        } else if let Some((_, failure)) = contested.iter().find(|(id, _)| *id == record.id) {
            Turn::Failed(failure.clone())
        } else {
            turn(&surroundings, record, run).await
        };
        turn_print(global, &title, &turn)?;
        taken.push((title, turn));
    }
    evaluate_after_sync(&surroundings.context.store).await;
    surroundings.close().await;
    let exit = taken.iter().map(|(_, turn)| turn.exit()).fold(Exit::Done, Exit::worse);
    match global.chosen_format() {
        Format::Json => output::print_json(&json!({
            "connectors": taken.iter().map(|(title, turn)| turn.to_json(title)).collect::<Vec<_>>(),
            "exit": exit.code(),
        }))?,
        Format::Csv => output::print_csv(COLUMNS, taken.iter().map(|(title, turn)| turn.cells(title)))?,
        _ => summary_print(&taken)?,
    }
    Ok(exit)
}

async fn turn(surroundings: &Surroundings, record: Connector, run: &RunArgs) -> Turn {
    let mut settings = settings_of(&record.config);
    if run.membership_only {
        settings.set(&MEMBERSHIP_ONLY, Json::Bool(true));
    }
    let synced = match connector_build(&record.config, &surroundings.context.store).await {
        Ok(built) => surroundings.sync(record, built, options(&settings, false), &settings).await,
        Err(failure) => Err(failure),
    };
    match synced {
        Ok(synced) => {
            let exit = synced.exit(run.require_complete);
            Turn::Read(Box::new(synced), exit)
        }
        Err(failure) => Turn::Failed(failure),
    }
}

/// What is said at once: the report on standard output for people, what went wrong on standard error for everyone.
fn turn_print(global: &Global, title: &str, turn: &Turn) -> io::Result<()> {
    match turn {
        Turn::Read(synced, _) if global.chosen_format() == Format::Table => {
            synced.print()?;
            line("")
        }
        Turn::Failed(failure) => {
            note(&format!("error: {}: {}", printable(title), printable(&failure.message)));
            if let Some(hint) = &failure.hint {
                note(&paint_dim(&format!("  hint: {}", printable(hint))));
            }
            Ok(())
        }
        Turn::Read(..) | Turn::Paused | Turn::NotReached => Ok(()),
    }
}

const COLUMNS: &[&str] = &["connector", "outcome", "requests", "removals waiting", "exit", "why"];

fn summary_print(taken: &[(String, Turn)]) -> io::Result<()> {
    let mut table = Table::new(COLUMNS);
    taken.iter().for_each(|(title, turn)| table.row(&turn.cells(title)));
    table.print()?;
    line("")?;
    let read = taken.iter().filter(|(_, turn)| matches!(turn, Turn::Read(..))).count();
    line(&format!("{read} of {} read.", count(taken.len(), "connector", "connectors")))
}

impl Turn {
    const fn word(&self) -> &'static str {
        match self {
            Self::Read(_, Exit::Done) => "read",
            Self::Read(..) => "incomplete",
            Self::Failed(_) => "failed",
            Self::Paused => "paused",
            Self::NotReached => "not reached",
        }
    }

    const fn exit(&self) -> Exit {
        match self {
            Self::Read(_, exit) => *exit,
            Self::Failed(failure) => failure.exit,
            Self::Paused => Exit::Done,
            Self::NotReached => Exit::Stopped,
        }
    }

    fn cells(&self, title: &str) -> Vec<String> {
        let (requests, waiting) = match self {
            Self::Read(synced, _) => (synced.report.requests.to_string(), synced.waiting().to_string()),
            Self::Failed(_) | Self::Paused | Self::NotReached => (String::new(), String::new()),
        };
        let why = match self {
            Self::Failed(failure) => failure.message.clone(),
            Self::Read(..) | Self::Paused | Self::NotReached => String::new(),
        };
        vec![title.to_owned(), self.word().to_owned(), requests, waiting, self.exit().code().to_string(), why]
    }

    fn to_json(&self, title: &str) -> Json {
        let mut json = json!({ "connector": title, "outcome": self.word(), "exit": self.exit().code() });
        match self {
            Self::Read(synced, _) => json["report"] = synced.to_json(),
            Self::Failed(failure) => {
                json["error"] = failure.message.as_str().into();
                if let Some(hint) = &failure.hint {
                    json["hint"] = hint.as_str().into();
                }
            }
            Self::Paused | Self::NotReached => {}
        }
        json
    }
}

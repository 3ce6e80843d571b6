//! One module for each command.

mod access;
mod answer;
mod bundle;
mod changes;
#[cfg(feature = "sim")]
pub(crate) mod demo;
pub(crate) mod doctor;
mod list;
mod npm_source;
#[cfg(feature = "sim")]
pub(crate) mod sim;
mod status;
mod sync;
mod sync_report;
mod who_can;

use std::io;

use clap::CommandFactory;
use rolecall_engine::{NameError, WorldView, world_load};
use rolecall_store::{Mode, Store, StoreError};

use crate::cli::{Cli, Command, Global, QuestionArgs, SyncSource};
use crate::environment;
use crate::exit::{Exit, Failure};

/// Runs the chosen command.
pub(crate) async fn run(cli: Cli) -> Result<Exit, Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Sync(args) => match &args.source {
            SyncSource::Npm(args) => sync::npm(global, args).await,
        },
        Command::WhoCan(args) => who_can::run(global, args).await,
        Command::Access(args) => access::run(global, args).await,
        Command::List(args) => list::run(global, args).await,
        Command::Changes(args) => changes::run(global, args).await,
        Command::Status(args) => status::run(global, args).await,
        Command::Doctor(args) => doctor::run(global, args).await,
        #[cfg(feature = "sim")]
        Command::Demo(args) => demo::run(global, args).await,
        #[cfg(feature = "sim")]
        Command::Sim(args) => {
            sim::run(args).await.map(|()| Exit::Done).map_err(|error| Failure::new(Exit::Failure, format!("{error:#}")))
        }
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "rolecall", &mut io::stdout());
            Ok(Exit::Done)
        }
        Command::Man => {
            clap_mangen::Man::new(Cli::command()).render(&mut io::stdout())?;
            Ok(Exit::Done)
        }
    }
}

/// Opens the database for reading. That there is none yet is no error of the database's, but of the order of things.
async fn store_read(global: &Global) -> Result<Store, Failure> {
    let address = environment::database(global.database.as_deref())?;
    Store::open(&address, Mode::Read).await.map_err(|error| match error {
        StoreError::Missing { .. } => Failure::new(Exit::Database, error.to_string())
            .hint("nothing was read yet; start with: rolecall sync npm --org NAME (or see: rolecall demo)"),
        other => other.into(),
    })
}

/// Loads what a question is about.
async fn view_load(store: &Store, question: &QuestionArgs) -> Result<WorldView, Failure> {
    let only = question.connector.as_deref();
    let view = world_load(store, only).await?;
    match only {
        Some(name) if view.connector_titles().is_empty() => {
            let known = world_load(store, None).await?.connector_titles();
            Err(NameError::Connector { name: name.to_owned(), known }.into())
        }
        _ => Ok(view),
    }
}

/// The exit code of an answer: incomplete only counts when the person asked for it.
fn exit_of(question: &QuestionArgs, complete: bool) -> Exit {
    if question.require_complete && !complete { Exit::Incomplete } else { Exit::Done }
}

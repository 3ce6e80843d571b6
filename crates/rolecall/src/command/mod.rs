//! One module for each command.

mod access;
pub(crate) mod accounts;
mod answer;
pub(crate) mod attest;
pub(crate) mod audit;
pub(crate) mod blast_radius;
mod bundle;
mod changes;
pub(crate) mod check;
mod check_list;
pub(crate) mod connectors;
pub(crate) mod db;
pub(crate) mod deliveries;
#[cfg(feature = "sim")]
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod drift;
pub(crate) mod endpoints;
pub(crate) mod evidence;
pub(crate) mod export;
pub(crate) mod findings;
pub(crate) mod import;
pub(crate) mod jobs;
pub(crate) mod leaver;
mod list;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod owners;
pub(crate) mod people;
pub(crate) mod query;
pub(crate) mod questions;
pub(crate) mod report;
pub(crate) mod reviews;
pub(crate) mod rules;
pub(crate) mod runner;
pub(crate) mod secrets;
pub(crate) mod serve;
#[cfg(feature = "sim")]
pub(crate) mod sim;
mod status;
pub(crate) mod sync;
pub(crate) mod sync_many;
mod sync_report;
pub(crate) mod users;
mod was;
pub(crate) mod watch;
mod who_can;
pub(crate) mod work;

use std::io::Write as _;

use clap::{ArgMatches, CommandFactory};
use rolecall_engine::{
    NameError, WorldView, clock_system, connector_title, connectors_of, first_steps, past_parse, world_load_with,
};
use rolecall_model::Timestamp;
use rolecall_store::{Mode, Store, StoreError};

use crate::cli::{Cli, Command, Global, QuestionArgs};
use crate::console::{self, Stdout};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{note, text::printable};
use crate::remote;
use crate::telemetry::Telemetry;

/// Runs the chosen command: on this machine, or on the hub that it is for.
pub(crate) async fn run(matches: &ArgMatches, cli: Cli, telemetry: &Telemetry) -> Result<Exit, Failure> {
    match remote::chosen(matches, &cli)? {
        Some(hub) => remote::run(hub, &cli).await,
        None => run_here(cli, telemetry).await,
    }
}

/// Runs the chosen command with the database of this machine, or with that of whoever it is run for.
pub(crate) async fn run_here(cli: Cli, telemetry: &Telemetry) -> Result<Exit, Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Sync(args) => sync::run(global, args).await,
        Command::Work(args) => work::run(global, args, telemetry).await,
        Command::Serve(args) => serve::run(global, args, telemetry).await,
        Command::Runner(args) => runner::run(args).await,
        Command::Jobs(args) => jobs::run(global, args).await,
        Command::Connectors(args) => connectors::run(global, args).await,
        Command::WhoCan(args) => who_can::run(global, args).await,
        Command::Access(args) => access::run(global, args).await,
        Command::List(args) => list::run(global, args).await,
        Command::Query(args) => query::run(global, args).await,
        Command::Questions(args) => questions::run(global, args).await,
        Command::Check(args) => check::run(global, args).await,
        Command::BlastRadius(args) => blast_radius::run(global, args).await,
        Command::Findings(args) => findings::run(global, args).await,
        Command::Explain(args) => findings::explain(global, args).await,
        Command::Rules(args) => rules::run(global, args).await,
        Command::Endpoints(args) => endpoints::run(global, args).await,
        Command::Deliveries(args) => deliveries::run(global, args).await,
        Command::Changes(args) => changes::run(global, args).await,
        Command::Watch(args) => watch::run(global, args).await,
        Command::Audit(args) => audit::run(global, args).await,
        Command::Accounts(args) => accounts::run(global, args).await,
        Command::Export(args) => export::run(global, args).await,
        Command::Import(args) => import::run(global, args).await,
        Command::Diff(args) => diff::run(global, args).await,
        Command::Drift(args) => drift::run(global, args).await,
        Command::Report(args) => report::run(global, args).await,
        Command::Status(args) => status::run(global, args).await,
        Command::Secrets(args) => secrets::run(global, args).await,
        Command::People(args) => people::run(global, args).await,
        Command::Owners(args) => owners::run(global, args).await,
        Command::Reviews(args) => reviews::run(global, args).await,
        Command::Attest(args) => attest::run(global, args).await,
        Command::Leaver(args) => leaver::run(global, args).await,
        Command::Evidence(args) => evidence::run(global, args).await,
        Command::Users(args) => users::run(global, args).await,
        Command::Login(args) => login::run(global, args).await,
        Command::Logout(args) => logout::run(global, args).await,
        Command::Db(args) => db::run(global, args).await,
        Command::Doctor(args) => doctor::run(global, args).await,
        #[cfg(feature = "sim")]
        Command::Demo(args) => demo::run(global, args, telemetry).await,
        #[cfg(feature = "sim")]
        Command::Sim(args) => {
            sim::run(args).await.map(|()| Exit::Done).map_err(|error| Failure::new(Exit::Failure, format!("{error:#}")))
        }
        Command::Completions { shell } => {
            // The generator panics where it cannot write, as into a pipe that was closed.
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "rolecall", &mut script);
            Stdout::open().write_all(&script)?;
            Ok(Exit::Done)
        }
        Command::Man(args) => man::run(global, args),
    }
}

/// Opens the database for reading. That there is none yet is no error of the database's, but of the order of things.
async fn store_read(global: &Global) -> Result<Store, Failure> {
    let address = environment::database(global.database.as_deref())?;
    Store::open(&address, Mode::Read).await.map_err(|error| match error {
        StoreError::Missing { .. } if address.path().is_some() => missing(&error),
        other => other.into(),
    })
}

/// Opens the database for changing what is in it, and makes none where there is none.
async fn store_write(global: &Global) -> Result<Store, Failure> {
    if console::is_remote() {
        return Err(Failure::new(Exit::Usage, "a hub changes nothing by a command of a client"));
    }
    let address = environment::database(global.database.as_deref())?;
    if address.is_missing() {
        return Err(missing(&StoreError::Missing { place: address.to_string() }));
    }
    Ok(Store::open(&address, Mode::Write).await?)
}

fn missing(error: &StoreError) -> Failure {
    Failure::new(Exit::Database, error.to_string())
        .hint(format!("nothing was read yet; start with: {} (or see: rolecall demo)", first_steps("sync")))
}

/// Loads what a question is about.
async fn view_load(store: &Store, question: &QuestionArgs) -> Result<WorldView, Failure> {
    let at = past_of(question.as_of.as_deref())?;
    let only = question.connector.as_deref();
    if let Some(name) = only {
        connector_known(store, name, at).await?;
    }
    let images = environment::graph_images(store.address());
    let view = world_load_with(store, only, at, &images).await?;
    known_check(&view)?;
    Ok(view)
}

/// The past moment that a person asks about.
fn past_of(text: Option<&str>) -> Result<Option<Timestamp>, Failure> {
    past_of_option("--as-of", text)
}

/// The past moment that an option names.
fn past_of_option(option: &str, text: Option<&str>) -> Result<Option<Timestamp>, Failure> {
    let read = |text| past_parse(text, clock_system());
    text.map(read).transpose().map_err(|why| {
        Failure::new(Exit::Usage, format!("{option}: {why}"))
            .hint(format!("to ask about the present, leave {option} out"))
    })
}

/// An empty answer would look like *nobody*, so that what had not been read yet is said.
fn known_check(view: &WorldView) -> Result<(), Failure> {
    let Some(as_of) = view.as_of() else { return Ok(()) };
    let unread = as_of.unread();
    if as_of.is_known() {
        unread.iter().for_each(|text| note(&printable(text)));
        return Ok(());
    }
    let why = if unread.is_empty() { "no connector was configured yet".to_owned() } else { unread.join("; ") };
    Err(Failure::new(Exit::Name, format!("nothing was known at {}: {why}", as_of.moment))
        .hint("ask about a later moment; rolecall list syncs shows when what was read"))
}

/// That a name means no connector, or none at a past moment, is an error that lists what there is, or was.
async fn connector_known(store: &Store, name: &str, at: Option<Timestamp>) -> Result<(), Failure> {
    if !connectors_of(store, Some(name), at).await?.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = connectors_of(store, None, at).await?.iter().map(connector_title).collect();
    if at.is_some() && !connectors_of(store, Some(name), None).await?.is_empty() {
        let others = if known.is_empty() { "none was".to_owned() } else { format!("there was {}", known.join(", ")) };
        return Err(Failure::new(Exit::Name, format!("{name} was not configured then; {others}"))
            .hint("ask about a later moment"));
    }
    Err(NameError::Connector { name: name.to_owned(), known }.into())
}

/// The exit code of an answer: incomplete only counts when the person asked for it.
fn exit_of(question: &QuestionArgs, complete: bool) -> Exit {
    if question.require_complete && !complete { Exit::Incomplete } else { Exit::Done }
}

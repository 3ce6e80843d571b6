//! `rolecall runner`: a connector as baton's world knows them, which writes a file or serves a hub.
//!
//! | question | file |
//! |---|---|
//! | what can be said to it? | `fields.rs`; what one of these is: `field.rs` |
//! | how is it said: by flags, variables, a file? | `args.rs`, `said.rs` |
//! | how is the source read, and what is refused to be handed over? | `source.rs`, `file.rs` |
//! | how is a hub served? | `service.rs`, with `crates/baton/src/runner/`; the way there: `wire.rs` |
//! | how are calls answered? | `serve.rs`, with `crates/baton/src/connector/` |
//! | what does it say of itself and of this machine? | `card.rs`, `host.rs` |
//! | is it well? | `health.rs` |
//! | how is its log written? | `log.rs`, with `telemetry/logs.rs` |
//! | which exit codes? | `status.rs` |
//!
//! It reads into a database that vanishes, so that it needs none and leaves nothing behind.

mod args;
mod card;
mod field;
mod fields;
mod file;
mod health;
mod host;
mod log;
mod said;
mod serve;
mod service;
mod source;
mod status;
mod wire;

use std::path::Path;

use rolecall_baton::runner::SyncWish;
use serde_json::json;

pub(crate) use args::RunnerArgs;
use args::Task;
use fields::{CLIENT_ID, fields};
pub(crate) use log::RunnerLog;
use said::{Said, Surroundings};
use source::{Source, file_keep};

use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{note, print_json};
use crate::stop;

/// Runs it.
pub(crate) async fn run(args: &RunnerArgs) -> Result<Exit, Failure> {
    status::of_outcome(run_here(args).await)
}

async fn run_here(args: &RunnerArgs) -> Result<Exit, Failure> {
    match args.task {
        Task::Capabilities => {
            print_json(&card::capabilities(args.kind.connector_type()))?;
            return Ok(Exit::Done);
        }
        Task::Config => {
            print_json(&config(args))?;
            return Ok(Exit::Done);
        }
        Task::Run | Task::HealthCheck | Task::Serve(_) => {}
    }
    let around = Surroundings { variable: &environment::variable, folder: Path::new("") };
    let said = Said::new(args.kind, &args.matches, &around)?;
    said.without_effect().iter().for_each(|text| note(text));
    match args.task {
        Task::HealthCheck => health::ask(&said).await,
        Task::Serve(listen) => serve::serve(args.kind, &said, listen).await,
        _ if said.text(CLIENT_ID).is_some() => service::serve(args.kind, &said, &around, wish(&said)?).await,
        _ => once(args, &said).await,
    }
}

/// What is to be in a file, as it was said.
fn wish(said: &Said) -> Result<SyncWish, Failure> {
    Ok(SyncWish {
        resource_types: said.list("sync-resource-types"),
        skip_entitlements_and_grants: said.switch("skip-entitlements-and-grants")?,
        skip_grants: said.switch("skip-grants")?,
        skip_expansion: false,
    })
}

/// Reads once, and writes the file.
async fn once(args: &RunnerArgs, said: &Said) -> Result<Exit, Failure> {
    let source = Source::new(args.kind, said)?;
    let path = Path::new(said.text("file").unwrap_or("sync.c1z"));
    if said.switch("skip-full-sync")? {
        note("nothing was read and no file written: --skip-full-sync was said");
        return Ok(Exit::Done);
    }
    let file = source.read(&wish(said)?, stop::watch_with_terminate()).await?;
    file_keep(&file, path)?;
    tracing::info!(file = %path.display(), "the file was written");
    Ok(Exit::Done)
}

/// Everything that can be said, for programs.
fn config(args: &RunnerArgs) -> serde_json::Value {
    let offered = |field: &field::Field| field.effect == field::Effect::Works;
    let described: Vec<_> =
        fields(args.kind).iter().filter(|field| offered(field)).map(field::Field::described).collect();
    json!({
        "fields": described,
        "constraints": [{ "kind": "CONSTRAINT_KIND_REQUIRED_TOGETHER", "fieldNames": ["client-id", "client-secret"] }],
        "displayName": args.kind.title(),
    })
}

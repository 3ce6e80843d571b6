//! `rolecall connectors pause` and `resume`.

use clap::Args;
use rolecall_engine::{clock_system, connector_title};
use rolecall_store::{ConnectorChange, ConnectorId};
use serde_json::json;

use super::store_write;
use crate::cli::Global;
use crate::connectors::connector_named;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, line, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "A paused connector is in every answer, which says that it is paused; it is not read until it is resumed.

Examples:
  rolecall connectors pause npm:acme
  rolecall connectors resume npm:acme"
)]
pub(super) struct NameArgs {
    /// Which one, such as npm:acme
    name: String,
}

/// Stops reading a connector.
pub(super) async fn pause(global: &Global, args: &NameArgs) -> Result<Exit, Failure> {
    let said = "is paused: what is known of it stays, and nobody reads it until it is resumed";
    turn(global, args, ConnectorChange::Pause, ("paused", said)).await
}

/// Reads it again.
pub(super) async fn resume(global: &Global, args: &NameArgs) -> Result<Exit, Failure> {
    turn(global, args, ConnectorChange::Resume, ("resumed", "is read again from the next sync on")).await
}

async fn turn(
    global: &Global,
    args: &NameArgs,
    change: impl FnOnce(ConnectorId) -> ConnectorChange,
    (action, said): (&str, &str),
) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    let records = store.connector_list().await?;
    let record = connector_named(&records, &args.name)?;
    store.connector_change(&[change(record.id)], &environment::actor(), clock_system()).await?;
    let title = connector_title(record);
    match global.chosen_format() {
        Format::Json => print_json(&json!({ "connector": title, "action": action }))?,
        _ => line(&printable(&format!("{title} {said}.")))?,
    }
    Ok(Exit::Done)
}

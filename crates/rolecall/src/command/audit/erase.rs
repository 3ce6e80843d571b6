//! `rolecall audit erase`.

use clap::Args;
use rolecall_engine::{clock_system, connector_title};
use rolecall_store::{Connector, Decision};
use serde_json::json;

use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, line, note, paint_warning, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "Everything that people wrote or were recorded with is erased where it names the person: in the audit log, in
decisions and in the record of changed connectors. That it was erased, by whom and why, is recorded. What a
registry says of accounts is no part of it, and neither are exports and copies made before.

Examples:
  rolecall audit erase --person alice --reason 'asked to on 3 March'"
)]
pub(super) struct EraseArgs {
    /// Whom, as they are named where they decided: alice, or alice@example.com
    #[arg(long, value_name = "NAME")]
    person: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Erases a person.
pub(super) async fn run(global: &Global, args: &EraseArgs) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    let reason = args.reason.clone().unwrap_or_else(|| "not given".to_owned());
    let decision = Decision { actor: environment::actor(), reason };
    let erased = store.audit_erase(&args.person, &decision, clock_system()).await?;
    let mut connectors = store.connector_list().await?;
    connectors.extend(store.connector_list_removed().await?);
    store.close().await;
    match global.chosen_format() {
        Format::Json => print_json(&json!({ "fields": erased.fields, "rows": erased.rows }))?,
        _ if erased.fields + erased.rows == 0 => line("Nothing names them.")?,
        _ => line(&format!(
            "{} of the audit log and {} about decisions and connectors are erased.",
            count(erased.fields, "field", "fields"),
            count(erased.rows, "row", "rows")
        ))?,
    }
    if let Some(connector) = connectors.iter().find(|connector| still_names(connector, &args.person)) {
        let title = connector_title(connector);
        let text = format!("{title} may still name them; see and change it with: rolecall connectors show {title}");
        note(&paint_warning(&printable(&text)));
    }
    Ok(Exit::Done)
}

/// Whether what people say of a connector has the name anywhere in it.
fn still_names(connector: &Connector, person: &str) -> bool {
    let config = &connector.config;
    config.description.contains(person) || config.owners.iter().any(|owner| owner.contains(person))
}

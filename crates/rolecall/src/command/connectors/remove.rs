//! `rolecall connectors remove`: with its history kept, or deleted.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;
use rolecall_engine::{clock_system, connector_title};
use rolecall_store::{Connector, ConnectorChange, PurgedRows, Store};
use serde_json::json;

use super::show::any_named;
use super::store_write;
use crate::cli::Global;
use crate::connectors::connector_named;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::{count, printable};
use crate::output::{Format, line, note, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "A removed connector is in no answer. Its history is kept, and continues when a connector of the same name
is added for the same organisation; --purge deletes it for good, but for the record of who configured it.

Examples:
  rolecall connectors remove npm:acme --yes
  rolecall connectors remove npm:acme --purge"
)]
pub(super) struct RemoveArgs {
    /// Which one, such as npm:acme; with --purge, one that was removed before can be named too
    name: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Delete everything that was recorded of it
    #[arg(long)]
    purge: bool,
}

/// Removes a connector.
pub(super) async fn run(global: &Global, args: &RemoveArgs) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    let record = if args.purge {
        any_named(&store, &args.name).await?
    } else {
        connector_named(&store.connector_list().await?, &args.name)?.clone()
    };
    if !args.yes && !is_meant(&record, args.purge)? {
        note("nothing was removed");
        return Ok(Exit::Stopped);
    }
    if args.purge { purge(global, &store, &record).await } else { remove(global, &store, &record).await }
}

async fn remove(global: &Global, store: &Store, record: &Connector) -> Result<Exit, Failure> {
    store.connector_change(&[ConnectorChange::Remove(record.id)], &environment::actor(), clock_system()).await?;
    let title = connector_title(record);
    match global.chosen_format() {
        Format::Json => print_json(&json!({ "connector": title, "action": "removed" }))?,
        _ => {
            line(&printable(&format!("{title} is removed. Its history is kept, and continues if it is added again.")))?;
        }
    }
    Ok(Exit::Done)
}

async fn purge(global: &Global, store: &Store, record: &Connector) -> Result<Exit, Failure> {
    let purged = store.connector_purge(record.id, &environment::actor(), clock_system()).await?;
    if let Err(why) = environment::graph_images_place(store.address()).delete(record.uuid) {
        let text =
            format!("its graph image beside the database could not be deleted, and shows who could do what: {why}");
        note(&printable(&text));
    }
    let total: u64 = purged.iter().map(|purged| purged.rows).sum();
    let title = connector_title(record);
    match global.chosen_format() {
        Format::Json => {
            let tables: serde_json::Map<_, _> =
                purged.iter().map(|purged| (purged.table.to_owned(), purged.rows.into())).collect();
            print_json(&json!({ "connector": title, "action": "purged", "rows": total, "tables": tables }))?;
        }
        _ => {
            let deleted = format!("{title} is removed, and its history deleted: {}", count(total, "row", "rows"));
            line(&printable(&format!("{deleted} ({}).", by_table(&purged))))?;
        }
    }
    Ok(Exit::Done)
}

fn by_table(purged: &[PurgedRows]) -> String {
    let some = purged.iter().filter(|purged| purged.rows > 0);
    some.map(|purged| format!("{} {}", purged.rows, purged.table)).collect::<Vec<_>>().join(", ")
}

/// Asks at a terminal; elsewhere nobody can answer.
fn is_meant(record: &Connector, purge: bool) -> Result<bool, Failure> {
    let title = connector_title(record);
    if !io::stdin().is_terminal() {
        return Err(Failure::new(Exit::Usage, format!("{title} is not removed without a word: say --yes")));
    }
    let (question, wanted) = if purge {
        (format!("Delete {title} and everything recorded of it, for good? Type {title} to do it: "), title.as_str())
    } else {
        (format!("Remove {title}? Its history is kept. Type yes to do it: "), "yes")
    };
    note(&printable(&question));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == wanted)
}

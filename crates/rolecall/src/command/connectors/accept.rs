//! `rolecall connectors accept-sight`: a credential that sees less than before is meant to.

use clap::Args;
use rolecall_engine::{clock_system, connector_title};
use rolecall_store::Decision;
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
    after_help = "While a credential sees less than the one under which the facts were read, whatever disappears waits: it may only be hidden. What waits already keeps waiting; decide about it with: rolecall changes

Examples:
  rolecall connectors accept-sight npm:acme --reason 'the token is an admin\'s from now on'"
)]
pub(super) struct AcceptArgs {
    /// Which one, such as npm:acme
    #[arg(value_name = "NAME")]
    connector: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Accepts what the credential sees now.
pub(super) async fn run(global: &Global, args: &AcceptArgs) -> Result<Exit, Failure> {
    let store = store_write(global).await?;
    let records = store.connector_list().await?;
    let record = connector_named(&records, &args.connector)?;
    let title = connector_title(record);
    let _lock = store.writer_lock(record.id, &format!("a decision about {title}")).await?;
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    let is_accepted = store.fingerprint_accept(record.id, &decision, clock_system()).await?;
    let sees = store.fingerprints(record.id).await?.latest.map(|latest| latest.seen.sentence());
    match (global.chosen_format(), &sees) {
        (Format::Json, _) => print_json(&json!({ "connector": title, "accepted": is_accepted, "sees": sees }))?,
        (_, Some(sees)) if is_accepted => {
            line(&printable(&format!("{title} is compared with what it sees now, as {sees}.")))?;
        }
        _ => line(&printable(&format!("{title} sees no less than before.")))?,
    }
    Ok(Exit::Done)
}

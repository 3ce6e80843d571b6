//! `rolecall audit head` and `key`: signing where the log ends, and letting that leave the machine.

use clap::Args;
use rolecall_engine::audit::{HeadDelivery, audit_head_deliver};
use rolecall_engine::{clock_system, moment_text};
use rolecall_notify::Destination;
use rolecall_store::{AuditKey, Store};
use serde_json::json;

use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{Format, line, note, paint_warning, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "A head proves the log only to those who have it from before: deliver it to where nobody who can change the
database can change it. ROLECALL_AUDIT_DELIVER names destinations, parted by commas, that get one after every
sync, and from this command when --deliver names none. Webhooks at internal addresses need
ROLECALL_ALLOW_INTERNAL=1. The key is beside the database, or where ROLECALL_AUDIT_KEY says.

Examples:
  rolecall audit head
  rolecall audit head --deliver file:/mnt/elsewhere/heads --deliver syslog:
  rolecall audit head --deliver webhook:https://hooks.example.com/audit
  rolecall audit head --deliver syslog:logs.example.com:514"
)]
pub(super) struct HeadArgs {
    /// Deliver it to file:PATH, webhook:URL, syslog:, syslog:SOCKET or syslog:HOST:PORT; may be given several times
    #[arg(long, value_name = "WHERE")]
    deliver: Vec<Destination>,
}

/// Signs a head and delivers it.
pub(super) async fn run(global: &Global, args: &HeadArgs) -> Result<Exit, Failure> {
    let destinations = match args.deliver.as_slice() {
        [] => environment::audit_destinations()?,
        given => given.to_vec(),
    };
    let store = store_write(global).await?;
    let delivery = deliver(&store, &destinations).await?;
    store.close().await;
    match global.chosen_format() {
        Format::Json => print_json(&delivery.head)?,
        _ => print(&delivery)?,
    }
    let troubles: Vec<String> = delivery.troubles().collect();
    if troubles.is_empty() {
        return Ok(Exit::Done);
    }
    let failure = Failure::new(Exit::Failure, troubles.join("; "));
    Err(match delivery.hint() {
        Some(hint) => failure.hint(hint),
        None => failure.hint("it is signed and kept; run this again once the destination can be reached"),
    })
}

fn print(delivery: &HeadDelivery) -> Result<(), Failure> {
    let head = &delivery.head;
    line(&format!("The audit log ended with record {} at {}.", head.sequence, moment_text(head.at)))?;
    line(&format!("  hash       {}", head.hash))?;
    line(&format!("  database   {}", printable(&head.database)))?;
    if let Ok(key) = head.signer() {
        line(&format!("  public key {key}"))?;
    }
    for outcome in delivery.outcomes.iter().filter(|outcome| outcome.trouble.is_none()) {
        line(&printable(&format!("Delivered to {}.", outcome.destination)))?;
    }
    if delivery.outcomes.is_empty() {
        line("It was kept in the database only, and proves nothing to others until it is delivered: see --help.")?;
    }
    Ok(())
}

async fn deliver(store: &Store, destinations: &[Destination]) -> Result<HeadDelivery, Failure> {
    let key = AuditKey::open_or_create(&environment::audit_key(store.address())?)?;
    Ok(audit_head_deliver(store, &key, destinations, environment::reach(), clock_system()).await?)
}

/// Signs a head after a sync and delivers it where that is configured. That it did not arrive is said and is no failure
/// of the sync: what was read is current.
pub(crate) async fn head_deliver_after_sync(store: &Store, destinations: &[Destination]) {
    if destinations.is_empty() {
        return;
    }
    let troubles: Vec<String> = match deliver(store, destinations).await {
        Ok(delivery) => delivery.troubles().collect(),
        Err(failure) => vec![format!("the audit log's head was not delivered: {failure}")],
    };
    troubles.iter().for_each(|trouble| note(&paint_warning(&printable(trouble))));
}

/// Shows the public key.
pub(super) fn key(global: &Global) -> Result<Exit, Failure> {
    let database = environment::database(global.database.as_deref())?;
    let path = environment::audit_key(&database)?;
    let public = AuditKey::open_or_create(&path)?.public();
    match global.chosen_format() {
        Format::Json => print_json(&json!({ "publicKey": public.to_string(), "keyId": public.id() }))?,
        _ => line(&public.to_string())?,
    }
    Ok(Exit::Done)
}

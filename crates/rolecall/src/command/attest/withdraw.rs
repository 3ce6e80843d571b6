//! `rolecall attest withdraw`: a statement is taken back.

use clap::Args;
use rolecall_engine::attestation::Withdrawal;
use rolecall_engine::{clock_system, day_text, moment_text};
use rolecall_store::Decision;
use serde_json::json;
use uuid::Uuid;

use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, line, print_json};

#[derive(Debug, Args)]
pub(super) struct WithdrawArgs {
    /// Which statement: its id in the list
    id: Uuid,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Takes it back.
pub(super) async fn run(global: &Global, args: &WithdrawArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let store = store_write(global).await?;
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    match store.attestation_withdraw(args.id, &decision, clock_system()).await? {
        Withdrawal::Done(_) => {}
        Withdrawal::Already(known) => {
            let (by, day) = known.withdrawn.map(|it| (it.actor, day_text(&moment_text(it.at)))).unwrap_or_default();
            let why = format!("{} was withdrawn already, by {by} on {day}", args.id);
            return Err(Failure::new(Exit::Name, printable(&why)).hint("nothing is left to do"));
        }
        Withdrawal::Unknown => {
            return Err(Failure::new(Exit::Name, format!("nothing was stated under {}", args.id))
                .hint("see what was stated with: rolecall attest list"));
        }
    }
    match format {
        Format::Json => print_json(&json!({ "id": args.id, "done": "withdrawn" }))?,
        _ => {
            line("It is withdrawn, and counts no more. What it superseded does not come back: state anew what is so.")?
        }
    }
    Ok(Exit::Done)
}

//! `rolecall deliveries`: what was told where, with its answer; and trying again.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use rolecall_engine::alerting::{DeliveryRow, delivery_list, delivery_retry};
use rolecall_engine::{clock_system, moment_text};
use rolecall_store::{Decision, DeliveryFilter, DeliveryState};
use serde_json::json;
use uuid::Uuid;

use super::{store_read, store_write};
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, paint_bold, print_json, print_rows};
use crate::place::{Place, READ, changes};

#[derive(Debug, Args)]
#[command(
    after_help = "What cannot be sent now is tried again, at first after seconds, later every hour; what the receiver refuses
for good is given up and told to administrators.

Examples:
  rolecall deliveries
  rolecall deliveries list --state failed
  rolecall deliveries show 01a0b1c2-…
  rolecall deliveries retry 01a0b1c2-… --reason 'the token is a new one'"
)]
pub(crate) struct DeliveriesArgs {
    /// Without one, deliveries are listed
    #[command(subcommand)]
    command: Option<DeliveriesCommand>,
}

#[derive(Debug, Subcommand)]
enum DeliveriesCommand {
    /// List what is told, the latest first
    List(ListArgs),
    /// Show one, with every attempt
    Show(ShowArgs),
    /// Try again what was given up, or at once what waits
    Retry(RetryArgs),
}

#[derive(Debug, Default, Args)]
struct ListArgs {
    /// Only those in this state
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(DeliveryState::ALL.map(DeliveryState::word)))]
    state: Option<String>,
    /// Only at this endpoint
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: u32,
}

#[derive(Debug, Args)]
struct ShowArgs {
    /// Its id
    #[arg(value_name = "ID")]
    id: Uuid,
}

#[derive(Debug, Args)]
struct RetryArgs {
    /// Its id
    #[arg(value_name = "ID")]
    id: Uuid,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

impl DeliveriesArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match self.command {
            None | Some(DeliveriesCommand::List(_) | DeliveriesCommand::Show(_)) => READ,
            Some(DeliveriesCommand::Retry(_)) => changes("use the button on the delivery's page"),
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &DeliveriesArgs) -> Result<Exit, Failure> {
    match &args.command {
        None => list(global, &ListArgs { limit: 50, ..ListArgs::default() }).await,
        Some(DeliveriesCommand::List(args)) => list(global, args).await,
        Some(DeliveriesCommand::Show(args)) => show(global, args).await,
        Some(DeliveriesCommand::Retry(args)) => retry(global, args).await,
    }
}

async fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let store = store_read(global).await?;
    let endpoint = match &args.endpoint {
        None => None,
        Some(name) => {
            let known = store.endpoint_list().await?.into_iter().find(|endpoint| endpoint.name == *name);
            let known = known.ok_or_else(|| Failure::new(Exit::Name, format!("no endpoint is called {name:?}")))?;
            Some(known.id)
        }
    };
    let state = args.state.as_deref().and_then(DeliveryState::read);
    let filter =
        DeliveryFilter { state, endpoint, rule: None, limit: usize::try_from(args.limit).unwrap_or(usize::MAX) };
    let rows = delivery_list(&store, &filter).await?;
    if rows.is_empty() && format == Format::Table {
        line("Nothing like that was told.")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

impl Row for DeliveryRow {
    const COLUMNS: &'static [&'static str] =
        &["created", "state", "subject", "endpoint", "attempts", "answer", "reference", "id"];

    fn cells(&self) -> Vec<String> {
        let state = match &self.next_at {
            Some(at) => format!("{} until {at}", self.state),
            None => self.state.clone(),
        };
        vec![
            self.created_at.clone(),
            state,
            self.subject.clone(),
            self.endpoint.clone(),
            self.attempts.to_string(),
            self.answer.as_deref().and_then(|answer| answer.lines().next()).unwrap_or_default().to_owned(),
            self.reference.clone().unwrap_or_default(),
            self.id.clone(),
        ]
    }
}

async fn show(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = store_read(global).await?;
    let delivery = store.delivery_by_uuid(args.id).await?.ok_or_else(|| unknown(args.id))?;
    let attempts = store.delivery_attempts(args.id).await?;
    if format == Format::Json {
        let attempts: Vec<_> = attempts
            .iter()
            .map(|one| json!({ "at": moment_text(one.at), "delivered": one.is_delivered, "answer": one.answer }))
            .collect();
        print_json(&json!({
            "id": delivery.uuid,
            "state": delivery.state.word(),
            "endpoint": delivery.endpoint_name,
            "rule": delivery.rule_name,
            "createdAt": moment_text(delivery.created_at),
            "notice": delivery.notice,
            "reference": delivery.reference,
            "attempts": attempts,
        }))?;
        return Ok(Exit::Done);
    }
    line(&paint_bold(&delivery.subject))?;
    line(&format!("{} to {}", delivery.state.word(), delivery.endpoint_name))?;
    let text = delivery.notice.get("text").and_then(serde_json::Value::as_str).unwrap_or_default();
    line("")?;
    line(text)?;
    line("")?;
    for one in attempts {
        let word = if one.is_delivered { "delivered" } else { "not delivered" };
        line(&format!("{}  {word}: {}", moment_text(one.at), one.answer))?;
    }
    Ok(Exit::Done)
}

async fn retry(global: &Global, args: &RetryArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    if !delivery_retry(&store, args.id, &decision, clock_system()).await? {
        return Err(unknown(args.id));
    }
    line("It is tried again: by a hub, or by rolecall work --once.")?;
    store.close().await;
    Ok(Exit::Done)
}

fn unknown(id: Uuid) -> Failure {
    Failure::new(Exit::Name, format!("nothing that waits or was given up has the id {id}"))
        .hint("see ids with: rolecall deliveries --format json")
}

//! Trying an endpoint, disabling and enabling it, and removing it.

use clap::Args;
use rolecall_engine::alerting::{DeliverError, EndpointError, delivery_attempt, endpoint_try};
use rolecall_engine::clock_system;
use rolecall_store::{Decision, DeliveryState};

use super::unknown;
use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{Format, line};

#[derive(Debug, Args)]
pub(super) struct NameArgs {
    /// The endpoint's name
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct ReasonArgs {
    #[command(flatten)]
    of: NameArgs,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

/// Sends something there now.
pub(super) async fn attempt(global: &Global, args: &NameArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    let (actor, now) = (environment::actor(), clock_system());
    let delivery = endpoint_try(&store, &args.name, &actor, now).await.map_err(|error| match error {
        EndpointError::Store(error) => error.into(),
        _ => unknown(&args.name),
    })?;
    let vault = store.vault(environment::key_place(store.address())?);
    let state = delivery_attempt(&store, &vault, delivery, environment::reach(), clock_system).await;
    let state = state.map_err(|error| match error {
        DeliverError::Store(error) => Failure::from(error),
        other @ DeliverError::Unknown(_) => Failure::new(Exit::Failure, other.to_string()),
    })?;
    let answer = store.delivery_attempts(delivery).await?.pop().map(|attempt| attempt.answer).unwrap_or_default();
    store.close().await;
    match state {
        DeliveryState::Delivered => {
            line(&format!("It arrived: {}", answer.lines().next().unwrap_or_default()))?;
            Ok(Exit::Done)
        }
        DeliveryState::Pending if answer.is_empty() => Err(Failure::new(Exit::Usage, "the endpoint is disabled")
            .hint(format!("enable it with: rolecall endpoints enable {:?}", args.name))),
        DeliveryState::Pending => Err(Failure::new(Exit::Source, format!("it did not arrive: {answer}"))
            .hint("it is tried again by a hub, or by rolecall work --once")),
        DeliveryState::Failed | DeliveryState::Cancelled => {
            Err(Failure::new(Exit::Source, format!("it did not arrive: {answer}")))
        }
    }
}

fn decision(args: &ReasonArgs) -> Decision {
    Decision { actor: environment::actor(), reason: args.reason.clone() }
}

/// Enables or disables it.
pub(super) async fn enable(global: &Global, args: &ReasonArgs, is_enabled: bool) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    let name = &args.of.name;
    if !store.endpoint_list().await?.iter().any(|endpoint| endpoint.name == *name) {
        return Err(unknown(name));
    }
    let is_changed = store.endpoint_enable(name, is_enabled, &decision(args), clock_system()).await?;
    let word = if is_enabled { "enabled" } else { "disabled" };
    line(&format!("The endpoint {name} is {word}{}.", if is_changed { "" } else { " already" }))?;
    store.close().await;
    Ok(Exit::Done)
}

/// Removes it.
pub(super) async fn remove(global: &Global, args: &ReasonArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    if !store.endpoint_remove(&args.of.name, &decision(args), clock_system()).await? {
        return Err(unknown(&args.of.name));
    }
    line(&format!("The endpoint {} and its secret are removed.", args.of.name))?;
    store.close().await;
    Ok(Exit::Done)
}

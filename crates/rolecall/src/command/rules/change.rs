//! Changing rules.

use clap::Args;
use rolecall_engine::alerting::{Interval, RuleDefinition, RuleError, pack_enable, rule_put, telling};
use rolecall_engine::clock_system;
use rolecall_store::{Decision, Store};

use super::unknown;
use crate::cli::Global;
use crate::command::store_write;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::count;
use crate::output::{Format, line, note, print_json};

#[derive(Debug, Args)]
pub(super) struct PackArgs {
    /// Only these rules, by name; all of them where none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Where they tell: the name of an endpoint. Without one, they keep alerts and findings here
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct SetArgs {
    /// The rule's name
    #[arg(value_name = "NAME")]
    name: String,
    /// When it is evaluated: ON_SNAPSHOT, FIFTEEN_MINUTES, THIRTY_MINUTES, ONE_HOUR, FOUR_HOURS, EIGHT_HOURS,
    /// TWELVE_HOURS, ONE_DAY, ONE_WEEK or DISABLED
    #[arg(long, value_name = "INTERVAL")]
    interval: Option<String>,
    /// Tell at this endpoint as well
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct ReasonArgs {
    /// The rule's name
    #[arg(value_name = "NAME")]
    name: String,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

fn decision(reason: &str) -> Decision {
    Decision { actor: environment::actor(), reason: reason.to_owned() }
}

/// Says what becomes of a mistake in what was asked for.
pub(super) fn refused(error: RuleError) -> Failure {
    match error {
        RuleError::Unknown(name) => unknown(&name),
        RuleError::Problems { .. } => Failure::new(Exit::Usage, error.to_string())
            .hint("correct it, or keep it without evaluating it: set its interval to DISABLED"),
        RuleError::Store(error) => error.into(),
    }
}

/// Keeps the ready rules.
pub(super) async fn pack(global: &Global, args: &PackArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    let store = store_write(global).await?;
    if let Some(endpoint) = &args.endpoint {
        endpoint_known(&store, endpoint).await?;
    }
    let decision = decision("");
    let enabled = pack_enable(&store, &args.names, args.endpoint.as_deref(), &decision, clock_system()).await;
    let enabled = enabled.map_err(refused)?;
    match format {
        Format::Json => print_json(&serde_json::json!({ "enabled": enabled }))?,
        _ if enabled.is_empty() => line("All of them are kept already.")?,
        _ => {
            line(&format!("{} enabled:", count(enabled.len(), "rule is", "rules are")))?;
            enabled.iter().try_for_each(|name| line(&format!("  {name}")))?;
            if args.endpoint.is_none() {
                note(
                    "they keep alerts and findings here; to be told elsewhere too, add an endpoint: rolecall endpoints add",
                );
            }
        }
    }
    store.close().await;
    Ok(Exit::Done)
}

async fn endpoint_known(store: &Store, name: &str) -> Result<(), Failure> {
    let known = store.endpoint_list().await?;
    if known.iter().any(|endpoint| endpoint.name == name) {
        return Ok(());
    }
    let names: Vec<String> = known.into_iter().map(|endpoint| endpoint.name).collect();
    let there =
        if names.is_empty() { "there is none yet".to_owned() } else { format!("there is {}", names.join(", ")) };
    Err(Failure::new(Exit::Name, format!("no endpoint is called {name:?}; {there}"))
        .hint("add it with: rolecall endpoints add"))
}

/// Changes when a rule is evaluated, or where it tells.
pub(super) async fn set(global: &Global, args: &SetArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    let stored = store.rule_list().await?.into_iter().find(|rule| rule.name == args.name);
    let stored = stored.ok_or_else(|| unknown(&args.name))?;
    let mut definition: RuleDefinition = serde_json::from_value(stored.definition)
        .map_err(|error| Failure::new(Exit::Failure, format!("the rule cannot be read: {error}")))?;
    if let Some(word) = &args.interval {
        definition.interval = Interval::read(word).ok_or_else(|| interval_unknown(word))?;
    }
    if let Some(endpoint) = &args.endpoint {
        endpoint_known(&store, endpoint).await?;
        definition.operations.push(telling(endpoint));
    }
    let (version, decision) = (Some(stored.version), decision(&args.reason));
    rule_put(&store, &definition, &stored.source, version, &decision, clock_system()).await.map_err(refused)?;
    line(&format!("{} is evaluated {}.", definition.name, definition.interval.word()))?;
    store.close().await;
    Ok(Exit::Done)
}

fn interval_unknown(word: &str) -> Failure {
    let all: Vec<&str> = Interval::ALL.into_iter().map(Interval::word).collect();
    Failure::new(Exit::Usage, format!("there is no interval {word:?}; there is {}", all.join(", ")))
}

/// Says that an alert was seen.
pub(super) async fn dismiss(global: &Global, args: &ReasonArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    if !store.rule_list().await?.iter().any(|rule| rule.name == args.name) {
        return Err(unknown(&args.name));
    }
    if !store.rule_alert_dismiss(&args.name, &decision(&args.reason), clock_system()).await? {
        return Err(Failure::new(Exit::Usage, format!("{:?} has no active alert", args.name)));
    }
    line(&format!("The alert of {:?} is dismissed. It is active again when the result changes.", args.name))?;
    store.close().await;
    Ok(Exit::Done)
}

/// Removes a rule.
pub(super) async fn remove(global: &Global, args: &ReasonArgs) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    if !store.rule_remove(&args.name, &decision(&args.reason), clock_system()).await? {
        return Err(unknown(&args.name));
    }
    line(&format!("The rule {:?} is removed. What it told stays on record.", args.name))?;
    store.close().await;
    Ok(Exit::Done)
}

//! What people ask for: evaluations, tries, and words about alerts.

use rolecall_model::Timestamp;
use rolecall_store::{Decision, DeliveryFilter, Enqueued, RuleEvaluation, Store, StoreError, StoredRule};
use uuid::Uuid;

use super::endpoint::endpoint_named;
use super::{EndpointError, RuleError, endpoint_try};
use crate::work::{delivery_job, rules_job_asked};

/// Has a rule evaluated, or all of them and the built-in ones where none is named, due or not. Whether nobody had asked
/// already.
///
/// # Errors
/// When no rule has this name, or the database cannot be written.
pub async fn rules_ask(store: &Store, rule: Option<&str>, actor: &str, now: Timestamp) -> Result<bool, RuleError> {
    let known = match rule {
        None => None,
        Some(name) => Some(rule_named(store, name).await?),
    };
    let named = known.as_ref().map(|rule| (rule.uuid, rule.name.as_str()));
    let asked = store.job_ask(&rules_job_asked(named, actor, now), now).await?;
    Ok(matches!(asked, Enqueued::New(_)))
}

/// Has something told at an endpoint, so that somebody sees whether it arrives: the id of what is told. A worker does it,
/// within the bounds of what it may reach.
///
/// # Errors
/// When there is none of this name, or the database cannot be written.
pub async fn endpoint_ask(store: &Store, name: &str, actor: &str, now: Timestamp) -> Result<Uuid, EndpointError> {
    let endpoint = endpoint_named(store, name).await?;
    let delivery = endpoint_try(store, name, actor, now).await?;
    store.job_ask(&delivery_job(&endpoint, actor, now), now).await?;
    Ok(delivery)
}

/// Says of a rule's alert that somebody has seen it. Whether it was active.
///
/// # Errors
/// When no rule has this name, or the database cannot be written.
pub async fn rule_dismiss(store: &Store, name: &str, decision: &Decision, now: Timestamp) -> Result<bool, RuleError> {
    rule_named(store, name).await?;
    Ok(store.rule_alert_dismiss(name, decision, now).await?)
}

/// Removes a rule. What it told stays on record.
///
/// # Errors
/// When no rule has this name, or the database cannot be written.
pub async fn rule_remove(store: &Store, name: &str, decision: &Decision, now: Timestamp) -> Result<(), RuleError> {
    let is_removed = store.rule_remove(name, decision, now).await?;
    if is_removed { Ok(()) } else { Err(RuleError::Unknown(name.to_owned())) }
}

/// The latest evaluations of a rule, the last one first.
///
/// # Errors
/// When no rule has this name, or the database cannot be read.
pub async fn rule_evaluations(store: &Store, name: &str, limit: usize) -> Result<Vec<RuleEvaluation>, RuleError> {
    let rule = rule_named(store, name).await?;
    Ok(store.rule_evaluations(rule.id, limit).await?)
}

/// What changes whenever a rule was evaluated, something was found, or something was told lately: for whoever watches.
///
/// # Errors
/// When the database cannot be read.
pub async fn rules_version(store: &Store) -> Result<String, StoreError> {
    const LATELY: usize = 20;
    let filter = DeliveryFilter { limit: LATELY, ..DeliveryFilter::default() };
    let told = store.delivery_list(&filter).await?;
    let told: Vec<_> = told.iter().map(|one| (one.uuid, one.state, one.attempts)).collect();
    let rules = store.rule_list().await?;
    let turn = |rule: &StoredRule| rule.standing.as_ref().map(|standing| (standing.turn, standing.alert));
    let rules: Vec<_> = rules.iter().map(|rule| (rule.uuid, rule.version, turn(rule))).collect();
    Ok(format!("{:?} {rules:?} {told:?}", store.finding_turn().await?.turn))
}

pub(super) async fn rule_named(store: &Store, name: &str) -> Result<StoredRule, RuleError> {
    let found: Result<_, StoreError> = store.rule_list().await;
    let known = found?.into_iter().find(|rule| rule.name == name);
    known.ok_or_else(|| RuleError::Unknown(name.to_owned()))
}

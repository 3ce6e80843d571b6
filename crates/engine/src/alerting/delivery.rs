//! How what is to be told gets there: at least once, in order, one after another for each endpoint.

use rolecall_model::Timestamp;
use rolecall_notify::{DeliveryError, EndpointSettings, Notice, Reach, deliver};
use rolecall_store::{
    AttemptEnd, AttemptWrite, Audience, Decision, Delivery, DeliveryAttempt, DeliveryFilter, DeliveryState, Endpoint,
    NewNotice, Role, Store, StoreError, Vault,
};
use serde::Serialize;
use uuid::Uuid;

use super::NoticeContent;
use crate::moment::moment_text;

/// How long to wait after the first attempt, in seconds, and at most; each time twice as long.
const FIRST_SECONDS: i64 = 5;
const LONGEST_SECONDS: i64 = 3600;
/// When nothing could be told somewhere for so long, it is not tried any more, in seconds: three days.
const DISABLED_AFTER_SECONDS: i64 = 3 * 24 * 3600;

/// Something that is told, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRow {
    /// The id that goes with every attempt.
    pub id: String,
    /// Where it stands.
    pub state: String,
    /// It in a line.
    pub subject: String,
    /// The endpoint.
    pub endpoint: String,
    /// The rule; nothing where none tells it.
    pub rule: Option<String>,
    /// Since when it is to be told.
    pub created_at: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_at: Option<String>,
    /// When it was told or given up.
    pub finished_at: Option<String>,
    /// What the receiver calls it.
    pub reference: Option<String>,
    /// What was answered last.
    pub answer: Option<String>,
}

/// Why nothing was tried.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// There is nothing of this id.
    #[error("nothing to be told has the id {0}")]
    Unknown(Uuid),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is told, the latest first, with what was answered last.
///
/// # Errors
/// When the database cannot be read.
pub async fn delivery_list(store: &Store, filter: &DeliveryFilter) -> Result<Vec<DeliveryRow>, StoreError> {
    let mut rows = Vec::new();
    for delivery in store.delivery_list(filter).await? {
        let last = store.delivery_attempts(delivery.uuid).await?.pop();
        rows.push(delivery_row(delivery, last));
    }
    Ok(rows)
}

/// The same, by the ids of an endpoint and of a rule, each of which may be empty for any; nothing is told at or by what
/// there is not.
///
/// # Errors
/// When the database cannot be read.
pub async fn delivery_list_named(
    store: &Store,
    state: Option<DeliveryState>,
    (endpoint, rule): (&str, &str),
    limit: usize,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let mut filter = DeliveryFilter { state, limit, ..DeliveryFilter::default() };
    if !endpoint.is_empty() {
        let known = store.endpoint_list().await?.into_iter().find(|known| known.uuid.to_string() == endpoint);
        let Some(known) = known else { return Ok(Vec::new()) };
        filter.endpoint = Some(known.id);
    }
    if !rule.is_empty() {
        let known = store.rule_list().await?.into_iter().find(|known| known.uuid.to_string() == rule);
        let Some(known) = known else { return Ok(Vec::new()) };
        filter.rule = Some(known.id);
    }
    delivery_list(store, &filter).await
}

/// Something that is told, with what it says and every attempt.
#[derive(Clone, Debug)]
pub struct DeliveryAnswer {
    /// It.
    pub delivery: DeliveryRow,
    /// What is told.
    pub notice: NoticeContent,
    /// Every attempt, the first one first.
    pub attempts: Vec<DeliveryAttempt>,
}

/// One of them; nothing where there is none of this id.
///
/// # Errors
/// When the database cannot be read.
pub async fn delivery_show(store: &Store, delivery: Uuid) -> Result<Option<DeliveryAnswer>, StoreError> {
    let Some(found) = store.delivery_by_uuid(delivery).await? else { return Ok(None) };
    let attempts = store.delivery_attempts(delivery).await?;
    let notice = serde_json::from_value(found.notice.clone()).unwrap_or_default();
    Ok(Some(DeliveryAnswer { delivery: delivery_row(found, attempts.last().cloned()), notice, attempts }))
}

/// Tries again what was given up or waits; whether there is such a delivery.
///
/// # Errors
/// As of any writing.
pub async fn delivery_retry(
    store: &Store,
    delivery: Uuid,
    decision: &Decision,
    now: Timestamp,
) -> Result<bool, StoreError> {
    store.delivery_retry(delivery, decision, now).await
}

/// Makes one attempt to tell something, and records what came of it. A crash between the two leads to a repeat with the
/// same id.
///
/// # Errors
/// When there is no such thing to tell, or the database cannot be used.
pub async fn delivery_attempt(
    store: &Store,
    vault: &Vault,
    delivery: Uuid,
    reach: Reach,
    now: fn() -> Timestamp,
) -> Result<DeliveryState, DeliverError> {
    let found = store.delivery_by_uuid(delivery).await?.ok_or(DeliverError::Unknown(delivery))?;
    if found.state != DeliveryState::Pending {
        return Ok(found.state);
    }
    let endpoints = store.endpoint_list().await?;
    let Some(endpoint) = endpoints.into_iter().find(|endpoint| endpoint.id == found.endpoint) else {
        return Ok(DeliveryState::Cancelled);
    };
    if endpoint.disabled.is_some() {
        return Ok(DeliveryState::Pending);
    }
    let (answer, end) = match send(vault, &endpoint, &found, reach, now()).await {
        Ok((answer, reference)) => (answer, AttemptEnd::Delivered { reference }),
        Err(error) => (told(&error), end_of(&found, &error, now())),
    };
    let state = match end {
        AttemptEnd::Delivered { .. } => DeliveryState::Delivered,
        AttemptEnd::Again { .. } => DeliveryState::Pending,
        AttemptEnd::GivenUp => DeliveryState::Failed,
    };
    let write = AttemptWrite { delivery, at: now(), answer: answer.clone(), end };
    let is_disabled = store.delivery_attempt_write(&write).await?;
    if is_disabled || state == DeliveryState::Failed {
        tell_administrators(store, &endpoint, &answer, is_disabled, now()).await?;
    }
    Ok(state)
}

async fn send(
    vault: &Vault,
    endpoint: &Endpoint,
    delivery: &Delivery,
    reach: Reach,
    now: Timestamp,
) -> Result<(String, Option<String>), DeliveryError> {
    let unreadable = |reason: String| DeliveryError::Settings { reason };
    let settings: EndpointSettings = serde_json::from_value(endpoint.settings.clone())
        .map_err(|error| unreadable(format!("the endpoint's settings are unreadable: {error}")))?;
    let content: NoticeContent = serde_json::from_value(delivery.notice.clone())
        .map_err(|error| unreadable(format!("what is to be told is unreadable: {error}")))?;
    let secret = vault.endpoint_secret(endpoint.id).await;
    let secret = secret.map_err(|error| DeliveryError::Secret { reason: error.to_string() })?;
    let notice = Notice {
        id: delivery.uuid.to_string(),
        at: delivery.created_at,
        kind: content.kind,
        subject: content.subject,
        text: content.text,
        json: content.event.to_string(),
        group: content.group,
        is_resolved: content.is_resolved,
        recipients: content.recipients,
        settings: content.settings,
    };
    let receipt = deliver(&settings, secret.as_ref(), &notice, reach, now).await?;
    Ok((receipt.answer, receipt.reference))
}

fn told(error: &DeliveryError) -> String {
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}\n{hint}"))
}

fn end_of(delivery: &Delivery, error: &DeliveryError, now: Timestamp) -> AttemptEnd {
    if !error.is_transient() {
        return AttemptEnd::GivenUp;
    }
    let doublings = u32::try_from(delivery.attempts).unwrap_or(u32::MAX).min(16);
    let usual = (FIRST_SECONDS << doublings).min(LONGEST_SECONDS);
    let asked = error.retry_after().and_then(|seconds| i64::try_from(seconds).ok()).unwrap_or_default();
    let seconds = usual.max(asked.min(24 * LONGEST_SECONDS));
    AttemptEnd::Again {
        next_at: now.plus_seconds(seconds),
        disable_if_failing_since: now.plus_seconds(-DISABLED_AFTER_SECONDS),
    }
}

/// What somebody has to look at is on the hub's own list of notices: the endpoint is what does not work.
async fn tell_administrators(
    store: &Store,
    endpoint: &Endpoint,
    answer: &str,
    is_disabled: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let why = answer.lines().next().unwrap_or_default();
    let name = &endpoint.name;
    let text = if is_disabled {
        format!("nothing could be told at {name} for three days, so that it is not tried any more: {why}")
    } else {
        format!("something could not be told at {name} and is given up: {why}")
    };
    let kind = if is_disabled { "endpoint-disabled" } else { "delivery-failed" };
    let notice =
        NewNotice { audience: Audience::Role(Role::Administrator), kind: kind.to_owned(), about: name.clone(), text };
    store.hub_notice_add(&notice, now).await.map(drop)
}

fn delivery_row(delivery: Delivery, last: Option<DeliveryAttempt>) -> DeliveryRow {
    let is_waiting = delivery.state == DeliveryState::Pending;
    DeliveryRow {
        id: delivery.uuid.to_string(),
        state: delivery.state.word().to_owned(),
        subject: delivery.subject,
        endpoint: delivery.endpoint_name,
        rule: delivery.rule_name,
        created_at: moment_text(delivery.created_at),
        attempts: delivery.attempts,
        next_at: is_waiting.then(|| moment_text(delivery.next_at)),
        finished_at: delivery.finished_at.map(moment_text),
        reference: delivery.reference,
        answer: last.map(|attempt| attempt.answer),
    }
}

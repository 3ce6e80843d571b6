//! Signed heads of the audit log, on their way out of this machine.
//!
//! Whoever can change the database can also change what it says of itself; what was delivered before, they cannot.
//! *At an interval*: the scheduler calls [`audit_head_deliver`] with the destinations it was configured with; it needs no
//! other state, and signing an unchanged log again only says that it was still so.

use std::collections::HashMap;

use rolecall_model::Timestamp;
use rolecall_notify::{Destination, Message, Reach};
use rolecall_store::{AuditFilter, AuditHead, AuditKey, AuditRecord, PersonalField, Store, StoreError};
use serde::Serialize;

use crate::{Context, connector_title};

pub use rolecall_store::AUDIT_ACTIONS;

/// What receivers sort heads by.
const KIND: &str = "audit-head";

/// A head, and where it went.
#[derive(Clone, Debug)]
pub struct HeadDelivery {
    /// What was signed. It is kept in the database as well.
    pub head: AuditHead,
    /// What became of it, destination by destination.
    pub outcomes: Vec<DeliveryOutcome>,
}

/// Whether one destination got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOutcome {
    /// The destination, without what may be secret in it.
    pub destination: String,
    /// Why it did not, and what to do about it.
    pub trouble: Option<(String, Option<&'static str>)>,
}

impl HeadDelivery {
    /// What did not arrive, in sentences.
    pub fn troubles(&self) -> impl Iterator<Item = String> {
        self.outcomes.iter().filter_map(|outcome| {
            let (why, _) = outcome.trouble.as_ref()?;
            Some(format!("the audit log's head was not delivered to {}: {why}", outcome.destination))
        })
    }

    /// What to do about the first of what did not arrive.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.outcomes.iter().find_map(|outcome| outcome.trouble.as_ref()?.1)
    }
}

/// Signs the present end of the audit log and delivers it. One destination that fails does not keep it from the others.
///
/// # Errors
/// When the database cannot be written; nothing was delivered then.
pub async fn audit_head_deliver(
    store: &Store,
    key: &AuditKey,
    destinations: &[Destination],
    reach: Reach,
    now: Timestamp,
) -> Result<HeadDelivery, StoreError> {
    let head = store.audit_head_sign(key, now).await?;
    let json = serde_json::to_string(&head).map_err(|error| StoreError::Other(Box::new(error)))?;
    let message = Message { kind: KIND, at: head.at, json: &json };
    let mut outcomes = Vec::with_capacity(destinations.len());
    for destination in destinations {
        let trouble = destination.deliver(&message, reach).await.err().map(|error| (error.to_string(), error.hint()));
        outcomes.push(DeliveryOutcome { destination: destination.to_string(), trouble });
    }
    Ok(HeadDelivery { head, outcomes })
}

/// One record of the audit log, as people read it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRow {
    /// Its number: 1, 2, 3, … without a gap.
    pub sequence: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened: `connector.added`.
    pub action: String,
    /// What it was done to, as people call it where that is known: `npm:acme`.
    pub subject: String,
    /// Who did it; nothing where the program did, and *erased* where that was erased.
    pub actor: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What else is recorded, as JSON.
    pub details: String,
    /// The record's hash, by which it is a link of the chain.
    pub hash: String,
}

/// Which records are asked for.
#[derive(Clone, Debug, Default)]
pub struct AuditQuestion {
    /// Of this moment or later.
    pub since: Option<Timestamp>,
    /// Only this action.
    pub action: Option<String>,
    /// Only what this person did.
    pub actor: Option<String>,
    /// At most so many, the newest.
    pub limit: usize,
}

/// Records of the audit log, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn audit_list(context: &Context, question: &AuditQuestion) -> Result<Vec<AuditRow>, StoreError> {
    audit_list_before(context, question, None).await
}

/// The same, of those before this number ([`AuditRow::sequence`]): the next page.
///
/// # Errors
/// When the database cannot be read.
pub async fn audit_list_before(
    context: &Context,
    question: &AuditQuestion,
    before: Option<i64>,
) -> Result<Vec<AuditRow>, StoreError> {
    let AuditQuestion { since, action, actor, limit } = question.clone();
    let store = &context.store;
    let records = store.audit_list_before(&AuditFilter { since, action, actor, limit }, before).await?;
    let mut connectors = store.connector_list().await?;
    connectors.extend(store.connector_list_removed().await?);
    let users = store.hub_user_list().await?;
    let connectors = connectors.iter().map(|connector| (connector.uuid.to_string(), connector_title(connector)));
    let users = users.into_iter().map(|user| (user.uuid.to_string(), user.name));
    let titles: HashMap<String, String> = connectors.chain(users).collect();
    let row = |record: &AuditRecord| AuditRow {
        sequence: record.sequence,
        at: record.at,
        action: record.action.clone(),
        subject: titles.get(&record.subject).cloned().unwrap_or_else(|| record.subject.clone()),
        actor: told(record, "actor"),
        reason: told(record, "reason"),
        details: record.details.clone(),
        hash: record.hash.to_string(),
    };
    Ok(records.iter().map(row).collect())
}

/// A personal field, where there is one.
fn told(record: &AuditRecord, field: &str) -> Option<String> {
    Some(match record.personal.get(field)? {
        PersonalField::Told { value, .. } => value.clone(),
        PersonalField::Erased => "erased".to_owned(),
    })
}

//! What changed, and decisions about removals that wait.

use rolecall_model::{Fact, Timestamp};
use rolecall_store::{Change, ChangeFilter, ChangeKind, Decision, PendingRemoval, RemovalFilter, Store, StoreError};
use serde::Serialize;

use crate::moment::moment_text;
use crate::name::NameError;
use crate::world::{connector_title, is_named};

/// One change, as answers show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeAnswer {
    /// The connector.
    pub connector: String,
    /// `appeared`, `disappeared` or `changed`.
    pub change: &'static str,
    /// `grant`, `resource`, `property`, `link` or `evidence`.
    pub kind: &'static str,
    /// In words: `alice is owner of organization acme`.
    pub text: String,
    /// What was there before, if something took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The change happened after this reading…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// …and before this one.
    pub not_after: String,
    /// Who did it. The registry does not tell, so this is *unknown*.
    pub actor: &'static str,
    /// Who confirmed a removal that waited, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
    /// The fact itself.
    pub fact: Fact,
}

/// A removal that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingAnswer {
    /// The connector.
    pub connector: String,
    /// The listing it disappeared from.
    pub listing: String,
    /// In words.
    pub text: String,
    /// Since when it has been missing.
    pub missing_since: String,
    /// Why it waits.
    pub reason: String,
    /// Whether somebody already said that the reading was wrong.
    pub discarded: bool,
}

/// Which changes to show.
#[derive(Clone, Debug, Default)]
pub struct ChangesQuestion<'a> {
    /// Only this connector.
    pub connector: Option<&'a str>,
    /// Only changes made current since then.
    pub since: Option<Timestamp>,
    /// At most this many.
    pub limit: usize,
}

/// What changed, newest first, and what waits.
///
/// # Errors
/// When the database cannot be read.
pub async fn changes(
    store: &Store,
    question: &ChangesQuestion<'_>,
) -> Result<(Vec<ChangeAnswer>, Vec<PendingAnswer>), StoreError> {
    let (mut changed, mut pending) = (Vec::new(), Vec::new());
    for record in store.connector_list().await? {
        if question.connector.is_some_and(|name| !is_named(&record, name)) {
            continue;
        }
        let title = connector_title(&record);
        let filter = ChangeFilter {
            connector: Some(record.id),
            since: question.since,
            limit: Some(question.limit),
            ..ChangeFilter::default()
        };
        let found = store.changes(&filter).await?;
        changed.extend(found.into_iter().map(|change| (change.made_current_at, change_answer(&title, change))));
        let waiting = store.removals_pending(record.id).await?;
        pending.extend(waiting.into_iter().map(|removal| pending_answer(&title, removal)));
    }
    changed.sort_by(|(a, _), (b, _)| b.cmp(a));
    changed.truncate(question.limit);
    Ok((changed.into_iter().map(|(_, answer)| answer).collect(), pending))
}

/// What a person decided about removals that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// They are real.
    Confirm,
    /// The reading was wrong.
    Discard,
}

/// Why a decision could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// No such connector.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The database failed, or somebody else is writing.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Confirms or discards all removals of one connector that wait. Returns how many facts it was about.
///
/// # Errors
/// When there is no such connector, or the database cannot be written.
pub async fn decide(
    store: &Store,
    verb: Verb,
    connector: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<u64, DecisionError> {
    let records = store.connector_list().await?;
    let Some(record) = records.iter().find(|record| is_named(record, connector)) else {
        return Err(DecisionError::Name(NameError::Connector {
            name: connector.to_owned(),
            known: records.iter().map(connector_title).collect(),
        }));
    };
    let _lock = store.writer_lock(&format!("a decision about {}", connector_title(record)))?;
    let filter = RemovalFilter::default();
    let report = match verb {
        Verb::Confirm => store.removals_confirm(record.id, decision, now, filter).await?,
        Verb::Discard => store.removals_discard(record.id, decision, now, filter).await?,
    };
    Ok(report.facts)
}

fn change_answer(connector: &str, change: Change) -> ChangeAnswer {
    let (word, before) = match &change.kind {
        ChangeKind::Appeared => ("appeared", None),
        ChangeKind::Disappeared => ("disappeared", None),
        ChangeKind::Replaced { old } => ("changed", Some(fact_text(old))),
    };
    ChangeAnswer {
        connector: connector.to_owned(),
        change: word,
        kind: change.fact.kind().word(),
        text: fact_text(&change.fact),
        before,
        not_before: change.not_before.map(moment_text),
        not_after: moment_text(change.not_after),
        actor: "unknown",
        confirmed: change.confirmed_by.map(|by| format!("{}: {}", by.actor, by.reason)),
        fact: change.fact,
    }
}

fn pending_answer(connector: &str, removal: PendingRemoval) -> PendingAnswer {
    PendingAnswer {
        connector: connector.to_owned(),
        listing: removal.key.to_string(),
        text: fact_text(&removal.fact),
        missing_since: moment_text(removal.missing_since_at),
        reason: removal.reason,
        discarded: removal.discarded,
    }
}

/// A fact in words.
#[must_use]
pub fn fact_text(fact: &Fact) -> String {
    match fact {
        Fact::Resource { resource, .. } => format!("{} {}", resource.kind, resource.id),
        Fact::Property { resource, name, value } => {
            format!("{} {}: {name} is {}", resource.kind, resource.id, value.as_json())
        }
        Fact::Grant { principal, entitlement } => format!(
            "{} {} holds {} on {} {}",
            principal.kind, principal.id, entitlement.slug, entitlement.resource.kind, entitlement.resource.id
        ),
        Fact::Evidence { principal, entitlement } => format!(
            "{} {} is said to hold {} on {} {}",
            principal.kind, principal.id, entitlement.slug, entitlement.resource.kind, entitlement.resource.id
        ),
        Fact::Link { from, class, to } => format!("{} {} {class} {} {}", from.kind, from.id, to.kind, to.id),
    }
}

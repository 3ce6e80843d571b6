//! Who decides for somebody else for a while.

use std::collections::BTreeSet;

use rolecall_model::Timestamp;
use rolecall_model::review::ReviewerKey;
use rolecall_store::{NewReviewDelegate, ReviewDelegate, Store, StoreError};
use serde::Serialize;
use uuid::Uuid;

use super::{ReviewError, ReviewPeople};
use crate::Context;
use crate::moment::moment_text;

/// Longer than this nobody decides for somebody else: then it is theirs.
const LONGEST_DELEGATION: i64 = 366 * 24 * 3600;

/// Who is to decide for whom.
#[derive(Clone, Debug)]
pub struct DelegateWish {
    /// Whose decisions they are.
    pub reviewer: String,
    /// Who makes them.
    pub delegate: String,
    /// From when; now, where nothing is said.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// Has somebody decide for somebody else for a while.
///
/// # Errors
/// When nobody is called so, it is no span of time, no reason is given, or the database cannot be written.
pub async fn review_delegate(
    context: &Context,
    people: &ReviewPeople,
    wish: &DelegateWish,
    actor: &str,
) -> Result<Uuid, ReviewError> {
    let now = context.now();
    let (reviewer, delegate) = (named(people, "reviewer", &wish.reviewer)?, named(people, "delegate", &wish.delegate)?);
    if reviewer.0 == delegate.0 {
        return Err(ReviewError::wrong("delegate", "somebody decides for themself anyway"));
    }
    let from = wish.from.unwrap_or(now);
    if wish.until <= from || wish.until <= now || wish.until.0 > from.plus_seconds(LONGEST_DELEGATION).0 {
        return Err(ReviewError::wrong("until", "it ends after it begins, in the future, and within a year"));
    }
    if wish.reason.trim().is_empty() {
        return Err(ReviewError::wrong("reason", "say why somebody else decides"));
    }
    let new = NewReviewDelegate { reviewer, delegate, from, until: wish.until, reason: wish.reason.trim().to_owned() };
    Ok(context.store.review_delegate_set(&new, actor, now).await?)
}

/// Ends that before its time.
///
/// # Errors
/// When it is over, or the database cannot be written.
pub async fn review_delegate_end(context: &Context, delegate: Uuid, actor: &str) -> Result<(), ReviewError> {
    match context.store.review_delegate_end(delegate, actor, context.now()).await? {
        true => Ok(()),
        false => Err(ReviewError::unknown("delegation", &delegate.to_string())),
    }
}

/// Who decides for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DelegateRow {
    /// Its id.
    pub id: String,
    /// Whose decisions they are.
    pub reviewer: String,
    /// Under which key.
    pub reviewer_key: ReviewerKey,
    /// Who makes them.
    pub delegate: String,
    /// Under which key.
    pub delegate_key: ReviewerKey,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
    /// Why.
    pub reason: String,
    /// By whom it was set.
    pub set_by: String,
    /// Whether it holds now.
    pub holds: bool,
    /// Whether it will not hold any more.
    pub is_over: bool,
}

/// Who decides, decided or will decide for whom.
///
/// # Errors
/// When the database cannot be read.
pub async fn review_delegates(store: &Store, now: Timestamp) -> Result<Vec<DelegateRow>, ReviewError> {
    let row = |one: &ReviewDelegate| DelegateRow {
        id: one.uuid.to_string(),
        reviewer: one.set.reviewer.1.clone(),
        reviewer_key: one.set.reviewer.0.clone(),
        delegate: one.set.delegate.1.clone(),
        delegate_key: one.set.delegate.0.clone(),
        from: moment_text(one.set.from),
        until: moment_text(one.set.until),
        reason: one.set.reason.clone(),
        set_by: one.set_by.clone(),
        holds: one.holds(now),
        is_over: one.ended.is_some() || one.set.until <= now,
    };
    Ok(store.review_delegates().await?.iter().map(row).collect())
}

/// For whom somebody decides: themself, and whoever set them as delegate.
pub(super) async fn decides_for(
    store: &Store,
    reviewer: &ReviewerKey,
    now: rolecall_model::Timestamp,
) -> Result<Vec<ReviewerKey>, StoreError> {
    let delegates = store.review_delegates().await?;
    let is_theirs = |one: &&ReviewDelegate| one.set.delegate.0 == *reviewer && one.holds(now);
    let others = delegates.iter().filter(is_theirs).map(|one| one.set.reviewer.0.clone());
    let all: BTreeSet<ReviewerKey> = others.chain([reviewer.clone()]).collect();
    Ok(all.into_iter().collect())
}

fn named(people: &ReviewPeople, field: &'static str, who: &str) -> Result<(ReviewerKey, String), ReviewError> {
    people.named(who).ok_or_else(|| ReviewError::nobody(field, who))
}

//! Who reviews a grant from now on, and who decides for somebody else for a while.

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewOutcome, ReviewerKey};
use rolecall_store::{NewReviewDelegate, ReviewAssign, ReviewItemFilter};
use uuid::Uuid;

use super::draft::review_known;
use super::{ReviewError, ReviewPeople};
use crate::Context;

/// Longer than this nobody decides for somebody else: then it is theirs.
const LONGEST_DELEGATION: i64 = 366 * 24 * 3600;

/// Gives grants to another reviewer, with a reason. The numbers of those that changed hands: what they hold themself stays
/// where it is.
///
/// # Errors
/// When nobody is called so, no reason is given, the campaign is over, or the database cannot be written.
pub async fn review_assign(
    context: &Context,
    people: &ReviewPeople,
    name: &str,
    (numbers, to): (&[i64], &str),
    (actor, reason): (&str, &str),
) -> Result<Vec<i64>, ReviewError> {
    let review = review_known(&context.store, name).await?;
    if reason.trim().is_empty() {
        return Err(ReviewError::wrong("reason", "say why somebody else is to review it"));
    }
    let reviewer = named(people, "to", to)?;
    if people.has_left(&reviewer.0) {
        return Err(ReviewError::wrong("to", format!("{} has left", reviewer.1)));
    }
    let reason = reason.trim().to_owned();
    let assign = ReviewAssign {
        review: review.uuid,
        numbers: numbers.to_vec(),
        own: people.own_keys_of(&reviewer.0),
        reviewer,
        reason,
        is_escalation: false,
    };
    Ok(context.store.review_assign(&assign, Some(actor), context.now()).await?)
}

/// Gives everything that a reviewer has not decided to another; of nobody, what nobody reviews. How many there were, and the
/// numbers of those that changed hands.
///
/// # Errors
/// As of [`review_assign`].
pub async fn review_assign_all(
    context: &Context,
    people: &ReviewPeople,
    name: &str,
    (from, to): (Option<&ReviewerKey>, &str),
    by: (&str, &str),
) -> Result<(usize, Vec<i64>), ReviewError> {
    let review = review_known(&context.store, name).await?;
    let filter = ReviewItemFilter {
        reviewers: from.map(|from| vec![from.clone()]),
        is_unassigned: from.is_none(),
        outcome: Some(ReviewOutcome::Undecided),
        ..ReviewItemFilter::default()
    };
    let items = context.store.review_items(review.id, &filter).await?;
    let numbers: Vec<i64> = items.iter().map(|item| item.number).collect();
    Ok((numbers.len(), review_assign(context, people, name, (&numbers, to), by).await?))
}

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

fn named(people: &ReviewPeople, field: &'static str, who: &str) -> Result<(ReviewerKey, String), ReviewError> {
    people.named(who).ok_or_else(|| ReviewError::nobody(field, who))
}

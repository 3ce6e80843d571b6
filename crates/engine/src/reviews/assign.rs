//! Who reviews a grant from now on.

use rolecall_model::review::{ReviewOutcome, ReviewerKey};
use rolecall_store::{ReviewAssign, ReviewItemFilter};

use super::draft::review_known;
use super::{ReviewError, ReviewPeople};
use crate::Context;

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
    let reviewer = people.named(to).ok_or_else(|| ReviewError::nobody("to", to))?;
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

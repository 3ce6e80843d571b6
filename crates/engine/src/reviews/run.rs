//! Starting a campaign, and ending it.

use std::collections::BTreeSet;

use rolecall_model::review::{RemainingItems, ReviewDecision, ReviewOutcome, ReviewState};
use rolecall_store::{
    Decision, ReviewChoice, ReviewEnd, ReviewItem, ReviewItemFilter, ReviewSource, ReviewSubmission, StoredReview,
};
use uuid::Uuid;

use super::draft::review_known;
use super::item::grants_text;
use super::own::OwnNow;
use super::people::ReviewPeople;
use super::upkeep::connectors_note;
use super::{ReviewDefinition, ReviewError};
use crate::Context;
use crate::plans::plan_draw_up;
use crate::world::WorldView;

const DAY_SECONDS: i64 = 24 * 3600;

/// Asks the reviewers of a staged campaign.
///
/// # Errors
/// When it is not staged, or the database cannot be written.
pub async fn review_start(context: &Context, name: &str, actor: &str) -> Result<StoredReview, ReviewError> {
    let review = review_known(&context.store, name).await?;
    let definition = ReviewDefinition::of(&review)?;
    if review.state == ReviewState::Draft {
        let why = format!("nothing is staged of {:?} yet", review.name);
        return Err(ReviewError::refused("review-not-staged", why, Some("stage it, and look at what is in it")));
    }
    let now = context.now();
    let due = now.plus_seconds(i64::from(definition.days) * DAY_SECONDS);
    Ok(context.store.review_start(review.uuid, review.version, due, actor, now).await?)
}

/// How a campaign is completed.
#[derive(Clone, Debug, Default)]
pub struct CompleteWish {
    /// What becomes of what nobody decided about; what the campaign says, where nothing is said.
    pub remaining: Option<RemainingItems>,
    /// Why, in their words; needed where something is left.
    pub reason: String,
}

/// Completes a campaign. What was denied becomes a plan of exact steps; its id, where there is one.
///
/// # Errors
/// When it does not run, something is left and no reason is given, or it was decided about meanwhile.
pub async fn review_complete(
    context: &Context,
    view: &WorldView,
    name: &str,
    wish: &CompleteWish,
    actor: &str,
) -> Result<(StoredReview, Option<Uuid>), ReviewError> {
    let store = &context.store;
    let review = review_known(store, name).await?;
    if review.state != ReviewState::Running {
        let why =
            format!("the review {:?} is {}, and only one that runs can be completed", review.name, review.state.word());
        return Err(ReviewError::refused("review-not-running", why, None));
    }
    let definition = ReviewDefinition::of(&review)?;
    connectors_note(context, view, &review).await?;
    let now = context.now();
    let items = store.review_items(review.id, &ReviewItemFilter::default()).await?;
    let left: Vec<&ReviewItem> = items.iter().filter(|item| item.outcome == ReviewOutcome::Undecided).collect();
    let reason = wish.reason.trim();
    if !left.is_empty() && reason.is_empty() {
        let why = format!("nobody decided about {} yet", grants_text(left.len()));
        let hint = "say why it ends all the same, or remind the reviewers";
        return Err(ReviewError::refused("review-undecided", why, Some(hint)));
    }
    let remaining = wish.remaining.unwrap_or_else(|| definition.remaining_items());
    let people = ReviewPeople::load(store, view).await?;
    let denied_now = if remaining == RemainingItems::Deny { left } else { Vec::new() };
    let mut submission =
        (!denied_now.is_empty()).then(|| remaining_denied(&review, &people, &denied_now, (actor, reason)));
    let mut own: BTreeSet<String> = BTreeSet::new();
    if let Some(submission) = &mut submission {
        submission.own_now = OwnNow::load(store, view, &people, &review).await?.of(&submission.own);
        let keys: Vec<_> = submission.own.iter().cloned().collect();
        own.extend(store.review_holdings_of(review.id, &keys).await?);
        own.extend(submission.own_now.iter().cloned());
    }
    let is_denied = |item: &&ReviewItem| {
        item.outcome == ReviewOutcome::Denied
            || (denied_now.iter().any(|left| left.number == item.number) && !own.contains(&item.holding))
    };
    let denied: Vec<&ReviewItem> = items.iter().filter(is_denied).collect();
    let due = now.plus_seconds(i64::from(definition.plan_days) * DAY_SECONDS);
    let plan = if denied.is_empty() { None } else { Some(plan_draw_up(store, view, &denied, due).await?) };
    let end = ReviewEnd { version: review.version, remaining: submission, plan };
    let decision = Decision { actor: actor.to_owned(), reason: reason.to_owned() };
    Ok(store.review_complete(review.uuid, &end, &decision, now).await?)
}

/// What nobody decided about, denied in the name of whoever ends the campaign. What they hold themself stays undecided.
fn remaining_denied(
    review: &StoredReview,
    people: &ReviewPeople,
    left: &[&ReviewItem],
    (actor, reason): (&str, &str),
) -> ReviewSubmission {
    let (reviewer, reviewer_name) = people.actor(actor);
    let mut own = people.own_keys(actor);
    own.extend(people.own_keys_of(&reviewer));
    let choice = |item: &&ReviewItem| ReviewChoice {
        number: item.number,
        decision: ReviewDecision::Deny,
        reason: format!("nobody decided until the end: {reason}"),
    };
    ReviewSubmission {
        review: review.uuid,
        own,
        own_now: BTreeSet::new(),
        delegators_own: BTreeSet::new(),
        reviewer,
        reviewer_name,
        source: ReviewSource::Completion,
        brought_by: actor.to_owned(),
        file: None,
        choices: left.iter().map(choice).collect(),
    }
}

/// Gives a campaign up. What was decided stays on record, and nothing follows from it.
///
/// # Errors
/// When it is over, no reason is given, or the database cannot be written.
pub async fn review_cancel(context: &Context, name: &str, decision: &Decision) -> Result<StoredReview, ReviewError> {
    let review = review_known(&context.store, name).await?;
    if decision.reason.trim().is_empty() {
        return Err(ReviewError::wrong("reason", "say why it is given up: that stays with it"));
    }
    Ok(context.store.review_cancel(review.uuid, decision, context.now()).await?)
}

//! What lists and pages show of campaigns.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewNovelty, ReviewState};
use rolecall_store::{ReviewFilter, ReviewProgress, Store, StoredReview};
use serde::Serialize;
use serde_json::Value as Json;

use super::draft::review_known;
use super::{ReviewAccuracy, ReviewDefinition, ReviewError, ReviewPeople};
use crate::moment::moment_text;

/// A campaign, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewRow {
    /// The id for the outside world.
    pub id: String,
    /// How it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `draft`, `staged`, `running`, `completed` or `cancelled`.
    pub state: &'static str,
    /// Counts every change.
    pub version: i64,
    /// `person`, `repeats NAME`, or `rule NAME`.
    pub origin: String,
    /// Who runs it.
    pub owner: String,
    /// How many grants are in it.
    pub grants: i64,
    /// How many are certified.
    pub certified: i64,
    /// How many are denied.
    pub denied: i64,
    /// How many are undecided.
    pub undecided: i64,
    /// When it was staged.
    pub staged_at: Option<String>,
    /// When reviewers were asked.
    pub started_at: Option<String>,
    /// Until when they are to decide.
    pub due_at: Option<String>,
    /// Whether that is over.
    pub is_overdue: bool,
    /// When it ended.
    pub ended_at: Option<String>,
    /// How often it is done again.
    pub repeat: &'static str,
}

/// A campaign with everything about it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDetail {
    /// It in short.
    #[serde(flatten)]
    pub row: ReviewRow,
    /// What it is to be.
    pub definition: ReviewDefinition,
    /// A digest of its population.
    pub population: String,
    /// How complete what that was taken from was.
    pub accuracy: ReviewAccuracy,
    /// How far each reviewer is.
    pub reviewers: Vec<ReviewerRow>,
    /// How many grants are new, changed, unchanged beside what was certified before.
    pub novelty: BTreeMap<&'static str, usize>,
    /// The plan that followed from it.
    pub plan: Option<String>,
    /// What happened in it, the earliest first.
    pub events: Vec<EventRow>,
}

/// How far a reviewer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewerRow {
    /// Who; nobody of grants that nobody reviews.
    pub reviewer: Option<String>,
    /// How they are called.
    pub name: String,
    /// Whether they have left.
    pub has_left: bool,
    /// Whether a directory or the hub knows them. Of anybody else nobody can say whether they still work here.
    pub is_known: bool,
    /// How many of theirs are certified.
    pub certified: i64,
    /// How many are denied.
    pub denied: i64,
    /// How many are undecided.
    pub undecided: i64,
}

/// Something that happened in a campaign.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRow {
    /// When.
    pub at: String,
    /// A stable word.
    pub what: String,
    /// Who did it; nobody where the program did.
    pub actor: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What else is to be said.
    pub details: Json,
}

/// Campaigns, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn review_list(
    store: &Store,
    state: Option<ReviewState>,
    now: Timestamp,
) -> Result<Vec<ReviewRow>, ReviewError> {
    let mut rows = Vec::new();
    for review in store.review_list(ReviewFilter { state }).await? {
        let progress = store.review_progress(review.id).await?;
        rows.push(row_of(&review, &progress, now)?);
    }
    Ok(rows)
}

/// A campaign with everything about it.
///
/// # Errors
/// When there is none of this name, or the database cannot be read.
pub async fn review_show(
    store: &Store,
    people: &ReviewPeople,
    name: &str,
    now: Timestamp,
) -> Result<ReviewDetail, ReviewError> {
    let review = review_known(store, name).await?;
    let progress = store.review_progress(review.id).await?;
    let reviewer = |one: &rolecall_store::ReviewerProgress| ReviewerRow {
        reviewer: one.reviewer.as_ref().map(ToString::to_string),
        name: if one.reviewer.is_none() { "nobody".to_owned() } else { one.name.clone() },
        has_left: one.reviewer.as_ref().is_some_and(|key| people.has_left(key)),
        is_known: one.reviewer.as_ref().is_some_and(|key| key.person_key().is_some() || people.is_account(key)),
        certified: one.certified,
        denied: one.denied,
        undecided: one.undecided,
    };
    let event = |event: rolecall_store::ReviewEvent| EventRow {
        at: moment_text(event.at),
        what: event.what,
        actor: event.actor,
        reason: event.reason.filter(|reason| !reason.is_empty()),
        details: event.details,
    };
    let mut novelty: BTreeMap<&'static str, usize> = ReviewNovelty::ALL.map(|one| (one.word(), 0)).into();
    for (word, count) in store.review_novelty(review.id).await? {
        *novelty.entry(word.word()).or_default() += usize::try_from(count).unwrap_or_default();
    }
    Ok(ReviewDetail {
        row: row_of(&review, &progress, now)?,
        definition: ReviewDefinition::of(&review)?,
        population: review.population.clone(),
        accuracy: serde_json::from_value(review.accuracy.clone()).unwrap_or_default(),
        reviewers: progress.reviewers.iter().map(reviewer).collect(),
        novelty,
        plan: store.plan_of_review(review.id).await?.map(|plan| plan.uuid.to_string()),
        events: store.review_events(review.uuid).await?.into_iter().map(event).collect(),
    })
}

fn row_of(review: &StoredReview, progress: &ReviewProgress, now: Timestamp) -> Result<ReviewRow, ReviewError> {
    let definition = ReviewDefinition::of(review)?;
    let text = |at: Option<Timestamp>| at.map(moment_text);
    Ok(ReviewRow {
        id: review.uuid.to_string(),
        name: review.name.clone(),
        description: definition.description,
        state: review.state.word(),
        version: review.version,
        origin: review.origin.clone(),
        owner: definition.owner.trim_start_matches("user:").to_owned(),
        grants: review.items,
        certified: progress.certified,
        denied: progress.denied,
        undecided: progress.undecided,
        staged_at: text(review.staged_at),
        started_at: text(review.started_at),
        due_at: text(review.due_at),
        is_overdue: review.state == ReviewState::Running && review.due_at.is_some_and(|due| due < now),
        ended_at: text(review.ended_at),
        repeat: definition.repeat.word(),
    })
}

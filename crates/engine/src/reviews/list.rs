//! What lists and pages show of campaigns.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewNovelty, ReviewOutcome, ReviewState, ReviewerKey};
use rolecall_store::{
    ReviewDelegate, ReviewFilter, ReviewItem, ReviewItemFilter, ReviewProgress, Store, StoredDecision, StoredReview,
};
use serde::Serialize;
use serde_json::Value as Json;

use super::decide::decides_for;
use super::draft::review_known;
use super::{ItemShown, ReviewAccuracy, ReviewDefinition, ReviewError, ReviewPeople};
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

/// A grant, as its reviewer sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemRow {
    /// Its number.
    pub number: i64,
    /// Its connector.
    pub connector: String,
    /// What makes it the same grant in another review.
    pub grant: String,
    /// What is shown of it.
    pub shown: ItemShown,
    /// `new`, `changed` or `unchanged` beside what was certified before.
    pub novelty: &'static str,
    /// What was decided last: `certified in Q3 by Ada`.
    pub previous: Option<String>,
    /// Who reviews it.
    pub reviewer: String,
    /// Under which key.
    pub reviewer_key: Option<ReviewerKey>,
    /// Why it is they.
    pub reviewer_why: String,
    /// `undecided`, `certified` or `denied`.
    pub outcome: &'static str,
    /// What was submitted, the earliest first.
    pub decisions: Vec<ItemDecision>,
    /// What whoever looks has chosen and not submitted, and why.
    pub chosen: Option<(&'static str, String)>,
    /// Whether whoever looks holds it, as far as is known.
    pub is_own: bool,
}

/// A decision about a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemDecision {
    /// Who.
    pub reviewer: String,
    /// `certify` or `deny`.
    pub decision: &'static str,
    /// Why.
    pub reason: String,
    /// When.
    pub at: String,
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

/// Which grants of a campaign to show.
#[derive(Clone, Debug, Default)]
pub struct ItemQuestion {
    /// Only those that this reviewer decides about, for themself or for somebody else.
    pub reviewer: Option<ReviewerKey>,
    /// Only those with this outcome.
    pub outcome: Option<ReviewOutcome>,
    /// Only those that are this beside what was certified before.
    pub novelty: Option<ReviewNovelty>,
    /// Only those with a greater number.
    pub after: i64,
    /// At most so many.
    pub limit: Option<usize>,
}

/// Grants of a campaign, as `looking` sees them.
///
/// # Errors
/// When there is no such campaign, or the database cannot be read.
pub async fn review_items(
    store: &Store,
    people: &ReviewPeople,
    name: &str,
    question: &ItemQuestion,
    looking: Option<&ReviewerKey>,
    now: Timestamp,
) -> Result<Vec<ItemRow>, ReviewError> {
    let review = review_known(store, name).await?;
    let reviewers = match &question.reviewer {
        None => None,
        Some(reviewer) => Some(decides_for(store, reviewer, now).await?),
    };
    let filter = ReviewItemFilter {
        reviewers,
        is_unassigned: false,
        outcome: question.outcome,
        novelty: question.novelty,
        after: question.after,
        limit: question.limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX)),
    };
    let items = store.review_items(review.id, &filter).await?;
    let mut decisions: BTreeMap<i64, Vec<StoredDecision>> = BTreeMap::new();
    let span = (items.first().map_or(0, |item| item.number), items.last().map_or(0, |item| item.number));
    for decision in store.review_decisions_between(review.id, span).await? {
        decisions.entry(decision.number).or_default().push(decision);
    }
    let (mut marks, mut own) = (BTreeMap::new(), BTreeSet::new());
    if let Some(looking) = looking {
        for mark in store.review_marks_between(review.id, looking, span).await? {
            marks.insert(mark.number, (mark.decision.word(), mark.reason));
        }
        let keys: Vec<ReviewerKey> = people.own_keys_of(looking).into_iter().collect();
        own.extend(store.review_holdings_of(review.id, &keys).await?);
    }
    let names = names_of(store, &review).await?;
    let row = |item: ReviewItem| {
        let of = decisions.remove(&item.number).unwrap_or_default();
        let chosen = marks.remove(&item.number);
        item_row(item, &of, chosen, &own, &names)
    };
    Ok(items.into_iter().map(row).collect())
}

/// How reviewers who submitted something are called.
async fn names_of(store: &Store, review: &StoredReview) -> Result<BTreeMap<ReviewerKey, String>, ReviewError> {
    let submissions = store.review_submissions(review.id).await?;
    Ok(submissions.into_iter().map(|one| (one.reviewer, one.reviewer_name)).collect())
}

fn item_row(
    item: ReviewItem,
    decisions: &[StoredDecision],
    chosen: Option<(&'static str, String)>,
    own: &BTreeSet<String>,
    names: &BTreeMap<ReviewerKey, String>,
) -> ItemRow {
    let decision = |one: &StoredDecision| ItemDecision {
        reviewer: names.get(&one.reviewer).cloned().unwrap_or_else(|| one.reviewer.to_string()),
        decision: ReviewDecision::word(one.decision),
        reason: one.reason.clone(),
        at: moment_text(one.at),
    };
    let previous = item.previous.as_ref().map(|previous| {
        let day = crate::moment::day_text(&moment_text(previous.at));
        format!("{} in {} by {} on {day}", previous.outcome, previous.review, previous.by)
    });
    ItemRow {
        number: item.number,
        connector: item.connector_title,
        grant: item.grant,
        shown: serde_json::from_value(item.shown).unwrap_or_default(),
        novelty: item.novelty.word(),
        previous,
        reviewer: if item.reviewer.is_none() { "nobody".to_owned() } else { item.reviewer_name },
        reviewer_key: item.reviewer,
        reviewer_why: item.reviewer_why,
        outcome: item.outcome.word(),
        decisions: decisions.iter().map(decision).collect(),
        chosen,
        is_own: own.contains(&item.holding),
    }
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

/// How far somebody is with what they decide, for themself or for somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewShare {
    /// How many grants are theirs to decide.
    pub grants: i64,
    /// How many are certified.
    pub certified: i64,
    /// How many are denied.
    pub denied: i64,
    /// How many are undecided and new, changed, unchanged beside what was certified before.
    pub undecided: BTreeMap<&'static str, i64>,
    /// How many of their choices wait to be submitted.
    pub chosen: usize,
}

impl ReviewShare {
    /// How many are decided.
    #[must_use]
    pub fn decided(&self) -> i64 {
        self.certified + self.denied
    }

    /// How many are not.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.grants - self.decided()
    }

    /// How many undecided ones are this beside what was certified before.
    #[must_use]
    pub fn undecided_of(&self, novelty: ReviewNovelty) -> i64 {
        self.undecided.get(novelty.word()).copied().unwrap_or_default()
    }
}

/// How far somebody is in a campaign.
///
/// # Errors
/// When there is no such campaign, or the database cannot be read.
pub async fn review_share(
    store: &Store,
    name: &str,
    reviewer: &ReviewerKey,
    now: Timestamp,
) -> Result<ReviewShare, ReviewError> {
    let review = review_known(store, name).await?;
    let reviewers = decides_for(store, reviewer, now).await?;
    let mut share =
        ReviewShare { chosen: store.review_marks_count(review.id, reviewer).await?, ..ReviewShare::default() };
    for (novelty, outcome, count) in store.review_tally(review.id, &reviewers).await? {
        share.grants += count;
        match outcome {
            ReviewOutcome::Certified => share.certified += count,
            ReviewOutcome::Denied => share.denied += count,
            ReviewOutcome::Undecided => *share.undecided.entry(novelty.word()).or_default() += count,
        }
    }
    Ok(share)
}

/// What waits for somebody: the running campaigns in which they have something to decide, those that end first first.
///
/// # Errors
/// When the database cannot be read.
pub async fn review_waiting(
    store: &Store,
    reviewer: &ReviewerKey,
    now: Timestamp,
) -> Result<Vec<(ReviewRow, ReviewShare)>, ReviewError> {
    let mut waiting = Vec::new();
    for row in review_list(store, Some(ReviewState::Running), now).await? {
        let share = review_share(store, &row.id, reviewer, now).await?;
        if share.left() > 0 || share.chosen > 0 {
            waiting.push((row, share));
        }
    }
    waiting.sort_by(|(left, _), (right, _)| left.due_at.cmp(&right.due_at));
    Ok(waiting)
}

/// A choice that waits to be submitted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChosenRow {
    /// The grant's number.
    pub number: i64,
    /// `certify` or `deny`.
    pub decision: &'static str,
    /// Why.
    pub reason: String,
}

/// What somebody has chosen and not submitted, by number.
///
/// # Errors
/// When there is no such campaign, or the database cannot be read.
pub async fn review_chosen(store: &Store, name: &str, reviewer: &ReviewerKey) -> Result<Vec<ChosenRow>, ReviewError> {
    let review = review_known(store, name).await?;
    let marks = store.review_marks(review.id, reviewer).await?.into_iter();
    Ok(marks
        .map(|mark| ChosenRow { number: mark.number, decision: mark.decision.word(), reason: mark.reason })
        .collect())
}

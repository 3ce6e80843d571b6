//! The grants of a campaign, as whoever decides about them sees them.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewNovelty, ReviewOutcome, ReviewerKey};
use rolecall_store::{ReviewItem, ReviewItemFilter, Store, StoredDecision, StoredReview};
use serde::Serialize;

use super::delegate::decides_for;
use super::draft::review_known;
use super::{ItemShown, ReviewError, ReviewPeople};
use crate::moment::{day_text, moment_text};

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
        let day = day_text(&moment_text(previous.at));
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

//! How far somebody is with what they decide, and what waits for them.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewNovelty, ReviewOutcome, ReviewState, ReviewerKey};
use rolecall_store::Store;
use serde::Serialize;

use super::ReviewError;
use super::delegate::decides_for;
use super::draft::review_known;
use super::list::{ReviewRow, review_list};

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

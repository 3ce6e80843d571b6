//! Which campaigns there are, what is in them, and how far they are.

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewNovelty, ReviewOutcome, ReviewState, ReviewerKey};

use super::row::{
    ITEM, REVIEW, ReviewAssignment, ReviewItem, StoredDecision, StoredReview, StoredSubmission, item_of, moment,
    review_of, unknown,
};
use crate::connector::uuid_read;
use crate::db::{self, Row};
use crate::error::Failure;
use crate::{ReviewId, Store, StoreError};

/// Which campaigns to read; the default is all.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReviewFilter {
    /// Only those that stand so.
    pub state: Option<ReviewState>,
}

/// Which grants of a campaign to read; the default is all.
#[derive(Clone, Debug, Default)]
pub struct ReviewItemFilter {
    /// Only those that one of them reviews.
    pub reviewers: Option<Vec<ReviewerKey>>,
    /// Only those that nobody reviews.
    pub is_unassigned: bool,
    /// Only those with this outcome.
    pub outcome: Option<ReviewOutcome>,
    /// Only those that are this beside what was certified before.
    pub novelty: Option<ReviewNovelty>,
    /// Only those with a greater number.
    pub after: i64,
    /// At most so many; all, where nothing is said.
    pub limit: Option<i64>,
}

/// Whose a grant is to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPlace {
    /// The grant's number.
    pub number: i64,
    /// Who reviews it.
    pub reviewer: Option<ReviewerKey>,
    /// Under which name its holders are kept.
    pub holding: String,
}

/// How far a campaign is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewProgress {
    /// How many grants are certified.
    pub certified: i64,
    /// How many are denied.
    pub denied: i64,
    /// How many are undecided.
    pub undecided: i64,
    /// The same of each reviewer; those that nobody reviews are under no key.
    pub reviewers: Vec<ReviewerProgress>,
}

/// How far a reviewer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewerProgress {
    /// Who; nobody of grants that nobody reviews.
    pub reviewer: Option<ReviewerKey>,
    /// How they are called.
    pub name: String,
    /// How many of theirs are certified.
    pub certified: i64,
    /// How many are denied.
    pub denied: i64,
    /// How many are undecided.
    pub undecided: i64,
}

impl Store {
    /// Campaigns, the latest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_list(&self, filter: ReviewFilter) -> Result<Vec<StoredReview>, StoreError> {
        self.answer(async {
            let word = filter.state.map_or("", ReviewState::word);
            let rows = db::query(format!("select {REVIEW} from review where $1 = '' or state = $1 order by id desc"));
            rows.bind(word).fetch_all(&mut *self.reading().await?).await?.iter().map(review_of).collect()
        })
        .await
    }

    /// The campaign with this name or uuid.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_named(&self, name: &str) -> Result<Option<StoredReview>, StoreError> {
        self.answer(async {
            let row = db::query(format!(
                "select {REVIEW} from review where name = $1 or uuid = $1 order by case when uuid = $1 then 0 else 1 end"
            ));
            row.bind(name).fetch_optional(&mut *self.reading().await?).await?.as_ref().map(review_of).transpose()
        })
        .await
    }

    /// Grants of a campaign, by number. `O(grants of the campaign)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_items(
        &self,
        review: ReviewId,
        filter: &ReviewItemFilter,
    ) -> Result<Vec<ReviewItem>, StoreError> {
        self.answer(async {
            let reviewers = filter.reviewers.as_deref().unwrap_or_default();
            if filter.reviewers.is_some() && reviewers.is_empty() {
                return Ok(Vec::new());
            }
            let of_reviewers = match (reviewers.len(), filter.is_unassigned) {
                (_, true) => "i.reviewer is null".to_owned(),
                (0, false) => "true".to_owned(),
                (many, false) => format!("i.reviewer in ({})", db::places(6, many)),
            };
            // What is not asked for is no condition, so that an index finds the others.
            let of_outcome = if filter.outcome.is_some() { "i.outcome = $3" } else { "$3 = ''" };
            let of_novelty = if filter.novelty.is_some() { "i.novelty = $4" } else { "$4 = ''" };
            let query = db::query(format!(
                "select {ITEM} from review_item i where i.review_id = $1 and i.number > $2 \
                 and {of_outcome} and {of_novelty} and {of_reviewers} order by i.number limit $5"
            ));
            let outcome = filter.outcome.map_or("", ReviewOutcome::word);
            let novelty = filter.novelty.map_or("", ReviewNovelty::word);
            let query = query.bind(review.0).bind(filter.after).bind(outcome).bind(novelty);
            let query = query.bind(filter.limit.unwrap_or(i64::MAX));
            let bound = if filter.is_unassigned { &[] } else { reviewers };
            let query = bound.iter().fold(query, |query, reviewer| query.bind(reviewer.as_str()));
            query.fetch_all(&mut *self.reading().await?).await?.iter().map(item_of).collect()
        })
        .await
    }

    /// Who held what is reviewed when it was staged, by the name under which an item keeps it.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_holdings_of(
        &self,
        review: ReviewId,
        reviewers: &[ReviewerKey],
    ) -> Result<Vec<String>, StoreError> {
        if reviewers.is_empty() {
            return Ok(Vec::new());
        }
        self.answer(async {
            let places = db::places(2, reviewers.len());
            let query = db::query(format!(
                "select distinct holding from review_holder where review_id = $1 and reviewer in ({places}) order by holding"
            ));
            let query = reviewers.iter().fold(query.bind(review.0), |query, key| query.bind(key.as_str()));
            let rows = query.fetch_all(&mut *self.reading().await?).await?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
        })
        .await
    }

    /// Whose the grants with these numbers and those between are to decide, without what is shown of them.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_places(
        &self,
        review: ReviewId,
        (first, last): (i64, i64),
    ) -> Result<Vec<ReviewPlace>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select number, reviewer, holding from review_item where review_id = $1 and number between $2 and $3 \
                 order by number",
            );
            let rows = rows.bind(review.0).bind(first).bind(last).fetch_all(&mut *self.reading().await?).await?;
            let place = |row: &Row| {
                Ok(ReviewPlace {
                    number: row.try_get(0)?,
                    reviewer: row.try_get::<Option<String>, _>(1)?.map(ReviewerKey::kept),
                    holding: row.try_get(2)?,
                })
            };
            rows.iter().map(place).collect()
        })
        .await
    }

    /// How many grants that one of these reviews are what beside what was certified before, and what was decided of them.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_tally(
        &self,
        review: ReviewId,
        reviewers: &[ReviewerKey],
    ) -> Result<Vec<(ReviewNovelty, ReviewOutcome, i64)>, StoreError> {
        if reviewers.is_empty() {
            return Ok(Vec::new());
        }
        self.answer(async {
            let places = db::places(2, reviewers.len());
            let query = db::query(format!(
                "select novelty, outcome, count(*) from review_item where review_id = $1 and reviewer in ({places}) \
                 group by novelty, outcome order by novelty, outcome"
            ));
            let query = reviewers.iter().fold(query.bind(review.0), |query, key| query.bind(key.as_str()));
            let count = |row: &Row| {
                let (novelty, outcome): (String, String) = (row.try_get(0)?, row.try_get(1)?);
                Ok((
                    ReviewNovelty::read(&novelty).ok_or_else(|| unknown("novelty", &novelty))?,
                    ReviewOutcome::read(&outcome).ok_or_else(|| unknown("outcome", &outcome))?,
                    row.try_get(2)?,
                ))
            };
            query.fetch_all(&mut *self.reading().await?).await?.iter().map(count).collect()
        })
        .await
    }

    /// How far a campaign is. `O(grants of the campaign)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_progress(&self, review: ReviewId) -> Result<ReviewProgress, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select reviewer, max(reviewer_name), outcome, count(*) from review_item where review_id = $1 \
                 group by reviewer, outcome order by reviewer, outcome",
            );
            let rows = rows.bind(review.0).fetch_all(&mut *self.reading().await?).await?;
            progress_of(&rows)
        })
        .await
    }

    /// How many grants of a campaign are what beside what was certified before.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_novelty(&self, review: ReviewId) -> Result<Vec<(ReviewNovelty, i64)>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select novelty, count(*) from review_item where review_id = $1 group by novelty order by novelty",
            );
            let rows = rows.bind(review.0).fetch_all(&mut *self.reading().await?).await?;
            let count = |row: &Row| {
                let word: String = row.try_get(0)?;
                Ok((ReviewNovelty::read(&word).ok_or_else(|| unknown("novelty", &word))?, row.try_get(1)?))
            };
            rows.iter().map(count).collect()
        })
        .await
    }

    /// Submitted decisions of a campaign, the earliest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_decisions(&self, review: ReviewId) -> Result<Vec<StoredDecision>, StoreError> {
        self.review_decisions_between(review, (0, i64::MAX)).await
    }

    /// The same of the grants with these numbers and those between.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_decisions_between(
        &self,
        review: ReviewId,
        (first, last): (i64, i64),
    ) -> Result<Vec<StoredDecision>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select i.number, s.uuid, d.reviewer, d.decision, d.reason, d.at from review_item i \
                 join review_decision d on d.item_id = i.id join review_submission s on s.id = d.submission_id \
                 where i.review_id = $1 and i.number between $2 and $3 order by d.id",
            );
            let rows = rows.bind(review.0).bind(first).bind(last).fetch_all(&mut *self.reading().await?).await?;
            rows.iter().map(decision_of).collect()
        })
        .await
    }

    /// What was submitted to a campaign, the earliest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_submissions(&self, review: ReviewId) -> Result<Vec<StoredSubmission>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select uuid, at, reviewer, reviewer_name, source, brought_by, file_name, file_sha256, certified, denied \
                 from review_submission where review_id = $1 order by id",
            );
            let rows = rows.bind(review.0).fetch_all(&mut *self.reading().await?).await?;
            rows.iter().map(submission_of).collect()
        })
        .await
    }

    /// Each time that another came to review a grant of a campaign, the earliest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_assignments(&self, review: ReviewId) -> Result<Vec<ReviewAssignment>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select i.number, a.at, a.actor, a.from_name, a.reviewer, a.reviewer_name, a.reason \
                 from review_assignment a join review_item i on i.id = a.item_id where i.review_id = $1 order by a.id",
            );
            let rows = rows.bind(review.0).fetch_all(&mut *self.reading().await?).await?;
            let assignment = |row: &Row| {
                Ok(ReviewAssignment {
                    number: row.try_get("number")?,
                    at: moment(row, "at")?.unwrap_or_default(),
                    actor: row.try_get("actor")?,
                    from_name: row.try_get("from_name")?,
                    reviewer: row.try_get::<Option<String>, _>("reviewer")?.map(ReviewerKey::kept),
                    reviewer_name: row.try_get("reviewer_name")?,
                    reason: row.try_get("reason")?,
                })
            };
            rows.iter().map(assignment).collect()
        })
        .await
    }

    /// When the last review was completed, and which it was.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_completed_last(&self) -> Result<Option<(String, Timestamp)>, StoreError> {
        self.answer(async {
            let row = db::query(
                "select name, coalesce(staged_at, 0) from review where state = 'completed' order by ended_at desc, id desc \
                 limit 1",
            );
            let row = row.fetch_optional(&mut *self.reading().await?).await?;
            row.map(|row| Ok((row.try_get(0)?, Timestamp(row.try_get(1)?)))).transpose()
        })
        .await
    }
}

fn progress_of(rows: &[Row]) -> Result<ReviewProgress, Failure> {
    let mut progress = ReviewProgress::default();
    for row in rows {
        let reviewer = row.try_get::<Option<String>, _>(0)?.map(ReviewerKey::kept);
        let (name, word, count): (String, String, i64) = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        let outcome = ReviewOutcome::read(&word).ok_or_else(|| unknown("outcome", &word))?;
        if progress.reviewers.last().is_none_or(|last| last.reviewer != reviewer) {
            let none = ReviewerProgress { reviewer, name, certified: 0, denied: 0, undecided: 0 };
            progress.reviewers.push(none);
        }
        let Some(theirs) = progress.reviewers.last_mut() else { continue };
        let (all, one) = match outcome {
            ReviewOutcome::Certified => (&mut progress.certified, &mut theirs.certified),
            ReviewOutcome::Denied => (&mut progress.denied, &mut theirs.denied),
            ReviewOutcome::Undecided => (&mut progress.undecided, &mut theirs.undecided),
        };
        *all += count;
        *one += count;
    }
    Ok(progress)
}

fn decision_of(row: &Row) -> Result<StoredDecision, Failure> {
    let word: String = row.try_get("decision")?;
    Ok(StoredDecision {
        number: row.try_get("number")?,
        submission: uuid_read(row.try_get("uuid")?)?,
        reviewer: ReviewerKey::kept(row.try_get::<String, _>("reviewer")?),
        decision: ReviewDecision::read(&word).ok_or_else(|| unknown("decision", &word))?,
        reason: row.try_get("reason")?,
        at: moment(row, "at")?.unwrap_or_default(),
    })
}

fn submission_of(row: &Row) -> Result<StoredSubmission, Failure> {
    let (name, digest): (Option<String>, Option<String>) = (row.try_get("file_name")?, row.try_get("file_sha256")?);
    Ok(StoredSubmission {
        uuid: uuid_read(row.try_get("uuid")?)?,
        at: moment(row, "at")?.unwrap_or_default(),
        reviewer: ReviewerKey::kept(row.try_get::<String, _>("reviewer")?),
        reviewer_name: row.try_get("reviewer_name")?,
        source: row.try_get("source")?,
        brought_by: row.try_get("brought_by")?,
        file: name.zip(digest),
        certified: row.try_get("certified")?,
        denied: row.try_get("denied")?,
    })
}

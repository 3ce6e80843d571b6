//! What a reviewer has chosen and not submitted yet. It can be chosen otherwise at any time, and counts for nothing.

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewDecision, ReviewState, ReviewerKey};

use super::row::{moment, unknown};
use crate::db::{self, Row};
use crate::error::Failure;
use crate::{ReviewId, Store, StoreError};

/// A choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewMark {
    /// The grant's number.
    pub number: i64,
    /// Whose choice it is.
    pub reviewer: ReviewerKey,
    /// What is chosen.
    pub decision: ReviewDecision,
    /// Why; empty where nothing is said.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What becomes of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewMarkWrite {
    /// The grant's number.
    pub number: i64,
    /// What is chosen, and why; nothing takes a choice back.
    pub choice: Option<(ReviewDecision, String)>,
}

impl Store {
    /// Keeps choices of a reviewer, in the place of those they made before of the same grants. How many grants there are of
    /// these numbers.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when the campaign does not run.
    pub async fn review_marks_put(
        &self,
        review: ReviewId,
        reviewer: &ReviewerKey,
        marks: &[ReviewMarkWrite],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let state: Option<String> = db::query_scalar("select state from review where id = $1")
                .bind(review.0)
                .fetch_optional(&mut tx)
                .await?;
            if state.as_deref().and_then(ReviewState::read) != Some(ReviewState::Running) {
                return Err(Failure::Conflict("the review does not run".to_owned()));
            }
            let mut put = 0;
            for mark in marks {
                let item: Option<i64> =
                    db::query_scalar("select id from review_item where review_id = $1 and number = $2")
                        .bind(review.0)
                        .bind(mark.number)
                        .fetch_optional(&mut tx)
                        .await?;
                let Some(item) = item else { continue };
                put += 1;
                let old = db::query("delete from review_mark where item_id = $1 and reviewer = $2");
                old.bind(item).bind(reviewer.as_str()).execute(&mut tx).await?;
                if let Some((decision, reason)) = &mark.choice {
                    let insert = db::query(
                        "insert into review_mark (item_id, reviewer, decision, reason, at) values ($1, $2, $3, $4, $5)",
                    );
                    let insert = insert.bind(item).bind(reviewer.as_str()).bind(decision.word());
                    insert.bind(reason).bind(now.0).execute(&mut tx).await?;
                }
            }
            tx.commit().await?;
            Ok(put)
        })
        .await
    }

    /// What a reviewer has chosen in a campaign, by number.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_marks(&self, review: ReviewId, reviewer: &ReviewerKey) -> Result<Vec<ReviewMark>, StoreError> {
        self.review_marks_between(review, reviewer, (0, i64::MAX)).await
    }

    /// How many they are.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_marks_count(&self, review: ReviewId, reviewer: &ReviewerKey) -> Result<usize, StoreError> {
        self.answer(async {
            let count: i64 = db::query_scalar(
                "select count(*) from review_mark m join review_item i on i.id = m.item_id \
                 where i.review_id = $1 and m.reviewer = $2",
            )
            .bind(review.0)
            .bind(reviewer.as_str())
            .fetch_one(&mut *self.reading().await?)
            .await?;
            Ok(usize::try_from(count).unwrap_or_default())
        })
        .await
    }

    /// The same of the grants with these numbers and those between.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn review_marks_between(
        &self,
        review: ReviewId,
        reviewer: &ReviewerKey,
        (first, last): (i64, i64),
    ) -> Result<Vec<ReviewMark>, StoreError> {
        self.answer(async {
            let rows = db::query(
                "select i.number, m.reviewer, m.decision, m.reason, m.at from review_mark m \
                 join review_item i on i.id = m.item_id where i.review_id = $1 and m.reviewer = $2 \
                 and i.number between $3 and $4 order by i.number",
            );
            let rows = rows.bind(review.0).bind(reviewer.as_str()).bind(first).bind(last);
            let rows = rows.fetch_all(&mut *self.reading().await?).await?;
            let mark = |row: &Row| {
                let word: String = row.try_get("decision")?;
                Ok(ReviewMark {
                    number: row.try_get("number")?,
                    reviewer: ReviewerKey::kept(row.try_get::<String, _>("reviewer")?),
                    decision: ReviewDecision::read(&word).ok_or_else(|| unknown("decision", &word))?,
                    reason: row.try_get("reason")?,
                    at: moment(row, "at")?.unwrap_or_default(),
                })
            };
            rows.iter().map(mark).collect()
        })
        .await
    }
}

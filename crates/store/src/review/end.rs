//! Ending a campaign: completing it, with the plan of what was denied, or giving it up.

use rolecall_model::Timestamp;
use rolecall_model::review::{ReviewOutcome, ReviewState};
use serde_json::json;
use uuid::Uuid;

use super::change::{review_by_uuid, review_take};
use super::row::StoredReview;
use super::submit::{ReviewSubmission, submit};
use super::{Act, act_record};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::plan::plan_insert;
use crate::{Decision, NewPlan, ReviewId, Store, StoreError};

/// How a campaign is completed.
#[derive(Clone, Debug)]
pub struct ReviewEnd {
    /// The version of the campaign that was looked at.
    pub version: i64,
    /// Decisions about what is left, where it is denied.
    pub remaining: Option<ReviewSubmission>,
    /// What follows from all that is denied; nothing where nothing is.
    pub plan: Option<NewPlan>,
}

impl Store {
    /// Completes a campaign: its decisions stand, and what was denied becomes a plan. The plan's id, where there is one.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when it does not run, or was decided about meanwhile.
    pub async fn review_complete(
        &self,
        review: Uuid,
        end: &ReviewEnd,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(StoredReview, Option<Uuid>), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = review_take(&mut tx, review, Some(end.version), ReviewState::Completed).await?;
            if let Some(remaining) = &end.remaining {
                submit(&mut tx, &known, remaining, now).await?;
            }
            let ended = db::query(
                "update review set state = 'completed', ended_at = $1, ended_by = $2, ended_reason = $3 where id = $4",
            );
            let ended = ended.bind(now.0).bind(&decision.actor).bind(&decision.reason).bind(known.id.0);
            ended.execute(&mut tx).await?;
            marks_clear(&mut tx, known.id).await?;
            let counted = "select outcome, count(*) from review_item where review_id = $1 group by outcome";
            let counted = db::query(counted).bind(known.id.0).fetch_all(&mut tx).await?;
            let count = |outcome: ReviewOutcome| -> Result<i64, Failure> {
                for row in &counted {
                    if row.try_get::<String, _>(0)? == outcome.word() {
                        return Ok(row.try_get(1)?);
                    }
                }
                Ok(0)
            };
            let plan = match &end.plan {
                Some(plan) => Some(plan_insert(&mut tx, Some(known.id), plan, &decision.actor, now).await?),
                None => None,
            };
            let details = json!({
                "certified": count(ReviewOutcome::Certified)?,
                "denied": count(ReviewOutcome::Denied)?,
                "undecided": count(ReviewOutcome::Undecided)?,
                "plan": plan.map(|plan| plan.to_string()),
            });
            let act = Act {
                review: &known,
                at: now,
                what: "completed",
                action: "review.completed",
                actor: Some(&decision.actor),
                reason: Some(&decision.reason),
                details,
                personal: Vec::new(),
            };
            act_record(&mut tx, act).await?;
            let completed = review_by_uuid(&mut tx, review).await?;
            tx.commit().await?;
            Ok((completed, plan))
        })
        .await
    }

    /// Gives a campaign up. What was decided stays on record.
    ///
    /// # Errors
    /// As of any writing, and [`StoreError::Conflict`] when it is over.
    pub async fn review_cancel(
        &self,
        review: Uuid,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<StoredReview, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = review_take(&mut tx, review, None, ReviewState::Cancelled).await?;
            let ended = db::query(
                "update review set state = 'cancelled', ended_at = $1, ended_by = $2, ended_reason = $3 where id = $4",
            );
            let ended = ended.bind(now.0).bind(&decision.actor).bind(&decision.reason).bind(known.id.0);
            ended.execute(&mut tx).await?;
            marks_clear(&mut tx, known.id).await?;
            let act = Act {
                review: &known,
                at: now,
                what: "cancelled",
                action: "review.cancelled",
                actor: Some(&decision.actor),
                reason: Some(&decision.reason),
                details: json!({}),
                personal: Vec::new(),
            };
            act_record(&mut tx, act).await?;
            let cancelled = review_by_uuid(&mut tx, review).await?;
            tx.commit().await?;
            Ok(cancelled)
        })
        .await
    }
}

/// Nobody chooses any more.
async fn marks_clear(db: &mut Connection, review: ReviewId) -> Result<(), Failure> {
    let marks = "delete from review_mark where item_id in (select id from review_item where review_id = $1)";
    db::query(marks).bind(review.0).execute(db).await?;
    Ok(())
}

//! Jobs that a runner does elsewhere: given to it, and taken over from it once it has brought what it read.

use rolecall_model::Timestamp;
use serde_json::json;

use super::claim::{Candidate, candidate_of, take, take_or_give_up};
use super::manage::job_record;
use super::row::by_id;
use super::{Claim, Fence, Job, fence_hold};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{JobId, Store, StoreError};

/// The runner's job about this, if it is due.
const DUE: &str = "select id, run_at, attempt, max_attempts, \
     case when state = 'running' then lease_owner else null end as vanished \
     from job where kind = $1 and key = $2 and by_runner = 1 and state in ('queued', 'running') and run_at <= $3 \
     and coalesce(lease_until, $3) <= $3";

impl Store {
    /// Claims the job of this kind about this for its runner, if it is due. One whose runner was not heard of any more is
    /// claimed again, unless that was its last attempt: then it has failed.
    ///
    /// # Errors
    /// As of any writing; when nothing is due, as of any reading.
    pub async fn job_claim_by_runner(
        &self,
        claim: &Claim<'_>,
        kind: &str,
        key: &str,
    ) -> Result<Option<Job>, StoreError> {
        self.answer(async {
            // Whoever only looks does not keep others from writing.
            if due(&mut *self.reading().await?, (kind, key), claim.now, "").await?.is_none() {
                return Ok(None);
            }
            let mut tx = self.writing_beside().await?;
            let skip_locked = tx.skip_locked();
            let claimed = match due(&mut tx, (kind, key), claim.now, skip_locked).await? {
                Some(candidate) => take_or_give_up(&mut tx, &candidate, claim).await?,
                None => None,
            };
            tx.commit().await?;
            Ok(claimed)
        })
        .await
    }

    /// Takes a job over from the runner that has it: from now on it can write nothing for it. The attempt that is
    /// begun with that is one more than there were to be.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it is no longer this attempt's.
    pub async fn job_take_over(&self, fence: Fence, claim: &Claim<'_>) -> Result<Job, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            fence_hold(&mut tx, fence).await?;
            let job = by_id(&mut tx, fence.job).await?;
            let candidate = Candidate {
                id: job.id.0,
                run_at: job.asked.run_at.0,
                attempt: job.attempt,
                max_attempts: job.asked.max_attempts.saturating_add(1),
                vanished: None,
            };
            let taken = take(&mut tx, &candidate, claim).await?.ok_or(Failure::LeaseLost(fence.job))?;
            tx.commit().await?;
            Ok(taken)
        })
        .await
    }

    /// The job with this key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is none.
    pub async fn job_of_id(&self, job: JobId) -> Result<Job, StoreError> {
        self.answer(async { by_id(&mut *self.reading().await?, job).await }).await
    }
}

async fn due(
    db: &mut Connection,
    (kind, key): (&str, &str),
    now: Timestamp,
    skip_locked: &str,
) -> Result<Option<Candidate>, Failure> {
    let query = db::query(format!("{DUE}{skip_locked}")).bind(kind).bind(key).bind(now.0);
    query.fetch_optional(db).await?.as_ref().map(candidate_of).transpose()
}

/// Cancels what a runner does or is to do about this, because it may do nothing more.
pub(crate) async fn runner_jobs_cancel(
    db: &mut Connection,
    key: &str,
    actor: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let why = json!({ "code": "not-wanted", "message": "the key of its runner was revoked" });
    let rows = db::query(
        "update job set state = 'cancelled', lease_until = null, last_error = $1, finished_at = $2 \
         where key = $3 and by_runner = 1 and state in ('queued', 'running') returning *",
    )
    .bind(why.to_string())
    .bind(now.0)
    .bind(key)
    .fetch_all(&mut *db)
    .await?;
    for row in &rows {
        job_record(db, "job.cancelled", row, actor, now).await?;
    }
    Ok(())
}

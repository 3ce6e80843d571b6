//! The end of an attempt, written by the worker that still has the job and by nobody else.

use rolecall_model::Timestamp;
use serde_json::Value as Json;

use super::enqueue::enqueue;
use super::row::by_id;
use super::{Fence, Job, JobEnd, JobState, fence_hold};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Store, StoreError};

/// What the end of an attempt makes of the row.
struct After<'e> {
    state: JobState,
    run_at: Timestamp,
    max_attempts: i64,
    error: Option<&'e Json>,
    result: Option<&'e Json>,
}

impl Store {
    /// Ends an attempt, and says where the job stands then. What follows from a job that is done is queued in the same
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is no longer this attempt's; then nothing of this is written.
    pub async fn job_finish(&self, fence: Fence, end: &JobEnd, now: Timestamp) -> Result<JobState, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            fence_hold(&mut tx, fence).await?;
            let state = finish(&mut tx, fence, end, now).await?;
            tx.commit().await?;
            Ok(state)
        })
        .await
    }
}

async fn finish(db: &mut Connection, fence: Fence, end: &JobEnd, now: Timestamp) -> Result<JobState, Failure> {
    let job = by_id(db, fence.job).await?;
    let after = after(&job, end);
    db::query(
        "update job set state = $1, run_at = $2, max_attempts = $3, lease_until = null, last_error = $4, result = $5, \
         finished_at = $6 where id = $7",
    )
    .bind(after.state.word())
    .bind(after.run_at.0)
    .bind(after.max_attempts)
    .bind(after.error.map(Json::to_string))
    .bind(after.result.map(Json::to_string))
    .bind((after.state != JobState::Queued).then_some(now.0))
    .bind(fence.job.0)
    .execute(&mut *db)
    .await?;
    if let JobEnd::Done { follow, .. } = end {
        for job in follow {
            enqueue(db, job, now).await?;
        }
    }
    Ok(after.state)
}

fn after<'e>(job: &'e Job, end: &'e JobEnd) -> After<'e> {
    let (run_at, max_attempts) = (job.asked.run_at, job.asked.max_attempts);
    let ended = |state| After { state, run_at, max_attempts, error: None, result: None };
    match end {
        JobEnd::Done { result, .. } => After { result: Some(result), ..ended(JobState::Done) },
        JobEnd::Failed { error, retry_at: Some(run_at) } if job.attempt < max_attempts => {
            After { run_at: *run_at, error: Some(error), ..ended(JobState::Queued) }
        }
        JobEnd::Failed { error, .. } => After { error: Some(error), ..ended(JobState::Failed) },
        // Its attempt is not taken back, for it is the fencing token; it may have one more instead.
        JobEnd::Released { run_at } => {
            let max_attempts = max_attempts.saturating_add(1);
            After { run_at: *run_at, max_attempts, error: job.last_error.as_ref(), ..ended(JobState::Queued) }
        }
        JobEnd::Cancelled { why } => After { error: Some(why), ..ended(JobState::Cancelled) },
    }
}

//! Claiming a job: exactly one of many workers gets it, until its lease ends.

use rolecall_model::Timestamp;
use serde_json::json;

use super::row::job_of;
use super::{Claim, Fence, Job, fence_hold};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{Store, StoreError};

/// The first job of a kind that is due and a worker's: one that waits, or one whose worker let its lease end. Whoever claims it passes
/// over those that others are claiming, so that nobody waits; it would be correct without.
const DUE: &str = "select id, run_at, attempt, max_attempts, \
     case when state = 'running' then lease_owner else null end as vanished \
     from job where kind = $1 and by_runner = 0 and state in ('queued', 'running') and run_at <= $2 \
     and coalesce(lease_until, $2) <= $2 order by run_at, id limit 1";

/// A job that could be claimed.
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) run_at: i64,
    pub(super) attempt: i64,
    pub(super) max_attempts: i64,
    /// The worker that had it and let its lease end.
    pub(super) vanished: Option<String>,
}

impl Store {
    /// Claims the job of these kinds that has been due for longest, if there is one. One whose worker vanished is claimed
    /// again, unless that was its last attempt: then it has failed.
    ///
    /// # Errors
    /// As of any writing; when nothing is due, as of any reading.
    pub async fn job_claim(&self, claim: &Claim<'_>, kinds: &[&str]) -> Result<Option<Job>, StoreError> {
        self.answer(async {
            // Whoever only looks does not keep others from writing.
            if due(&mut *self.reading().await?, kinds, claim.now, "").await?.is_none() {
                return Ok(None);
            }
            let mut tx = self.writing_beside().await?;
            let claimed = claim_first(&mut tx, claim, kinds).await?;
            tx.commit().await?;
            Ok(claimed)
        })
        .await
    }

    /// Keeps a job for longer.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it is no longer this attempt's.
    pub async fn job_renew(&self, fence: Fence, until: Timestamp) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            fence_hold(&mut tx, fence).await?;
            db::query("update job set lease_until = $1 where id = $2")
                .bind(until.0)
                .bind(fence.job.0)
                .execute(&mut tx)
                .await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

async fn claim_first(db: &mut Connection, claim: &Claim<'_>, kinds: &[&str]) -> Result<Option<Job>, Failure> {
    let skip_locked = db.skip_locked();
    while let Some(candidate) = due(db, kinds, claim.now, skip_locked).await? {
        if let Some(job) = take_or_give_up(db, &candidate, claim).await? {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// Begins the candidate's next attempt, unless there are to be no more, or another worker has begun it.
pub(super) async fn take_or_give_up(
    db: &mut Connection,
    candidate: &Candidate,
    claim: &Claim<'_>,
) -> Result<Option<Job>, Failure> {
    if candidate.vanished.is_some() && candidate.attempt >= candidate.max_attempts {
        give_up(db, candidate, claim.now).await?;
        return Ok(None);
    }
    take(db, candidate, claim).await
}

/// The job of these kinds that has been due for longest.
async fn due(
    db: &mut Connection,
    kinds: &[&str],
    now: Timestamp,
    skip_locked: &str,
) -> Result<Option<Candidate>, Failure> {
    let mut first: Option<Candidate> = None;
    for kind in kinds {
        let row = db::query(format!("{DUE}{skip_locked}")).bind(*kind).bind(now.0).fetch_optional(&mut *db).await?;
        let found = row.as_ref().map(candidate_of).transpose()?;
        first = first.into_iter().chain(found).min_by_key(|candidate| (candidate.run_at, candidate.id));
    }
    Ok(first)
}

pub(super) fn candidate_of(row: &Row) -> Result<Candidate, Failure> {
    Ok(Candidate {
        id: row.try_get("id")?,
        run_at: row.try_get("run_at")?,
        attempt: row.try_get("attempt")?,
        max_attempts: row.try_get("max_attempts")?,
        vanished: row.try_get("vanished")?,
    })
}

/// Begins the candidate's next attempt, unless another worker has begun it meanwhile.
pub(super) async fn take(
    db: &mut Connection,
    candidate: &Candidate,
    claim: &Claim<'_>,
) -> Result<Option<Job>, Failure> {
    let row = db::query(
        "update job set state = 'running', attempt = attempt + 1, max_attempts = $1, lease_owner = $2, \
         lease_until = $3, started_at = $4, last_error = coalesce($5, last_error) \
         where id = $6 and attempt = $7 and state in ('queued', 'running') returning *",
    )
    .bind(candidate.max_attempts)
    .bind(claim.owner)
    .bind(claim.until.0)
    .bind(claim.now.0)
    .bind(candidate.vanished.as_deref().map(vanished_error))
    .bind(candidate.id)
    .bind(candidate.attempt)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(job_of).transpose()
}

/// Marks a job as failed whose worker vanished in its last attempt.
async fn give_up(db: &mut Connection, candidate: &Candidate, now: Timestamp) -> Result<(), Failure> {
    db::query(
        "update job set state = 'failed', lease_until = null, last_error = $1, finished_at = $2 \
         where id = $3 and attempt = $4 and state = 'running'",
    )
    .bind(candidate.vanished.as_deref().map(vanished_error))
    .bind(now.0)
    .bind(candidate.id)
    .bind(candidate.attempt)
    .execute(db)
    .await?;
    Ok(())
}

fn vanished_error(worker: &str) -> String {
    json!({ "code": "worker-vanished", "message": format!("{worker} vanished, or stalled for longer than its lease") })
        .to_string()
}

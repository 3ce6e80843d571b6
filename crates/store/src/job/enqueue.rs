//! Asking for a job, and beginning one at once.

use rolecall_model::Timestamp;
use uuid::Uuid;

use super::claim::{Candidate, take};
use super::manage::job_record_of;
use super::row::job_of;
use super::{Claim, Enqueued, Job, JobStarted, JobState, NewJob, Takeover};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Store, StoreError};

impl Store {
    /// Queues a job, unless an unfinished one of its kind is about the same thing.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn job_enqueue(&self, job: &NewJob, now: Timestamp) -> Result<Enqueued, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let enqueued = enqueue(&mut tx, job, now).await?;
            tx.commit().await?;
            Ok(enqueued)
        })
        .await
    }

    /// Queues a job that a person asks for, as [`Self::job_enqueue`] does, and records that they did.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn job_ask(&self, job: &NewJob, now: Timestamp) -> Result<Enqueued, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let enqueued = enqueue(&mut tx, job, now).await?;
            let (Enqueued::New(asked) | Enqueued::Known(asked)) = &enqueued;
            job_record_of(&mut tx, "job.asked", asked, &job.asked_by, now).await?;
            tx.commit().await?;
            Ok(enqueued)
        })
        .await
    }

    /// Queues a job and claims it in one step, for whoever does it themself. One that waits already is taken as it is;
    /// its time and its number of attempts do not matter, because somebody is asking for it now.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn job_start(
        &self,
        job: &NewJob,
        claim: &Claim<'_>,
        takeover: Takeover,
    ) -> Result<JobStarted, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let started = start(&mut tx, job, claim, takeover).await?;
            tx.commit().await?;
            Ok(started)
        })
        .await
    }
}

async fn start(
    db: &mut Connection,
    job: &NewJob,
    claim: &Claim<'_>,
    takeover: Takeover,
) -> Result<JobStarted, Failure> {
    loop {
        let (Enqueued::New(found) | Enqueued::Known(found)) = enqueue(db, job, claim.now).await?;
        if found.is_leased(claim.now) && takeover == Takeover::Expired {
            return Ok(JobStarted::Busy(found));
        }
        // It is gone if somebody else took or finished it meanwhile.
        if let Some(mine) = take(db, &candidate(found), claim).await? {
            return Ok(JobStarted::Mine(mine));
        }
    }
}

fn candidate(job: Job) -> Candidate {
    let vanished = job.worker.filter(|_| job.state == JobState::Running);
    let max_attempts = job.asked.max_attempts.max(job.attempt + 1);
    Candidate { id: job.id.0, run_at: job.asked.run_at.0, attempt: job.attempt, max_attempts, vanished }
}

/// Queues a job in a transaction. This is where every job comes from.
pub(super) async fn enqueue(db: &mut Connection, job: &NewJob, now: Timestamp) -> Result<Enqueued, Failure> {
    loop {
        if let Some(new) = insert(db, job, now).await? {
            return Ok(Enqueued::New(new));
        }
        // It is gone if it was finished between the two statements.
        if let Some(known) = unfinished(db, job).await? {
            return Ok(Enqueued::Known(known));
        }
    }
}

async fn insert(db: &mut Connection, job: &NewJob, now: Timestamp) -> Result<Option<Job>, Failure> {
    let row = db::query(
        "insert into job (uuid, kind, key, payload, asked_by, state, run_at, max_attempts, created_at, by_runner) \
         values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9) \
         on conflict (kind, key) where state in ('queued', 'running') do nothing returning *",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&job.kind)
    .bind(&job.key)
    .bind(job.payload.to_string())
    .bind(&job.asked_by)
    .bind(job.run_at.0)
    .bind(job.max_attempts)
    .bind(now.0)
    .bind(i64::from(job.by_runner))
    .fetch_optional(db)
    .await?;
    row.as_ref().map(job_of).transpose()
}

async fn unfinished(db: &mut Connection, job: &NewJob) -> Result<Option<Job>, Failure> {
    let row = db::query("select * from job where kind = $1 and key = $2 and state in ('queued', 'running')")
        .bind(&job.kind)
        .bind(&job.key)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(job_of).transpose()
}

//! What a person does about jobs: look, cancel, ask again. And what becomes of old ones.

use rolecall_model::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::row::{by_id, job_of};
use super::{Job, JobFilter};
use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::sync::limit_of;
use crate::{JobId, Store, StoreError};

impl Store {
    /// The latest jobs, newest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn job_list(&self, filter: JobFilter<'_>, limit: usize) -> Result<Vec<Job>, StoreError> {
        self.job_list_before(filter, None, limit).await
    }

    /// The same, of those that were asked for before this one: the next page.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn job_list_before(
        &self,
        filter: JobFilter<'_>,
        before: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select * from job where kind = coalesce($1, kind) and key = coalesce($2, key) \
                 and state = coalesce($3, state) and id < $4 order by id desc limit $5",
            )
            .bind(filter.kind)
            .bind(filter.key)
            .bind(filter.state.map(super::JobState::word))
            .bind(before.map_or(i64::MAX, |before| before.0))
            .bind(limit_of(limit))
            .fetch_all(&mut db)
            .await?;
            rows.iter().map(job_of).collect()
        })
        .await
    }

    /// The job with this id of the outside world.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn job_named(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query("select * from job where uuid = $1").bind(uuid.to_string());
            row.fetch_optional(&mut db).await?.as_ref().map(job_of).transpose()
        })
        .await
    }

    /// The newest job of a kind that is about this, whatever became of it.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn job_latest(&self, kind: &str, key: &str) -> Result<Option<Job>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query("select * from job where kind = $1 and key = $2 order by id desc limit 1")
                .bind(kind)
                .bind(key)
                .fetch_optional(&mut db)
                .await?;
            row.as_ref().map(job_of).transpose()
        })
        .await
    }

    /// Cancels a job that is not finished. Its worker, if it has one, learns it when it renews its lease, and can write
    /// nothing for it any more.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is finished, or there is none.
    pub async fn job_cancel(&self, job: JobId, actor: &str, now: Timestamp) -> Result<Job, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let why = json!({ "code": "cancelled", "message": format!("cancelled by {actor}") });
            let row = db::query(
                "update job set state = 'cancelled', lease_until = null, last_error = $1, finished_at = $2 \
                 where id = $3 and state in ('queued', 'running') returning *",
            )
            .bind(why.to_string())
            .bind(now.0)
            .bind(job.0)
            .fetch_optional(&mut tx)
            .await?;
            let Some(row) = row else {
                let state = by_id(&mut tx, job).await?.state.word();
                return Err(Failure::Conflict(format!("job {job} is {state}: there is nothing left to cancel")));
            };
            job_record(&mut tx, "job.cancelled", &row, actor, now).await?;
            tx.commit().await?;
            job_of(&row)
        })
        .await
    }

    /// Queues a failed or cancelled job again, for at most so many more attempts. One that waits for another attempt
    /// is not made to wait any longer.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is running or done, when another job of its kind is about the same thing, or
    /// when there is none.
    pub async fn job_retry(&self, job: JobId, attempts: i64, actor: &str, now: Timestamp) -> Result<Job, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let row = db::query(
                "update job set state = 'queued', run_at = $1, max_attempts = attempt + $2, asked_by = $3, \
                 finished_at = null where id = $4 and state in ('queued', 'failed', 'cancelled') \
                 and not exists (select 1 from job other where other.kind = job.kind and other.key = job.key \
                 and other.id <> job.id and other.state in ('queued', 'running')) returning *",
            )
            .bind(now.0)
            .bind(attempts)
            .bind(actor)
            .bind(job.0)
            .fetch_optional(&mut tx)
            .await?;
            let Some(row) = row else { return Err(Failure::Conflict(unretried(&by_id(&mut tx, job).await?))) };
            job_record(&mut tx, "job.retried", &row, actor, now).await?;
            tx.commit().await?;
            job_of(&row)
        })
        .await
    }

    /// Forgets jobs that were finished before a moment, and says how many they were.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn job_prune(&self, finished_before: Timestamp) -> Result<u64, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let pruned = db::query("delete from job where finished_at is not null and finished_at < $1")
                .bind(finished_before.0)
                .execute(&mut tx)
                .await?
                .rows_affected();
            tx.commit().await?;
            Ok(pruned)
        })
        .await
    }
}

/// Records what a person decided about a job.
pub(crate) async fn job_record(
    db: &mut Connection,
    action: &'static str,
    row: &Row,
    actor: &str,
    at: Timestamp,
) -> Result<(), Failure> {
    job_record_of(db, action, &job_of(row)?, actor, at).await
}

/// The same of a job that was read already.
pub(super) async fn job_record_of(
    db: &mut Connection,
    action: &'static str,
    job: &Job,
    actor: &str,
    at: Timestamp,
) -> Result<(), Failure> {
    let entry = AuditEntry {
        at,
        action,
        subject: job.uuid.to_string(),
        details: json!({ "kind": job.asked.kind, "about": job.asked.key }),
        personal: vec![("actor", actor)],
    };
    audit_append(db, &entry).await.map(drop)
}

/// Why a job was not queued again.
fn unretried(job: &Job) -> String {
    use super::JobState::{Cancelled, Done, Failed, Queued, Running};
    let id = job.id;
    match job.state {
        Running => format!("job {id} is running"),
        Done => format!("job {id} is done"),
        Queued | Failed | Cancelled => format!("a newer job does what job {id} was to do"),
    }
}

//! A sync that a person runs themself: a job too, so that everyone sees it and no worker does the same.

use rolecall_connect::Connector;
use rolecall_store::{Claim, Connector as ConnectorRecord, Job, JobEnd, JobStarted, NewJob, StoreError, Takeover};

use super::attempt::{finish, lease_until, leased};
use super::sync_job::result;
use super::{JobError, KEPT_SECONDS, sync_job};
use crate::people::identities_refresh;
use crate::plans::plan_steps_seen;
use crate::{Context, SyncError, SyncOptions, SyncReport, connector_title, sync_run};

/// Who does a job themself.
#[derive(Clone, Debug)]
pub struct Doer {
    /// The process, in words that help a person find it.
    pub owner: String,
    /// The person who wants it.
    pub asked_by: String,
    /// Whether holding the writer lock shows that no other process syncs, so that whatever job is left of one may be taken
    /// at once. So it is where the database is a file.
    pub takeover: Takeover,
}

/// Syncs a connector now.
///
/// # Errors
/// [`SyncError::Busy`] while another process syncs it, [`SyncError::Store`] when another writes to the database, and
/// whatever [`sync_run`] reports.
pub async fn sync_inline(
    context: &Context,
    connector: &dyn Connector,
    record: &ConnectorRecord,
    options: SyncOptions,
    doer: &Doer,
) -> Result<SyncReport, SyncError> {
    let _lock = context.store.writer_lock(record.id, &format!("sync of {}", connector_title(record))).await?;
    let job = start(context, record, doer).await?;
    let fence = job.fence();
    let fenced = Context { store: context.store.fenced(fence), ..context.clone() };
    let outcome = leased(context, fence, sync_run(&fenced, connector, record, options)).await;
    let outcome = outcome.unwrap_or(Err(SyncError::Store(StoreError::LeaseLost { job: job.id })));
    if outcome.is_ok() {
        noted(&fenced, record).await;
    }
    if let Some(end) = end(&outcome) {
        finish(&context.store, fence, &end, context.now()).await?;
    }
    context.store.job_prune(context.now().plus_seconds(-KEPT_SECONDS)).await?;
    outcome
}

/// Notes what follows from what was read. What fails is noted after the next reading: whose accounts are is worked out for every
/// answer anyway.
async fn noted(context: &Context, record: &ConnectorRecord) {
    let refreshed = identities_refresh(&context.store, context.now()).await;
    if let Err(error) = refreshed.and(plan_steps_seen(&context.store, context.now()).await) {
        tracing::warn!(connector = %record.uuid, %error, "a connector was read, and what follows from it was not noted");
    }
}

/// The person's own job; or one that waits for a worker, which is then not to be done twice.
async fn start(context: &Context, record: &ConnectorRecord, doer: &Doer) -> Result<Job, SyncError> {
    let now = context.now();
    // What was said on the command line is in no payload, so that nobody else can make another attempt.
    let wanted = NewJob { max_attempts: 1, ..sync_job(record, &doer.asked_by, now) };
    let claim = Claim { owner: &doer.owner, now, until: lease_until(now) };
    match context.store.job_start(&wanted, &claim, doer.takeover).await? {
        JobStarted::Mine(job) => Ok(job),
        JobStarted::Busy(job) => Err(SyncError::Busy {
            connector: connector_title(record),
            worker: job.worker.unwrap_or_default(),
            since: job.started_at,
            job: job.id,
        }),
    }
}

/// A person sees at once what went wrong, and tries again when they like: nobody else does it for them. Nothing when the
/// job was lost.
fn end(outcome: &Result<SyncReport, SyncError>) -> Option<JobEnd> {
    let error = match outcome {
        Ok(report) => return Some(JobEnd::Done { result: result(report), follow: Vec::new() }),
        Err(error) => JobError::from(error),
    };
    Some(match error {
        JobError::Again(error) | JobError::Never(error) => JobEnd::Failed { error, retry_at: None },
        JobError::Later { why, .. } => JobEnd::Failed { error: JobError::record("busy", &why, None), retry_at: None },
        JobError::Unwanted(why) => JobEnd::Cancelled { why: JobError::record("not-wanted", &why, None) },
        JobError::Stopped => {
            JobEnd::Cancelled { why: JobError::record("stopped", "stopped by the person who ran it", None) }
        }
        JobError::Lost => return None,
    })
}

//! One attempt at a job: the lease is kept while it lasts, and its end is recorded.

use std::time::Duration;

use rolecall_model::Timestamp;
use rolecall_store::{Fence, Job, JobEnd, JobState, Store, StoreError};
use serde_json::Value as Json;

use super::back_off::retry_at;
use super::{JobDone, JobError, LEASE_SECONDS};
use crate::Context;

/// How often the end of an attempt is tried to be written while another process writes. The lease outlasts none of it,
/// but nobody takes the job while nobody can write.
const FINISH_TRIES: usize = 5;

/// Does the work while its lease is kept, and gives up the moment the job is lost.
pub(super) async fn leased<T>(context: &Context, fence: Fence, work: impl Future<Output = T>) -> Option<T> {
    leased_with(context, fence, Duration::from_secs(LEASE_SECONDS.unsigned_abs()) / 3, work).await
}

/// The same, with so much time between two renewals.
pub(super) async fn leased_with<T>(
    context: &Context,
    fence: Fence,
    pause: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    // Side by side: a renewal may have to wait for a transaction of the work itself.
    tokio::select! {
        outcome = work => Some(outcome),
        () = renewals(context, fence, pause) => None,
    }
}

/// Renews the lease until it is lost.
async fn renewals(context: &Context, fence: Fence, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        match context.store.job_renew(fence, lease_until(context.now())).await {
            Err(StoreError::LeaseLost { .. }) => return,
            Err(error) => tracing::warn!(job = fence.job.0, %error, "a lease could not be renewed"),
            Ok(()) => {}
        }
    }
}

/// When a lease that begins now ends.
pub(crate) const fn lease_until(now: Timestamp) -> Timestamp {
    now.plus_seconds(LEASE_SECONDS)
}

/// Records how an attempt ended; nothing when the job was lost.
pub(super) async fn finish(
    store: &Store,
    fence: Fence,
    end: &JobEnd,
    now: Timestamp,
) -> Result<Option<JobState>, StoreError> {
    let mut tries = 1;
    loop {
        match store.job_finish(fence, end, now).await {
            Ok(state) => return Ok(Some(state)),
            Err(StoreError::LeaseLost { .. }) => return Ok(None),
            Err(StoreError::Busy { .. }) if tries < FINISH_TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

/// What the database is told of an attempt, and what a person is; nothing when the job was lost.
pub(super) fn end_of(
    job: &Job,
    outcome: Result<JobDone, JobError>,
    now: Timestamp,
) -> Option<(JobEnd, Option<String>)> {
    Some(match outcome {
        Ok(JobDone { result, follow }) => (JobEnd::Done { result, follow }, None),
        Err(JobError::Again(error)) => {
            let why = message(&error);
            (JobEnd::Failed { error, retry_at: Some(retry_at(job, now)) }, why)
        }
        Err(JobError::Never(error)) => {
            let why = message(&error);
            (JobEnd::Failed { error, retry_at: None }, why)
        }
        Err(JobError::Later { seconds, why }) => (JobEnd::Released { run_at: now.plus_seconds(seconds) }, Some(why)),
        Err(JobError::Unwanted(why)) => {
            (JobEnd::Cancelled { why: JobError::record("not-wanted", &why, None) }, Some(why))
        }
        Err(JobError::Stopped) => (JobEnd::Released { run_at: now }, Some("its worker stops".to_owned())),
        Err(JobError::Lost) => return None,
    })
}

fn message(error: &Json) -> Option<String> {
    error.get("message").and_then(Json::as_str).map(str::to_owned)
}

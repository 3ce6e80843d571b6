//! Which connectors are to be read now, because it is so long since they were.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{Connector as ConnectorRecord, Job, NewJob, Store, StoreError};

use super::back_off::scatter;
use super::{SYNC, Schedule, every_parse, sync_job};

/// Who asks for what a schedule finds due.
pub(super) const ASKED_BY: &str = "schedule";

/// Connectors that have the same interval are read up to this much later than it says, each with its own delay, so that
/// they do not all begin at once.
const SPREAD_SECONDS: i64 = 60;

/// Asks for a sync of every connector that has an interval (its setting `every`) and is not paused, once it is due.
#[derive(Debug)]
pub struct SyncSchedule;

#[async_trait]
impl Schedule for SyncSchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let mut jobs = Vec::new();
        for record in store.connector_list().await? {
            let Some(every) = interval(&record).filter(|_| record.paused_at.is_none()) else { continue };
            let job = store.job_latest(SYNC, &record.uuid.to_string()).await?;
            let sync = store.sync_list(record.id, 1).await?.into_iter().next();
            let synced = sync.map(|sync| sync.started_at);
            if let Some(at) = due_at(&record, every, job.as_ref(), synced).filter(|at| *at <= now) {
                jobs.push(sync_job(&record, ASKED_BY, at));
            }
        }
        Ok(jobs)
    }
}

/// How often a connector is read, in seconds. What is not understood was written by a newer program.
fn interval(record: &ConnectorRecord) -> Option<i64> {
    record.config.settings.get("every")?.as_str().and_then(|text| every_parse(text).ok())
}

/// When a connector is to be read next; never while a job is at it. A job that failed before it could begin to sync counts
/// like one that did: trying at once again would not help.
fn due_at(record: &ConnectorRecord, every: i64, job: Option<&Job>, synced: Option<Timestamp>) -> Option<Timestamp> {
    if job.is_some_and(|job| job.finished_at.is_none()) {
        return None;
    }
    let tried = job.map(|job| job.started_at.unwrap_or(job.created_at));
    let Some(last) = tried.max(synced) else { return Some(record.created_at) };
    let delay = scatter(record.uuid.as_u64_pair(), last.0, SPREAD_SECONDS.min(every / 10));
    Some(last.plus_seconds(every + delay))
}

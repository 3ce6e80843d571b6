//! Which connectors are to be read now, because it is so long since they were.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{Connector as ConnectorRecord, Job, NewJob, Standing, Store, StoreError};

use super::back_off::scatter;
use super::cron::{CronTimes, cron_parse};
use super::{SYNC, Schedule, every_parse, sync_job};

/// Who asks for what a schedule finds due.
pub(super) const ASKED_BY: &str = "schedule";

/// Connectors that have the same interval are read up to this much later than it says, each with its own delay, so that
/// they do not all begin at once.
const SPREAD_SECONDS: i64 = 60;

/// Asks for a sync of every connector that has an interval (its setting `every`) or fixed times (`cron`) and is not
/// paused, once it is due.
#[derive(Debug)]
pub struct SyncSchedule;

#[async_trait]
impl Schedule for SyncSchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let mut jobs = Vec::new();
        for standing in store.connectors_standing(SYNC).await? {
            let Standing { connector, job, sync, .. } = standing;
            let synced = sync.map(|sync| sync.started_at);
            if let Some(at) = sync_due_at(&connector, job.as_ref(), synced).filter(|at| *at <= now) {
                jobs.push(sync_job(&connector, ASKED_BY, at));
            }
        }
        Ok(jobs)
    }
}

/// How often, or when, a connector is read.
#[derive(Clone, Debug)]
enum Rhythm {
    /// Every so many seconds.
    Every(i64),
    /// At fixed times.
    Cron(Box<CronTimes>),
}

/// What is not understood was written by a newer program.
fn rhythm(record: &ConnectorRecord) -> Option<Rhythm> {
    let text = |name: &str| record.config.settings.get(name)?.as_str();
    let every = text("every").and_then(|every| every_parse(every).ok()).map(Rhythm::Every);
    every.or_else(|| text("cron").and_then(|cron| cron_parse(cron).ok()).map(Box::new).map(Rhythm::Cron))
}

/// When a connector is to be read next by itself; never while a job is at it, or while it is paused. `synced` is when it
/// was last begun to be read. A job that failed before it could begin to sync counts like one that did: trying at once
/// again would not help.
#[must_use]
pub fn sync_due_at(record: &ConnectorRecord, job: Option<&Job>, synced: Option<Timestamp>) -> Option<Timestamp> {
    if !record.is_active() || job.is_some_and(|job| job.finished_at.is_none()) {
        return None;
    }
    let rhythm = rhythm(record)?;
    let tried = job.map(|job| job.started_at.unwrap_or(job.created_at));
    let Some(last) = tried.max(synced) else { return Some(record.created_at) };
    let uuid = record.uuid.as_u64_pair();
    match rhythm {
        Rhythm::Every(every) => {
            let delay = scatter(uuid, last.0, SPREAD_SECONDS.min(every / 10));
            Some(last.plus_seconds(every + delay))
        }
        // The delay is that of the connector and not of the time, or one that began late would begin twice.
        Rhythm::Cron(times) => {
            let delay = scatter(uuid, 0, SPREAD_SECONDS);
            Some(times.after(last.plus_seconds(-delay))?.plus_seconds(delay))
        }
    }
}

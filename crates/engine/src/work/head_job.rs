//! Signed heads of the audit log leave the machine without a person.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_notify::{Destination, Reach};
use rolecall_store::{AuditKey, NewJob, Store, StoreError};
use serde_json::json;

use super::{JobDone, JobError, JobHandler, Schedule, Task};
use crate::audit::audit_head_deliver;

/// The kind of these jobs.
pub(crate) const HEAD: &str = "audit.head";
/// There is one log.
const KEY: &str = "log";
const ATTEMPTS: i64 = 5;

/// Signs the log's head and delivers it.
pub struct HeadHandler {
    /// What signs it.
    pub key: AuditKey,
    /// Where it goes.
    pub destinations: Vec<Destination>,
    /// Which addresses may be delivered to.
    pub reach: Reach,
}

#[async_trait]
impl JobHandler for HeadHandler {
    fn kind(&self) -> &'static str {
        HEAD
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let (store, now) = (&task.context.store, task.context.now());
        let delivery = audit_head_deliver(store, &self.key, &self.destinations, self.reach, now).await?;
        let troubles: Vec<String> = delivery.troubles().collect();
        if !troubles.is_empty() {
            return Err(JobError::Again(JobError::record("not-delivered", &troubles.join("; "), None)));
        }
        Ok(JobDone { result: json!({ "sequence": delivery.head.sequence }), follow: Vec::new() })
    }
}

/// Asks for a delivery so many seconds after the last one.
#[derive(Clone, Copy, Debug)]
pub struct HeadSchedule {
    /// How many.
    pub every: i64,
}

#[async_trait]
impl Schedule for HeadSchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let last = store.job_latest(HEAD, KEY).await?;
        let is_due =
            last.is_none_or(|last| last.finished_at.is_some() && last.created_at.plus_seconds(self.every) <= now);
        let job = || NewJob {
            kind: HEAD.to_owned(),
            key: KEY.to_owned(),
            payload: json!({ "about": "the audit log" }),
            asked_by: super::sync_schedule::ASKED_BY.to_owned(),
            run_at: now,
            max_attempts: ATTEMPTS,
            by_runner: false,
        };
        Ok(is_due.then(job).into_iter().collect())
    }
}

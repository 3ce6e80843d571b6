//! Decisions that were delayed are carried out when they are due, in the name of whoever made them.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{NewJob, Store, StoreError};
use serde_json::json;
use uuid::Uuid;

use super::rule_job::rules_job;
use super::shared_lock::SharedLock;
use super::{ATTEMPTS, JobDone, JobError, JobHandler, Schedule, Task};

/// The kind of these jobs. The key is the decision's id.
pub(crate) const DECISION: &str = "decision";

/// Carries out decisions.
#[derive(Default)]
pub struct DecisionHandler {
    lock: SharedLock,
}

#[async_trait]
impl JobHandler for DecisionHandler {
    fn kind(&self) -> &'static str {
        DECISION
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let (store, now) = (&task.context.store, task.context.now());
        let id = Uuid::try_parse(&task.job.asked.key)
            .map_err(|error| JobError::Never(JobError::record("no-decision", &error.to_string(), None)))?;
        let waiting = store.decisions_pending(None).await?;
        let pending = waiting.into_iter().find(|pending| pending.uuid == id);
        let pending = pending.ok_or_else(|| JobError::Unwanted("the decision was withdrawn".to_owned()))?;
        let _lock = self.lock.take(store, pending.asked.connector).await?;
        let report = store.decision_carry_out(id, now).await?;
        let report = report.ok_or_else(|| JobError::Unwanted("the decision was withdrawn".to_owned()))?;
        store.tally_make(pending.asked.connector).await?;
        Ok(JobDone {
            result: json!({ "facts": report.facts }),
            follow: vec![rules_job(&task.job.asked.asked_by, task.context.now())],
        })
    }
}

/// Asks for each decision when it is due.
#[derive(Clone, Copy, Debug)]
pub struct DecisionSchedule;

#[async_trait]
impl Schedule for DecisionSchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let waiting = store.decisions_pending(None).await?;
        let due = waiting.into_iter().filter(|pending| pending.asked.due_at <= now);
        let job = |pending: rolecall_store::DecisionPending| NewJob {
            kind: DECISION.to_owned(),
            key: pending.uuid.to_string(),
            payload: json!({ "about": format!("removals of connector {}", pending.connector_uuid) }),
            asked_by: pending.asked.actor,
            run_at: pending.asked.due_at,
            max_attempts: ATTEMPTS,
            by_runner: false,
        };
        Ok(due.map(job).collect())
    }
}

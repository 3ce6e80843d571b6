//! Rules are evaluated as soon as something became current, and at their intervals.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{NewJob, Store, StoreError};
use serde_json::json;

use super::delivery_job::delivery_jobs;
use super::{ATTEMPTS, JobDone, JobError, JobHandler, Schedule, Task};
use crate::alerting::{PassError, PassReport, Passing, RuleOutcome, Which, rules_are_due, rules_evaluate};

/// The kind of these jobs.
pub(crate) const RULES: &str = "rules.evaluate";
/// All rules are evaluated over one view of the world, by one worker at a time.
const KEY: &str = "all";
/// What becomes current meanwhile is looked at before the job ends, so often at most.
const ROUNDS: usize = 5;

/// Evaluates rules.
#[derive(Clone, Debug, Default)]
pub struct RuleHandler {
    /// What is the same for every evaluation.
    pub passing: Passing,
}

/// The job that evaluates what is due.
pub(crate) fn rules_job(asked_by: &str, now: Timestamp) -> NewJob {
    NewJob {
        kind: RULES.to_owned(),
        key: KEY.to_owned(),
        payload: json!({ "about": "the rules" }),
        asked_by: asked_by.to_owned(),
        run_at: now,
        max_attempts: ATTEMPTS,
    }
}

#[async_trait]
impl JobHandler for RuleHandler {
    fn kind(&self) -> &'static str {
        RULES
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let (mut evaluated, mut failed, mut told) = (0, 0, 0);
        for _ in 0..ROUNDS {
            let report = rules_evaluate(&task.context, &self.passing, &Which::Due).await.map_err(job_error)?;
            let PassReport { findings, rules, deliveries } = &report;
            if findings.is_none() && rules.is_empty() {
                break;
            }
            evaluated += rules.len();
            failed += rules.values().filter(|outcome| matches!(outcome, RuleOutcome::Failed(_))).count();
            told += deliveries.len();
        }
        let store = &task.context.store;
        let follow = delivery_jobs(store, task.context.now()).await?;
        Ok(JobDone { result: json!({ "rules": evaluated, "failed": failed, "messages": told }), follow })
    }
}

fn job_error(error: PassError) -> JobError {
    match error {
        PassError::Store(error) => error.into(),
        other => JobError::Again(JobError::record("rules", &other.to_string(), None)),
    }
}

/// Asks for an evaluation where a rule is due.
#[derive(Clone, Copy, Debug)]
pub struct RuleSchedule;

#[async_trait]
impl Schedule for RuleSchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let is_due = rules_are_due(store, now).await?;
        Ok(is_due.then(|| rules_job(super::sync_schedule::ASKED_BY, now)).into_iter().collect())
    }
}

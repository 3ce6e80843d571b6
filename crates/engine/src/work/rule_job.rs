//! Rules are evaluated as soon as something became current, and at their intervals.

use std::iter;

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{NewJob, Store, StoreError};
use serde_json::{Value as Json, json};
use uuid::Uuid;

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

/// The job in which somebody has rules evaluated, due or not: all of them, or the one of this name. It is none of those that
/// the clock asks for, so that it does not wait for one; whoever is slower at a rule leaves it as it is.
pub(crate) fn rules_job_asked(rule: Option<(Uuid, &str)>, asked_by: &str, now: Timestamp) -> NewJob {
    let (key, about, names) = match rule {
        None => ("asked".to_owned(), "the rules", Vec::new()),
        Some((id, name)) => (id.to_string(), name, vec![name]),
    };
    let payload = json!({ "about": about, "asked": true, "rules": names });
    NewJob { key, payload, ..rules_job(asked_by, now) }
}

/// What a job evaluates before it looks at what is due.
fn asked_of(payload: &Json) -> Option<Which> {
    payload.get("asked").and_then(Json::as_bool).filter(|is_asked| *is_asked)?;
    let names = payload.get("rules").and_then(Json::as_array).into_iter().flatten();
    let names: Vec<String> = names.filter_map(Json::as_str).map(str::to_owned).collect();
    Some(if names.is_empty() { Which::All } else { Which::Named(names) })
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
        by_runner: false,
    }
}

#[async_trait]
impl JobHandler for RuleHandler {
    fn kind(&self) -> &'static str {
        RULES
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let (mut evaluated, mut failed, mut told) = (0, 0, 0);
        let asked = asked_of(&task.job.asked.payload);
        for which in asked.into_iter().chain(iter::repeat_n(Which::Due, ROUNDS)) {
            let report = rules_evaluate(&task.context, &self.passing, &which).await.map_err(job_error)?;
            let PassReport { findings, rules, deliveries } = &report;
            if findings.is_none() && rules.is_empty() && which == Which::Due {
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
        unknown @ PassError::Unknown(_) => JobError::Unwanted(unknown.to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_asks_for_is_read_from_the_job() {
        let now = Timestamp(0);
        assert_eq!(asked_of(&rules_job("schedule", now).payload), None);
        assert_eq!(asked_of(&rules_job_asked(None, "ada", now).payload), Some(Which::All));
        let one = rules_job_asked(Some((Uuid::nil(), "New owner")), "ada", now);
        assert_eq!(asked_of(&one.payload), Some(Which::Named(vec!["New owner".to_owned()])));
        assert_ne!(one.key, rules_job("schedule", now).key);
    }
}

//! Reviews of access are looked after: what rules and the calendar ask for is begun, and reviewers are reminded.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{NewJob, Store, StoreError};
use serde_json::json;

use super::delivery_job::delivery_jobs;
use super::{JobDone, JobError, JobHandler, Schedule, Task};
use crate::reviews::{ReviewError, review_is_due, review_upkeep};

/// The kind of these jobs.
pub(crate) const REVIEWS: &str = "reviews.upkeep";
/// There is one for all reviews, so that nobody is told anything twice.
const KEY: &str = "all";
const ATTEMPTS: i64 = 3;
/// How often it is done while there is anything to look after, in seconds.
const EVERY_SECONDS: i64 = 60;

/// Does it.
#[derive(Clone, Debug, Default)]
pub struct ReviewHandler {
    /// Where the hub is, for links in what is told.
    pub hub: Option<String>,
}

#[async_trait]
impl JobHandler for ReviewHandler {
    fn kind(&self) -> &'static str {
        REVIEWS
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let done = review_upkeep(&task.context, self.hub.as_deref()).await.map_err(job_error)?;
        let follow = delivery_jobs(&task.context.store, task.context.now()).await?;
        let result = json!({
            "begun": done.begun,
            "failed": done.failed,
            "told": done.told,
            "escalated": done.escalated,
            "steps": done.steps,
        });
        Ok(JobDone { result, follow })
    }
}

fn job_error(error: ReviewError) -> JobError {
    match error {
        ReviewError::Store(error) => error.into(),
        other => JobError::Again(JobError::record(other.code(), &other.to_string(), other.hint().as_deref())),
    }
}

/// Asks for it every minute, while there is anything to look after.
#[derive(Clone, Copy, Debug)]
pub struct ReviewSchedule;

#[async_trait]
impl Schedule for ReviewSchedule {
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
        let last = store.job_latest(REVIEWS, KEY).await?;
        let is_time =
            last.is_none_or(|last| last.finished_at.is_some() && last.created_at.plus_seconds(EVERY_SECONDS) <= now);
        if !is_time || !review_is_due(store).await? {
            return Ok(Vec::new());
        }
        Ok(vec![NewJob {
            kind: REVIEWS.to_owned(),
            key: KEY.to_owned(),
            payload: json!({ "about": "reviews" }),
            asked_by: super::sync_schedule::ASKED_BY.to_owned(),
            run_at: now,
            max_attempts: ATTEMPTS,
            by_runner: false,
        }])
    }
}

//! What is done without a person, for those who look after it: which jobs there are, and having one done again or not at
//! all.

use rolecall_model::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::Context;
use crate::work::{ATTEMPTS, DECISION, DELIVERY, HEAD, REVIEWS, RULES, UPKEEP};
use rolecall_store::{Job, JobFilter, JobId, StoreError};

pub use rolecall_store::JobState;

/// A job as it is shown.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobView {
    /// Its number, by which people name it.
    pub number: i64,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What is done: `sync`.
    pub kind: String,
    /// What it is about: `npm:acme`.
    pub about: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub state: &'static str,
    /// Who asked for it.
    pub asked_by: String,
    /// How often it was begun.
    pub attempt: i64,
    /// Who has it, or had it last.
    pub worker: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Not to be begun before.
    pub run_at: Timestamp,
    /// When its latest attempt began.
    pub started_at: Option<Timestamp>,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
    /// What went wrong last.
    pub error: Option<String>,
}

impl JobView {
    /// What is done, in words: `sync of npm:acme`.
    #[must_use]
    pub fn words(&self) -> String {
        job_words(&self.kind, &self.about)
    }

    pub(crate) fn of(job: &Job) -> Self {
        let about = job.asked.payload.get("about").and_then(|about| about.as_str());
        let error = job.last_error.as_ref().and_then(|error| error.get("message")).and_then(|message| message.as_str());
        Self {
            number: job.id.0,
            uuid: job.uuid,
            kind: job.asked.kind.clone(),
            about: about.unwrap_or(&job.asked.key).to_owned(),
            state: job.state.word(),
            asked_by: job.asked.asked_by.clone(),
            attempt: job.attempt,
            worker: job.worker.clone(),
            created_at: job.created_at,
            run_at: job.asked.run_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
            error: error.map(str::to_owned),
        }
    }
}

/// What a job does, in words. A kind that this version does not know is called by its name.
#[must_use]
pub fn job_words(kind: &str, about: &str) -> String {
    match kind {
        UPKEEP => format!("upkeep of {about}"),
        HEAD => format!("signed head of {about}"),
        DECISION => format!("decision about {about}"),
        DELIVERY => format!("messages to {about}"),
        RULES => format!("evaluation of {about}"),
        REVIEWS => format!("upkeep of {about}"),
        kind => format!("{kind} of {about}"),
    }
}

/// The latest jobs, newest first, of one state where one is named.
///
/// # Errors
/// When the database cannot be read.
pub async fn job_list(context: &Context, state: Option<JobState>, limit: usize) -> Result<Vec<JobView>, StoreError> {
    job_list_before(context, state, None, limit).await
}

/// The same, of those that were asked for before this one ([`JobView::number`]): the next page.
///
/// # Errors
/// When the database cannot be read.
pub async fn job_list_before(
    context: &Context,
    state: Option<JobState>,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<JobView>, StoreError> {
    let filter = JobFilter { state, ..JobFilter::default() };
    let jobs = context.store.job_list_before(filter, before.map(JobId), limit).await?;
    Ok(jobs.iter().map(JobView::of).collect())
}

/// The job with this id.
///
/// # Errors
/// When the database cannot be read.
pub async fn job_named(context: &Context, uuid: Uuid) -> Result<Option<JobView>, StoreError> {
    Ok(context.store.job_named(uuid).await?.as_ref().map(JobView::of))
}

/// Has a job done again that failed or was cancelled.
///
/// # Errors
/// [`StoreError::Conflict`] for any other job, and where one about the same thing is unfinished.
pub async fn job_retry(context: &Context, number: i64, actor: &str) -> Result<JobView, StoreError> {
    let job = context.store.job_retry(JobId(number), ATTEMPTS, actor, context.now()).await?;
    Ok(JobView::of(&job))
}

/// Lets a job not be done that waits or runs.
///
/// # Errors
/// [`StoreError::Conflict`] for any other job.
pub async fn job_cancel(context: &Context, number: i64, actor: &str) -> Result<JobView, StoreError> {
    let job = context.store.job_cancel(JobId(number), actor, context.now()).await?;
    Ok(JobView::of(&job))
}

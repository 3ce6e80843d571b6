//! What is done without anybody.

use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::jobs::{JobState, JobView, job_cancel, job_list_before, job_named, job_retry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ApiAnswer;
use super::input::{Id, Nothing, Parameters};
use super::list::{Listed, after_number, limit_of, read};
use super::reply::json;
use super::shape::{Moment, Told, shape};
use crate::error::WebError;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let (reading, connect) = (Access::May(Permission::Read), Access::May(Permission::Connect));
    vec![
        Route::get("/api/v1/jobs", reading, get(jobs)),
        Route::get("/api/v1/jobs/{id}", reading, get(job)),
        Route::post("/api/v1/jobs/{id}/retry", connect, "job.retried", post(retry)),
        Route::post("/api/v1/jobs/{id}/cancel", connect, "job.cancelled", post(cancel)),
    ]
}

/// What became of a job.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum JobWord {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl From<JobWord> for JobState {
    fn from(state: JobWord) -> Self {
        match state {
            JobWord::Queued => Self::Queued,
            JobWord::Running => Self::Running,
            JobWord::Done => Self::Done,
            JobWord::Failed => Self::Failed,
            JobWord::Cancelled => Self::Cancelled,
        }
    }
}

shape! {
    /// Something that is done without anybody.
    Job of JobView {
        #[serde(rename = "id")]
        uuid: Uuid,
        /// Its number, by which the command line names it.
        number: i64,
        /// What is done: `sync`.
        kind: String,
        /// What it is about: `npm:acme`.
        about: String,
        /// `queued`, `running`, `done`, `failed` or `cancelled`.
        #[schema(examples("done"))]
        state: String,
        /// Who asked for it.
        asked_by: String,
        /// How often it was begun.
        attempt: i64,
        /// Who has it, or had it last.
        worker: Option<String>,
        created_at: Moment,
        /// Not to be begun before.
        run_at: Moment,
        /// When its latest attempt began.
        started_at: Option<Moment>,
        /// When it was done or given up.
        finished_at: Option<Moment>,
        /// What went wrong last.
        error: Option<String>,
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct JobsAsked {
    /// Only those in this state.
    #[param(inline)]
    state: Option<JobWord>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Jobs
///
/// Newest first.
#[utoipa::path(get, operation_id = "jobs", path = "/api/v1/jobs", tag = "Jobs", params(JobsAsked), responses(
    (status = 200, body = Listed<Job>),
))]
pub(crate) async fn jobs(State(site): State<Site>, Parameters(asked): Parameters<JobsAsked>) -> ApiAnswer {
    let (limit, before) = (limit_of(asked.limit)?, after_number(asked.after.as_deref())?);
    let jobs = job_list_before(site.context(), asked.state.map(JobState::from), before, limit + 1).await;
    let jobs = jobs.map_err(|error| WebError::from_store(&error))?;
    json(&read::<_, Job>(jobs, limit, |job| job.number.to_string()))
}

async fn known(site: &Site, job: Uuid) -> Result<JobView, WebError> {
    let found = job_named(site.context(), job).await.map_err(|error| WebError::from_store(&error))?;
    found.ok_or_else(|| WebError::not_found("job"))
}

fn shown(job: JobView) -> ApiAnswer {
    let job: Job = job.told();
    json(&job)
}

/// One job
#[utoipa::path(get, operation_id = "job", path = "/api/v1/jobs/{id}", tag = "Jobs", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Job),
))]
pub(crate) async fn job(State(site): State<Site>, Id(job): Id, _: Parameters<Nothing>) -> ApiAnswer {
    shown(known(&site, job).await?)
}

/// Have a job done again
///
/// One that failed or was cancelled; one that waits is begun at once.
#[utoipa::path(post, operation_id = "jobRetry", path = "/api/v1/jobs/{id}/retry", tag = "Jobs", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Job),
    (status = 409, description = "It runs or was done, or another about the same thing is unfinished."),
))]
pub(crate) async fn retry(State(site): State<Site>, signed: Signed, Id(job): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let number = known(&site, job).await?.number;
    shown(job_retry(site.context(), number, signed.actor()).await.map_err(|error| WebError::from_store(&error))?)
}

/// Let a job not be done
///
/// One that waits or runs.
#[utoipa::path(post, operation_id = "jobCancel", path = "/api/v1/jobs/{id}/cancel", tag = "Jobs", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Job),
    (status = 409, description = "It is finished."),
))]
pub(crate) async fn cancel(State(site): State<Site>, signed: Signed, Id(job): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let number = known(&site, job).await?.number;
    shown(job_cancel(site.context(), number, signed.actor()).await.map_err(|error| WebError::from_store(&error))?)
}

//! What is done without anybody.

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::jobs::{JobState, JobView, job_cancel, job_list, job_retry};

use super::{Answer, Frame, led, moment, shown};
use crate::error::WebError;
use crate::form::Query;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::capital;

const HERE: &str = "/jobs";
const ROWS: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    let connect = Access::May(Permission::Connect);
    vec![
        Route::get(HERE, Access::May(Permission::Read), get(list)),
        Route::post("/jobs/{number}/retry", connect, "job.retried", post(retry)),
        Route::post("/jobs/{number}/cancel", connect, "job.cancelled", post(cancel)),
    ]
}

const STATES: [JobState; 5] =
    [JobState::Queued, JobState::Running, JobState::Done, JobState::Failed, JobState::Cancelled];

#[derive(Template)]
#[template(path = "jobs.html")]
struct JobsPage {
    frame: Frame,
    jobs: Vec<JobView>,
    state: Option<JobState>,
    may_connect: bool,
}

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let state = STATES.into_iter().find(|state| state.word() == query.text("state"));
    let jobs = job_list(site.context(), state, ROWS).await.map_err(|error| WebError::from_store(&error))?;
    let frame = Frame::new(&signed, "Jobs", HERE).said(query.given("said"));
    let may_connect = frame.may(Permission::Connect);
    shown(&JobsPage { frame, jobs, state, may_connect })
}

fn number(text: &str) -> Result<i64, WebError> {
    text.parse().map_err(|_| WebError::not_found("job"))
}

async fn retry(State(site): State<Site>, signed: Signed, Path(job): Path<String>) -> Answer {
    let job = job_retry(site.context(), number(&job)?, signed.actor()).await;
    job.map_err(|error| WebError::from_store(&error))?;
    led(HERE, "saved")
}

async fn cancel(State(site): State<Site>, signed: Signed, Path(job): Path<String>) -> Answer {
    let job = job_cancel(site.context(), number(&job)?, signed.actor()).await;
    job.map_err(|error| WebError::from_store(&error))?;
    led(HERE, "saved")
}

/// The class of a state's chip.
pub(super) fn chip(state: &str) -> &'static str {
    match state {
        "running" => "busy",
        "done" => "good",
        "failed" => "bad",
        _ => "still",
    }
}

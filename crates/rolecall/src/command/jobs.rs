//! `rolecall jobs`: what is to be done, is being done and was done without a person; and what a person does about it.

use clap::{Args, Subcommand, ValueEnum};
use rolecall_engine::jobs::job_words;
use rolecall_engine::work::ATTEMPTS;
use rolecall_engine::{clock_system, moment_text};
use rolecall_model::Timestamp;
use rolecall_store::{Job, JobFilter, JobId, JobState, Store, StoreError};
use serde::Serialize;
use serde_json::Value as Json;

use super::{store_read, store_write};
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, LIST, Row, line, print_csv, print_json, print_rows};
use crate::place::{Place, READ, changes};

#[derive(Debug, Args)]
#[command(after_help = "Every sync is a job, whether rolecall work does it or you. Finished jobs are kept for 30 days.

Examples:
  rolecall jobs
  rolecall jobs list --state failed --format json
  rolecall jobs retry 17
  rolecall jobs cancel 18")]
pub(crate) struct JobsArgs {
    /// Without one, jobs are listed
    #[command(subcommand)]
    command: Option<JobsCommand>,
}

impl JobsArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        match self.command {
            None | Some(JobsCommand::List(_)) => READ,
            Some(JobsCommand::Retry(_) | JobsCommand::Cancel(_)) => changes("do so on the hub's page of jobs"),
        }
    }
}

#[derive(Debug, Subcommand)]
enum JobsCommand {
    /// List jobs, newest first
    List(ListArgs),
    /// Have a failed or cancelled job done again, or one that waits done at once
    Retry(JobArgs),
    /// Cancel a job that is not finished; one that runs is stopped, and nothing half done becomes current
    Cancel(JobArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall jobs list
  rolecall jobs list --state queued
  rolecall jobs list --limit 1000 --format csv")]
struct ListArgs {
    /// Only jobs in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// At most this many
    #[arg(long, value_name = "NUMBER", default_value_t = LIMIT)]
    limit: u32,
}

/// How many jobs are listed where nobody says how many.
const LIMIT: u32 = 50;
/// What is listed where nobody says what.
const EVERY: ListArgs = ListArgs { state: None, limit: LIMIT };

#[derive(Debug, Args)]
struct JobArgs {
    /// Its number, as rolecall jobs list shows it
    #[arg(value_name = "NUMBER")]
    job: i64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl From<State> for JobState {
    fn from(state: State) -> Self {
        match state {
            State::Queued => Self::Queued,
            State::Running => Self::Running,
            State::Done => Self::Done,
            State::Failed => Self::Failed,
            State::Cancelled => Self::Cancelled,
        }
    }
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &JobsArgs) -> Result<Exit, Failure> {
    let can = if matches!(args.command, None | Some(JobsCommand::List(_))) { LIST } else { ANSWER };
    let format = Format::among(global.format, can)?;
    match &args.command {
        None => list(&store_read(global).await?, &EVERY, format).await,
        Some(JobsCommand::List(args)) => list(&store_read(global).await?, args, format).await,
        Some(JobsCommand::Retry(args)) => {
            let store = store_write(global).await?;
            let job = store.job_retry(JobId(args.job), ATTEMPTS, &environment::actor(), clock_system()).await;
            say(
                &job.map_err(refused)?,
                format,
                "waits to be done again, by rolecall work or by whoever asks for the same",
            )
        }
        Some(JobsCommand::Cancel(args)) => {
            let store = store_write(global).await?;
            let job = store.job_cancel(JobId(args.job), &environment::actor(), clock_system()).await;
            say(&job.map_err(refused)?, format, "is cancelled")
        }
    }
}

/// That a job is not what somebody takes it for is a mistake of theirs, not of the database's.
fn refused(error: StoreError) -> Failure {
    match error {
        StoreError::Conflict(why) => Failure::new(Exit::Usage, why).hint("see every job with: rolecall jobs list"),
        other => other.into(),
    }
}

async fn list(store: &Store, args: &ListArgs, format: Format) -> Result<Exit, Failure> {
    let filter = JobFilter { state: args.state.map(JobState::from), ..JobFilter::default() };
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let views: Vec<JobView> = store.job_list(filter, limit).await?.iter().map(JobView::of).collect();
    if views.is_empty() && format == Format::Table {
        line(if args.state.is_some() { "There is no such job." } else { "No job is recorded." })?;
    } else {
        print_rows(format, &views)?;
    }
    Ok(Exit::Done)
}

fn say(job: &Job, format: Format, said: &str) -> Result<Exit, Failure> {
    let view = JobView::of(job);
    match format {
        Format::Json => print_json(&view)?,
        Format::Csv => print_csv(JobView::COLUMNS, std::iter::once(view.cells()))?,
        _ => line(&printable(&format!("Job {}, {}, {said}.", view.job, job_words(&view.kind, &view.about))))?,
    }
    Ok(Exit::Done)
}

/// A job as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JobView {
    /// Its number, by which a person names it.
    job: i64,
    id: String,
    kind: String,
    /// What it is about, as it was called when it was asked for: `npm:acme`.
    about: String,
    state: &'static str,
    attempt: i64,
    max_attempts: i64,
    asked_by: String,
    created_at: String,
    /// When it is to be begun, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    /// Until when it is its worker's alone, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Json>,
}

impl JobView {
    fn of(job: &Job) -> Self {
        let asked = &job.asked;
        let moment = |at: Option<Timestamp>| at.map(moment_text);
        Self {
            job: job.id.0,
            id: job.uuid.to_string(),
            kind: asked.kind.clone(),
            about: asked.payload.get("about").and_then(Json::as_str).unwrap_or(&asked.key).to_owned(),
            state: job.state.word(),
            attempt: job.attempt,
            max_attempts: asked.max_attempts,
            asked_by: asked.asked_by.clone(),
            created_at: moment_text(job.created_at),
            run_at: moment(Some(asked.run_at).filter(|_| job.state == JobState::Queued)),
            worker: job.worker.clone(),
            started_at: moment(job.started_at),
            lease_until: moment(job.lease_until),
            finished_at: moment(job.finished_at),
            error: job.last_error.clone(),
            result: job.result.clone(),
        }
    }

    /// The moment that matters in its state.
    fn when(&self) -> String {
        let (word, moment) = match (&self.finished_at, &self.run_at, &self.started_at) {
            (Some(finished), _, _) => ("", Some(finished)),
            (None, Some(run_at), _) => ("from ", Some(run_at)),
            (None, None, started) => ("since ", started.as_ref()),
        };
        moment.map(|moment| format!("{word}{moment}")).unwrap_or_default()
    }

    fn why(&self) -> &str {
        self.error.as_ref().and_then(|error| error.get("message")?.as_str()).unwrap_or_default()
    }
}

impl Row for JobView {
    const COLUMNS: &'static [&'static str] =
        &["job", "kind", "about", "state", "when", "attempt", "asked by", "worker", "why"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.job.to_string(),
            self.kind.clone(),
            self.about.clone(),
            self.state.to_owned(),
            self.when(),
            format!("{} of {}", self.attempt, self.max_attempts),
            self.asked_by.clone(),
            self.worker.clone().unwrap_or_default(),
            self.why().to_owned(),
        ]
    }
}

//! What a runner asks for and says, in the words of the protocol; and what that means for the job that it has.

use std::path::PathBuf;

use async_trait::async_trait;
use rolecall_baton::hub::{Heard, Hello, HubHandler, NextTask, Refusal, TaskId, TaskOutcome, Upload};
use rolecall_store::{Claim, Fence, Job, JobEnd, JobId, JobState, NewLogEntry, RunnerSeen, StoreError};
use serde_json::{Value as Json, json};
use tempfile::NamedTempFile;

use super::Runner;
use crate::Context;
use crate::work::{Importing, JobError, LEASE_SECONDS, SYNC, import_begin, lease_until, retry_at};

/// After how many seconds a runner asks again for something to do.
pub(super) const POLL_SECONDS: i64 = 10;
/// How often it says that it is still at it, in seconds.
const HEARTBEAT_SECONDS: i64 = LEASE_SECONDS / 3;
/// Who has a job whose file was brought.
const IMPORTER: &str = "the hub, with the file of its runner";

/// What runners may bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunnerLimits {
    /// The largest file, in bytes.
    pub upload_bytes: u64,
    /// The folder for files that come; the system's own for such files where none is said.
    pub folder: Option<PathBuf>,
}

/// Where runners ask.
pub struct RunnerDesk {
    context: Context,
    limits: RunnerLimits,
    importing: Importing,
}

impl RunnerDesk {
    /// Over this database.
    #[must_use]
    pub const fn new(context: Context, limits: RunnerLimits, importing: Importing) -> Self {
        Self { context, limits, importing }
    }

    /// The job of a task, if it is the runner's.
    async fn job_of(&self, runner: &Runner, task: TaskId) -> Result<Job, Refusal> {
        let unknown = || Refusal::NotFound("there is no such task".to_owned());
        let job = match self.context.store.job_of_id(JobId(task.job)).await {
            Err(StoreError::Conflict(_)) => return Err(unknown()),
            job => job.map_err(|error| unavailable(&error))?,
        };
        let is_own = job.asked.by_runner
            && job.asked.kind == SYNC
            && job.asked.key == runner.connector.uuid.to_string()
            && task.attempt <= job.attempt;
        if is_own { Ok(job) } else { Err(unknown()) }
    }

    /// Keeps a task for longer; whether that could be done.
    async fn renewed(&self, task: TaskId) -> Result<bool, Refusal> {
        match self.context.store.job_renew(fence(task), lease_until(self.context.now())).await {
            Ok(()) => Ok(true),
            Err(StoreError::LeaseLost { .. }) => Ok(false),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// That what the runner showed is still good: its key may have been revoked while a call lasts.
    async fn still_signed_in(&self, runner: &Runner) -> Result<(), Refusal> {
        let found = self.context.store.runner_of_token(&runner.token, self.context.now()).await;
        found.map_err(|error| unavailable(&error))?.map(drop).ok_or(Refusal::NotSignedIn)
    }

    /// Why a task is not the runner's any more: because of the task, or because it was revoked just now.
    async fn over(&self, runner: &Runner) -> Refusal {
        let why = "the task is over, was cancelled, or was given to another runner";
        self.still_signed_in(runner).await.err().unwrap_or_else(|| Refusal::Over(why.to_owned()))
    }

    /// Tells the connector's log. What cannot be written there holds up nothing.
    async fn tell(
        &self,
        runner: &Runner,
        job: Option<&Job>,
        level: u8,
        (code, message): (&'static str, String),
        fields: Json,
    ) {
        let (at, job) = (self.context.now(), job.map(|job| job.uuid));
        let entry = NewLogEntry { at, level, code, message, fields, sync: None, job };
        if let Err(error) = self.context.store.log_append(runner.connector.id, &[entry], None).await {
            tracing::warn!(connector = %runner.connector.uuid, %error, "a connector's log could not be written");
        }
    }
}

#[async_trait]
impl HubHandler for RunnerDesk {
    type Runner = Runner;

    async fn hello(&self, runner: &Runner, hello: Hello) -> Result<(), Refusal> {
        let Hello { host, package, package_version, system, display_name } = hello;
        let message = format!("its runner begins on {}", host.as_deref().unwrap_or("a machine without a name"));
        let fields = json!({ "host": &host, "package": &package, "version": &package_version, "system": &system,
                             "reads": display_name });
        let seen = RunnerSeen { host, package, package_version, system };
        let noted = self.context.store.runner_touch(&runner.client, Some(&seen), self.context.now()).await;
        noted.map_err(|error| unavailable(&error))?;
        self.tell(runner, None, 0, ("runner-began", message), fields).await;
        Ok(())
    }

    async fn task_next(&self, runner: &Runner, host: Option<String>) -> Result<NextTask, Refusal> {
        let nothing = NextTask { sync: None, poll_seconds: POLL_SECONDS, heartbeat_seconds: HEARTBEAT_SECONDS };
        if !runner.connector.is_active() {
            return Ok(nothing);
        }
        let host = host.unwrap_or_else(|| "a machine without a name".to_owned());
        let (now, owner) = (self.context.now(), format!("the runner on {host}"));
        let claim = Claim { owner: &owner, now, until: lease_until(now) };
        let key = runner.connector.uuid.to_string();
        let claimed = self.context.store.job_claim_by_runner(&claim, SYNC, &key).await;
        let Some(job) = claimed.map_err(|error| unavailable(&error))? else { return Ok(nothing) };
        let message = format!("{owner} is given the task to read everything");
        self.tell(runner, Some(&job), 0, ("task-given", message), json!({ "attempt": job.attempt })).await;
        Ok(NextTask { sync: Some(TaskId { job: job.id.0, attempt: job.attempt }), ..nothing })
    }

    async fn heartbeat(&self, runner: &Runner, tasks: &[TaskId]) -> Result<Heard, Refusal> {
        let mut heard = Heard { cancelled: Vec::new(), heartbeat_seconds: HEARTBEAT_SECONDS };
        for task in tasks {
            let job = self.job_of(runner, *task).await?;
            if !self.renewed(*task).await? && !is_brought(&job, *task) {
                heard.cancelled.push(*task);
            }
        }
        Ok(heard)
    }

    async fn upload_may(&self, runner: &Runner, task: TaskId) -> Result<Upload, Refusal> {
        self.still_signed_in(runner).await?;
        self.job_of(runner, task).await?;
        if !self.renewed(task).await? {
            return Err(self.over(runner).await);
        }
        Ok(Upload { most: self.limits.upload_bytes, folder: self.limits.folder.clone() })
    }

    async fn uploaded(&self, runner: &Runner, task: TaskId, file: NamedTempFile) -> Result<(), Refusal> {
        self.still_signed_in(runner).await?;
        self.job_of(runner, task).await?;
        let size = file.as_file().metadata().map(|metadata| metadata.len()).unwrap_or_default();
        let now = self.context.now();
        let claim = Claim { owner: IMPORTER, now, until: lease_until(now) };
        let job = match self.context.store.job_take_over(fence(task), &claim).await {
            Err(StoreError::LeaseLost { .. }) => return Err(self.over(runner).await),
            job => job.map_err(|error| unavailable(&error))?,
        };
        let message = format!("its runner brought a file of {size} bytes");
        self.tell(runner, Some(&job), 0, ("file-brought", message), json!({ "bytes": size })).await;
        import_begin(&self.context, &self.importing, job, file);
        Ok(())
    }

    async fn finish(&self, runner: &Runner, task: TaskId, outcome: TaskOutcome) -> Result<(), Refusal> {
        let job = self.job_of(runner, task).await?;
        // What was brought is the hub's to finish; what is over stays as it is.
        if job.attempt != task.attempt || job.state != JobState::Running {
            return Ok(());
        }
        let (code, message, is_retryable) = match outcome {
            TaskOutcome::Done => (
                "nothing-brought".to_owned(),
                "its runner says that it has finished, and brought no file".to_owned(),
                true,
            ),
            TaskOutcome::Failed { code, message, is_retryable } => (
                format!("runner-{}", code.to_ascii_lowercase()),
                format!("its runner could not do it: {message}"),
                is_retryable,
            ),
        };
        let now = self.context.now();
        let error = JobError::record(&code, &message, Some("the log of the runner says more"));
        let end = JobEnd::Failed { error, retry_at: is_retryable.then(|| retry_at(&job, now)) };
        match self.context.store.job_finish(fence(task), &end, now).await {
            Ok(_) | Err(StoreError::LeaseLost { .. }) => {}
            Err(error) => return Err(unavailable(&error)),
        }
        self.tell(runner, Some(&job), 2, ("task-failed", message), json!({ "code": code })).await;
        Ok(())
    }
}

const fn fence(task: TaskId) -> Fence {
    Fence { job: JobId(task.job), attempt: task.attempt }
}

/// Whether what a task was for has been brought: the attempt that followed is the hub's own.
fn is_brought(job: &Job, task: TaskId) -> bool {
    job.attempt == task.attempt + 1 && job.worker.as_deref() == Some(IMPORTER)
}

fn unavailable(error: &StoreError) -> Refusal {
    tracing::warn!(%error, "what a runner asks for cannot be done now");
    Refusal::Unavailable("the hub's database cannot be used now: try again in a moment".to_owned())
}

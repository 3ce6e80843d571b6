//! What a kind of job, and whatever asks for jobs, has to offer.

use async_trait::async_trait;
use rolecall_model::Timestamp;
use rolecall_store::{Job, NewJob, Store, StoreError};
use serde_json::{Value as Json, json};

use crate::Context;

/// One kind of job.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// The kind, as the database spells it.
    fn kind(&self) -> &'static str;

    /// Makes one attempt. It may be dropped at any `await`, when the job was lost or cancelled: what it had not committed
    /// by then is not written.
    ///
    /// # Errors
    /// [`JobError`] says whether there is any use in another attempt.
    async fn run(&self, task: &Task) -> Result<JobDone, JobError>;
}

/// Something that asks for jobs by itself: given what is recorded, what is due?
#[async_trait]
pub trait Schedule: Send + Sync {
    /// The jobs that are due. One that is unfinished already is not queued twice, so that nothing has to be remembered
    /// between two calls.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError>;

    /// How many seconds lie between two times that it is asked. What is due in minutes needs no haste.
    fn seconds(&self) -> i64 {
        10
    }
}

/// One attempt at a job.
pub struct Task {
    /// Its surroundings. The store refuses to write once the job is lost, and the wish to stop is that of the process.
    pub context: Context,
    /// The job.
    pub job: Job,
}

/// What an attempt led to.
#[derive(Clone, Debug, Default)]
pub struct JobDone {
    /// For people to look at.
    pub result: Json,
    /// What is to be done next; queued in the transaction that marks the job as done.
    pub follow: Vec<NewJob>,
}

/// Why an attempt led to nothing.
#[derive(Clone, Debug)]
pub enum JobError {
    /// It failed, and may not the next time.
    Again(Json),
    /// It failed, and would again until a person changes something.
    Never(Json),
    /// It cannot be done now, which is nobody's fault and does not count.
    Later {
        /// When to look again, in seconds from now.
        seconds: i64,
        /// What stands in the way.
        why: String,
    },
    /// It is not wanted any more.
    Unwanted(String),
    /// The process is to stop.
    Stopped,
    /// The job is no longer this worker's.
    Lost,
}

impl JobError {
    /// What is recorded of an error.
    #[must_use]
    pub fn record(code: &str, message: &str, hint: Option<&str>) -> Json {
        let mut record = json!({ "code": code, "message": message });
        if let Some(hint) = hint {
            record["hint"] = hint.into();
        }
        record
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl From<&StoreError> for JobError {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::LeaseLost { .. } => Self::Lost,
            StoreError::Busy { .. } => Self::Later { seconds: BUSY_SECONDS, why: error.to_string() },
            other => Self::Again(Self::record(other.code(), &other.to_string(), other.hint().as_deref())),
        }
    }
}

/// How long a job waits for a process that writes.
const BUSY_SECONDS: i64 = 15;

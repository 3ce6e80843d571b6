//! What a hub decides: the protocol asks this, and knows nothing else.

use async_trait::async_trait;
use tempfile::NamedTempFile;

use super::TaskId;

/// What a connector says of itself when it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// The machine, as it calls itself, or the id that it was given.
    pub host: Option<String>,
    /// The program.
    pub package: Option<String>,
    /// Its version.
    pub package_version: Option<String>,
    /// The operating system, with its version.
    pub system: Option<String>,
    /// What it calls what it reads.
    pub display_name: Option<String>,
}

/// What a connector has to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextTask {
    /// The task to read everything; nothing when nothing is due.
    pub sync: Option<TaskId>,
    /// After how many seconds to ask again.
    pub poll_seconds: i64,
    /// How often to say that it is still at it, in seconds.
    pub heartbeat_seconds: i64,
}

/// What a connector hears when it says that it is still at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The tasks that nobody wants any more, or that are another's by now.
    pub cancelled: Vec<TaskId>,
    /// How often to say so, in seconds.
    pub heartbeat_seconds: i64,
}

/// How a task ended, by the word of the connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskOutcome {
    /// It was done.
    Done,
    /// It failed.
    Failed {
        /// The name of a gRPC status.
        code: String,
        /// What the connector says.
        message: String,
        /// Whether there is any use in another attempt.
        is_retryable: bool,
    },
}

/// Where a file may be put, and how large it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// In bytes.
    pub most: u64,
    /// The folder for it; the system's own for such files where none is said.
    pub folder: Option<std::path::PathBuf>,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Whoever asks is not signed in, or no more.
    NotSignedIn,
    /// What is named is not there, or another's.
    NotFound(String),
    /// It is of no shape that is known.
    Invalid(String),
    /// It is not the time for it: the task is over, or another's by now.
    Over(String),
    /// The hub cannot do it now.
    Unavailable(String),
}

/// A hub.
#[async_trait]
pub trait HubHandler: Send + Sync + 'static {
    /// Whoever asks, as whatever stands before the service found out.
    type Runner: Clone + Send + Sync + 'static;

    /// A connector starts.
    ///
    /// # Errors
    /// [`Refusal`].
    async fn hello(&self, runner: &Self::Runner, hello: Hello) -> Result<(), Refusal>;

    /// It asks what to do, and is the only one that is told.
    ///
    /// # Errors
    /// [`Refusal`].
    async fn task_next(&self, runner: &Self::Runner, host: Option<String>) -> Result<NextTask, Refusal>;

    /// It is still at these tasks.
    ///
    /// # Errors
    /// [`Refusal`].
    async fn heartbeat(&self, runner: &Self::Runner, tasks: &[TaskId]) -> Result<Heard, Refusal>;

    /// It wants to bring the file of a task, or brings it just now: asked before anything is taken, and every few seconds
    /// while something comes.
    ///
    /// # Errors
    /// [`Refusal`] ends the upload.
    async fn upload_may(&self, runner: &Self::Runner, task: TaskId) -> Result<Upload, Refusal>;

    /// It has brought the file, whole and as it was sent.
    ///
    /// # Errors
    /// [`Refusal`]; then the file is nobody's.
    async fn uploaded(&self, runner: &Self::Runner, task: TaskId, file: NamedTempFile) -> Result<(), Refusal>;

    /// It says how a task ended.
    ///
    /// # Errors
    /// [`Refusal`].
    async fn finish(&self, runner: &Self::Runner, task: TaskId, outcome: TaskOutcome) -> Result<(), Refusal>;
}

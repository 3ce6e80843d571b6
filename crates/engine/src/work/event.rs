//! What workers tell about their work.

use std::fmt;

use rolecall_store::{Job, JobState};

use crate::jobs::job_words;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum WorkEvent {
    /// A schedule asked for a job.
    Queued(Job),
    /// An attempt began.
    Began(Job),
    /// An attempt ended.
    Ended {
        /// The job, as it was when the attempt began.
        job: Job,
        /// Where it stands now.
        state: JobState,
        /// What there is to say about it.
        why: Option<String>,
    },
    /// The job is no longer this worker's, and what it was about to write was not written.
    Lost(Job),
    /// The database could not be used.
    Trouble(String),
    /// The process was asked to stop, and waits for so many jobs.
    Stopping(usize),
}

/// What a job is about, in words.
pub(super) fn title(job: &Job) -> String {
    let about = job.asked.payload.get("about").and_then(|about| about.as_str());
    format!("job {}: {}", job.id, job_words(&job.asked.kind, about.unwrap_or(&job.asked.key)))
}

impl fmt::Display for WorkEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queued(job) => write!(f, "{} is due", title(job)),
            Self::Began(job) if job.attempt > 1 => write!(f, "{} begins, attempt {}", title(job), job.attempt),
            Self::Began(job) => write!(f, "{} begins", title(job)),
            Self::Ended { job, state, why } => {
                let stands = match state {
                    JobState::Queued => "waits for another attempt",
                    other => other.word(),
                };
                let why = why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
                write!(f, "{} {stands}{why}", title(job))
            }
            Self::Lost(job) => write!(f, "{} is no longer this worker's", title(job)),
            Self::Trouble(why) => write!(f, "the database cannot be used now: {why}"),
            Self::Stopping(0) => f.write_str("stopping"),
            Self::Stopping(jobs) => write!(f, "stopping once {jobs} running jobs are finished or given back"),
        }
    }
}

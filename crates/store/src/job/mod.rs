//! Jobs: work that is done once, by whoever is there to do it.
//!
//! A worker *claims* a job and has it until its lease ends; it *renews* the lease while it works, and *finishes* the job.
//! Each claim raises the job's attempt, which is a fencing token: a worker that stalled for longer than its lease, and
//! whose job another has taken, can write nothing for it any more ([`Store::fenced`](crate::Store::fenced)).
//!
//! No operation looks at a clock: the time comes from the caller.

mod by_runner;
mod claim;
mod enqueue;
mod fence;
mod finish;
mod manage;
mod row;

use rolecall_model::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::JobId;

pub(crate) use by_runner::runner_jobs_cancel;
pub(crate) use fence::fence_hold;
pub(crate) use manage::job_record;
pub(crate) use row::job_of;

/// A job to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// What is to be done, such as `sync`.
    pub kind: String,
    /// What it is about. There is at most one unfinished job of a kind with a key.
    pub key: String,
    /// Whatever else its kind wants to know.
    pub payload: Json,
    /// Who asks for it: a person, or `schedule`.
    pub asked_by: String,
    /// Not to be begun before.
    pub run_at: Timestamp,
    /// How often it is begun at most, without a person asking for more.
    pub max_attempts: i64,
    /// Whether it is the runner's whose connector it is about, and no worker's.
    pub by_runner: bool,
}

/// A recorded job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Key.
    pub id: JobId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What was asked for. `run_at` and `max_attempts` move on with its attempts.
    pub asked: NewJob,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempt: i64,
    /// Who has it, or had it last.
    pub worker: Option<String>,
    /// Until when it is that worker's alone, while it is running.
    pub lease_until: Option<Timestamp>,
    /// When its latest attempt began.
    pub started_at: Option<Timestamp>,
    /// What went wrong last (`code` and `message`).
    pub last_error: Option<Json>,
    /// What it led to, once it is done.
    pub result: Option<Json>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
}

impl Job {
    /// What its worker proves that it still is the one.
    #[must_use]
    pub const fn fence(&self) -> Fence {
        Fence { job: self.id, attempt: self.attempt }
    }

    /// Whether a worker has it that may still be at work.
    #[must_use]
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.lease_until.is_some_and(|until| until > now)
    }
}

/// Where a [`Job`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its time and for a worker.
    Queued,
    /// A worker has it, or had it and vanished.
    Running,
    /// It was done.
    Done,
    /// It was given up.
    Failed,
    /// It is not wanted any more.
    Cancelled,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One attempt at a job: what a worker shows to prove that the job is still its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fence {
    /// Which job.
    pub job: JobId,
    /// Which attempt.
    pub attempt: i64,
}

/// Who claims a job, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Who, in words that help a person find the process.
    pub owner: &'a str,
    /// The present moment.
    pub now: Timestamp,
    /// When the lease ends, unless it is renewed.
    pub until: Timestamp,
}

/// What became of a wish for a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It is queued.
    New(Job),
    /// An unfinished job of its kind is about the same thing already, and stays as it is.
    Known(Job),
}

/// Which running job may be taken from its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takeover {
    /// One whose lease has ended.
    Expired,
    /// Any: the caller knows that whoever had it is gone or has not begun.
    Any,
}

/// What became of the wish to do a job at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobStarted {
    /// It is the caller's.
    Mine(Job),
    /// Another worker has it.
    Busy(Job),
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// It is done.
    Done {
        /// What it led to.
        result: Json,
        /// Jobs that follow from it, queued in the same transaction: they are there if and only if it is done. One that
        /// is waiting already is not queued twice.
        follow: Vec<NewJob>,
    },
    /// It failed.
    Failed {
        /// Why (`code` and `message`).
        error: Json,
        /// When to try again, unless it was its last attempt; never where there is no use in it.
        retry_at: Option<Timestamp>,
    },
    /// It is given back, and this attempt does not count: its worker is told to stop, or cannot do it now.
    Released {
        /// Not to be begun again before.
        run_at: Timestamp,
    },
    /// It turned out not to be wanted.
    Cancelled {
        /// Why (`code` and `message`).
        why: Json,
    },
}

/// Which jobs to list; the default is all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobFilter<'a> {
    /// Of this kind.
    pub kind: Option<&'a str>,
    /// About this.
    pub key: Option<&'a str>,
    /// In this state.
    pub state: Option<JobState>,
}

//! The loop of a process of workers.

use std::sync::Arc;
use std::time::Duration;

use rolecall_model::Timestamp;
use rolecall_store::{Claim, Enqueued, Job, JobState, StoreError};
use tokio::task::{JoinError, JoinSet};
use tracing::Instrument as _;

use super::attempt::{end_of, finish, lease_until, leased};
use super::{Crew, JobError, JobHandler, KEPT_SECONDS, Task, WorkEvent};
use crate::context::stopped;
use crate::{Context, measure};

/// How a process works.
#[derive(Clone, Debug)]
pub struct WorkOptions {
    /// Who it is, in words that help a person find it.
    pub owner: String,
    /// How many jobs it does at the same time.
    pub workers: usize,
    /// Do what is due and return, instead of waiting for more.
    pub once: bool,
    /// How often to look for something to do.
    pub poll: Duration,
}

/// What a process of workers did, counted in attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkReport {
    /// Jobs that are done.
    pub done: usize,
    /// Jobs that were given up.
    pub failed: usize,
    /// Jobs that wait for another attempt.
    pub again: usize,
    /// Jobs that turned out not to be wanted.
    pub cancelled: usize,
    /// Jobs that another worker took, or a person cancelled, meanwhile.
    pub lost: usize,
}

/// Somebody who wants to know what happens.
type Tell<'t> = &'t (dyn Fn(&WorkEvent) + Send + Sync);

/// How often old jobs are forgotten, in seconds.
const PRUNE_SECONDS: i64 = 3600;
/// How long to wait when the database cannot be used.
const TROUBLE: Duration = Duration::from_secs(15);

/// Does jobs until the context says stop; then those that run are finished or given back. With
/// [`once`](WorkOptions::once), until nothing is due.
///
/// # Errors
/// When the database cannot be used, and everything due was to be done once. Otherwise that is told, and waited out.
pub async fn work_run(
    context: &Context,
    crew: &Crew,
    options: &WorkOptions,
    tell: Tell<'_>,
) -> Result<WorkReport, StoreError> {
    let (asked_at, pruned_at) = (vec![None; crew.schedules.len()], None);
    let mut pool = Pool {
        context,
        crew,
        options,
        tell,
        running: JoinSet::new(),
        report: WorkReport::default(),
        asked_at,
        pruned_at,
    };
    pool.run().await?;
    Ok(pool.report)
}

struct Pool<'p> {
    context: &'p Context,
    crew: &'p Crew,
    options: &'p WorkOptions,
    tell: Tell<'p>,
    running: JoinSet<(Job, Ended)>,
    report: WorkReport,
    /// When each schedule was asked last.
    asked_at: Vec<Option<Timestamp>>,
    /// When old jobs were forgotten last.
    pruned_at: Option<Timestamp>,
}

/// How an attempt ended: where the job stands and what there is to say; nothing when it was lost.
pub(super) type Ended = Result<Option<(JobState, Option<String>)>, StoreError>;

impl Pool<'_> {
    async fn run(&mut self) -> Result<(), StoreError> {
        let mut is_stopping = false;
        loop {
            let mut wait = self.options.poll;
            if self.context.is_stopped() {
                if !std::mem::replace(&mut is_stopping, true) {
                    (self.tell)(&WorkEvent::Stopping(self.running.len()));
                }
            } else if let Err(error) = self.fill().await {
                (self.tell)(&WorkEvent::Trouble(error.to_string()));
                if self.options.once && self.running.is_empty() {
                    return Err(error);
                }
                wait = TROUBLE;
            }
            if self.running.is_empty() && (is_stopping || self.options.once) {
                return Ok(());
            }
            let mut stop = self.context.stop.clone();
            tokio::select! {
                Some(ended) = self.running.join_next() => self.ended(ended),
                () = stopped(&mut stop), if !is_stopping => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Asks for what is due, and begins as much as there are hands for.
    async fn fill(&mut self) -> Result<(), StoreError> {
        self.schedules_ask().await?;
        self.prune().await?;
        let kinds = self.crew.kinds();
        while self.running.len() < self.options.workers {
            let now = self.context.now();
            let claim = Claim { owner: &self.options.owner, now, until: lease_until(now) };
            let Some(job) = self.context.store.job_claim(&claim, &kinds).await? else { return Ok(()) };
            // Only what has a handler was asked for.
            let Some(handler) = self.crew.handler_of(&job.asked.kind) else { continue };
            (self.tell)(&WorkEvent::Began(job.clone()));
            let span = measure::job_span(&job);
            self.running.spawn(attempt(self.context.clone(), handler, job).instrument(span));
        }
        Ok(())
    }

    async fn schedules_ask(&mut self) -> Result<(), StoreError> {
        let (store, now) = (&self.context.store, self.context.now());
        for (schedule, asked_at) in self.crew.schedules.iter().zip(&mut self.asked_at) {
            if asked_at.is_some_and(|asked| now < asked.plus_seconds(schedule.seconds())) {
                continue;
            }
            for job in schedule.due(store, now).await? {
                if let Enqueued::New(job) = store.job_enqueue(&job, now).await? {
                    (self.tell)(&WorkEvent::Queued(job));
                }
            }
            *asked_at = Some(now);
        }
        Ok(())
    }

    async fn prune(&mut self) -> Result<(), StoreError> {
        let now = self.context.now();
        if self.pruned_at.is_none_or(|pruned| now >= pruned.plus_seconds(PRUNE_SECONDS)) {
            self.context.store.job_prune(now.plus_seconds(-KEPT_SECONDS)).await?;
            self.pruned_at = Some(now);
        }
        Ok(())
    }

    fn ended(&mut self, ended: Result<(Job, Ended), JoinError>) {
        let event = match ended {
            Ok((job, Ok(Some((state, why))))) => {
                self.count(state);
                WorkEvent::Ended { job, state, why }
            }
            Ok((job, Ok(None))) => {
                self.report.lost += 1;
                WorkEvent::Lost(job)
            }
            // Its lease ends, and somebody does it again.
            Ok((_, Err(error))) => WorkEvent::Trouble(error.to_string()),
            Err(error) => WorkEvent::Trouble(format!("a job came to an unexpected end: {error}")),
        };
        (self.tell)(&event);
    }

    const fn count(&mut self, state: JobState) {
        match state {
            JobState::Done => self.report.done += 1,
            JobState::Failed => self.report.failed += 1,
            JobState::Queued | JobState::Running => self.report.again += 1,
            JobState::Cancelled => self.report.cancelled += 1,
        }
    }
}

/// Makes one attempt and records its end.
pub(super) async fn attempt(context: Context, handler: Arc<dyn JobHandler>, job: Job) -> (Job, Ended) {
    let fence = job.fence();
    let task = Task { context: Context { store: context.store.fenced(fence), ..context.clone() }, job: job.clone() };
    let outcome = leased(&context, fence, handler.run(&task)).await.unwrap_or(Err(JobError::Lost));
    let now = context.now();
    let ended = match end_of(&job, outcome, now) {
        None => Ok(None),
        Some((end, why)) => finish(&context.store, fence, &end, now).await.map(|state| state.map(|state| (state, why))),
    };
    measure::job_ended(match &ended {
        Ok(Some((JobState::Queued | JobState::Running, _))) => "again",
        Ok(Some((state, _))) => state.word(),
        Ok(None) => "lost",
        Err(_) => "unrecorded",
    });
    (job, ended)
}

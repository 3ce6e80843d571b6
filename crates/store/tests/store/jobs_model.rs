//! Any interleaving of what workers, time and people do to jobs, against a model of it: every effect happens exactly once,
//! and attempts only grow.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rolecall_model::Timestamp;
use rolecall_store::{Claim, Fence, Job, JobEnd, JobFilter, JobState, NewJob, StoreError};
use rolecall_testkit::cases;
use serde_json::json;

use crate::jobs::wanted;
use crate::world::{World, minute};

const JOBS: usize = 3;
const WORKERS: usize = 3;
/// Minutes that a lease lasts.
const LEASE: i64 = 3;
const MAX_ATTEMPTS: i64 = 3;

/// One thing that happens. A worker acts on the job it claimed last, whether it still has it or not.
#[derive(Clone, Copy, Debug)]
enum Step {
    Claim(usize),
    Renew(usize),
    Finish(usize),
    Fail(usize),
    Release(usize),
    Cancel(usize),
    Retry(usize),
    Minutes(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..WORKERS).prop_map(Step::Claim),
        2 => (0..WORKERS).prop_map(Step::Renew),
        3 => (0..WORKERS).prop_map(Step::Finish),
        2 => (0..WORKERS).prop_map(Step::Fail),
        1 => (0..WORKERS).prop_map(Step::Release),
        1 => (0..JOBS).prop_map(Step::Cancel),
        1 => (0..JOBS).prop_map(Step::Retry),
        3 => (1..=LEASE).prop_map(Step::Minutes),
    ]
}

/// What the model knows of a job.
#[derive(Clone, Debug)]
struct Model {
    state: JobState,
    run_at: i64,
    attempt: i64,
    max_attempts: i64,
    lease_until: i64,
    effects: usize,
}

impl Model {
    fn new() -> Self {
        Self { state: JobState::Queued, run_at: 0, attempt: 0, max_attempts: MAX_ATTEMPTS, lease_until: 0, effects: 0 }
    }

    fn is_due(&self, now: i64) -> bool {
        match self.state {
            JobState::Queued => self.run_at <= now,
            JobState::Running => self.lease_until <= now && self.run_at <= now,
            _ => false,
        }
    }

    fn is_held_by(&self, attempt: i64) -> bool {
        self.state == JobState::Running && self.attempt == attempt
    }
}

struct Run {
    world: World,
    /// By the job's key, in the order in which they were asked for.
    models: Vec<Model>,
    jobs: Vec<Job>,
    /// What each worker claimed last: which job, and which attempt.
    workers: [Option<(usize, Fence)>; WORKERS],
    now: i64,
}

impl Run {
    async fn new() -> Self {
        let world = World::new().await;
        let mut jobs = Vec::new();
        for number in 0..JOBS {
            let new = NewJob { max_attempts: MAX_ATTEMPTS, ..wanted(&number.to_string(), minute(0)) };
            world.store.job_enqueue(&new, minute(0)).await.unwrap();
            jobs.push(world.store.job_latest("sync", &number.to_string()).await.unwrap().unwrap());
        }
        Self { world, models: vec![Model::new(); JOBS], jobs, workers: [None; WORKERS], now: 0 }
    }

    fn at(&self, minutes: i64) -> Timestamp {
        minute(self.now + minutes)
    }

    async fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Claim(worker) => self.claim(worker).await,
            Step::Renew(worker) => {
                let Some((job, fence)) = self.workers[worker] else { return Ok(()) };
                let renewed = self.world.store.job_renew(fence, self.at(LEASE)).await;
                let now = self.now;
                self.fenced(job, fence, &renewed, |model| model.lease_until = now + LEASE)
            }
            Step::Finish(worker) => self.finish(worker).await,
            Step::Fail(worker) => {
                let retry_at = Some(self.at(1));
                let (end, now) = (JobEnd::Failed { error: json!("no"), retry_at }, self.now);
                self.ended(worker, &end, |model| {
                    let is_last = model.attempt >= model.max_attempts;
                    model.state = if is_last { JobState::Failed } else { JobState::Queued };
                    model.run_at = if is_last { model.run_at } else { now + 1 };
                })
                .await
            }
            Step::Release(worker) => {
                let now = self.now;
                self.ended(worker, &JobEnd::Released { run_at: self.at(0) }, |model| {
                    (model.state, model.run_at, model.max_attempts) = (JobState::Queued, now, model.max_attempts + 1);
                })
                .await
            }
            Step::Cancel(job) => {
                let unfinished = matches!(self.models[job].state, JobState::Queued | JobState::Running);
                let cancelled = self.world.store.job_cancel(self.jobs[job].id, "mara", self.at(0)).await;
                prop_assert_eq!(cancelled.is_ok(), unfinished);
                if unfinished {
                    self.models[job].state = JobState::Cancelled;
                }
                Ok(())
            }
            Step::Retry(job) => {
                let model = &mut self.models[job];
                let may = matches!(model.state, JobState::Queued | JobState::Failed | JobState::Cancelled);
                let retried = self.world.store.job_retry(self.jobs[job].id, 1, "mara", minute(self.now)).await;
                prop_assert_eq!(retried.is_ok(), may);
                if may {
                    (model.state, model.run_at, model.max_attempts) = (JobState::Queued, self.now, model.attempt + 1);
                }
                Ok(())
            }
            Step::Minutes(minutes) => {
                self.now += minutes;
                Ok(())
            }
        }
    }

    async fn claim(&mut self, worker: usize) -> Result<(), TestCaseError> {
        let (owner, until) = (format!("worker {worker}"), self.at(LEASE));
        let claim = Claim { owner: &owner, now: self.at(0), until };
        let claimed = self.world.store.job_claim(&claim, &["sync"]).await.unwrap();
        let expected = self.claim_expected();
        prop_assert_eq!(claimed.as_ref().map(|job| job.id), expected.map(|at| self.jobs[at].id));
        if let (Some(job), Some(at)) = (claimed, expected) {
            let model = &mut self.models[at];
            prop_assert_eq!(job.attempt, model.attempt + 1, "attempts are counted one by one");
            (model.state, model.attempt, model.lease_until) = (JobState::Running, job.attempt, self.now + LEASE);
            self.workers[worker] = Some((at, job.fence()));
        }
        Ok(())
    }

    /// The job that is to be claimed; those whose worker vanished in the last attempt are given up on the way.
    fn claim_expected(&mut self) -> Option<usize> {
        loop {
            let due = (0..JOBS).filter(|at| self.models[*at].is_due(self.now));
            let first = due.min_by_key(|at| (self.models[*at].run_at, *at))?;
            let model = &mut self.models[first];
            if model.state == JobState::Queued || model.attempt < model.max_attempts {
                return Some(first);
            }
            model.state = JobState::Failed;
        }
    }

    async fn finish(&mut self, worker: usize) -> Result<(), TestCaseError> {
        let Some((job, fence)) = self.workers[worker] else { return Ok(()) };
        let effect = NewJob { kind: "effect".to_owned(), ..wanted(&format!("{job}/{}", fence.attempt), minute(0)) };
        let end = JobEnd::Done { result: json!(null), follow: vec![effect] };
        self.ended(worker, &end, |model| {
            model.state = JobState::Done;
            model.effects += 1;
        })
        .await
    }

    async fn ended(&mut self, worker: usize, end: &JobEnd, then: impl FnOnce(&mut Model)) -> Result<(), TestCaseError> {
        let Some((job, fence)) = self.workers[worker] else { return Ok(()) };
        let ended = self.world.store.job_finish(fence, end, self.at(0)).await.map(drop);
        self.fenced(job, fence, &ended, then)
    }

    /// What a worker does takes effect if the job is still its own, and is refused otherwise.
    fn fenced(
        &mut self,
        job: usize,
        fence: Fence,
        outcome: &Result<(), StoreError>,
        then: impl FnOnce(&mut Model),
    ) -> Result<(), TestCaseError> {
        let model = &mut self.models[job];
        if model.is_held_by(fence.attempt) {
            prop_assert!(outcome.is_ok(), "{outcome:?}");
            then(model);
        } else {
            prop_assert!(matches!(outcome, Err(StoreError::LeaseLost { .. })), "{outcome:?}");
        }
        Ok(())
    }

    /// Every job is as the model has it, and has had its effect as often.
    async fn check(&self) -> Result<(), TestCaseError> {
        let mut effects: BTreeMap<String, usize> = BTreeMap::new();
        let filter = JobFilter { kind: Some("effect"), ..JobFilter::default() };
        for effect in self.world.store.job_list(filter, usize::MAX).await.unwrap() {
            let (job, _) = effect.asked.key.split_once('/').unwrap();
            *effects.entry(job.to_owned()).or_default() += 1;
        }
        for (at, model) in self.models.iter().enumerate() {
            let job = self.world.store.job_latest("sync", &at.to_string()).await.unwrap().unwrap();
            prop_assert_eq!((job.state, job.attempt), (model.state, model.attempt));
            prop_assert_eq!(job.asked.max_attempts, model.max_attempts);
            let had = effects.get(&at.to_string()).copied().unwrap_or(0);
            prop_assert_eq!(had, model.effects);
            prop_assert_eq!(had, usize::from(model.state == JobState::Done), "exactly once");
        }
        Ok(())
    }
}

#[test]
fn effects_happen_exactly_once_and_attempts_only_grow_whatever_happens() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let many = u32::try_from(cases(48, 1_000)).unwrap();
    let mut runner = TestRunner::new(Config { cases: many, failure_persistence: None, ..Config::default() });
    let steps = prop::collection::vec(step(), 1..60);
    let outcome = runner.run(&steps, |steps| {
        runtime.block_on(async {
            let mut run = Run::new().await;
            for step in steps {
                run.step(step).await?;
                run.check().await?;
            }
            Ok(())
        })
    });
    outcome.unwrap();
}

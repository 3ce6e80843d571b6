//! The loop of workers, with jobs that do nothing but end in the ways in which jobs end.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use rolecall_connect::address_parse;
use rolecall_connect::npm::{NpmConnector, NpmOptions};
use rolecall_model::Timestamp;
use rolecall_store::{
    Claim, ConnectorChange, ConnectorId, DatabaseAddress, Job, JobFilter, JobState, Mode, NewConnector, NewJob, RUNNER,
    Store, StoreError, SyncEnd, Takeover,
};
use rolecall_testkit::TestDatabase;
use serde_json::json;
use tokio::sync::{Barrier, watch};

use super::*;
use crate::{Context, Silent, SyncError, SyncOptions};

const HOUR: i64 = 3600;

fn noon() -> Timestamp {
    Timestamp(1_700_000_000_000_000)
}

fn an_hour_later() -> Timestamp {
    noon().plus_seconds(HOUR)
}

/// A database, and workers at noon.
struct World {
    _database: TestDatabase,
    context: Context,
    stop: watch::Sender<bool>,
    told: Mutex<Vec<String>>,
}

impl World {
    async fn new() -> Self {
        Self::at(TestDatabase::new().await.unwrap()).await
    }

    async fn at(database: TestDatabase) -> Self {
        let address: DatabaseAddress = database.address().parse().unwrap();
        Store::migrate(&address).await.unwrap();
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let (stop, receiver) = watch::channel(false);
        let context = Context { store, clock: noon, stop: receiver, progress: Arc::new(Silent) };
        Self { _database: database, context, stop, told: Mutex::default() }
    }

    async fn enqueue(&self, kind: &str, key: &str) {
        self.context.store.job_enqueue(&wanted(kind, key), noon()).await.unwrap();
    }

    async fn work(&self, crew: &Crew, once: bool) -> WorkReport {
        let (owner, poll) = ("a test".to_owned(), Duration::from_millis(5));
        let options = WorkOptions { owner, workers: 3, once, poll };
        let tell = |event: &WorkEvent| self.told.lock().unwrap().push(event.to_string());
        work_run(&self.context, crew, &options, &tell).await.unwrap()
    }

    async fn job(&self, kind: &str, key: &str) -> Job {
        self.context.store.job_latest(kind, key).await.unwrap().unwrap()
    }

    fn told(&self) -> String {
        self.told.lock().unwrap().join("\n")
    }
}

fn wanted(kind: &str, key: &str) -> NewJob {
    NewJob {
        kind: kind.to_owned(),
        key: key.to_owned(),
        payload: json!({}),
        asked_by: "a test".to_owned(),
        run_at: noon(),
        max_attempts: 2,
        by_runner: false,
    }
}

/// Ends as the job's key says.
struct AsToldByKey;

#[async_trait]
impl JobHandler for AsToldByKey {
    fn kind(&self) -> &'static str {
        "told"
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let record = || JobError::record("no", "it does not work", Some("do something"));
        match task.job.asked.key.as_str() {
            "again" => Err(JobError::Again(record())),
            "never" => Err(JobError::Never(record())),
            "later" => Err(JobError::Later { seconds: 60, why: "somebody else is at it".to_owned() }),
            "unwanted" => Err(JobError::Unwanted("nobody wants it".to_owned())),
            "lost" => {
                task.context.store.job_cancel(task.job.id, "mara", noon()).await?;
                task.context.store.requests_add(rolecall_store::ConnectorId(1), "2026-11", 1).await?;
                Ok(JobDone::default())
            }
            "panic" => panic!("a mistake in a job"),
            _ => Ok(JobDone { result: json!("well"), follow: vec![wanted("other", "next")] }),
        }
    }
}

#[tokio::test]
async fn every_way_to_end_is_recorded_and_told_and_none_ends_the_others() {
    let world = World::new().await;
    for key in ["panic", "again", "never", "later", "unwanted", "lost", "done"] {
        world.enqueue("told", key).await;
    }
    world.enqueue("foreign", "left alone").await;
    let report = world.work(&Crew::default().handler(AsToldByKey), true).await;
    assert_eq!(report, WorkReport { done: 1, failed: 1, again: 2, cancelled: 1, lost: 1 });
    for (key, state) in [
        ("again", JobState::Queued),
        ("never", JobState::Failed),
        ("later", JobState::Queued),
        ("unwanted", JobState::Cancelled),
        ("lost", JobState::Cancelled),
        ("done", JobState::Done),
        ("panic", JobState::Running),
    ] {
        assert_eq!(world.job("told", key).await.state, state, "{key}");
    }
    assert_eq!(world.job("told", "later").await.asked.run_at, noon().plus_seconds(60));
    assert_eq!(world.job("told", "never").await.last_error.unwrap()["hint"], "do something");
    assert_eq!(world.job("foreign", "left alone").await.attempt, 0);
    assert_eq!(world.job("other", "next").await.state, JobState::Queued, "it follows from the one that is done");
    let told = world.told();
    for text in
        ["it does not work", "somebody else is at it", "nobody wants it", "no longer this worker's", "unexpected end"]
    {
        assert!(told.contains(text), "{text} is missing in {told}");
    }
}

#[tokio::test]
async fn each_failure_is_followed_by_a_longer_wait_and_no_two_jobs_wait_alike() {
    let world = World::new().await;
    let mut waits = Vec::new();
    for key in ["a", "b", "c", "d"] {
        world.enqueue("told", key).await;
        let mut job = world.job("told", key).await;
        for (attempt, usual) in [(1, 30), (2, 60), (3, 120), (8, HOUR), (1_000, HOUR)] {
            job.attempt = attempt;
            let wait = (back_off::retry_at(&job, noon()).0 - noon().0) / 1_000_000;
            assert!((usual * 3 / 4..=usual * 5 / 4).contains(&wait), "{wait} seconds after attempt {attempt}");
            waits.push((attempt, wait));
        }
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 12, "{waits:?}");
}

/// Waits until so many jobs run at the same time, or until it is told to stop.
struct Together(Barrier);

#[async_trait]
impl JobHandler for Together {
    fn kind(&self) -> &'static str {
        "together"
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        let mut stop = task.context.stop.clone();
        tokio::select! {
            _ = self.0.wait() => Ok(JobDone::default()),
            () = crate::context::stopped(&mut stop) => Err(JobError::Stopped),
        }
    }
}

#[tokio::test]
async fn so_many_jobs_run_side_by_side_as_there_are_workers() {
    let world = World::new().await;
    for number in 0..6 {
        world.enqueue("together", &number.to_string()).await;
    }
    let report = world.work(&Crew::default().handler(Together(Barrier::new(3))), true).await;
    assert_eq!(report.done, 6);
}

#[tokio::test]
async fn who_is_told_to_stop_gives_its_jobs_back_and_begins_no_other() {
    let world = World::new().await;
    for number in 0..4 {
        world.enqueue("together", &number.to_string()).await;
    }
    let crew = Crew::default().handler(Together(Barrier::new(9)));
    let running = JobFilter { state: Some(JobState::Running), ..JobFilter::default() };
    let stop = async {
        while world.context.store.job_list(running, 9).await.unwrap().len() < 3 {
            tokio::task::yield_now().await;
        }
        world.stop.send(true).unwrap();
    };
    let (report, ()) = tokio::join!(world.work(&crew, false), stop);
    assert_eq!(report, WorkReport { again: 3, ..WorkReport::default() });
    let jobs = world.context.store.job_list(JobFilter::default(), 9).await.unwrap();
    assert!(jobs.iter().all(|job| job.state == JobState::Queued && job.asked.run_at == noon()), "{jobs:?}");
    assert!(world.told().contains("stopping once "), "{}", world.told());
}

#[tokio::test]
async fn a_lease_is_renewed_while_the_work_lasts_and_the_work_ends_when_it_is_lost() {
    let world = World::new().await;
    let store = &world.context.store;
    world.enqueue("told", "long").await;
    // The lease of a worker that began some time ago.
    let claim = Claim { owner: "a test", now: noon(), until: noon().plus_seconds(1) };
    let fence = store.job_claim(&claim, &["told"]).await.unwrap().unwrap().fence();
    let renewed = async {
        while world.job("told", "long").await.lease_until != Some(noon().plus_seconds(LEASE_SECONDS)) {
            tokio::task::yield_now().await;
        }
    };
    let pause = Duration::from_millis(1);
    assert_eq!(attempt::leased_with(&world.context, fence, pause, renewed).await, Some(()));
    store.job_cancel(fence.job, "mara", noon()).await.unwrap();
    let for_ever = std::future::pending::<()>();
    assert_eq!(attempt::leased_with(&world.context, fence, pause, for_ever).await, None);
}

#[tokio::test]
async fn syncs_of_one_process_share_the_writer_lock_and_keep_others_out() {
    let world = World::at(TestDatabase::file().unwrap()).await;
    let (store, lock) = (&world.context.store, shared_lock::SharedLock::default());
    let [one, two] = [ConnectorId(1), ConnectorId(2)];
    let other = store.writer_lock(one, "another process").await.unwrap();
    assert!(matches!(lock.take(store, one).await, Err(StoreError::Busy { .. })));
    drop(other);
    let (first, second) = (lock.take(store, one).await.unwrap(), lock.take(store, two).await.unwrap());
    drop(first);
    assert!(matches!(store.writer_lock(one, "another process").await, Err(StoreError::Busy { .. })));
    drop(second);
    store.writer_lock(one, "another process").await.unwrap();
    lock.take(store, one).await.unwrap();
}

fn npm(name: &str) -> NpmConnector {
    let nowhere = address_parse("http://127.0.0.1:1").unwrap();
    NpmConnector::new(NpmOptions::new(name, nowhere, None)).unwrap()
}

#[tokio::test]
async fn who_syncs_already_is_named_and_who_is_known_to_be_gone_is_not_waited_for() {
    let world = World::new().await;
    let store = &world.context.store;
    let record = store.connector_put(&connector("acme", "1h"), "mara", noon()).await.unwrap();
    store.job_enqueue(&sync_job(&record, "schedule", noon()), noon()).await.unwrap();
    let claim = Claim { owner: "rolecall work, process 7", now: noon(), until: noon().plus_seconds(60) };
    let theirs = store.job_claim(&claim, &[SYNC]).await.unwrap().unwrap();
    let sync = |takeover| {
        let doer = Doer { owner: "a test".to_owned(), asked_by: "mara".to_owned(), takeover };
        let (context, record) = (world.context.clone(), record.clone());
        async move { sync_inline(&context, &npm("acme"), &record, SyncOptions::default(), &doer).await }
    };
    let busy = sync(Takeover::Expired).await.unwrap_err();
    let said = "npm:acme is being synced by rolecall work, process 7 since 2023-11-14T22:13:20Z";
    assert_eq!(busy.to_string(), said);
    assert_eq!(world.job(SYNC, &theirs.asked.key).await.attempt, 1);

    // Nothing listens there, so that this sync fails; what matters is that it was begun, and its end recorded.
    assert!(matches!(sync(Takeover::Any).await, Err(SyncError::Refused(_))));
    let job = world.job(SYNC, &theirs.asked.key).await;
    assert_eq!((job.id, job.attempt, job.state), (theirs.id, 2, JobState::Failed));
    assert_eq!(job.last_error.unwrap()["code"], "unreachable");
    let lost = store.job_renew(theirs.fence(), noon()).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost { .. })), "{lost:?}");
}

fn connector(name: &str, every: &str) -> NewConnector {
    NewConnector {
        connector_type: "npm".to_owned(),
        name: name.to_owned(),
        root: name.to_owned(),
        base_url: "https://registry.invalid".to_owned(),
        settings: json!({ "every": every }),
        ..NewConnector::default()
    }
}

async fn due(store: &Store, at: Timestamp) -> Vec<String> {
    let jobs = SyncSchedule.due(store, at).await.unwrap();
    jobs.into_iter().map(|job| job.payload["about"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_sync_is_due_when_its_interval_has_passed_since_the_last_attempt() {
    let world = World::new().await;
    let store = &world.context.store;
    let record = store.connector_put(&connector("acme", "1h"), "mara", noon()).await.unwrap();
    store
        .connector_put(&NewConnector { settings: json!({}), ..connector("by-hand", "") }, "mara", noon())
        .await
        .unwrap();
    store.connector_put(&connector("of-a-newer-version", "at dawn"), "mara", noon()).await.unwrap();
    assert_eq!(due(store, noon()).await, ["npm:acme"], "it was never read");

    // Read by hand, by a program that knew no jobs.
    let sync = store.sync_begin(record.id, noon()).await.unwrap().id;
    store.sync_finish(sync, &SyncEnd::Finished, noon(), 1).await.unwrap();
    assert_eq!(due(store, an_hour_later().plus_seconds(-1)).await, Vec::<String>::new());
    let at = an_hour_later().plus_seconds(61);
    assert_eq!(due(store, at).await, ["npm:acme"]);

    // While a job is at it or waits, nothing is due; one that failed before it could sync counts as an attempt.
    let job = SyncSchedule.due(store, at).await.unwrap().remove(0);
    store.job_enqueue(&job, at).await.unwrap();
    assert_eq!(due(store, at.plus_seconds(9 * HOUR)).await, Vec::<String>::new());
    let queued = world.job(SYNC, &record.uuid.to_string()).await;
    store.job_cancel(queued.id, "mara", at).await.unwrap();
    assert_eq!(due(store, at.plus_seconds(HOUR - 1)).await, Vec::<String>::new());
    assert_eq!(due(store, at.plus_seconds(HOUR + 61)).await, ["npm:acme"]);

    store.connector_change(&[ConnectorChange::Pause(record.id)], "mara", at).await.unwrap();
    assert_eq!(due(store, at.plus_seconds(9 * HOUR)).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_a_runner_reads_is_due_as_all_else_and_no_worker_takes_it() {
    let world = World::new().await;
    let store = &world.context.store;
    let elsewhere = NewConnector { secret_source: Some(RUNNER.to_owned()), ..connector("elsewhere", "1h") };
    let record = store.connector_put(&elsewhere, "mara", noon()).await.unwrap();
    let crew = Crew::default().handler(Syncs).schedule(SyncSchedule);
    assert_eq!(world.work(&crew, true).await, WorkReport::default());
    let key = record.uuid.to_string();
    let job = world.job(SYNC, &key).await;
    assert!(job.asked.by_runner && job.state == JobState::Queued, "{job:?}");
    let claim = Claim { owner: "the runner", now: noon(), until: noon().plus_seconds(60) };
    let given = store.job_claim_by_runner(&claim, SYNC, &key).await.unwrap().unwrap();
    assert_eq!((given.id, given.attempt), (job.id, 1));
}

/// Whatever it is given would be wrong.
struct Syncs;

#[async_trait]
impl JobHandler for Syncs {
    fn kind(&self) -> &'static str {
        SYNC
    }

    async fn run(&self, task: &Task) -> Result<JobDone, JobError> {
        panic!("{:?} is its runner's", task.job)
    }
}

#[tokio::test]
async fn schedules_are_asked_again_without_asking_twice() {
    struct Always;
    #[async_trait]
    impl Schedule for Always {
        async fn due(&self, _: &Store, now: Timestamp) -> Result<Vec<NewJob>, StoreError> {
            let job = NewJob { run_at: now.plus_seconds(HOUR), ..wanted("told", "done") };
            Ok(vec![job.clone(), job])
        }
    }
    let world = World::new().await;
    let crew = Crew::default().handler(AsToldByKey).schedule(Always);
    assert_eq!(world.work(&crew, true).await, WorkReport::default(), "it is not due yet");
    assert_eq!(world.told().matches("is due").count(), 1);
    let later = World { context: Context { clock: an_hour_later, ..world.context.clone() }, ..world };
    assert_eq!(later.work(&crew, true).await.done, 1);
}

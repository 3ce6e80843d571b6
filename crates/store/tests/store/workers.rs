//! Worker processes that are killed at any moment finish every job exactly once.
//!
//! The processes are this test's own executable, asked to run [`worker_process`] alone.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use rolecall_model::Timestamp;
use rolecall_store::{Claim, DatabaseAddress, Job, JobEnd, JobFilter, JobState, Mode, NewJob, Store, StoreError};
use rolecall_testkit::cases;
use serde_json::json;

use crate::jobs::wanted;
use crate::world::World;

/// Tells a worker process which database it works on, and how many workers it runs.
const DATABASE: &str = "ROLECALL_TEST_WORK_DATABASE";
const WORKERS: &str = "ROLECALL_TEST_WORK_WORKERS";

/// Short, so that leases end while their workers live, too.
const LEASE: Duration = Duration::from_millis(250);

/// Kills per run.
const KILLS: usize = 12;

fn now() -> Timestamp {
    let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(elapsed.as_micros()).unwrap())
}

fn after(moment: Timestamp, wait: Duration) -> Timestamp {
    Timestamp(moment.0 + i64::try_from(wait.as_micros()).unwrap())
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[tokio::test]
async fn eight_workers_of_one_process_that_is_killed_finish_every_job_exactly_once() {
    finish_exactly_once(1, 8, 0x0b5).await;
}

#[tokio::test]
async fn eight_workers_in_four_processes_that_are_killed_finish_every_job_exactly_once() {
    finish_exactly_once(4, 2, 0x0b6).await;
}

/// Lets processes with so many workers each do jobs, kills some now and then, and counts what happened.
async fn finish_exactly_once(processes: usize, workers: usize, seed: u64) {
    let world = World::new().await;
    let jobs = cases(200, 2_000);
    enqueue(&world.store, jobs).await;
    let mut fleet = Fleet { address: world.address(), workers, children: Vec::new() };
    (0..processes).for_each(|_| fleet.start());
    let mut random = Seeded(seed);
    for kill in 1..=KILLS {
        // Once so much is done, and then a moment later, so that it hits any instruction.
        let enough = jobs * kill / (KILLS + 2) + usize::try_from(random.below(5)).unwrap();
        while count(&world.store, "effect").await < enough {
            fleet.check();
        }
        for _ in 0..random.below(400) {
            tokio::task::yield_now().await;
        }
        fleet.kill(usize::try_from(random.below(u64::try_from(processes).unwrap())).unwrap());
        fleet.start();
    }
    fleet.wait();
    counted(&world.store, jobs).await;
    world.is_sound().await;
}

async fn enqueue(store: &Store, jobs: usize) {
    for number in 0..jobs {
        let new = NewJob { max_attempts: i64::MAX, ..wanted(&number.to_string(), Timestamp(0)) };
        store.job_enqueue(&new, now()).await.unwrap();
    }
}

async fn count(store: &Store, kind: &str) -> usize {
    store.job_list(JobFilter { kind: Some(kind), ..JobFilter::default() }, usize::MAX).await.unwrap().len()
}

/// Every job is done, and its effect is there once: not lost with a worker, not repeated by the next.
async fn counted(store: &Store, jobs: usize) {
    let done = JobFilter { kind: Some("sync"), state: Some(JobState::Done), ..JobFilter::default() };
    let done = store.job_list(done, usize::MAX).await.unwrap();
    assert_eq!(done.len(), jobs);
    let mut effects: BTreeMap<String, usize> = BTreeMap::new();
    for effect in store.job_list(JobFilter { kind: Some("effect"), ..JobFilter::default() }, usize::MAX).await.unwrap()
    {
        let (job, _) = effect.asked.key.split_once('/').unwrap();
        *effects.entry(job.to_owned()).or_default() += 1;
    }
    let (count, most) = (effects.len(), effects.values().max().copied());
    assert_eq!((count, most), (jobs, Some(1)));
    let again = done.iter().filter(|job| job.attempt > 1).count();
    assert!(again > 0, "nobody was killed, stalled or failed in the midst of a job");
}

/// The worker processes.
struct Fleet {
    address: DatabaseAddress,
    workers: usize,
    children: Vec<Child>,
}

impl Fleet {
    fn start(&mut self) {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "workers::worker_process", "--nocapture"])
            .env(DATABASE, self.address.to_string())
            .env(WORKERS, self.workers.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.children.push(child);
    }

    fn kill(&mut self, which: usize) {
        let mut child = self.children.remove(which);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// None fails.
    fn check(&mut self) {
        for child in &mut self.children {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none_or(|status| status.success()), "a worker process failed: {ended:?}");
        }
    }

    fn wait(&mut self) {
        for child in &mut self.children {
            assert!(child.wait().unwrap().success(), "a worker process failed");
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Without [`DATABASE`], a test of its own; with it, the process that the tests above start and kill.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn worker_process() {
    if let Ok(address) = std::env::var(DATABASE) {
        let workers = std::env::var(WORKERS).unwrap().parse().unwrap();
        return process(&address.parse().unwrap(), workers).await;
    }
    let world = World::new().await;
    enqueue(&world.store, 3).await;
    process(&world.address(), 2).await;
    assert_eq!(count(&world.store, "effect").await, 3);
}

async fn process(address: &DatabaseAddress, workers: usize) {
    let store = Store::open(address, Mode::Write).await.unwrap();
    let workers: Vec<_> = (0..workers).map(|number| tokio::spawn(work(store.clone(), number))).collect();
    for worker in workers {
        worker.await.unwrap();
    }
}

/// Does jobs until none is left.
async fn work(store: Store, number: usize) {
    let owner = format!("worker {number} of process {}", std::process::id());
    loop {
        let now = now();
        let claim = Claim { owner: &owner, now, until: after(now, LEASE) };
        match patient(|| store.job_claim(&claim, &["sync"])).await {
            Some(job) => attempt(&store, &job).await,
            None if is_all_done(&store).await => return,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

/// One attempt: most are done, some fail, and some stall until their lease has ended. What becomes of an attempt is the same
/// in every run.
async fn attempt(store: &Store, job: &Job) {
    let fate = Seeded(job.id.0.cast_unsigned() ^ (job.attempt.cast_unsigned() << 32)).below(40);
    if fate == 0 {
        let until = job.lease_until.unwrap();
        while now() <= until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    } else if fate.is_multiple_of(4) {
        match store.job_renew(job.fence(), after(now(), LEASE)).await {
            Ok(()) | Err(StoreError::LeaseLost { .. } | StoreError::Busy { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let effect = format!("{}/{}", job.asked.key, job.attempt);
    let effect = NewJob { kind: "effect".to_owned(), ..wanted(&effect, Timestamp(0)) };
    let end = match fate {
        1..=4 => JobEnd::Failed { error: json!("bad luck"), retry_at: Some(now()) },
        _ => JobEnd::Done { result: json!(null), follow: vec![effect] },
    };
    match store.job_finish(job.fence(), &end, now()).await {
        // Whoever cannot write lets its lease end.
        Ok(_) | Err(StoreError::LeaseLost { .. } | StoreError::Busy { .. }) => {}
        Err(error) => panic!("{error:?}"),
    }
}

/// Asks again while another process writes.
async fn patient<T, F: Future<Output = Result<T, StoreError>>>(mut ask: impl FnMut() -> F) -> T {
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(StoreError::Busy { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn is_all_done(store: &Store) -> bool {
    let filter = |state| JobFilter { kind: Some("sync"), state: Some(state), ..JobFilter::default() };
    for state in [JobState::Queued, JobState::Running] {
        if !patient(|| store.job_list(filter(state), 1)).await.is_empty() {
            return false;
        }
    }
    true
}

//! Jobs: asked for once, claimed once, fenced, tried again, cancelled, forgotten.

use rolecall_model::Timestamp;
use rolecall_store::{
    Claim, Enqueued, Job, JobEnd, JobFilter, JobStarted, JobState, NewJob, StoreError, SyncEnd, Takeover,
};
use serde_json::json;

use crate::world::{World, membership_write, minute, owner, roster};

pub(crate) fn wanted(key: &str, run_at: Timestamp) -> NewJob {
    let (kind, payload, asked_by) = ("sync".to_owned(), json!({ "about": key }), "schedule".to_owned());
    NewJob { kind, key: key.to_owned(), payload, asked_by, run_at, max_attempts: 2, by_runner: false }
}

/// A claim of a quarter of an hour.
pub(crate) fn claim(owner: &str, now: Timestamp) -> Claim<'_> {
    Claim { owner, now, until: now.plus_seconds(15 * 60) }
}

async fn enqueued(world: &World, job: &NewJob) -> Job {
    match world.store.job_enqueue(job, minute(0)).await.unwrap() {
        Enqueued::New(job) => job,
        Enqueued::Known(job) => panic!("{job:?} was there already"),
    }
}

async fn claimed(world: &World, owner: &str, now: Timestamp) -> Option<Job> {
    world.store.job_claim(&claim(owner, now), &["sync"]).await.unwrap()
}

async fn the_job(world: &World) -> Job {
    world.store.job_list(JobFilter::default(), 9).await.unwrap().remove(0)
}

fn done() -> JobEnd {
    JobEnd::Done { result: json!({ "read": 3 }), follow: Vec::new() }
}

fn failed(retry_at: Option<Timestamp>) -> JobEnd {
    JobEnd::Failed { error: json!({ "code": "source", "message": "it is down" }), retry_at }
}

fn is_lost<T: std::fmt::Debug>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::LeaseLost { .. }))
}

#[tokio::test]
async fn about_one_thing_there_is_one_unfinished_job_of_a_kind() {
    let world = World::new().await;
    let first = enqueued(&world, &wanted("a", minute(1))).await;
    let again = world.store.job_enqueue(&wanted("a", minute(9)), minute(0)).await.unwrap();
    assert_eq!(again, Enqueued::Known(first.clone()));
    enqueued(&world, &wanted("b", minute(1))).await;
    enqueued(&world, &NewJob { kind: "audit.head".to_owned(), ..wanted("a", minute(1)) }).await;

    let job = claimed(&world, "one", minute(1)).await.unwrap();
    let known = world.store.job_enqueue(&wanted("a", minute(9)), minute(1)).await.unwrap();
    assert_eq!(known, Enqueued::Known(job.clone()), "a running one is unfinished too");
    world.store.job_finish(job.fence(), &done(), minute(2)).await.unwrap();
    let next = enqueued(&world, &wanted("a", minute(9))).await;
    let latest = world.store.job_latest("sync", "a").await.unwrap().unwrap();
    assert_eq!((latest.id, latest.attempt, latest.asked), (next.id, 0, wanted("a", minute(9))));
}

#[tokio::test]
async fn what_is_due_for_longest_is_claimed_first_and_by_one_worker() {
    let world = World::new().await;
    for (key, run_at) in [("late", 5), ("early", 1), ("not-yet", 60)] {
        enqueued(&world, &wanted(key, minute(run_at))).await;
    }
    enqueued(&world, &NewJob { kind: "other".to_owned(), ..wanted("foreign", minute(0)) }).await;
    let (first, second) = (claimed(&world, "one", minute(9)).await, claimed(&world, "two", minute(9)).await);
    let keys = [&first, &second].map(|job| job.as_ref().unwrap().asked.key.clone());
    assert_eq!(keys, ["early", "late"]);
    assert_eq!(claimed(&world, "three", minute(9)).await, None, "one is not due, one of another kind");
    let first = first.unwrap();
    assert_eq!((first.state, first.attempt, first.worker.as_deref()), (JobState::Running, 1, Some("one")));
    assert_eq!((first.started_at, first.lease_until), (Some(minute(9)), Some(minute(24))));
    let both = world.store.job_claim(&claim("four", minute(60)), &["sync", "other"]).await.unwrap().unwrap();
    assert_eq!(both.asked.key, "foreign", "the kinds wait in one line");
}

#[tokio::test]
async fn a_lease_that_ended_is_anybodys_and_its_worker_can_write_nothing_more() {
    let mut world = World::new().await;
    enqueued(&world, &wanted("a", minute(0))).await;
    let slow = claimed(&world, "slow", minute(1)).await.unwrap();
    assert_eq!(claimed(&world, "fast", minute(15)).await, None);
    world.store.job_renew(slow.fence(), minute(20)).await.unwrap();
    assert_eq!(claimed(&world, "fast", minute(19)).await, None, "it was renewed");
    // Late, but nobody was faster.
    world.store.job_renew(slow.fence(), minute(30)).await.unwrap();

    let fast = claimed(&world, "fast", minute(30)).await.unwrap();
    assert_eq!((fast.id, fast.attempt), (slow.id, 2));
    assert_eq!(fast.last_error.as_ref().unwrap()["code"], "worker-vanished");
    let zombie = world.store.fenced(slow.fence());
    assert!(is_lost(&world.store.job_renew(slow.fence(), minute(99)).await));
    assert!(is_lost(&world.store.job_finish(slow.fence(), &done(), minute(31)).await));
    assert!(is_lost(&zombie.requests_add(world.connector, "2026-11", 7).await));
    assert!(is_lost(&zombie.sync_begin(world.connector, minute(31)).await));
    assert_eq!(zombie.requests_used(world.connector, "2026-11").await.unwrap(), 0, "reading is still free");

    let listings = vec![world.reads(roster(), vec![owner("ada")]).await];
    let (connector, at) = (world.connector, minute(32));
    let sync = world.store.fenced(fast.fence()).sync_begin(connector, at).await.unwrap().id;
    let write = membership_write(connector, sync, at, listings);
    assert!(is_lost(&zombie.snapshot_make_current(&write).await));
    assert!(is_lost(&zombie.sync_finish(sync, &SyncEnd::Interrupted, at, 1).await));
    assert_eq!(world.facts().await.len(), 0);
    world.store.fenced(fast.fence()).snapshot_make_current(&write).await.unwrap();
    assert_eq!(world.facts().await.len(), 1);
    assert_eq!(world.store.job_finish(fast.fence(), &done(), minute(33)).await.unwrap(), JobState::Done);
    assert!(is_lost(&world.store.job_finish(fast.fence(), &done(), minute(34)).await), "once is enough");
}

#[tokio::test]
async fn what_follows_from_a_job_is_there_if_and_only_if_it_is_done() {
    let world = World::new().await;
    enqueued(&world, &wanted("a", minute(0))).await;
    let lost = claimed(&world, "one", minute(1)).await.unwrap();
    let job = claimed(&world, "two", minute(16)).await.unwrap();
    let next = NewJob { kind: "next".to_owned(), ..wanted("a", minute(2)) };
    let end = JobEnd::Done { result: json!(null), follow: vec![next.clone(), next] };
    assert!(is_lost(&world.store.job_finish(lost.fence(), &end, minute(17)).await));
    let next = JobFilter { kind: Some("next"), ..JobFilter::default() };
    assert_eq!(world.store.job_list(next, 9).await.unwrap(), []);
    world.store.job_finish(job.fence(), &end, minute(17)).await.unwrap();
    assert_eq!(world.store.job_list(next, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_failed_attempt_is_followed_by_another_until_the_last() {
    let world = World::new().await;
    enqueued(&world, &wanted("a", minute(0))).await;
    let first = claimed(&world, "one", minute(1)).await.unwrap();
    let state = world.store.job_finish(first.fence(), &failed(Some(minute(5))), minute(2)).await.unwrap();
    assert_eq!(state, JobState::Queued);
    let waiting = the_job(&world).await;
    assert_eq!((waiting.asked.run_at, waiting.finished_at, waiting.lease_until), (minute(5), None, None));
    assert_eq!(waiting.last_error.unwrap()["message"], "it is down");
    assert_eq!(claimed(&world, "one", minute(4)).await, None);

    let second = claimed(&world, "one", minute(5)).await.unwrap();
    let state = world.store.job_finish(second.fence(), &failed(Some(minute(9))), minute(6)).await.unwrap();
    assert_eq!(state, JobState::Failed, "it was its last attempt");
    assert_eq!(claimed(&world, "one", minute(99)).await, None);

    world.store.job_retry(second.id, 2, "mara", minute(100)).await.unwrap();
    let third = claimed(&world, "one", minute(100)).await.unwrap();
    assert_eq!((third.attempt, third.asked.max_attempts, third.asked.asked_by.as_str()), (3, 4, "mara"));
    assert_eq!(world.store.job_finish(third.fence(), &failed(None), minute(101)).await.unwrap(), JobState::Failed);
}

#[tokio::test]
async fn a_job_whose_workers_vanish_fails_in_the_end() {
    let world = World::new().await;
    enqueued(&world, &wanted("a", minute(0))).await;
    enqueued(&world, &wanted("b", minute(50))).await;
    for attempt in 1..=2 {
        assert_eq!(claimed(&world, "mayfly", minute(attempt * 20)).await.unwrap().attempt, attempt);
    }
    let next = claimed(&world, "one", minute(60)).await.unwrap();
    assert_eq!(next.asked.key, "b", "it does not stand in the way of others");
    let given_up = world.store.job_latest("sync", "a").await.unwrap().unwrap();
    assert_eq!((given_up.state, given_up.finished_at), (JobState::Failed, Some(minute(60))));
    assert!(given_up.last_error.unwrap()["message"].as_str().unwrap().contains("mayfly"));
}

#[tokio::test]
async fn giving_a_job_back_costs_it_no_attempt() {
    let world = World::new().await;
    enqueued(&world, &wanted("a", minute(0))).await;
    for attempt in 1..=5 {
        let job = claimed(&world, "one", minute(attempt)).await.unwrap();
        assert_eq!(job.attempt, attempt, "the fencing token only grows");
        let back = JobEnd::Released { run_at: minute(attempt + 1) };
        assert_eq!(world.store.job_finish(job.fence(), &back, minute(attempt)).await.unwrap(), JobState::Queued);
    }
    let job = claimed(&world, "one", minute(6)).await.unwrap();
    let state = world.store.job_finish(job.fence(), &failed(Some(minute(7))), minute(6)).await.unwrap();
    assert_eq!(state, JobState::Queued, "it has both its attempts still");
}

#[tokio::test]
async fn whoever_asks_for_a_job_now_does_it_unless_another_is_at_it() {
    let world = World::new().await;
    enqueued(&world, &wanted("a", minute(500))).await;
    let start = |owner: &'static str, now, takeover| {
        let store = world.store.clone();
        async move { store.job_start(&wanted("a", now), &claim(owner, now), takeover).await.unwrap() }
    };
    let JobStarted::Mine(mine) = start("cli", minute(1), Takeover::Expired).await else { panic!("it only waited") };
    assert_eq!((mine.attempt, mine.asked.run_at), (1, minute(500)), "the waiting one is taken");
    let busy = start("other", minute(2), Takeover::Expired).await;
    assert!(matches!(busy, JobStarted::Busy(job) if job.worker.as_deref() == Some("cli")));
    let JobStarted::Mine(heir) = start("other", minute(2), Takeover::Any).await else { panic!("it was to be taken") };
    assert!(is_lost(&world.store.job_finish(mine.fence(), &done(), minute(3)).await));
    let JobStarted::Mine(late) = start("third", minute(30), Takeover::Expired).await else { panic!("it had ended") };
    assert_eq!((late.id, late.attempt, late.asked.max_attempts), (heir.id, 3, 3));
    world.store.job_finish(late.fence(), &done(), minute(31)).await.unwrap();
    let JobStarted::Mine(fresh) = start("cli", minute(32), Takeover::Expired).await else { panic!("none is left") };
    assert!(fresh.id > late.id && fresh.attempt == 1);
}

#[tokio::test]
async fn a_cancelled_job_is_nobodys_and_may_be_asked_for_again() {
    let world = World::new().await;
    let queued = enqueued(&world, &wanted("a", minute(0))).await;
    world.store.job_cancel(queued.id, "mara", minute(1)).await.unwrap();
    assert_eq!(claimed(&world, "one", minute(2)).await, None);
    let refused = world.store.job_cancel(queued.id, "mara", minute(3)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Conflict(why) if why.contains("cancelled")), "{refused}");

    world.store.job_retry(queued.id, 1, "mara", minute(4)).await.unwrap();
    let running = claimed(&world, "one", minute(5)).await.unwrap();
    world.store.job_cancel(running.id, "mara", minute(6)).await.unwrap();
    assert!(is_lost(&world.store.job_renew(running.fence(), minute(99)).await));
    assert!(is_lost(&world.store.job_finish(running.fence(), &done(), minute(7)).await));

    enqueued(&world, &wanted("a", minute(8))).await;
    let refused = world.store.job_retry(running.id, 1, "mara", minute(9)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Conflict(why) if why.contains("newer job")), "{refused}");
    assert!(matches!(
        world.store.job_cancel(rolecall_store::JobId(99), "mara", minute(9)).await,
        Err(StoreError::Conflict(_))
    ));
}

#[tokio::test]
async fn finished_jobs_are_forgotten_and_unfinished_ones_never() {
    let world = World::new().await;
    for key in ["old", "new", "waiting"] {
        enqueued(&world, &wanted(key, minute(0))).await;
    }
    for (key, at) in [("old", 10), ("new", 20)] {
        let job = claimed(&world, "one", minute(1)).await.unwrap();
        assert_eq!(job.asked.key, key);
        world.store.job_finish(job.fence(), &done(), minute(at)).await.unwrap();
    }
    assert_eq!(world.store.job_prune(minute(20)).await.unwrap(), 1);
    let left = world.store.job_list(JobFilter::default(), 9).await.unwrap();
    assert_eq!(left.iter().map(|job| job.asked.key.as_str()).collect::<Vec<_>>(), ["waiting", "new"]);
    let done = JobFilter { state: Some(JobState::Done), ..JobFilter::default() };
    assert_eq!(world.store.job_list(done, 9).await.unwrap()[0].result, Some(json!({ "read": 3 })));
}

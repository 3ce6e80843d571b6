//! Runners: their keys, what they show with their calls, and their jobs, on either engine.

use rolecall_store::{
    ConnectorChange, HubAct, JobEnd, JobState, NewJob, NewRunnerKey, NewRunnerToken, RunnerClient, RunnerRefusal,
    RunnerSeen, Store, StoreError,
};
use serde_json::json;

use crate::audit_writers::Counted;
use crate::jobs::{claim, wanted};
use crate::tables::rows_by_table;
use crate::world::{World, minute};

fn act() -> HubAct<'static> {
    HubAct { actor: Some("mara"), how: "session", address: None, session: None, now: minute(3) }
}

async fn keyed(world: &World, number: u8) -> RunnerClient {
    let key = NewRunnerKey { client_id: "me@hub.example/x", public_key: &[number; 32] };
    world.store.runner_key_put(world.connector, &key, &act()).await.unwrap()
}

fn token(number: u8) -> NewRunnerToken {
    NewRunnerToken { hash: [number; 32], assertion: [number + 100; 32], expires_at: minute(20) }
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, StoreError>) -> RunnerRefusal {
    match result.unwrap_err() {
        StoreError::Runner(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn opens(store: &Store, number: u8, at: i64) -> bool {
    store.runner_of_token(&[number; 32], minute(at)).await.unwrap().is_some()
}

/// A runner with a token, so that there is a row in each of its tables.
pub(crate) async fn runner(world: &World) {
    let client = keyed(world, 1).await;
    world.store.runner_token_add(&client, &token(1), minute(3)).await.unwrap();
}

/// A job of the runner's.
async fn asked(world: &World) -> NewJob {
    let key = world.store.connector_list().await.unwrap()[0].uuid.to_string();
    let job = NewJob { by_runner: true, ..wanted(&key, minute(1)) };
    world.store.job_enqueue(&job, minute(1)).await.unwrap();
    job
}

#[tokio::test]
async fn another_key_or_none_voids_what_was_given_for_the_former() {
    let world = World::new().await;
    let store = &world.store;
    assert_eq!(store.runner_of(world.connector).await.unwrap(), None);
    assert_eq!(refusal(store.runner_key_revoke(world.connector, &act()).await), RunnerRefusal::ClientUnknown);
    let first = keyed(&world, 1).await;
    store.runner_token_add(&first, &token(1), minute(3)).await.unwrap();
    assert!(opens(store, 1, 19).await && !opens(store, 1, 20).await && !opens(store, 2, 4).await);

    let second = keyed(&world, 2).await;
    assert_eq!((&second.client_id, second.created_at), (&first.client_id, first.created_at));
    assert!(!opens(store, 1, 4).await);
    // Whoever looked at the former key meanwhile is too late.
    assert_eq!(refusal(store.runner_token_add(&first, &token(3), minute(4)).await), RunnerRefusal::ProofUsed);
    store.runner_token_add(&second, &token(3), minute(4)).await.unwrap();

    let revoked = store.runner_key_revoke(world.connector, &act()).await.unwrap();
    assert_eq!(revoked.revoked_at, Some(minute(3)));
    assert!(!opens(store, 3, 4).await && store.runner_named(&first.client_id).await.unwrap().is_none());
    assert_eq!(refusal(store.runner_token_add(&second, &token(4), minute(4)).await), RunnerRefusal::ProofUsed);
    assert_eq!(refusal(store.runner_key_revoke(world.connector, &act()).await), RunnerRefusal::ClientUnknown);
    assert_eq!(keyed(&world, 4).await.revoked_at, None, "it may come back with another key");
}

#[tokio::test]
async fn a_proof_is_good_for_one_token_and_a_removed_connector_for_none() {
    let world = World::new().await;
    let store = &world.store;
    let client = keyed(&world, 1).await;
    store.runner_token_add(&client, &token(1), minute(3)).await.unwrap();
    let again = NewRunnerToken { hash: [9; 32], ..token(1) };
    assert_eq!(refusal(store.runner_token_add(&client, &again, minute(3)).await), RunnerRefusal::ProofUsed);
    let seen =
        RunnerSeen { host: Some("build-7".into()), package_version: Some("1.2".into()), ..RunnerSeen::default() };
    store.runner_touch(&client, Some(&seen), minute(5)).await.unwrap();
    store.runner_touch(&client, None, minute(4)).await.unwrap();
    let known = store.runner_of(world.connector).await.unwrap().unwrap();
    assert_eq!((known.seen_at, known.seen), (Some(minute(5)), seen));
    store.connector_change(&[ConnectorChange::Remove(world.connector)], "mara", minute(6)).await.unwrap();
    assert!(!opens(store, 1, 7).await && store.runner_named(&client.client_id).await.unwrap().is_none());
    let key = NewRunnerKey { client_id: "me@hub.example/x", public_key: &[7; 32] };
    assert_eq!(refusal(store.runner_key_put(world.connector, &key, &act()).await), RunnerRefusal::ClientUnknown);
}

#[tokio::test]
async fn a_runners_job_is_no_workers_and_is_given_to_one_runner() {
    let world = World::new().await;
    let store = &world.store;
    let NewJob { kind, key, .. } = asked(&world).await;
    assert_eq!(store.job_claim(&claim("a worker", minute(2)), &["sync"]).await.unwrap(), None);
    let (one, other) = (claim("one", minute(2)), claim("other", minute(2)));
    assert_eq!(store.job_claim_by_runner(&one, &kind, "another").await.unwrap(), None);
    let given =
        tokio::join!(store.job_claim_by_runner(&one, &kind, &key), store.job_claim_by_runner(&other, &kind, &key));
    let given: Vec<_> = [given.0, given.1].into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(given.len(), 1, "{given:#?}");
    // A runner that is not heard of any more loses it after its lease, and after its last attempt for good.
    let later = claim("other", minute(30));
    let again = store.job_claim_by_runner(&later, &kind, &key).await.unwrap().unwrap();
    assert_eq!((again.attempt, again.worker.as_deref()), (2, Some("other")));
    let last = claim("third", minute(60));
    assert_eq!(store.job_claim_by_runner(&last, &kind, &key).await.unwrap(), None);
    assert_eq!(store.job_of_id(again.id).await.unwrap().state, JobState::Failed);
}

#[tokio::test]
async fn what_was_brought_is_taken_over_and_the_runner_writes_nothing_more() {
    let world = World::new().await;
    let store = &world.store;
    let NewJob { kind, key, .. } = asked(&world).await;
    let given = store.job_claim_by_runner(&claim("runner", minute(2)), &kind, &key).await.unwrap().unwrap();
    let taken = store.job_take_over(given.fence(), &claim("hub", minute(3))).await.unwrap();
    assert_eq!((taken.attempt, taken.asked.max_attempts), (given.attempt + 1, given.asked.max_attempts + 1));
    let lost = |result: Result<(), StoreError>| assert!(matches!(result, Err(StoreError::LeaseLost { .. })));
    lost(store.job_renew(given.fence(), minute(9)).await);
    lost(store.job_take_over(given.fence(), &claim("hub", minute(3))).await.map(drop));
    let done = JobEnd::Done { result: json!({}), follow: Vec::new() };
    lost(store.job_finish(given.fence(), &done, minute(4)).await.map(drop));
    assert_eq!(store.job_finish(taken.fence(), &done, minute(4)).await.unwrap(), JobState::Done);
}

#[tokio::test]
async fn a_deleted_connector_leaves_nothing_of_its_runner() {
    let world = World::new().await;
    runner(&world).await;
    asked(&world).await;
    world.store.connector_withdraw(world.connector, "mara", minute(5)).await.unwrap();
    world.store.connector_purge(world.connector, "mara", minute(6)).await.unwrap();
    let rows = rows_by_table(&world.address()).await;
    let left: Vec<_> =
        rows.iter().filter(|(table, rows)| *rows > 0 && (table.starts_with("runner") || table == "job")).collect();
    assert!(left.is_empty(), "{left:?}");
}

impl Counted {
    /// What people decide about runners, and what runners do.
    pub(crate) async fn is_read_elsewhere(&mut self) {
        let store = self.world.store.clone();
        let client = keyed(&self.world, 1).await;
        self.left("a key", &["runner.key-made"]).await;
        store.runner_token_add(&client, &token(1), minute(3)).await.unwrap();
        store.runner_touch(&client, None, minute(3)).await.unwrap();
        let NewJob { kind, key, .. } = asked(&self.world).await;
        let given = store.job_claim_by_runner(&claim("runner", minute(2)), &kind, &key).await.unwrap().unwrap();
        store.job_take_over(given.fence(), &claim("hub", minute(3))).await.unwrap();
        self.left("what a runner does", &[]).await;
        keyed(&self.world, 2).await;
        self.left("another key", &["runner.key-made"]).await;
        store.runner_key_revoke(self.world.connector, &act()).await.unwrap();
        self.left("none any more", &["runner.key-revoked", "job.cancelled"]).await;
    }
}

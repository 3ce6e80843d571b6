//! A process that is killed while it makes a snapshot current: what was current still is, or the whole snapshot is.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rolecall_model::{Fact, FactSet, ListingKey, Timestamp, Value, Verdict};
use rolecall_store::{ConnectorId, DatabaseAddress, ListingChange, ListingDelta, ListingWrite, Mode, Store};
use rolecall_testkit::cases;

use crate::world::{World, config, exists, membership_write, minute, org, owner, roster, team};

/// Where the victim finds its database.
const VICTIM: &str = "ROLECALL_TEST_VICTIM";
const ACCOUNTS: usize = 1500;

/// What the roster states at a step: a third of the accounts is missing, each time another one.
fn stated(step: usize) -> Vec<Fact> {
    let accounts = (0..ACCOUNTS).filter(|account| !(account + step).is_multiple_of(3));
    let named = accounts.map(|account| owner(&format!("account-{account}")));
    // Some of what goes takes a listing along.
    let number = Value::number(i64::try_from(step).unwrap());
    named.chain([exists(team(&format!("team-{}", step % 2))), Fact::property(&org(), "step", number)]).collect()
}

/// The step that is current, all of it.
async fn current_step(store: &Store, connector: ConnectorId) -> usize {
    let facts = store.listing_current(connector, &roster()).await.unwrap().unwrap().facts;
    let number = facts.iter().find_map(|fact| match fact {
        Fact::Property { value, .. } => value.as_json().parse().ok(),
        _ => None,
    });
    let step = number.unwrap();
    assert!(facts == FactSet::new(stated(step)), "half of step {step} is current");
    step
}

async fn make_current(store: &Store, connector: ConnectorId, step: usize) {
    let current = store.listing_current(connector, &roster()).await.unwrap();
    let old = current.map(|current| current.facts).unwrap_or_default();
    let new = FactSet::new(stated(step));
    let delta = ListingDelta {
        appear: new.iter().filter(|fact| !old.contains(fact)).cloned().collect(),
        remove: old.iter().filter(|fact| !new.contains(fact)).cloned().collect(),
        ..ListingDelta::default()
    };
    let at = minute(i64::try_from(step).unwrap());
    let sync = store.sync_begin(connector, at).await.unwrap().id;
    let listings = vec![listing(roster(), at, delta)];
    let write = membership_write(connector, sync, at, listings);
    println!("making {step}");
    store.snapshot_make_current(&write).await.unwrap();
    println!("made {step}");
}

fn listing(key: ListingKey, read_at: Timestamp, delta: ListingDelta) -> ListingWrite {
    ListingWrite {
        key,
        verdict: Verdict::Proven,
        read_at,
        validator: None,
        digest: None,
        diagnostics: Vec::new(),
        change: ListingChange::Changed(delta),
    }
}

/// Not a test of its own: the process that the one below kills.
#[tokio::test]
async fn victim() {
    let Ok(given) = std::env::var(VICTIM) else { return };
    let (address, first) = given.rsplit_once(' ').unwrap();
    // The test harness has begun a line of its own.
    println!();
    let store = Store::open(&address.parse().unwrap(), Mode::Write).await.unwrap();
    let connector = store.connector_put(&config("acme"), "mara", minute(0)).await.unwrap().id;
    for step in first.parse().unwrap().. {
        make_current(&store, connector, step).await;
    }
}

fn victim_start(address: &str, first: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::victim", "--nocapture", "--test-threads=1"])
        .env(VICTIM, format!("{address} {first}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills the victim so long after it began a step; gives the last step that it said to have made, and the one it was
/// making.
fn victim_kill(address: &str, first: usize, after: Duration) -> (Option<usize>, usize) {
    let mut child = victim_start(address, first);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let making = |line: &str| line.strip_prefix("making ").and_then(|step| step.parse::<usize>().ok());
    let mut began = lines.find_map(|line| making(&line)).unwrap();
    let start = Instant::now();
    while start.elapsed() < after {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut made = None;
    for line in lines {
        began = making(&line).unwrap_or(began);
        made = line.strip_prefix("made ").and_then(|step| step.parse().ok()).or(made);
    }
    (made, began)
}

/// How long one step takes here and now.
fn step_takes(address: &str) -> Duration {
    let mut child = victim_start(address, 1);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.find(|line| line == "making 2").unwrap();
    let start = Instant::now();
    lines.find(|line| line == "made 2").unwrap();
    let took = start.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

#[tokio::test]
async fn a_process_killed_while_it_makes_a_snapshot_current_loses_nothing() {
    let world = World::new().await;
    make_current(&world.store, world.connector, 0).await;
    let address = match world.address() {
        DatabaseAddress::Sqlite(path) => path.display().to_string(),
        DatabaseAddress::Postgres(server) => server.to_string(),
    };
    let takes = step_takes(&address);
    let mut last = current_step(&world.store, world.connector).await;
    world.store.clone().close().await;
    let points = u32::try_from(cases(8, 100)).unwrap();
    let mut unmade = 0;
    for point in 0..points {
        let (made, making) = victim_kill(&address, last + 1, takes * point / points);
        let store = Store::open(&world.address(), Mode::Write).await.unwrap();
        let current = current_step(&store, world.connector).await;
        // The commit may have been done and not been told any more.
        let allowed = [made.unwrap_or(last), making];
        assert!(allowed.contains(&current), "killed at {point} of {points}: {current} is none of {allowed:?}");
        assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new(), "killed at {point} of {points}");
        unmade += usize::from(current < making);
        last = current;
        store.close().await;
    }
    assert!(unmade > 0, "no kill came before the commit of a step, which takes {takes:?}");
}

//! *Architecture Invariant* 2: a stage becomes current whole or not at all, and a killed sync loses nothing.

use rolecall_sim::{Fault, Pattern, Times};
use rolecall_testkit::{Binary, cases};

use crate::cloudsmith::support::Workspace;
use crate::source::{Source, sync};
use crate::support::{run, served};

/// What is current, without the moments at which it was seen.
fn current(binary: &Binary) -> Vec<String> {
    let grants = run(binary, &["list", "grants", "--format", "json"]).json();
    let mut rows: Vec<String> = grants
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            format!("{} {} {} {}", row["principal"], row["entitlement"], row["origin"], row["removalUnconfirmed"])
        })
        .collect();
    rows.sort();
    rows
}

/// The moments at which a sync is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// Once the registry has seen so many requests.
    Requests(usize),
    /// Once the database has grown by so many bytes, which it does while readings are kept and stages become current.
    Written(u64),
}

/// Kills syncs of organisations that `make` serves, all alike, at many moments.
async fn killed_at_any_point<S: Source>(make: impl AsyncFn() -> S) {
    let undisturbed = make().await;
    let calm = undisturbed.binary();
    assert_eq!(sync(&undisturbed, &calm, &[]).code, 0);
    let before = current(&calm);
    undisturbed.somebody_raise();
    undisturbed.requests_forget();
    let written = growth(&undisturbed, &calm).await;
    let requests = undisturbed.requests_seen();
    let after = current(&calm);
    assert_ne!(before, after);

    let points = cases(10, 50);
    for point in 0..points {
        let source = make().await;
        let binary = source.binary();
        assert_eq!(sync(&source, &binary, &[]).code, 0);
        source.somebody_raise();
        source.requests_forget();
        let moment = match point % 2 {
            0 => Moment::Requests((requests * point).div_ceil(points)),
            _ => Moment::Written(written * u64::try_from(point).unwrap() / u64::try_from(points).unwrap()),
        };
        kill_at(&source, &binary, moment).await;
        let now = current(&binary);
        assert!(now == before || now == after, "never half of it, killed at {moment:?}");
        assert_eq!(sync(&source, &binary, &[]).code, 0);
        assert_eq!(current(&binary), after, "killed at {moment:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_killed_at_any_point_loses_nothing_and_the_next_one_ends_as_if_undisturbed() {
    killed_at_any_point(async || served(11, 10, 3, 8).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_of_cloudsmith_killed_at_any_point_loses_nothing() {
    killed_at_any_point(async || Workspace::generated(11, 12, 3, 8).await).await;
}

/// Starts a sync.
fn start(source: &dyn Source, binary: &Binary) -> std::process::Child {
    let arguments = source.sync_arguments();
    binary.start(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).unwrap()
}

/// Bytes of the database and its write-ahead log.
fn database_size(binary: &Binary) -> u64 {
    let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |file| file.len());
    size(&binary.database()) + size(&binary.database().with_extension("db-wal"))
}

/// By how much the database grows in a sync that nobody kills, log included, which ends up in the database itself.
async fn growth(source: &dyn Source, binary: &Binary) -> u64 {
    let size = database_size(binary);
    let mut child = start(source, binary);
    let mut most = size;
    while child.try_wait().unwrap().is_none() {
        most = most.max(database_size(binary));
        tokio::task::yield_now().await;
    }
    assert!(most > size, "a log was written");
    most - size
}

/// Starts a sync and kills the process when the moment has come.
async fn kill_at(source: &dyn Source, binary: &Binary, moment: Moment) {
    let size = database_size(binary);
    let has_come = || match moment {
        Moment::Requests(requests) => source.requests_seen() >= requests,
        Moment::Written(bytes) => database_size(binary).saturating_sub(size) >= bytes,
    };
    let mut child = start(source, binary);
    while !has_come() && child.try_wait().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    // A process that has already ended cannot be killed, and that is a point too.
    let _ = child.kill();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_sync_read_is_not_read_again() {
    let served = served(12, 10, 3, 40).await;
    let binary = served.binary();
    // As somebody would who presses Ctrl-C while npm does not answer.
    served.server.faults().add("GET /-/package/**", Fault::Stalled, Times::After(20));
    let mut child = binary.start(&served.sync_arguments(&[])).unwrap();
    while served.server.requests().len() < 60 && child.try_wait().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    served.server.faults().clear();
    let ran = served.sync(&binary, &["--format", "json"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.json()["stages"][1]["resumed"].as_u64().unwrap() > 0, "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_tried_again_by_the_next_sync() {
    let served = served(13, 8, 2, 3).await;
    let binary = served.binary();
    served.server.faults().add(Pattern::all(), Fault::html(403), Times::Always);
    assert_eq!(served.sync(&binary, &[]).await.code, 3);
    served.server.faults().clear();
    let ran = served.sync(&binary, &["--format", "json"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.json()["stages"][0]["resumed"], 0, "a refusal is nothing to resume from");
}

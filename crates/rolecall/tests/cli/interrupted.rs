//! *Architecture Invariant* 2: a stage becomes current whole or not at all, and a killed sync loses nothing.

use rolecall_sim::{Fault, Pattern, Times};

use crate::support::{Served, run, served};

/// What is current, without the moments at which it was seen.
fn current(binary: &rolecall_testkit::Binary) -> Vec<String> {
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

async fn disturbed_world(served: &Served) {
    let mut world = served.server.world();
    let members = world.members(&served.organization);
    let developer = members.iter().map(|(name, _)| name.clone()).next_back().unwrap();
    world.member(&served.organization, &developer, rolecall_sim::npm::Role::Owner);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_killed_at_any_point_loses_nothing_and_the_next_one_ends_as_if_undisturbed() {
    let points: usize = 10;
    let undisturbed = served(11, 10, 3, 8).await;
    let calm = undisturbed.binary();
    assert_eq!(undisturbed.sync(&calm, &[]).await.code, 0);
    let total = undisturbed.server.requests().len();
    let before = current(&calm);
    disturbed_world(&undisturbed).await;
    assert_eq!(undisturbed.sync(&calm, &[]).await.code, 0);
    let after = current(&calm);
    assert_ne!(before, after);

    for point in 0..points {
        let served = served(11, 10, 3, 8).await;
        let binary = served.binary();
        assert_eq!(served.sync(&binary, &[]).await.code, 0);
        disturbed_world(&served).await;
        served.server.requests_clear();
        kill_after(&served, &binary, (total * point).div_ceil(points)).await;
        let now = current(&binary);
        assert!(now == before || now == after, "never half of it, killed at point {point}");
        assert_eq!(served.sync(&binary, &[]).await.code, 0);
        assert_eq!(current(&binary), after, "killed at point {point}");
    }
}

/// Starts a sync and kills the process once the registry has seen this many requests.
async fn kill_after(served: &Served, binary: &rolecall_testkit::Binary, requests: usize) {
    let mut child = binary.start(&served.sync_arguments(&[])).unwrap();
    while served.server.requests().len() < requests && child.try_wait().unwrap().is_none() {
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
    kill_after(&served, &binary, 60).await;
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

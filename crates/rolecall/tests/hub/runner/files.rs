//! What a runner brings becomes current: of its own connector, and as complete as the file shows.

use std::time::Duration;

use rolecall_baton::c1z::{C1zWriter, SyncId, WriteOptions};
use rolecall_baton::record::{Resource, ResourceType, TraitKind};
use rolecall_model::{ResourceRef, Timestamp};
use serde_json::Value as Json;

use super::Runner;
use super::client::Calls;
use crate::harness::{Client, Hub, Source, is_over, until};

const PATIENCE: Duration = Duration::from_secs(120);

/// A file as a connector of others writes it, of these people.
fn strangers_file(people: &[&str], number: u8) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = C1zWriter::create(folder.path(), WriteOptions::default()).unwrap();
    let at = Timestamp(1_790_000_000_000_000).plus_seconds(i64::from(number));
    writer.sync_begin(&SyncId::new(at, &[number; 16]), at, at.plus_seconds(1)).unwrap();
    let user = ResourceType {
        id: "user".to_owned(),
        display_name: "User".to_owned(),
        traits: vec![TraitKind::USER],
        holds_nothing: true,
        ..ResourceType::default()
    };
    writer.resource_type(&user).unwrap();
    for name in people {
        writer.resource(&Resource::named(ResourceRef::new("user", *name), (*name).to_owned())).unwrap();
    }
    let mut file = Vec::new();
    writer.finish(&mut file).unwrap();
    file
}

/// Brings a file for the task that there is, and waits until that is done.
async fn brought(program: &Client, calls: &Calls, file: &[u8]) -> Json {
    let task = calls.task().await.unwrap().expect("a task");
    calls.upload(&task, file).await.unwrap();
    calls.done(&task).await.unwrap();
    let latest = async || program.get("/api/v1/jobs?limit=20").await.expect(200).json();
    let of_syncs = |jobs: &Json| jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == "sync").cloned();
    let jobs = until(PATIENCE, latest, |jobs| of_syncs(jobs).is_some_and(|job| is_over(&job))).await;
    of_syncs(&jobs).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_file_is_current_and_unproven() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let runner = Runner::added(&hub, "foreign").await;
    let calls = runner.calls().await;
    let job = brought(&person.program, &calls, &strangers_file(&["ada", "bob", "cleo"], 1)).await;
    assert_eq!(job["state"], "done", "{job:#}");
    let connector =
        async || person.program.get(&format!("/api/v1/connectors/{}", runner.connector)).await.expect(200).json();
    let now = connector().await;
    assert_eq!((&now["state"], &now["counts"]["accounts"]), (&"connected".into(), &3.into()), "{now:#}");
    assert_eq!((&now["listings"]["all"], &now["listings"]["incomplete"]), (&1.into(), &1.into()), "{now:#}");
    // Nothing that a later one leaves out is taken for gone.
    person.browser.post_form(&format!("/connectors/{}/sync", runner.connector), &[]).await.expect(303);
    let job = brought(&person.program, &calls, &strangers_file(&["ada", "dora"], 2)).await;
    assert_eq!(job["state"], "done", "{job:#}");
    assert_eq!(connector().await["counts"]["accounts"], 4);
    for part in ["", "/data", "/syncs", "/configuration", "/edit"] {
        person.browser.get(&format!("/connectors/{}{part}", runner.connector)).await.expect(200);
    }
}

/// What another Rolecall exports of what it read.
async fn our_file(hub: &Hub, source: &Source) -> Vec<u8> {
    source.connect(&hub.administrator().await.program).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brought.c1z");
    let arguments = ["export", "c1z", "-f", file.to_str().unwrap()];
    let ran = tokio::task::block_in_place(|| hub.binary.run(&arguments)).unwrap();
    assert_eq!(ran.code, 0, "{ran:?}");
    std::fs::read(file).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_file_keeps_what_was_proven_and_is_taken_by_its_own_connector_alone() {
    let (there, hub) = (Hub::start().await, Hub::start().await);
    let source = Source::npm_of(5).await;
    let file = our_file(&there, &source).await;
    let program = hub.administrator().await.program.clone();
    let stranger = Runner::added(&hub, "foreign").await;
    let job = brought(&program, &stranger.calls().await, &file).await;
    assert!(job["state"] == "failed" && job["error"].as_str().unwrap().contains("npm:acme"), "{job:#}");
    let form = source.form();
    let address = form["fields"]["address"].as_str().unwrap();
    let fields = |organization: &'static str| {
        [("name", organization), ("organization", organization), ("address", address), ("polling_interval", "DISABLED")]
    };
    let other = Runner::added_of(&hub, "npm", &fields("other")).await;
    let job = brought(&program, &other.calls().await, &file).await;
    assert!(job["state"] == "failed" && job["error"].as_str().unwrap().contains("npm:acme"), "{job:#}");
    let runner = Runner::added_of(&hub, "npm", &fields("acme")).await;
    let job = brought(&program, &runner.calls().await, &file).await;
    assert_eq!(job["state"], "done", "{job:#}");
    let now = program.get(&format!("/api/v1/connectors/{}", runner.connector)).await.expect(200).json();
    assert_eq!(now["counts"]["accounts"], 7, "{now:#}");
    assert_eq!((&now["state"], &now["listings"]["incomplete"]), (&"connected".into(), &0.into()), "{now:#}");
    // The hub has no credential of it, and reads it itself neither by hand nor by the way.
    let ran = tokio::task::block_in_place(|| hub.binary.run(&["connectors", "sync", "npm:acme"])).unwrap();
    assert!(ran.code == 2 && ran.stderr.contains("by its runner"), "{ran:?}");
}

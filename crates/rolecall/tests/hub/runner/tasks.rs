//! A task is given to one runner, kept as long as it is heard of, and brought whole or not at all.

use std::time::Duration;

use rolecall_proto::c1::connectorapi::baton::v1::baton_service_upload_asset_request::{
    Msg, UploadData, UploadMetadata,
};
use serde_json::Value as Json;
use tonic::{Code, Status};

use super::Runner;
use crate::harness::{Client, Hub, is_over, until};

const PATIENCE: Duration = Duration::from_secs(60);

#[track_caller]
fn code<T: std::fmt::Debug>(result: Result<T, Status>) -> Code {
    result.unwrap_err().code()
}

/// The latest job.
async fn job(program: &Client) -> Json {
    program.get("/api/v1/jobs?limit=1").await.expect(200).json()["items"][0].clone()
}

async fn over(program: &Client) -> Json {
    until(PATIENCE, async || job(program).await, is_over).await
}

/// As if a minute had passed without a word of whoever has it.
async fn lease_ends(hub: &Hub) {
    hub.database_change("update job set lease_until = 1 where state = 'running'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_given_kept_brought_and_finished() {
    let hub = Hub::start().await;
    let program = hub.administrator().await.program.clone();
    let runner = Runner::added(&hub, "foreign").await;
    let calls = runner.calls().await;
    calls.hello().await.unwrap();
    let task = calls.task().await.unwrap().expect("the first sync");
    assert_eq!(job(&program).await["worker"], "the runner on build-7");
    assert_eq!(calls.task().await.unwrap(), None, "it has it already");
    assert!(!calls.heartbeat(&task).await.unwrap());
    calls.upload(&task, b"no file that anybody could read").await.unwrap();
    // Its word comes after the file, and changes nothing any more.
    assert!(!calls.heartbeat(&task).await.unwrap());
    calls.done(&task).await.unwrap();
    let job = over(&program).await;
    assert_eq!((&job["state"], &job["attempt"]), (&"failed".into(), &2.into()), "{job:#}");
    assert!(!calls.heartbeat(&task).await.unwrap(), "it was brought");
    assert_eq!(calls.task().await.unwrap(), None, "what is no file would be none the next time");
    let log = program.get(&format!("/connectors/{}/log", runner.connector)).await.expect(200).body;
    for told in ["runner-began", "task-given", "file-brought", "sync-failed"] {
        assert!(log.contains(told), "no {told} in {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runners_with_one_key_share_the_work() {
    let hub = Hub::start().await;
    let one = Runner::added(&hub, "foreign").await;
    let other = one.on(&hub, "build-8");
    let (one, other) = (one.calls().await, other.calls().await);
    let (first, second) = tokio::join!(one.task(), other.task());
    let given: Vec<String> = [first.unwrap(), second.unwrap()].into_iter().flatten().collect();
    assert_eq!(given.len(), 1, "{given:?}");
    // One of them is not heard of any more.
    lease_ends(&hub).await;
    let again = other.task().await.unwrap().expect("it is offered again");
    assert_ne!(again, given[0]);
    assert!(one.heartbeat(&given[0]).await.unwrap(), "it is another's");
    assert_eq!(code(one.upload(&given[0], b"late").await), Code::FailedPrecondition);
    one.done(&given[0]).await.unwrap();
    assert!(!other.heartbeat(&again).await.unwrap(), "what the former says changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_outlives_the_hub_and_is_offered_again_after_its_runner() {
    let mut hub = Hub::start().await;
    let runner = Runner::added(&hub, "foreign").await;
    let task = runner.calls().await.task().await.unwrap().unwrap();
    hub.kill();
    let hub = hub.beside().await;
    let runner = runner.on(&hub, "build-7");
    let calls = runner.calls().await;
    assert!(!calls.heartbeat(&task).await.unwrap(), "it goes on");
    assert_eq!(calls.task().await.unwrap(), None);
    lease_ends(&hub).await;
    let again = calls.task().await.unwrap().expect("it is offered again");
    assert!(again != task && calls.heartbeat(&task).await.unwrap());
    calls.upload(&again, b"anything").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_whole_or_too_large_is_not_taken() {
    let hub = Hub::start_with(&["--upload-limit", "1"]).await;
    let program = hub.administrator().await.program.clone();
    let runner = Runner::added(&hub, "foreign").await;
    let calls = runner.calls().await;
    let task = calls.task().await.unwrap().unwrap();
    assert_eq!(code(calls.upload_with(&task, b"a file", &[0; 32]).await), Code::DataLoss);
    assert_eq!(code(calls.upload(&task, &vec![0; (1 << 20) + 1]).await), Code::ResourceExhausted);
    let metadata = || Msg::Metadata(UploadMetadata { task_id: task.clone(), ..UploadMetadata::default() });
    let data = |size: usize| Msg::Data(UploadData { data: vec![0; size] });
    assert_eq!(code(calls.upload_parts(vec![metadata(), data(3)]).await), Code::InvalidArgument);
    assert_eq!(code(calls.upload_parts(vec![data(3)]).await), Code::InvalidArgument);
    assert_eq!(code(calls.upload_parts(Vec::new()).await), Code::InvalidArgument);
    // A part of more than a megabyte is none of this protocol.
    assert_eq!(code(calls.upload_parts(vec![metadata(), data(3 << 20)]).await), Code::OutOfRange);
    assert_eq!(job(&program).await["state"], "running", "it may try again");
    calls.upload(&task, &vec![0; 1 << 20]).await.unwrap();
    assert_eq!(code(calls.upload(&task, b"another").await), Code::FailedPrecondition, "it was brought");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_reaches_its_own_tasks_only() {
    let hub = Hub::start().await;
    let (own, other) = (Runner::added(&hub, "own").await, Runner::added(&hub, "other").await);
    let (own, other) = (own.calls().await, other.calls().await);
    let task = own.task().await.unwrap().unwrap();
    for named in [task.as_str(), "", "nonsense", &"0".repeat(27), &"t".repeat(27)] {
        assert_eq!(code(other.upload(named, b"a file").await), Code::NotFound, "{named}");
        assert_eq!(code(other.done(named).await), Code::NotFound, "{named}");
        let expected = if named.is_empty() { Code::InvalidArgument } else { Code::NotFound };
        assert_eq!(code(other.heartbeat(named).await), expected, "{named}");
    }
    assert!(other.task().await.unwrap().is_some_and(|theirs| theirs != task));
    assert!(!own.heartbeat(&task).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_where_there_is_use_in_it() {
    let hub = Hub::start().await;
    let program = hub.administrator().await.program.clone();
    let calls = Runner::added(&hub, "foreign").await.calls().await;
    let task = calls.task().await.unwrap().unwrap();
    calls.failed(&task, "the source\nis down", true).await.unwrap();
    let queued = job(&program).await;
    assert_eq!(queued["state"], "queued", "{queued:#}");
    assert!(queued["error"].as_str().unwrap().ends_with("it: the source is down"), "{queued:#}");
    hub.database_change("update job set run_at = 1 where state = 'queued'").await;
    let task = calls.task().await.unwrap().expect("another attempt");
    calls.done(&task).await.unwrap();
    assert!(job(&program).await["error"].as_str().unwrap().contains("brought no file"));
    hub.database_change("update job set run_at = 1 where state = 'queued'").await;
    let task = calls.task().await.unwrap().expect("another attempt");
    calls.failed(&task, "no such organisation", false).await.unwrap();
    assert_eq!(job(&program).await["state"], "failed");
    assert_eq!(calls.task().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_task_and_a_paused_connector_are_nobodys() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let runner = Runner::added(&hub, "foreign").await;
    let calls = runner.calls().await;
    let task = calls.task().await.unwrap().unwrap();
    let number = job(&administrator.program).await["number"].clone();
    administrator.browser.post_form(&format!("/jobs/{number}/cancel"), &[]).await.expect(303);
    assert!(calls.heartbeat(&task).await.unwrap());
    assert_eq!(code(calls.upload(&task, b"late").await), Code::FailedPrecondition);
    let path = format!("/connectors/{}", runner.connector);
    administrator.browser.post_form(&format!("{path}/sync"), &[]).await.expect(303);
    administrator.browser.post_form(&format!("{path}/pause"), &[]).await.expect(303);
    assert_eq!(calls.task().await.unwrap(), None, "it is paused");
    administrator.browser.post_form(&format!("{path}/resume"), &[]).await.expect(303);
    administrator.browser.post_form(&format!("{path}/sync"), &[]).await.expect(303);
    assert!(calls.task().await.unwrap().is_some());
}

//! Nobody signs in who does not have the key that is in use.

use rolecall_proto::c1::connectorapi::baton::v1::baton_service_upload_asset_request::{
    Msg, UploadData, UploadEof, UploadMetadata,
};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tonic::{Code, Status};

use super::{Runner, TOKEN};
use crate::harness::{Client, Hub};

#[track_caller]
fn is_out<T: std::fmt::Debug>(result: Result<T, Status>) {
    assert_eq!(result.unwrap_err().code(), Code::Unauthenticated);
}

/// What was recorded under an action, newest first: the details.
async fn recorded(auditor: &Client, action: &str) -> Vec<Json> {
    let log = auditor.get(&format!("/api/v1/audit?action={action}")).await.expect(200).json();
    log["items"].as_array().unwrap().iter().map(|record| record["details"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_fresh_proof_by_the_key_for_this_hub_is_one() {
    let hub = Hub::start().await;
    let auditor = hub.administrator().await.program.clone();
    let (runner, other) = (Runner::added(&hub, "one").await, Runner::added(&hub, "other").await);
    let claims = runner.claims();
    let with = |name: &str, value: Json| {
        let mut claims = claims.clone();
        claims[name] = value;
        runner.signed(&claims)
    };
    let now = claims["iat"].as_i64().unwrap();
    let proof = runner.signed(&claims);
    let cut = &proof[..proof.len() - 4];
    for wrong in [
        other.signed(&claims),
        other.signed(&other.claims()),
        with("aud", json!(["elsewhere.example"])),
        with("sub", json!(other.client_id)),
        with("exp", json!(now - 600)),
        with("nbf", json!(now + 600)),
        with("exp", json!(now + 86_400)),
        cut.to_owned(),
        "e30.e30.".to_owned(),
        "nonsense".to_owned(),
    ] {
        let answer = runner.prove(&wrong).await.expect(401).json();
        assert_eq!(answer["error"], "invalid_client", "{answer:#}");
    }
    runner.prove(&proof).await.expect(200);
    runner.prove(&proof).await.expect(401);
    let told = recorded(&auditor, "hub.credential-refused").await;
    assert_eq!((told.len(), &told[0]["kind"]), (1, &"runner".into()), "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_refused_in_the_words_of_the_protocol() {
    let hub = Hub::start().await;
    let nobody = hub.nobody();
    let form = "application/x-www-form-urlencoded";
    let grant = "grant_type=client_credentials";
    for (kind, body, error) in [
        (form, String::new(), "invalid_request"),
        (form, "&&&===".to_owned(), "invalid_request"),
        (form, "%ff=%fe".to_owned(), "invalid_request"),
        (form, "grant_type=password".to_owned(), "unsupported_grant_type"),
        (form, format!("{grant}&{grant}"), "invalid_request"),
        (form, format!("{grant}&client_id=%00"), "invalid_request"),
        (form, format!("{grant}&client_assertion={}", "x".repeat(20 << 10)), "invalid_request"),
        ("application/json", "{}".to_owned(), "invalid_request"),
    ] {
        let answer = nobody.raw("POST", TOKEN, kind, body.clone()).await.expect(400);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json()["error"], error, "{body}");
    }
    nobody.raw("POST", TOKEN, form, "x".repeat(2 << 20)).await.expect(413);
    nobody.get(TOKEN).await.expect(405);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_on_failing_has_to_wait() {
    let hub = Hub::start().await;
    let runner = Runner::added(&hub, "foreign").await;
    for _ in 0..50 {
        runner.prove("a.b.c").await.expect(401);
    }
    let locked = runner.prove(&runner.signed(&runner.claims())).await.expect(429);
    assert!(locked.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds <= 60), "{locked:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_its_token_opens_the_calls_and_it_opens_nothing_else() {
    let hub = Hub::start().await;
    let runner = Runner::added(&hub, "foreign").await;
    let token = runner.token().await;
    let own = hub.administrator().await;
    for wrong in ["", "nonsense", own.token.as_str(), &token[..token.len() - 1], "rolecall_runner_0"] {
        let calls = runner.calls_with(wrong);
        is_out(calls.hello().await);
        is_out(calls.task().await);
        is_out(calls.heartbeat("t").await);
        is_out(calls.done("t").await);
        is_out(calls.upload("t", b"a file").await);
    }
    hub.nobody().with_token(&token).get("/api/v1/me").await.problem(401, "not-signed-in");
    hub.nobody().with_token(&token).get("/scim/v2/Users").await.expect(401);
    runner.calls_with(&token).hello().await.unwrap();
    hub.database_change("update runner_token set expires_at = 1").await;
    is_out(runner.calls_with(&token).hello().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_is_void_and_the_new_one_goes_on() {
    let hub = Hub::start().await;
    let former = Runner::added(&hub, "foreign").await;
    let calls = former.calls().await;
    let task = calls.task().await.unwrap().unwrap();
    let runner = former.rotated(&hub).await;
    assert_eq!(runner.client_id, former.client_id);
    is_out(calls.heartbeat(&task).await);
    former.prove(&former.signed(&former.claims())).await.expect(401);
    let calls = runner.calls().await;
    assert!(!calls.heartbeat(&task).await.unwrap(), "it is the same runner");
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_stops_a_runner_at_once_and_what_it_does_with_it() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let runner = Runner::added(&hub, "foreign").await;
    let calls = runner.calls().await;
    let task = calls.task().await.unwrap().unwrap();
    let proof = runner.signed(&runner.claims());
    let path = format!("/connectors/{}/runner", runner.connector);
    administrator.browser.post_form(&format!("{path}/revoke"), &[]).await.expect(303);
    is_out(calls.heartbeat(&task).await);
    is_out(calls.upload(&task, b"a file").await);
    is_out(calls.task().await);
    runner.prove(&proof).await.expect(401);
    let jobs = administrator.program.get("/api/v1/jobs?limit=1").await.expect(200).json();
    assert_eq!(jobs["items"][0]["state"], "cancelled", "{jobs:#}");
    administrator.browser.post_form(&format!("{path}/revoke"), &[]).await.expect(404);
    // A file that is under way when its key is revoked is not taken.
    let other = Runner::added(&hub, "under-way").await;
    let calls = other.calls().await;
    let task = calls.task().await.unwrap().unwrap();
    let (send, parts) = mpsc::channel(1);
    let sender = calls.clone();
    let upload = tokio::spawn(async move { sender.upload_slowly(parts).await });
    let metadata = UploadMetadata { task_id: task.clone(), ..UploadMetadata::default() };
    let data = || Msg::Data(UploadData { data: b"a file".to_vec() });
    for part in [Msg::Metadata(metadata), data(), data()] {
        send.send(part).await.unwrap();
    }
    let path = format!("/connectors/{}/runner/revoke", other.connector);
    administrator.browser.post_form(&path, &[]).await.expect(303);
    let checksum = Sha256::digest(b"a filea file").to_vec();
    send.send(Msg::Eof(UploadEof { sha256_checksum: checksum, annotations: Vec::new() })).await.unwrap();
    drop(send);
    is_out(upload.await.unwrap());
    // A connector that was removed has no runner any more either.
    let other = Runner::added(&hub, "other").await;
    let calls = other.calls().await;
    let fields = [("typed", "other"), ("history", "keep")];
    administrator.browser.post_form(&format!("/connectors/{}/remove", other.connector), &fields).await.expect(200);
    is_out(calls.hello().await);
    other.prove(&other.signed(&other.claims())).await.expect(401);
}

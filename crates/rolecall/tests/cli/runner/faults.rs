//! A hub that refuses, fails, changes its mind or goes away; and a registry that does not answer.

use rolecall_proto::c1::connectorapi::baton::v1::BatonServiceFinishTaskRequest;
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_finish_task_request::FinalState;
use rolecall_sim::{Fault, Pattern, Times};
use rstest::rstest;
use tonic::Code;

use super::support::Pair;

/// Its code, and whether another attempt is wanted.
fn failed(end: &BatonServiceFinishTaskRequest) -> (i32, bool) {
    let Some(FinalState::Error(error)) = &end.final_state else { panic!("{end:?}") };
    (end.status.as_ref().unwrap().code, !error.non_retryable)
}

#[rstest]
#[case(401, 16)]
#[case(403, 7)]
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_gets_no_token_ends_and_says_why(#[case] status: u16, #[case] code: i32) {
    let pair = Pair::new(303).await;
    pair.hub.tell(|story| story.token_refusal = Some(status));
    let ended = pair.start(&pair.binary()).ended();
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert!(ended.said.contains("no token") && ended.said.contains("hint:"), "{ended:?}");
    pair.hub.tell(|story| assert!(story.hellos.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_does_not_hear_hello_is_told_again_and_one_that_refuses_is_not() {
    let pair = Pair::new(304).await;
    pair.hub.tell(|story| story.hello_failures.push_back(Code::Unavailable));
    let running = pair.start(&pair.binary());
    pair.hub.until(|story| story.hellos.first().cloned()).await;
    assert_eq!(running.stop().code, Some(0));

    pair.hub.tell(|story| story.hello_failures.push_back(Code::FailedPrecondition));
    let ended = pair.start(&pair.binary()).ended();
    assert!(ended.code == Some(9) && ended.said.contains("not now"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_later_is_got_anew() {
    let pair = Pair::new(305).await;
    let running = pair.start(&pair.binary());
    pair.hub.until(|story| (story.asked_for_work > 0).then_some(())).await;
    pair.hub.tell(|story| story.tokens_forgotten = 1);
    pair.hub.give_sync("sync-1");
    assert!(matches!(pair.hub.ended("sync-1").await.final_state, Some(FinalState::Success(_))));
    pair.hub.tell(|story| assert_eq!(story.tokens, 2));
    assert_eq!(running.stop().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_begins_again_and_three_are_enough() {
    let pair = Pair::new(306).await;
    pair.hub.tell(|story| story.upload_failures = 1);
    pair.hub.give_sync("sync-1");
    let running = pair.start(&pair.binary());
    assert!(matches!(pair.hub.ended("sync-1").await.final_state, Some(FinalState::Success(_))));
    pair.hub.tell(|story| {
        assert_eq!(story.uploads_begun, 2);
        story.upload_failures = 3;
    });
    pair.hub.give_sync("sync-2");
    assert_eq!(failed(&pair.hub.ended("sync-2").await), (14, true));
    pair.hub.tell(|story| assert_eq!(story.uploads_begun, 5));
    assert_eq!(running.stop().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sync_ends_and_the_next_task_is_worked_on() {
    let pair = Pair::new(307).await;
    pair.served.server.faults().add("GET /-/package/**", Fault::Stalled, Times::Always);
    pair.hub.give_sync("sync-1");
    let running = pair.start(&pair.binary());
    pair.hub.until(|story| story.heartbeats.contains(&"sync-1".to_owned()).then_some(())).await;
    pair.hub.tell(|story| story.cancelled.insert("sync-1".to_owned()));
    assert_eq!(failed(&pair.hub.ended("sync-1").await), (1, false));
    pair.served.server.faults().clear();
    pair.hub.give_sync("sync-2");
    assert!(matches!(pair.hub.ended("sync-2").await.final_state, Some(FinalState::Success(_))));
    pair.hub.tell(|story| assert!(!story.uploads.contains_key("sync-1")));
    assert_eq!(running.stop().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_is_stopped_in_a_sync_says_so_and_ends() {
    let pair = Pair::new(308).await;
    pair.served.server.faults().add("GET /-/package/**", Fault::Stalled, Times::Always);
    pair.hub.give_sync("sync-1");
    let running = pair.start(&pair.binary());
    pair.hub.until(|story| story.heartbeats.first().cloned()).await;
    let ended = running.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(failed(&pair.hub.ended("sync-1").await), (14, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_gone_is_asked_again_until_the_connector_is_stopped() {
    let pair = Pair::new(309).await;
    let running = pair.start(&pair.binary());
    pair.hub.until(|story| (story.asked_for_work > 0).then_some(())).await;
    pair.hub.vanish();
    let ended = running.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[rstest]
#[case::refused(Fault::html(403), 16, false)]
#[case::away(Fault::html(503), 14, true)]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_not_handed_over(#[case] fault: Fault, #[case] code: i32, #[case] retryable: bool) {
    let pair = Pair::new(310).await;
    pair.served.server.faults().add(Pattern::all(), fault, Times::Always);
    pair.hub.give_sync("sync-1");
    let running = pair.start(&pair.binary());
    assert_eq!(failed(&pair.hub.ended("sync-1").await), (code, retryable));
    pair.hub.tell(|story| assert!(story.uploads.is_empty()));
    assert_eq!(running.stop().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_organisation_is_not_handed_over_unless_that_is_wanted() {
    let pair = Pair::new(311).await;
    let half = || Pattern::new("GET /-/org/*/user");
    pair.served.server.faults().add(half(), Fault::Truncated, Times::Always);
    pair.hub.give_sync("sync-1");
    let running = pair.start(&pair.binary());
    let end = pair.hub.ended("sync-1").await;
    assert_eq!(failed(&end), (9, false));
    let why = end.status.unwrap().message;
    assert!(why.contains("roster") && why.contains("not everything"), "{why}");
    assert_eq!(running.stop().code, Some(0));

    let running = pair.start(&pair.binary().variable("BATON_ACCEPT_INCOMPLETE", "true"));
    pair.hub.give_sync("sync-2");
    assert!(matches!(pair.hub.ended("sync-2").await.final_state, Some(FinalState::Success(_))));
    assert_eq!(running.stop().code, Some(0));
}

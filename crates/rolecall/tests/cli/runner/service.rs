//! A connector that serves a hub, from hello to the end.

use rolecall_proto::c1::connectorapi::baton::v1::baton_service_finish_task_request::FinalState;
use rolecall_proto::c1::connectorapi::baton::v1::task::{GrantTask, HelloTask, NoneTask, RevokeTask, TaskType};

use super::support::Pair;

#[tokio::test(flavor = "multi_thread")]
async fn hello_full_sync_upload_and_finish_are_completed() {
    let pair = Pair::new(301).await;
    let running = pair.start(&pair.binary());
    let hello = pair.hub.until(|story| story.hellos.first().cloned()).await;
    let card = hello.connector_metadata.unwrap();
    assert_eq!((hello.host_id.as_str(), hello.task_id.as_str(), card.display_name.as_str()), ("a-test", "", "npm"));
    assert_eq!(card.capabilities.unwrap().connector_capabilities, [2], "it syncs and does nothing else");
    assert_eq!(hello.build_info.unwrap().package, "rolecall");

    pair.hub.give("hello-again", Some(TaskType::Hello(HelloTask::default())));
    let again = pair.hub.until(|story| story.hellos.get(1).cloned()).await;
    assert_eq!(again.task_id, "hello-again");

    pair.hub.give_sync("sync-1");
    let end = pair.hub.ended("sync-1").await;
    assert!(matches!(end.final_state, Some(FinalState::Success(_))), "{end:?}");
    pair.hub.tell(|story| {
        assert!(!story.uploads["sync-1"].is_empty());
        assert!(story.heartbeats.iter().all(|task| task == "sync-1") && !story.heartbeats.is_empty());
        assert_eq!((story.tokens, story.finished.len()), (1, 1), "a hello is answered by hello alone");
    });
    let ended = running.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for secret in [&pair.served.token[4..20], &pair.hub.secret()[40..60], "token-1"] {
        assert!(!ended.said.contains(secret), "{ended:?}");
    }
    assert!(ended.said.lines().all(|line| line.starts_with('{')), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_provided_is_refused_for_good_and_the_rest_goes_on() {
    let pair = Pair::new(302).await;
    let running = pair.start(&pair.binary());
    pair.hub.give("none", Some(TaskType::None(NoneTask::default())));
    pair.hub.give("", Some(TaskType::Hello(HelloTask::default())));
    pair.hub.give("grant", Some(TaskType::Grant(GrantTask::default())));
    pair.hub.give("revoke", Some(TaskType::Revoke(RevokeTask::default())));
    pair.hub.give("later", None);
    for id in ["grant", "revoke", "later"] {
        let end = pair.hub.ended(id).await;
        let Some(FinalState::Error(error)) = end.final_state else { panic!("{end:?}") };
        let status = end.status.unwrap();
        assert!(error.non_retryable && status.code == 12 && status.message.contains("not provided"), "{status:?}");
    }
    pair.hub.give_sync("sync-1");
    assert!(matches!(pair.hub.ended("sync-1").await.final_state, Some(FinalState::Success(_))));
    assert_eq!(running.stop().code, Some(0));
}

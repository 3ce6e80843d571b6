//! A connector that serves a hub, from hello to the end.

use rolecall_proto::c1::connectorapi::baton::v1::baton_service_finish_task_request::FinalState;
use rolecall_proto::c1::connectorapi::baton::v1::task::{GrantTask, HelloTask, NoneTask, RevokeTask, TaskType};

use rolecall_testkit::{InspectingProxy, port_aside};

use super::hub::{HOST, Hub};
use super::support::{Content, Pair, TYPES, reading};
use crate::support::{run, served};

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
        assert_eq!(Content::of(&story.uploads["sync-1"]).types(), TYPES);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_is_reached_through_a_proxy_that_inspects_by_the_name_in_the_clients_id() {
    let pair = Pair { served: served(303, 8, 3, 4).await, hub: Hub::start_behind().await };
    let proxy = InspectingProxy::start(&pair.hub.authority, HOST, pair.hub.address).await.unwrap();
    let binary = pair.hub.named_to(reading(&pair.served));
    let binary = binary.variable("HTTPS_PROXY", &format!("http://{}", proxy.address()));
    let running = pair.start(&binary);
    pair.hub.give_sync("sync-1");
    assert!(matches!(pair.hub.ended("sync-1").await.final_state, Some(FinalState::Success(_))));
    assert_eq!(running.stop().code, Some(0));
    let asked = proxy.asked();
    assert!(
        !asked.is_empty() && asked.iter().all(|head| head.starts_with("CONNECT hub.example.test:443 ")),
        "{asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_it_can_ask_whether_it_is_well() {
    let pair = Pair::new(304).await;
    let port = port_aside().unwrap().to_string();
    let binary = pair.binary().variable("BATON_HEALTH_CHECK", "true").variable("BATON_HEALTH_CHECK_PORT", &port);
    let asked = run(&binary, &["runner", "npm", "health-check"]);
    assert!(asked.code == 14 && asked.stderr.contains("no connector is well"), "{asked:?}");
    let running = pair.start(&binary);
    pair.hub.until(|story| story.hellos.first().cloned()).await;
    let asked = run(&binary, &["runner", "npm", "health-check"]);
    assert_eq!((asked.code, asked.stdout.as_str()), (0, "healthy\n"), "{asked:?}");
    assert_eq!(running.stop().code, Some(0));
}

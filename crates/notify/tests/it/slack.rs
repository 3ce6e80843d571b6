//! Messages in chats.

use rolecall_notify::{DeliveryError, Notice};
use rolecall_testkit::{Receiver, Reply};

use crate::support::{endpoint, notice, tell};

#[tokio::test]
async fn a_message_is_text_and_goes_to_the_channel() {
    let receiver = Receiver::start([Reply::new(200).body("ok")]).await.unwrap();
    let hook = receiver.url("/services/T0/B0/secret");
    let hostile = Notice {
        subject: "<!channel> & co\r\nmore".to_owned(),
        text: "<https://evil.test|harmless>\nsecond".to_owned(),
        ..notice("a")
    };
    let receipt = tell(&endpoint("slack", &[]), &hook, &hostile).await.unwrap();
    assert_eq!(receipt.answer, "200 OK\nok");
    let message = receiver.received().remove(0).json();
    assert_eq!(message["text"], "*&lt;!channel&gt; &amp; co more*\n&lt;https://evil.test|harmless&gt;\nsecond");
    assert!(message.get("channel").is_none());

    tell(&endpoint("slack", &[("channel", "#alerts")]), &hook, &notice("a")).await.unwrap();
    assert_eq!(receiver.received()[1].json()["channel"], "#alerts");
    let named = Notice { recipients: vec!["#a".to_owned(), "@ada".to_owned()], ..notice("a") };
    tell(&endpoint("slack", &[("channel", "#alerts")]), &hook, &named).await.unwrap();
    let channels: Vec<_> = receiver.received()[2..].iter().map(|request| request.json()["channel"].clone()).collect();
    assert_eq!(channels, ["#a", "@ada"]);
}

#[tokio::test]
async fn long_texts_are_cut() {
    let receiver = Receiver::start([]).await.unwrap();
    let long = Notice { subject: "<".repeat(10_000), text: "&".repeat(100_000), ..notice("a") };
    tell(&endpoint("slack", &[]), &receiver.url("/hook"), &long).await.unwrap();
    let text = receiver.received()[0].json()["text"].as_str().unwrap().to_owned();
    assert!(text.chars().count() <= 4_000 && text.ends_with(';'), "{}", text.len());
}

#[tokio::test]
async fn refusals_are_told() {
    let receiver = Receiver::start([Reply::new(404).body("no_service")]).await.unwrap();
    let hook = receiver.url("/services/canary0123456789");
    let error = tell(&endpoint("slack", &[]), &hook, &notice("a")).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 answered 404: no_service");
    assert!(!error.is_transient() && error.hint().is_some());
    for recipients in [vec!["two words".to_owned()], vec![String::new()], vec!["#a".to_owned(); 21]] {
        let error = tell(&endpoint("slack", &[]), &hook, &Notice { recipients, ..notice("a") }).await.unwrap_err();
        assert!(matches!(error, DeliveryError::Settings { .. }), "{error:?}");
    }
    assert_eq!(receiver.received().len(), 1);
}

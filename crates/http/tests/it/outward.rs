//! Requests to addresses that a person gave.

use std::time::Duration;

use rolecall_http::{Outward, OutwardAnswer, OutwardError, OutwardMethod, OutwardRequest, Reach};
use rolecall_testkit::{Receiver, Reply};
use secrecy::SecretString;
use url::Url;

use crate::support::CANARY;

fn secret() -> SecretString {
    CANARY.into()
}

/// To a receiver of this machine, whose address holds a secret.
fn place(receiver: &Receiver) -> (Outward, Url) {
    let url: Url = receiver.url(&format!("/hook/{CANARY}?key={CANARY}")).parse().unwrap();
    (Outward::confidential(url.clone(), Reach::Internal, &[&secret()]).unwrap(), url)
}

async fn answer_of(reply: Reply) -> (OutwardAnswer, Receiver) {
    let receiver = Receiver::start([reply]).await.unwrap();
    let (outward, url) = place(&receiver);
    (outward.send(OutwardRequest::new(OutwardMethod::Post, url).json("{}")).await.unwrap(), receiver)
}

#[tokio::test]
async fn what_is_asked_arrives_once_and_every_status_is_an_answer() {
    let receiver = Receiver::start([Reply::new(503).header("retry-after", "7").body("later")]).await.unwrap();
    let (outward, url) = place(&receiver);
    let request = OutwardRequest::new(OutwardMethod::Patch, url).header("webhook-id", "a").json(r#"{"a":1}"#);
    let request = request.authorization(format!("Bearer {CANARY}").into());
    assert!(!format!("{request:?} {outward:?}").contains("canary"));
    let answer = outward.send(request).await.unwrap();
    assert_eq!((answer.status, answer.is_success(), answer.is_whole), (503, false, true));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert_eq!((answer.status_line().as_str(), answer.said(9).as_deref()), ("503 Service Unavailable", Some("later")));
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].method.as_str(), received[0].body.as_str()), ("PATCH", r#"{"a":1}"#));
    assert_eq!(received[0].header("authorization"), Some(format!("Bearer {CANARY}").as_str()));
    assert!(received[0].header("user-agent").unwrap().starts_with("rolecall/"));
}

#[tokio::test]
async fn answers_are_bounded_and_repeat_no_secret() {
    let (answer, _receiver) = answer_of(Reply::new(200).huge(3_000_000)).await;
    assert_eq!((answer.body.len(), answer.is_whole), (64 * 1024, false));
    assert_eq!(answer.said(100).unwrap().chars().count(), 100);
    assert!(answer.json::<serde_json::Value>().is_none());

    let hostile = format!("a\r\nb \u{1b}[31m\u{202e} {CANARY} ");
    let (answer, _receiver) = answer_of(Reply::new(400).body(&hostile)).await;
    assert_eq!(answer.said(100).as_deref(), Some("a b [31m [redacted]"));
    assert!(!format!("{answer:?}").contains("canary"));
    let page = format!("<html><title>No {CANARY}</title>{}", "x".repeat(1000));
    let (answer, _receiver) = answer_of(Reply::new(502).body(&page)).await;
    assert_eq!(answer.said(100).as_deref(), Some("No [redacted]"));
    let escaped = format!(r#"{{"error": "bad {}"}}"#, CANARY.replace('_', "\\u005f"));
    let (answer, _receiver) = answer_of(Reply::new(400).body(&escaped)).await;
    assert_eq!(answer.said(100).as_deref(), Some(r#"{"error":"bad [redacted]"}"#));
    let (answer, _receiver) = answer_of(Reply::new(204)).await;
    assert_eq!((answer.said(100), answer.status_line().as_str()), (None, "204 No Content"));
}

#[tokio::test]
async fn a_redirect_is_an_answer_that_is_not_followed() {
    let inside = Receiver::start([]).await.unwrap();
    let (answer, _receiver) = answer_of(Reply::new(307).header("location", &inside.url("/"))).await;
    assert_eq!((answer.status, inside.received().len()), (307, 0));
}

#[tokio::test]
async fn a_lost_answer_is_none_and_half_of_one_is_half() {
    let receiver = Receiver::start([Reply::dropped()]).await.unwrap();
    let (outward, url) = place(&receiver);
    let error = outward.send(OutwardRequest::new(OutwardMethod::Post, url).json("{}")).await.unwrap_err();
    assert!(matches!(error, OutwardError::Unreachable { tls: None, .. }) && error.is_transient(), "{error:?}");
    assert_eq!(receiver.received().len(), 1, "it is not sent again");
    assert!(!format!("{error} {error:?}").contains("canary"));

    let receiver = Receiver::start([Reply::new(200).body("half").stalling()]).await.unwrap();
    let (outward, url) = place(&receiver);
    let outward = outward.timeout(Duration::from_secs(2));
    let answer = outward.send(OutwardRequest::new(OutwardMethod::Get, url.clone())).await.unwrap();
    assert_eq!((answer.status, answer.is_whole, answer.said(10).as_deref()), (200, false, Some("half")));
    let answer = outward.send(OutwardRequest::new(OutwardMethod::Get, url).limit(0)).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[tokio::test]
async fn silence_ends_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let outward = Outward::new(url.clone(), Reach::Internal).unwrap().timeout(Duration::from_millis(100));
    let error = outward.send(OutwardRequest::new(OutwardMethod::Get, url)).await.unwrap_err();
    assert!(matches!(error, OutwardError::TimedOut { .. }) && error.is_transient(), "{error:?}");
}

#[tokio::test]
async fn nothing_internal_is_reached_and_no_secret_travels_open() {
    for (address, expected) in [
        ("https://127.0.0.1/x", "127.0.0.1 is at an internal address"),
        ("https://[::1]/x", "[::1] is at an internal address"),
        ("https://0x7f.1/x", "127.0.0.1 is at an internal address"),
        ("http://hooks.example.test/x", "the address cannot be used: it is not https"),
        ("https://me:pass@hooks.example.test/x", "the address cannot be used: it contains a user name or password"),
        ("ftp://hooks.example.test/x", "the address cannot be used: it is neither https nor http"),
    ] {
        let error = Outward::new(address.parse().unwrap(), Reach::Public).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.is_transient()), (expected, false));
    }
    let receiver = Receiver::start([]).await.unwrap();
    let url: Url = format!("https://localhost:{}/", receiver.port()).parse().unwrap();
    let outward = Outward::new(url.clone(), Reach::Public).unwrap();
    let error = outward.send(OutwardRequest::new(OutwardMethod::Get, url)).await.unwrap_err();
    assert!(matches!(error, OutwardError::Internal { .. }), "{error:?}");
    let open: Url = "http://tracker.example.test/".parse().unwrap();
    let error = Outward::confidential(open.clone(), Reach::Internal, &[]).unwrap_err();
    assert_eq!(error.to_string(), "a secret would be sent unencrypted to tracker.example.test");
    Outward::new(open, Reach::Internal).unwrap();
}

#[tokio::test]
async fn nothing_goes_to_another_place_and_no_header_is_two() {
    let receiver = Receiver::start([]).await.unwrap();
    let (outward, url) = place(&receiver);
    let elsewhere = OutwardRequest::new(OutwardMethod::Get, "https://elsewhere.example.test/".parse().unwrap());
    assert!(matches!(outward.send(elsewhere).await.unwrap_err(), OutwardError::Address { .. }));
    let request = OutwardRequest::new(OutwardMethod::Get, url.clone()).header("webhook-id", "a\r\nb: c");
    assert_eq!(outward.send(request).await.unwrap_err().to_string(), "the header `webhook-id` cannot be sent");
    let request = OutwardRequest::new(OutwardMethod::Get, url).authorization("a\nb".into());
    assert_eq!(outward.send(request).await.unwrap_err().to_string(), "the header `authorization` cannot be sent");
    assert_eq!(receiver.received().len(), 0);
}

//! Statuses and error pages, and the few words kept of them.

use std::time::Duration;

use rolecall_http::{Challenge, ErrorKind, Validator};

use crate::support::{Reply, Server, error_of, kind_of, read};

fn words(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test]
async fn each_status_has_its_kind_and_the_servers_words() {
    let say = |status| Reply::new(status, r#"{"error":"Nope."}"#).header("content-type", "application/json");
    let message = words("Nope.");
    assert_eq!(kind_of(say(402)).await, ErrorKind::PaymentRequired { message: message.clone() });
    assert_eq!(kind_of(say(403)).await, ErrorKind::Forbidden { message: message.clone() });
    assert_eq!(kind_of(say(404)).await, ErrorKind::NotFound { message: message.clone() });
    assert_eq!(kind_of(say(409)).await, ErrorKind::Status { status: 409, retry_after: None, message: message.clone() });
    assert_eq!(kind_of(say(500)).await, ErrorKind::Server { status: 500, retry_after: None, message });
}

#[tokio::test]
async fn challenges_are_told_apart() {
    let of = async |value: &str| {
        let reply = Reply::new(401, r#"{"message":"Missing \"Bearer\" header."}"#).header("www-authenticate", value);
        let error = error_of(reply).await;
        let ErrorKind::Unauthorised { challenge, message, .. } = &error.kind else { panic!("{error:?}") };
        assert_eq!(message.as_deref(), Some("Missing \"Bearer\" header."));
        (*challenge, error.hint().unwrap())
    };
    let (challenge, hint) = of("OTP").await;
    assert!(challenge == Challenge::Otp && hint.contains("one-time"), "{hint}");
    let (challenge, hint) = of("ipaddress").await;
    assert!(challenge == Challenge::IpAddress && hint.contains("addresses"), "{hint}");
    assert_eq!(of("Bearer").await.0, Challenge::Bearer);
    assert!(matches!(
        kind_of(Reply::new(401, "")).await,
        ErrorKind::Unauthorised { challenge: Challenge::None, message: None, .. }
    ));
}

#[tokio::test]
async fn an_html_429_with_retry_after_zero_is_survived_or_reported_in_a_few_words() {
    let page = format!("<html><head><title>Too many\u{1b}[2J requests</title></head>{}", "<p>x</p>".repeat(10_000));
    let reply = Reply::html(429, &page).header("retry-after", "0");
    let server = Server::with([reply.clone(), Reply::json("{}")]).await;
    read(&server.client()).await.unwrap();
    let error = error_of(reply).await;
    let message = words("Too many[2J requests");
    assert_eq!(error.kind, ErrorKind::RateLimited { retry_after: Some(Duration::ZERO), message });
    assert_eq!(error.attempts, 4);
}

#[tokio::test]
async fn long_words_are_cut() {
    let ErrorKind::Forbidden { message: Some(message) } = kind_of(Reply::new(403, "no ".repeat(50_000))).await else {
        panic!()
    };
    assert!(message.chars().count() == 200 && message.ends_with('…'));
}

#[tokio::test]
async fn a_redirect_is_reported_and_not_followed() {
    let elsewhere = Server::with([Reply::json("{}")]).await;
    let location = format!("http://localhost:{}/-/org/acme/user?token=x", elsewhere.address.port());
    let error = error_of(Reply::new(302, "").header("location", &location)).await;
    assert_eq!(error.kind, ErrorKind::Redirect { to_host: words("localhost") });
    assert!(error.hint().unwrap().contains("never sent to another host"));
    assert_eq!(elsewhere.seen().len(), 0);
    assert_eq!(kind_of(Reply::new(301, "")).await, ErrorKind::Redirect { to_host: None });
    assert_eq!(
        kind_of(Reply::new(307, "").header("location", "/x")).await,
        ErrorKind::Redirect { to_host: words("127.0.0.1") }
    );
}

#[tokio::test]
async fn a_validator_that_cannot_be_sent_makes_no_304_acceptable() {
    let server = Server::with([Reply::new(304, "")]).await;
    let validator = Validator::from_etag("\"broken\n\"");
    let call = crate::support::acme().validator(&validator);
    let error = server.client().get(&crate::support::ROSTER, call).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Status { status: 304, .. }));
}

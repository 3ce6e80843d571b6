//! Webhooks, as their receivers check them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rolecall_notify::{DeliveryError, EndpointKind};
use rolecall_testkit::{Received, Receiver, Reply};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use crate::support::{endpoint, notice, tell};

/// HMAC-SHA256 as RFC 2104 writes it down, by another library than the one that signs.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

/// What a receiver does that knows this secret.
fn is_signed(request: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let header = |name| request.header(name).unwrap();
    let signed = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), request.body);
    let expected = format!("v1,{}", STANDARD.encode(hmac(&key, signed.as_bytes())));
    header("webhook-signature").split(' ').any(|signature| signature == expected)
}

fn secret() -> String {
    EndpointKind::Webhook.generate_secret().unwrap().unwrap().expose_secret().to_owned()
}

#[tokio::test]
async fn it_is_signed_for_whoever_has_either_secret() {
    let receiver = Receiver::start([]).await.unwrap();
    let endpoint = endpoint("webhook", &[("url", &receiver.url("/hook"))]);
    let (former, present, other) = (secret(), secret(), secret());
    let receipt = tell(&endpoint, &format!("{former} {present}"), &notice("notice-1")).await.unwrap();
    assert_eq!((receipt.answer.as_str(), receipt.reference), ("204 No Content", None));
    let request = receiver.received().remove(0);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/hook"));
    assert_eq!(request.body, notice("notice-1").json);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("webhook-timestamp"), Some("1700000000"));
    assert!(request.header("user-agent").unwrap().starts_with("rolecall/"));
    assert!(is_signed(&request, &former) && is_signed(&request, &present) && !is_signed(&request, &other));
}

#[tokio::test]
async fn a_repeat_is_known_by_its_id() {
    let receiver = Receiver::start([Reply::dropped(), Reply::new(200).body("thanks")]).await.unwrap();
    let endpoint = endpoint("webhook", &[("url", &receiver.url("/hook"))]);
    let secret = secret();
    let error = tell(&endpoint, &secret, &notice("notice-1")).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    let receipt = tell(&endpoint, &secret, &notice("notice-1")).await.unwrap();
    assert_eq!(receipt.answer, "200 OK\nthanks");
    let ids: Vec<_> =
        receiver.received().iter().map(|request| request.header("webhook-id").unwrap().to_owned()).collect();
    assert_eq!(ids, ["notice-1", "notice-1"]);
}

#[tokio::test]
async fn one_attempt_is_one_request_and_says_whether_another_may_help() {
    for (status, is_transient) in [
        (301, false),
        (400, false),
        (401, false),
        (403, false),
        (404, false),
        (408, true),
        (410, false),
        (429, true),
        (500, true),
        (503, true),
    ] {
        let receiver = Receiver::start([Reply::new(status).body("no")]).await.unwrap();
        let endpoint = endpoint("webhook", &[("url", &receiver.url("/"))]);
        let error = tell(&endpoint, &secret(), &notice("a")).await.unwrap_err();
        assert_eq!((error.is_transient(), error.status()), (is_transient, Some(status)), "{error:?}");
        assert_eq!((error.said(), error.retry_after()), (Some("no"), None));
        assert_eq!(error.to_string(), format!("127.0.0.1 answered {status}: no"));
        assert_eq!(receiver.received().len(), 1);
    }
}

#[tokio::test]
async fn the_wait_that_is_asked_for_is_told() {
    let answers = [Reply::new(429).header("retry-after", "120"), Reply::new(403).header("retry-after", "60")];
    let receiver = Receiver::start(answers).await.unwrap();
    let endpoint = endpoint("webhook", &[("url", &receiver.url("/"))]);
    for seconds in [120, 60] {
        let error = tell(&endpoint, &secret(), &notice("a")).await.unwrap_err();
        assert_eq!((error.retry_after(), error.is_transient()), (Some(seconds), true), "{error:?}");
    }
}

#[tokio::test]
async fn answers_are_bounded_and_redirects_are_not_followed() {
    let receiver = Receiver::start([Reply::new(200).huge(2_000_000), Reply::new(500).huge(2_000_000)]).await.unwrap();
    let here = endpoint("webhook", &[("url", &receiver.url("/"))]);
    let receipt = tell(&here, &secret(), &notice("a")).await.unwrap();
    assert!(receipt.answer.chars().count() <= 2_000 && receipt.answer.starts_with("200 OK\nxxx"));
    let error = tell(&here, &secret(), &notice("a")).await.unwrap_err();
    assert_eq!(error.said().unwrap().chars().count(), 500);

    let inside = Receiver::start([]).await.unwrap();
    let receiver = Receiver::start([Reply::new(308).header("location", &inside.url("/"))]).await.unwrap();
    let here = endpoint("webhook", &[("url", &receiver.url("/"))]);
    let error = tell(&here, &secret(), &notice("a")).await.unwrap_err();
    assert_eq!((error.status(), inside.received().len()), (Some(308), 0));
}

#[tokio::test]
async fn without_a_secret_nothing_is_sent() {
    let receiver = Receiver::start([]).await.unwrap();
    let endpoint = endpoint("webhook", &[("url", &receiver.url("/"))]);
    for secret in ["", "s3cret", "whsec_AAAA"] {
        let error = tell(&endpoint, secret, &notice("a")).await.unwrap_err();
        assert!(matches!(error, DeliveryError::Secret { .. }) && !error.is_transient(), "{error:?}");
        assert!(!error.to_string().contains("s3cret"));
    }
    assert_eq!(receiver.received().len(), 0);
}

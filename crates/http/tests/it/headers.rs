//! Headers that one call brings: sent with it and with no other, and the secret ones readable nowhere.

use rolecall_http::{Challenge, ErrorKind, RequestTemplate};
use secrecy::SecretString;

use crate::support::{CANARY, ROSTER, Reply, Server, acme, read};

static DONE: RequestTemplate = RequestTemplate { name: "done", path: "/done", query: &["id"], ..ROSTER };
static DECLARED: [RequestTemplate; 2] = [ROSTER, DONE];

#[tokio::test]
async fn a_header_goes_with_its_call_and_with_no_other() {
    let server = Server::with([Reply::json("{}")]).await;
    let client = server.client();
    let password = SecretString::from("482915");
    let call = acme().header("npm-command", "trust").secret_header("npm-otp", &password);
    client.get(&ROSTER, call).await.unwrap();
    read(&client).await.unwrap();
    let seen = server.seen();
    assert!(seen[0].contains("npm-command: trust\r\n") && seen[0].contains("npm-otp: 482915\r\n"), "{seen:?}");
    assert!(!seen[1].contains("npm-"), "{seen:?}");
}

#[tokio::test]
async fn headers_that_authenticate_or_cannot_be_sent_are_refused_before_the_network() {
    let server = Server::with([Reply::json("{}")]).await;
    let client = server.client();
    for (name, value) in [("authorization", "Bearer x"), ("Host", "x"), ("cookie", "a=b"), ("a b", "c"), ("x", "a\nb")]
    {
        let error = client.get(&ROSTER, acme().header(name, value)).await.unwrap_err();
        assert!(matches!(&error.kind, ErrorKind::BadValue { name: refused, .. } if refused == name), "{error:?}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_secret_of_one_call_is_in_no_text_about_it() {
    let body = format!(r#"{{"error":"{CANARY} is not valid","authUrl":"https://{CANARY}"}}"#);
    let server = Server::with([Reply::new(401, body.as_bytes()).header("www-authenticate", "OTP")]).await;
    let mut options = server.options();
    options.declared = &DECLARED;
    let client = rolecall_http::Client::new(options).unwrap();
    let secret = SecretString::from(CANARY);
    let calls = [
        client.get(&ROSTER, acme().secret_header("npm-otp", &secret)).await,
        client.get(&DONE, rolecall_http::Call::new().secret_query("id", &secret)).await,
    ];
    for error in calls.map(Result::unwrap_err) {
        let texts = format!("{error} {error:?} {:?}", error.hint());
        assert!(!texts.contains("canary"), "{texts}");
        let ErrorKind::Unauthorised { challenge: Challenge::Otp, body, .. } = error.kind else { panic!() };
        let body: serde_json::Value = body.json().unwrap();
        assert!(body["authUrl"].is_string(), "whoever needs the challenge can read it");
    }
    assert!(server.seen()[1].starts_with(&format!("GET /done?id={CANARY}")), "{:?}", server.seen());
}

#[tokio::test]
async fn not_ready_yet_says_how_long_to_wait() {
    let server = Server::with([Reply::new(202, "{}").header("retry-after", "3")]).await;
    let error = read(&server.client()).await.unwrap_err();
    assert_eq!(error.kind.retry_after().map(|wait| wait.as_secs()), Some(3));
    assert_eq!((error.kind.status(), error.attempts), (Some(202), 1));
}

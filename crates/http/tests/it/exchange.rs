//! Trading one credential for another: the only request with a body.

use rolecall_http::{Call, Client, ClientError, ClientOptions, ErrorKind, Method, RequestTemplate};
use secrecy::SecretString;

use crate::support::{CANARY, Reply, Server, quick};

static EXCHANGE: RequestTemplate =
    RequestTemplate { name: "exchange", method: Method::Post, path: "/openid/{org}/", query: &[] };
static EXCHANGES: [RequestTemplate; 1] = [EXCHANGE];

fn client(server: &Server) -> Client {
    Client::new(ClientOptions { exchanges: &EXCHANGES, declared: &[], ..server.options() }).unwrap()
}

fn call(secret: &SecretString) -> Call<'_> {
    Call::new().path("org", "acme").field("service_slug", "ci \"quoted\"").secret_field("oidc_token", secret)
}

#[tokio::test]
async fn an_exchange_sends_its_fields_and_takes_what_was_made() {
    let server = Server::with([Reply::new(201, r#"{"token":"short-lived"}"#)]).await;
    let secret = SecretString::from(CANARY);
    let body = client(&server).exchange(&EXCHANGE, call(&secret)).await.unwrap().fresh().unwrap();
    assert_eq!(&body.bytes[..], br#"{"token":"short-lived"}"#);
    let sent = &server.seen()[0];
    assert!(sent.starts_with("POST /openid/acme/ "), "{sent}");
    assert!(sent.to_lowercase().contains("content-type: application/json"), "{sent}");
}

#[tokio::test]
async fn what_is_exchanged_is_in_no_text_about_it() {
    let reply = Reply::new(401, format!(r#"{{"detail":"{CANARY} is not valid"}}"#));
    let server = Server::with([reply]).await;
    let secret = SecretString::from(CANARY);
    let error = client(&server).exchange(&EXCHANGE, call(&secret)).await.unwrap_err();
    let texts = format!("{error} {error:?} {:?}", error.hint());
    assert!(!texts.contains("canary") && matches!(error.kind, ErrorKind::Unauthorised { .. }), "{texts}");
}

#[tokio::test]
async fn an_exchange_is_no_reading_and_a_reading_no_exchange() {
    let server = Server::with([Reply::json("{}")]).await;
    let (secret, client) = (SecretString::from(CANARY), client(&server));
    assert_eq!(client.get(&EXCHANGE, call(&secret)).await.unwrap_err().kind, ErrorKind::Undeclared);
    let reader = Client::new(ClientOptions { declared: &EXCHANGES, ..server.options() }).unwrap();
    for answer in [reader.get(&EXCHANGE, call(&secret)).await, reader.exchange(&EXCHANGE, call(&secret)).await] {
        assert_eq!(answer.unwrap_err().kind, ErrorKind::Undeclared);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn an_identity_token_never_travels_unencrypted_to_another_machine() {
    let options = ClientOptions { exchanges: &EXCHANGES, ..quick("http://registry.example.com") };
    assert!(matches!(Client::new(options), Err(ClientError::PlainHttp { .. })));
}

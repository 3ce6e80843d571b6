//! What a well-behaved registry sends, and what the client asks with.

use std::collections::BTreeMap;

use rolecall_http::{Answer, Call, Client, ClientOptions, Credential, ErrorKind, JsonFault, Validator};

use crate::support::{CANARY, ROSTER, Reply, Server, acme, gzip, kind_of, quick, read};

#[tokio::test]
async fn a_listing_is_read_with_its_validator_type_date_and_headers() {
    let reply = Reply::json(r#"{"ana":"owner"}"#)
        .header("etag", "W/\"7\"")
        .header("date", "Tue, 15 Nov 1994 08:12:31 GMT")
        .header("x-pagination-count", "1")
        .header("set-cookie", "session=1");
    let body = read(&Server::with([reply]).await.client()).await.unwrap();
    assert_eq!(body.json::<BTreeMap<String, String>>().unwrap(), BTreeMap::from([("ana".into(), "owner".into())]));
    assert_eq!(body.validator, Some(Validator::from_etag("W/\"7\"")));
    assert_eq!(body.content_type.as_deref(), Some("application/json"));
    assert_eq!(body.date.unwrap().to_string(), "1994-11-15T08:12:31Z");
    assert_eq!(body.header("X-Pagination-Count"), Some("1"));
    assert_eq!(body.header("set-cookie"), None);
    assert!(body.reject_error_body().is_ok());
}

#[tokio::test]
async fn the_request_carries_what_was_configured_and_nothing_else() {
    let server = Server::with([Reply::json("{}")]).await;
    let mut options = server.options();
    options.base = format!("{}prefix/", options.base).parse().unwrap();
    options.credential = Some(Credential::bearer(CANARY));
    options.headers = &[("npm-command", "org")];
    let client = Client::new(options).unwrap();
    client.get(&ROSTER, Call::new().path("org", "@acme/x").query("format", "a b&c='é")).await.unwrap();
    let request = server.seen().remove(0);
    let mut lines: Vec<&str> = request.trim_end().split("\r\n").collect();
    assert_eq!(lines.remove(0), "GET /prefix/-/org/@acme%2Fx/user?format=a%20b%26c%3D%27%C3%A9 HTTP/1.1");
    lines.sort_unstable();
    let expected = [
        "accept-encoding: gzip".to_owned(),
        "accept: application/json".to_owned(),
        format!("authorization: Bearer {CANARY}"),
        format!("host: {}", server.address),
        "npm-command: org".to_owned(),
        format!("user-agent: rolecall/{}", env!("CARGO_PKG_VERSION")),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn an_anonymous_call_carries_no_token_and_a_key_header_carries_it_bare() {
    let server = Server::with([Reply::json("{}")]).await;
    let credential = Some(Credential::header("x-api-key", CANARY));
    let client = Client::new(ClientOptions { credential, ..server.options() }).unwrap();
    client.get(&ROSTER, acme().anonymous()).await.unwrap();
    client.get(&ROSTER, acme().accept("text/plain")).await.unwrap();
    let [anonymous, known] = server.seen().try_into().unwrap();
    assert!(!anonymous.contains(CANARY));
    assert!(known.contains(&format!("x-api-key: {CANARY}\r\n")) && known.contains("accept: text/plain\r\n"), "{known}");
}

#[tokio::test]
async fn compressed_and_chunked_bodies_are_read() {
    let compressed = Reply::new(200, gzip(br#"["ana"]"#)).header("content-encoding", "gzip").chunked(true);
    let body = read(&Server::with([compressed]).await.client()).await.unwrap();
    assert_eq!(body.json::<Vec<String>>().unwrap(), ["ana"]);
}

#[tokio::test]
async fn an_unchanged_listing_is_not_sent_again() {
    let server = Server::with([Reply::new(304, "")]).await;
    let validator = Validator::from_etag("\"7\"");
    let answer = server.client().get(&ROSTER, acme().validator(&validator)).await.unwrap();
    assert!(matches!(answer, Answer::NotModified) && answer.fresh().is_none());
    assert!(server.seen()[0].contains("if-none-match: \"7\"\r\n"));
}

#[tokio::test]
async fn an_unasked_for_304_is_an_error() {
    assert!(matches!(kind_of(Reply::new(304, "")).await, ErrorKind::Status { status: 304, .. }));
}

#[tokio::test]
async fn partial_and_deferred_answers_are_not_listings() {
    for status in [202, 203, 204, 206] {
        let kind = kind_of(Reply::new(status, r#"{"ana":"owner"}"#)).await;
        assert!(matches!(kind, ErrorKind::Status { status: given, .. } if given == status));
    }
}

async fn json_fault(reply: Reply) -> ErrorKind {
    let body = read(&Server::with([reply]).await.client()).await.unwrap();
    body.json::<BTreeMap<String, String>>().unwrap_err().kind
}

#[tokio::test]
async fn kinds_of_not_json_are_told_apart() {
    let fault = async |body| match json_fault(Reply::json(body)).await {
        ErrorKind::Malformed { fault, .. } => fault,
        kind => panic!("{kind:?}"),
    };
    assert_eq!(fault("").await, JsonFault::CutOff);
    assert_eq!(fault(r#"{"ana":"ow"#).await, JsonFault::CutOff);
    assert_eq!(fault("ana, ben").await, JsonFault::Syntax);
    assert_eq!(fault("[]").await, JsonFault::Shape("expected a map, found sequence".into()));
    let page = json_fault(Reply::html(200, "<html><title>Sign in</title>")).await;
    let content_type = Some("text/html; charset=utf-8".to_owned());
    assert_eq!(page, ErrorKind::NotJson { content_type, message: Some("Sign in".into()) });
    let disguised = json_fault(Reply::json(" <!doctype html><title>Sign in</title>")).await;
    assert!(matches!(disguised, ErrorKind::NotJson { .. }), "{disguised:?}");
}

#[tokio::test]
async fn json_is_read_whatever_its_declared_type_and_with_a_byte_order_mark() {
    let body = read(&Server::with([Reply::html(200, "\u{feff}[\"ana\"]")]).await.client()).await.unwrap();
    assert_eq!(body.json::<Vec<String>>().unwrap(), ["ana"]);
}

#[tokio::test]
async fn a_success_that_is_an_error_is_recognised_on_request() {
    let body = read(&Server::with([Reply::json(r#"{"error":"not\u0007 now"}"#)]).await.client()).await.unwrap();
    let error = body.reject_error_body().unwrap_err();
    assert_eq!(error.kind, ErrorKind::ErrorBody { message: "not now".into() });
    assert_eq!((error.request.as_str(), error.attempts), ("GET /-/org/acme/user", 1));
}

#[tokio::test]
async fn requests_are_counted_across_clones() {
    let server = Server::with([Reply::new(500, ""), Reply::json("{}")]).await;
    let client = server.client();
    read(&client.clone()).await.unwrap();
    assert_eq!((client.requests_sent(), client.host()), (2, "127.0.0.1"));
    assert_eq!(Client::new(quick("http://[::1]:9")).unwrap().host(), "[::1]");
}

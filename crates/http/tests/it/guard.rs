//! What is refused before the network: undeclared requests, values that would move the path, unsafe options.

use rolecall_http::{Call, Client, ClientError, ClientOptions, Credential, ErrorKind, Method, Pace, RequestTemplate};

use crate::support::{CANARY, ROSTER, Reply, Server, acme, quick};

static UNDECLARED: RequestTemplate =
    RequestTemplate { name: "leave", method: Method::Get, path: "/-/org/{org}/leave", query: &[] };
static WRITING: [RequestTemplate; 1] =
    [RequestTemplate { name: "remove", method: Method::Delete, path: "/-/org/{org}/user", query: &[] }];

#[tokio::test]
async fn an_undeclared_request_never_leaves() {
    let server = Server::with([Reply::json("{}")]).await;
    let client = server.client();
    let error = client.get(&UNDECLARED, acme()).await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (ErrorKind::Undeclared, 0));
    assert_eq!(error.request, "GET /-/org/{org}/leave");
    assert_eq!((client.requests_sent(), server.seen().len()), (0, 0));
}

#[tokio::test]
async fn even_a_declared_write_is_not_sent_as_a_read() {
    let server = Server::with([Reply::json("{}")]).await;
    let client = Client::new(ClientOptions { declared: &WRITING, ..server.options() }).unwrap();
    assert_eq!(client.get(&WRITING[0], acme()).await.unwrap_err().kind, ErrorKind::Undeclared);
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn bad_values_never_leave() {
    let server = Server::with([Reply::json("{}")]).await;
    let client = server.client();
    let long = "a".repeat(5000);
    let calls = [
        Call::new(),
        acme().path("org", "twice"),
        acme().path("team", "unknown"),
        acme().query("force", "true"),
        acme().query("format", "a\r\nb"),
        acme().accept("a\r\nb"),
        Call::new().path("org", ""),
        Call::new().path("org", "."),
        Call::new().path("org", ".."),
        Call::new().path("org", "a\0b"),
        Call::new().path("org", "a\u{85}b"),
        Call::new().path("org", &long),
    ];
    for call in calls {
        let error = client.get(&ROSTER, call.clone()).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::BadValue { .. }) && error.attempts == 0, "{call:?}: {error:?}");
        assert!(error.hint().is_none());
    }
    assert_eq!((client.requests_sent(), server.seen().len()), (0, 0));
}

fn refused(change: impl FnOnce(&mut ClientOptions)) -> ClientError {
    let mut options = quick("https://registry.example.com");
    options.base = "http://127.0.0.1:1".parse().unwrap();
    change(&mut options);
    Client::new(options).unwrap_err()
}

#[test]
fn a_token_never_travels_unencrypted_to_another_machine() {
    let with_token =
        |base: &str| Client::new(ClientOptions { credential: Some(Credential::bearer(CANARY)), ..quick(base) });
    for base in [
        "http://registry.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
    ] {
        let error = with_token(base).unwrap_err();
        assert!(matches!(error, ClientError::PlainHttp { .. }), "{base}: {error:?}");
        assert!(error.hint().unwrap().contains("https://"));
    }
    for base in ["http://localhost:1", "http://127.1.2.3:1", "http://[::1]:1", "http://[::ffff:127.0.0.1]:1"] {
        with_token(base).unwrap();
    }
}

#[test]
fn options_that_cannot_work_are_refused() {
    let base = |text: &str| refused(|options| options.base = text.parse().unwrap());
    for text in [
        "ftp://127.0.0.1",
        "http://me:pass@127.0.0.1",
        "http://127.0.0.1/?a=b",
        "http://127.0.0.1/#a",
        "data:text/plain,a",
    ] {
        assert!(matches!(base(text), ClientError::Address { .. }), "{text}");
    }
    let token = refused(|options| options.credential = Some(Credential::bearer("a\nb")));
    assert!(matches!(token, ClientError::Credential { .. }));
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(refused(|options| options.pace = Pace::PerSecond(rate)), ClientError::Pace);
    }
    for headers in [&[("Authorization", "x")], &[("a b", "x")], &[("range", "bytes=0-9")], &[("x-note", "a\nb")]] {
        assert!(matches!(refused(|options| options.headers = headers), ClientError::Header { .. }), "{headers:?}");
    }
    let agent = refused(|options| options.user_agent = "a\nb".to_owned());
    assert_eq!(agent, ClientError::Header { name: "user-agent".to_owned() });
}

#[test]
fn malformed_templates_are_refused() {
    for path in ["", "x", "/a/{", "/a/}", "/{}", "/{a{b}}", "/a/../b", "/a/%2e%2e/b", "/a?b", "/a#b", "/a b", "/a\\b"] {
        let declared = Vec::leak(vec![RequestTemplate { name: "bad", method: Method::Get, path, query: &[] }]);
        let error = refused(|options| options.declared = declared);
        assert!(matches!(error, ClientError::Template { name: "bad", .. }), "{path}: {error:?}");
    }
}

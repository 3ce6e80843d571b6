//! Messages that arrive, and messages that are not sent.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_model::Timestamp;
use rolecall_notify::{Destination, Message, Reach};

const MESSAGE: Message<'static> = Message { kind: "audit-head", at: Timestamp(1), json: r#"{"sequence":1}"# };

async fn deliver(destination: &str, reach: Reach) -> Result<(), rolecall_notify::DeliveryError> {
    destination.parse::<Destination>().unwrap().deliver(&MESSAGE, reach).await
}

#[tokio::test]
async fn a_file_gets_a_line_for_each_message_and_is_its_owners() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("heads");
    let destination = format!("file:{}", path.display());
    deliver(&destination, Reach::Public).await.unwrap();
    deliver(&destination, Reach::Public).await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"sequence\":1}\n{\"sequence\":1}\n");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let error = deliver(&format!("file:{}", directory.path().display()), Reach::Public).await.unwrap_err();
    assert!(!error.to_string().is_empty());
}

type Got = Arc<Mutex<Vec<String>>>;

/// A receiver that answers with each of these in turn, and the address to reach it at.
async fn receiver(answers: Vec<u16>) -> (Got, String) {
    let got = Got::default();
    let (kept, answers) = (got.clone(), Arc::new(Mutex::new(answers.into_iter())));
    let take = move |body: String| {
        kept.lock().unwrap().push(body);
        let status = answers.lock().unwrap().next().unwrap_or(204);
        async move { StatusCode::from_u16(status).unwrap() }
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook/{key}", post(take))).await });
    (got, format!("webhook:http://127.0.0.1:{port}/hook/s3cret?key=s3cret"))
}

#[tokio::test]
async fn a_webhook_gets_it_in_the_end_or_says_why_not() {
    let (got, url) = receiver(vec![503, 429, 200]).await;
    deliver(&url, Reach::Internal).await.unwrap();
    assert_eq!(*got.lock().unwrap(), [MESSAGE.json; 3]);

    let (got, url) = receiver(vec![404]).await;
    let error = deliver(&url, Reach::Internal).await.unwrap_err();
    assert_eq!(error.to_string(), "the webhook 127.0.0.1 answered 404");
    assert_eq!(got.lock().unwrap().len(), 1, "what is refused is not repeated");
    let (_, url) = receiver(vec![307]).await;
    assert!(
        deliver(&url, Reach::Internal).await.unwrap_err().to_string().contains("307"),
        "redirects are not followed"
    );
}

#[tokio::test]
async fn nothing_internal_is_reached_unless_the_operator_says_so() {
    let (got, url) = receiver(Vec::new()).await;
    let by_name = url.replace("127.0.0.1", "localhost");
    for address in [&url, &by_name, &url.replace("http:", "https:"), &by_name.replace("http:", "https:")] {
        let error = deliver(address, Reach::Public).await.unwrap_err();
        let said = format!("{error} {error:?} {:?}", error.hint());
        assert!(said.contains("internal address") || said.contains("not https"), "{said}");
        assert!(said.contains("ROLECALL_ALLOW_INTERNAL") && !said.contains("s3cret"), "{said}");
    }
    let error = deliver(&by_name.replace("http:", "https:"), Reach::Public).await.unwrap_err();
    assert_eq!(error.to_string(), "the webhook localhost is at an internal address");
    assert_eq!(got.lock().unwrap().len(), 0);
    deliver(&by_name, Reach::Internal).await.unwrap();

    let closed = deliver("webhook:http://127.0.0.1:9/s3cret", Reach::Internal).await.unwrap_err();
    assert!(closed.to_string().contains("cannot be reached") && !closed.to_string().contains("s3cret"), "{closed}");
    for address in ["webhook:ftp://x.test/", "webhook:https://me:s3cret@x.test/"] {
        let error = deliver(address, Reach::Internal).await.unwrap_err();
        assert!(error.to_string().contains("cannot be used") && !error.to_string().contains("s3cret"), "{error}");
    }
}

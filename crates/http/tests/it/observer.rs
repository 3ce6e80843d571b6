//! An observer is told of every answered attempt, and of nothing else.

use std::sync::{Arc, Mutex};

use rolecall_http::{Answered, Client, Observer};

use crate::support::{ROSTER, Reply, Server, acme};

#[derive(Debug, Default)]
struct Told(Mutex<Vec<String>>);

impl Observer for Told {
    fn answered(&self, answered: &Answered<'_>) {
        let headers: Vec<_> = answered.headers().map(|(name, value)| format!("{name}={value}")).collect();
        let body = String::from_utf8_lossy(answered.body);
        let text = format!(
            "{} {:?} {:?} {} {} {} {body}",
            answered.template.name,
            answered.values,
            answered.query,
            answered.anonymous,
            answered.status,
            headers.join(" "),
        );
        self.0.lock().unwrap().push(text);
    }
}

#[tokio::test]
async fn every_answered_attempt_is_told_with_its_headers_and_body() {
    let busy = Reply::html(503, "<title>Busy</title>").header("set-cookie", "secret=1");
    let server = Server::with([busy, Reply::json(r#"{"ana":"owner"}"#).header("ETag", "\"5\"")]).await;
    let told = Arc::new(Told::default());
    let mut options = server.options();
    options.observer = Some(told.clone());
    let client = Client::new(options).unwrap();
    client.get(&ROSTER, acme().query("format", "cli").anonymous()).await.unwrap();
    let told = told.0.lock().unwrap().clone();
    assert_eq!(told.len(), 2, "{told:?}");
    let start = r#"roster [("org", "acme")] [("format", "cli")] true "#;
    assert!(told.iter().all(|text| text.starts_with(start)), "{told:?}");
    assert!(told[0].contains("503 content-type=text/html") && told[0].ends_with("<title>Busy</title>"), "{told:?}");
    assert!(told[1].contains("etag=\"5\"") && told[1].ends_with(r#"{"ana":"owner"}"#), "{told:?}");
    assert!(!told.concat().contains("cookie"), "{told:?}");
}

#[tokio::test]
async fn what_was_not_answered_is_not_told() {
    let told = Arc::new(Told::default());
    let mut options = crate::support::quick("http://127.0.0.1:9");
    options.observer = Some(told.clone());
    Client::new(options).unwrap().get(&ROSTER, acme()).await.unwrap_err();
    assert!(told.0.lock().unwrap().is_empty());
}

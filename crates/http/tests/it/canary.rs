//! Promise 7: whatever happens, the token is in no text this crate produces.

use std::io;
use std::sync::{Arc, Mutex};

use rolecall_http::{Answer, Client, ClientError, ClientOptions, Credential, RequestError};

use crate::child::in_child;
use crate::support::{CANARY, Reply, Server, acme, quick, read};

/// Every way a value can become text.
fn texts<T: std::fmt::Debug>(value: &T) -> String {
    format!("{value:?}\n{value:#?}")
}

fn assert_clean(text: &str) {
    assert!(!text.contains("canary"), "{text}");
}

fn assert_clean_error(error: &RequestError) {
    assert_clean(&format!("{}\n{error}\n{}\n{:?}", texts(error), error.kind, error.hint()));
}

fn with_token(options: ClientOptions) -> ClientOptions {
    let proxy = format!("http://me:{CANARY}@proxy.example.com:3128").parse().unwrap();
    ClientOptions { credential: Some(Credential::bearer(CANARY)), proxy: Some(proxy), ..options }
}

#[tokio::test]
async fn a_server_that_repeats_the_token_does_not_get_it_printed() {
    let json = format!(r#"{{"error":"bad token {CANARY}"}}"#);
    let escaped = format!(r#"{{"error":"bad token {}"}}"#, CANARY.replace('_', "\\u005f"));
    let page = format!("<title>{CANARY}</title>");
    let long = format!("{} {CANARY}", "x".repeat(180));
    for status in [302, 400, 401, 402, 403, 404, 429, 500, 503] {
        for body in [&json, &escaped, &page, &long, &CANARY.to_owned()] {
            let location = format!("http://{CANARY}.example.com/{CANARY}");
            let server = Server::with([Reply::new(status, body.as_bytes()).header("location", &location)]).await;
            let client = Client::new(with_token(server.options())).unwrap();
            let error = read(&client).await.unwrap_err();
            assert_clean_error(&error);
            assert_clean(&texts(&client));
        }
    }
}

#[tokio::test]
async fn bodies_and_the_errors_of_reading_them_show_no_values() {
    let json = format!(r#"{{"error":"{CANARY}","list":["{CANARY}"]}}"#);
    let page = format!("<html><title>{CANARY}</title>");
    for body in [json.as_str(), page.as_str(), CANARY, &format!("\"{CANARY}\"")] {
        let server = Server::with([Reply::json(body)]).await;
        let client = Client::new(with_token(server.options())).unwrap();
        let answer = client.get(&crate::support::ROSTER, acme()).await.unwrap();
        assert_clean(&texts(&answer));
        let Answer::Fresh(body) = answer else { panic!() };
        assert_clean_error(&body.json::<Vec<u8>>().unwrap_err());
        assert_clean_error(&body.json::<Strict>().unwrap_err());
        body.reject_error_body().err().iter().for_each(assert_clean_error);
    }
}

/// Makes the JSON reader complain about values and names in each of its ways.
#[derive(Debug, serde::Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Strict {
    #[allow(dead_code, reason = "only its shape matters")]
    Listed { list: Vec<Choice> },
}

#[derive(Debug, serde::Deserialize)]
enum Choice {
    One,
}

#[tokio::test]
async fn options_calls_and_their_errors_are_clean() {
    let options = with_token(quick("https://registry.example.com"));
    assert_clean(&texts(&options));
    assert_clean(&texts(&options.credential));
    let mut bad = options.clone();
    bad.credential = Some(Credential::bearer(format!("{CANARY}\n")));
    assert_clean_client_error(&Client::new(bad).unwrap_err());
    let mut bad = options.clone();
    bad.base = format!("https://me:{CANARY}@registry.example.com").parse().unwrap();
    assert_clean(&texts(&bad));
    assert_clean_client_error(&Client::new(bad).unwrap_err());
    let mut bad = options;
    bad.proxy = Some(format!("socks5://me:{CANARY}@proxy.example.com").parse().unwrap());
    assert_clean_client_error(&Client::new(bad).unwrap_err());
}

fn assert_clean_client_error(error: &ClientError) {
    assert_clean(&format!("{}\n{error}\n{:?}", texts(error), error.hint()));
}

#[tokio::test]
async fn logs_are_clean_at_the_finest_level() {
    if !in_child("canary::logs_are_clean_at_the_finest_level", &[]).await {
        return;
    }
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || sink.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let server = Server::with([Reply::new(500, CANARY), Reply::json("{}")]).await;
    let client = Client::new(with_token(server.options())).unwrap();
    read(&client).await.unwrap();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.contains("GET /-/org/acme/user") && text.contains("status=200") && text.contains("attempt=2"),
        "{text}"
    );
    assert_clean(&text);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! Faults on demand, changes in the middle of a read, rate limits, and the server itself.
// Helpers of tests should fail loudly.
#![allow(clippy::expect_used)]

mod support;

use std::time::Duration;

use reqwest::Method;
use rolecall_sim::npm::{Quirks, Role, Server, World};
use rolecall_sim::{Budget, Fault, StartError, Times};
use serde_json::{Value, json};
use support::{Client, serve};

const ROSTER: &str = "/-/org/acme/user";

async fn acme() -> (Server, Client) {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner);
    for number in 0..40 {
        world.member("acme", &format!("member-{number}"), Role::Developer);
    }
    let token = world.session("olivia");
    let server = serve(world).await;
    let client = Client::new(&server, &token).otp("123456");
    (server, client)
}

async fn roster(client: &Client) -> Result<(u16, String), reqwest::Error> {
    let response = client.request(Method::GET, ROSTER).send().await?;
    let status = response.status().as_u16();
    Ok((status, response.text().await?))
}

#[tokio::test]
async fn pages_of_a_proxy_come_instead_of_answers() {
    let (server, client) = acme().await;
    for status in [403, 429, 503] {
        server.faults().add("GET /-/org/*/user", Fault::html(status), Times::First(1));
        let response = client.response(ROSTER).await;
        assert_eq!(response.status(), status);
        assert!(response.text().await.expect("text").starts_with("<!DOCTYPE html>"));
        assert_eq!(client.get(ROSTER).await.0, 200, "only the first");
        server.faults().clear();
    }
    server.faults().add("/-/org/**", Fault::too_many(65), Times::Always);
    assert_eq!(client.response(ROSTER).await.headers()["retry-after"], "65");
    assert_eq!(client.get("/-/ping").await.0, 200);
    server.faults().clear();
    server.faults().add("/**", Fault::html_ok(), Times::Nth(2));
    assert_eq!(client.get(ROSTER).await.0, 200);
    assert_eq!(client.get(ROSTER).await, (200, Value::Null));
    server.faults().clear();
    server.faults().add("/**", Fault::error_ok("try later"), Times::After(1));
    client.get("/-/ping").await;
    assert_eq!(client.get(ROSTER).await, (200, json!({ "error": "try later" })));
}

#[tokio::test]
async fn bodies_end_early() {
    let (server, client) = acme().await;
    let whole = roster(&client).await.expect("an answer").1;
    server.faults().add(ROSTER, Fault::Truncated, Times::Always);
    let (status, half) = roster(&client).await.expect("a clean end");
    assert_eq!(status, 200);
    assert_eq!(half, whole[..whole.len() / 2]);
    server.faults().clear();
    server.faults().add(ROSTER, Fault::Cut, Times::Always);
    let client = client.plain();
    let mut response = client.response(ROSTER).await;
    assert_eq!(response.headers()["content-length"], whole.len().to_string().as_str());
    let first = response.chunk().await.expect("half of it").expect("bytes");
    assert_eq!(first, whole.as_bytes()[..whole.len() / 2]);
    assert!(response.chunk().await.is_err(), "then the connection is gone");
}

#[tokio::test]
async fn a_body_can_stop_for_ever() {
    let (server, client) = acme().await;
    server.faults().add(ROSTER, Fault::Stalled, Times::Always);
    let mut response = client.response(ROSTER).await;
    assert!(response.chunk().await.expect("half of it").is_some());
    let rest = tokio::time::timeout(Duration::from_millis(100), response.chunk()).await;
    assert!(rest.is_err(), "nothing more comes");
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.stop()).await;
    assert!(stopped.is_ok(), "and the server can still be stopped");
}

#[tokio::test]
async fn connections_drop_before_or_after_the_effect() {
    let (server, client) = acme().await;
    let remove = |name: &str| {
        let body = json!({ "user": name }).to_string();
        client.request(Method::DELETE, ROSTER).body(body).send()
    };
    server.faults().add("DELETE /**", Fault::Dropped, Times::First(1));
    server.faults().add("DELETE /**", Fault::Lost, Times::Nth(2));
    assert!(remove("member-1").await.is_err());
    assert_eq!(server.world().members("acme").len(), 41, "dropped: nothing happened");
    assert!(remove("member-1").await.is_err());
    assert_eq!(server.world().members("acme").len(), 40, "lost: it happened");
    assert!(remove("member-2").await.is_ok());
    let statuses: Vec<_> = server.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [0, 0, 204]);
}

#[tokio::test]
async fn encodings_and_validators_can_lie() {
    let (server, client) = acme().await;
    let whole = roster(&client).await.expect("an answer").1;
    server.faults().add(ROSTER, Fault::Gzip, Times::First(1));
    server.faults().add(ROSTER, Fault::BadGzip, Times::Nth(2));
    server.faults().add(ROSTER, Fault::NotModified, Times::Nth(3));
    server.faults().add(ROSTER, Fault::Notice("read this".to_owned()), Times::Nth(4));
    assert_eq!(roster(&client).await.expect("an answer").1, whole);
    assert!(roster(&client).await.is_err());
    assert_eq!(roster(&client).await.expect("an answer"), (304, String::new()));
    assert_eq!(client.response(ROSTER).await.headers()["npm-notice"], "read this");
}

#[tokio::test]
async fn an_answer_can_be_late() {
    let (server, client) = acme().await;
    server.faults().add(ROSTER, Fault::Delay(Duration::from_millis(300)), Times::Always);
    let hasty = tokio::time::timeout(Duration::from_millis(30), roster(&client)).await;
    assert!(hasty.is_err());
    assert_eq!(roster(&client).await.expect("an answer").0, 200);
}

#[tokio::test]
async fn the_world_changes_in_the_middle_of_a_read() {
    let (server, client) = acme().await;
    server.after("GET /-/team/**", 2, |world| {
        world.member_remove("acme", "member-7");
    });
    let (team, other) = ("/-/team/acme/developers/user", "/-/team/acme/developers/package");
    let size = async || client.get(team).await.1.as_array().map(Vec::len);
    assert_eq!(size().await, Some(41));
    assert_eq!(client.get(other).await.0, 200);
    assert_eq!(size().await, Some(40));
    server.world().member("acme", "newcomer", Role::Developer);
    assert_eq!(size().await, Some(41));
}

#[tokio::test]
async fn a_budget_runs_out() {
    let (server, client) = acme().await;
    server.world().quirks.budget = Some(Budget::per_minute(3, 7));
    for _ in 0..3 {
        assert_eq!(client.get(ROSTER).await.0, 200);
    }
    let refused = client.response(ROSTER).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()), (429, &b"7"[..]));
    server.budgets_reset();
    assert_eq!(client.get(ROSTER).await.0, 200);
}

#[tokio::test]
async fn the_recorded_registry_speaks_short_and_stops_searches() {
    let (server, client) = acme().await;
    server.world().package("@acme/lib");
    server.world().quirks = Quirks::recorded();
    let packages = client.get("/-/org/acme/package?format=cli").await.1;
    assert_eq!(packages, json!({ "@acme/lib": "write" }));
    for _ in 0..60 {
        assert_eq!(client.get("/-/v1/search?text=lib").await.0, 200);
    }
    let refused = client.response("/-/v1/search?text=lib").await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()), (429, &b"65"[..]));
}

#[tokio::test]
async fn requests_are_logged_as_they_were_sent() {
    let (server, client) = acme().await;
    let request = client.request(Method::GET, "/-/package/@acme%2fnone/visibility?x=1").header("npm-command", "access");
    request.send().await.expect("an answer");
    let log = server.requests();
    let [entry] = log.as_slice() else { panic!("one request: {log:?}") };
    assert_eq!((entry.method.as_str(), entry.status), ("GET", 404));
    assert_eq!(entry.target, "/-/package/@acme%2fnone/visibility?x=1");
    assert!(entry.has_authorization);
    assert_eq!(entry.command.as_deref(), Some("access"));
    server.requests_clear();
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_big_answer_is_compressed_for_who_accepts_it() {
    let (server, _) = acme().await;
    let address = server.address();
    let token = server.world().session("olivia");
    let head = tokio::task::spawn_blocking(move || raw_head(address, &token)).await.expect("a thread");
    assert!(head.contains("content-encoding: gzip"), "{head}");
}

/// The head of an answer, read without any HTTP client that would hide the encoding.
fn raw_head(address: std::net::SocketAddr, token: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    let request = format!(
        "GET {ROSTER} HTTP/1.1\r\nhost: sim\r\nauthorization: Bearer {token}\r\n\
         accept-encoding: gzip,deflate\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split("\r\n\r\n").next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn only_loopback_is_served() {
    let started = Server::start(World::new(), ([0, 0, 0, 0], 0).into()).await;
    assert!(matches!(started, Err(StartError::NotLoopback(_))));
}

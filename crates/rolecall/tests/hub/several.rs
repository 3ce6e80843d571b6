//! Several hubs with one database: what one does the others show, and what one leaves undone another finishes.

use std::time::{Duration, Instant};

use rolecall_sim::{Fault, Times};
use serde_json::{Value as Json, json};
use tokio::sync::mpsc;

use crate::harness::{Client, Hub, Source, is_over, sync, until};

/// How long a change may take to show on a hub that did not make it.
const SOON: Duration = Duration::from_secs(2);

/// Longer than a job is kept for a worker that says nothing.
const PATIENCE: Duration = Duration::from_secs(120);

async fn got(client: &Client, path: &str) -> Json {
    client.get(path).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_whose_hub_dies_is_finished_by_another() {
    let mut first = Hub::start().await;
    if !first.is_shared() {
        return a_file_has_one_hub(&first).await;
    }
    let person = first.administrator().await.clone();
    let source = Source::npm_of(300).await;
    let connector = source.connect(&person.program).await["id"].as_str().unwrap().to_owned();
    let connector = format!("/api/v1/connectors/{connector}");
    // The members are read, and then the registry says nothing more.
    let server = source.npm_server();
    source.join("newcomer");
    let (tell, mut is_told) = mpsc::unbounded_channel();
    server.after("GET /-/org/*/user", 1, move |_| tell.send(()).unwrap());
    server.faults().add("GET /-/org/*/team", Fault::Delay(PATIENCE), Times::Always);
    let asked = person.program.ask("POST", &format!("{connector}/sync")).await.expect(202).json();
    is_told.recv().await.expect("the members are asked for");
    let second = first.beside().await;
    let program = second.nobody().same_as(&person.program);
    let job = format!("/api/v1/jobs/{}", asked["job"].as_str().unwrap());
    let before = got(&program, &job).await;
    assert_eq!((before["state"].as_str(), before["attempt"].as_i64()), (Some("running"), Some(1)), "{before:#}");

    first.kill();
    server.faults().clear();
    server.requests_clear();
    let after = until(PATIENCE, async || got(&program, &job).await, is_over).await;
    assert_eq!((after["state"].as_str(), after["attempt"].as_i64()), (Some("done"), Some(2)), "{after:#}");
    assert_ne!(before["worker"], after["worker"]);
    let connector = got(&program, &connector).await;
    assert_eq!(connector["state"], "connected", "{connector:#}");
    assert_eq!(connector["counts"]["accounts"], 303, "{connector:#}");
}

/// The other engine's answer: it says whose the file is.
async fn a_file_has_one_hub(hub: &Hub) {
    let second = hub.binary.command(&["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    let complaint = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(8), "{complaint}");
    assert!(complaint.contains("another hub works on the database"), "{complaint}");
    assert_eq!(hub.nobody().get("/ready").await.status, 200);
}

/// Where only one hub can be, it is that hub's own answer that must not be the old one.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_current_shows_on_every_hub_within_two_seconds() {
    let first = Hub::start().await;
    let here = first.administrator().await.program.clone();
    let second = if first.is_shared() { Some(first.beside().await) } else { None };
    let there = second.as_ref().unwrap_or(&first).nobody().same_as(&here);
    let source = Source::npm_of(40).await;
    let connector = source.connect(&here).await["id"].as_str().unwrap().to_owned();
    let shown = format!("/api/v1/connectors/{connector}");
    let question = json!({ "query": "FIND User AS user RETURN COUNT(user) AS number" });
    let counted = async || there.json("POST", "/api/v1/query", &question).await.expect(200).json();
    // It has loaded what it answers from, and watches.
    assert_eq!(counted().await["rows"][0]["number"], 42);
    let mut listener = there.request(reqwest::Method::GET, "/live").send().await.unwrap();
    let mut fastest = PATIENCE;
    for round in 1..=3 {
        let name = format!("new-{round}");
        source.join(&name);
        sync(&here, &connector).await;
        let (begun, deadline) = (Instant::now(), Instant::now() + PATIENCE);
        let left = || deadline.saturating_duration_since(Instant::now());
        until(left(), async || got(&there, &shown).await, |known| known["counts"]["accounts"] == 42 + round).await;
        until(left(), counted, |answer| answer["rows"][0]["number"] == 42 + round).await;
        let told = tokio::time::timeout(left(), listener.chunk()).await;
        assert!(told.is_ok_and(|told| told.unwrap().is_some()), "no page was told of {name}");
        fastest = fastest.min(begun.elapsed());
    }
    // The machine may be busy in one of them.
    assert!(fastest < SOON, "{fastest:?}");
}

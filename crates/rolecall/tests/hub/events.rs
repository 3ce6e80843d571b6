//! Programs that follow what happens, by server-sent events.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value as Json, json};

use crate::harness::{Client, Hub, Source, sync};

/// How long anything may take that is not waiting for a session to be looked at.
const SOON: Duration = Duration::from_secs(10);

/// A stream of events.
struct Listener {
    response: Response,
    gathered: String,
}

impl Listener {
    async fn open(client: &Client, path: &str, last: Option<&str>) -> Self {
        let request = client.request(Method::GET, path);
        let request = last.into_iter().fold(request, |request, last| request.header("Last-Event-ID", last));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, gathered: String::new() }
    }

    /// The id and the data of the next event; nothing at the end.
    async fn next(&mut self) -> Option<(String, Json)> {
        loop {
            if let Some((event, rest)) = self.gathered.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let found = field("id: ").zip(field("data: "));
                self.gathered = rest.to_owned();
                match found {
                    Some((id, data)) => return Some((id, serde_json::from_str(&data).unwrap())),
                    // What only keeps the connection.
                    None => continue,
                }
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.gathered.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn soon(&mut self) -> (String, Json) {
        tokio::time::timeout(SOON, self.next()).await.expect("an event").expect("no end")
    }

    /// So many.
    async fn some(&mut self, number: usize) -> Vec<(String, Json)> {
        let mut some = Vec::new();
        for _ in 0..number {
            some.push(self.soon().await);
        }
        some
    }
}

/// Which of changes and findings comes first may differ, and the cursor with it; a finding is called what it is called now.
fn is_same(left: &Json, right: &Json) -> bool {
    let fields = |event: &Json| {
        let mut event = event.clone();
        ["cursor", "title", "severity"].iter().for_each(|field| drop(event.as_object_mut().unwrap().remove(*field)));
        event
    };
    fields(left) == fields(right)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_goes_on_behind_the_last_event_and_is_told_of_new_ones() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let program = administrator.program.clone();
    let mut new = Listener::open(&program, "/api/v1/events", None).await;
    let source = Source::npm().await;
    let connector = source.connect(&program).await["id"].as_str().unwrap().to_owned();
    sync(&program, &connector).await;
    for name in ["first", "second"] {
        source.join(name);
        sync(&program, &connector).await;
    }
    let watched = hub.binary.run(&["watch", "--once", "--format", "ndjson", "--since", "1d"]).unwrap();
    let expected: Vec<Json> = watched.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(expected.iter().filter(|event| event["type"] == "change").count() >= 2, "{watched:?}");

    let all = Listener::open(&program, "/api/v1/events?since=1d", None).await.some(expected.len()).await;
    for ((id, event), expected) in all.iter().zip(&expected) {
        assert_eq!(
            (event, id.as_str()),
            (expected, expected["cursor"].as_str().unwrap()),
            "as the command line tells it"
        );
    }
    let mut told: Vec<(String, Json)> = Vec::new();
    while !all.iter().all(|(_, event)| told.iter().any(|(_, told)| is_same(event, told))) {
        let event = new.soon().await;
        assert!(!told.iter().any(|(_, told)| is_same(&event.1, told)), "twice: {event:?}");
        told.push(event);
    }

    for cut in 0..all.len() - 1 {
        let rest = all.len() - 1 - cut;
        let since = format!("/api/v1/events?since={}", all[cut].0);
        assert_eq!(Listener::open(&program, &since, None).await.some(rest).await, all[cut + 1..]);
        let last = Listener::open(&program, "/api/v1/events?since=1d", Some(&all[cut].0)).await.some(rest).await;
        assert_eq!(last, all[cut + 1..], "the header counts more");
    }
    let mut behind = Listener::open(&program, "/api/v1/events?connector=npm:acme", Some(&all[all.len() - 1].0)).await;
    source.join("third");
    sync(&program, &connector).await;
    assert!(behind.soon().await.1.to_string().contains("third"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listens_who_may_not_read_and_none_longer_than_their_token() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    assert_eq!(hub.nobody().get("/api/v1/events").await.status, 401);
    for (path, status) in [
        ("/api/v1/events?since=soon", 400),
        ("/api/v1/events?since=99999.2.0.0", 400),
        ("/api/v1/events?sinse=1d", 400),
        ("/api/v1/events?connector=npm:nothing", 404),
    ] {
        assert_eq!(administrator.program.get(path).await.status, status, "{path}");
    }
    let wish = json!({ "name": "listener", "role": "auditor", "days": 7 });
    let made = administrator.browser.json("POST", "/api/v1/me/tokens", &wish).await.expect(201).json();
    let listener = hub.nobody().with_token(made["secret"].as_str().unwrap());
    let mut listening = Listener::open(&listener, "/api/v1/events", None).await;
    let revoke = format!("/api/v1/me/tokens/{}", made["token"]["id"].as_str().unwrap());
    assert!(administrator.browser.ask("DELETE", &revoke).await.status < 300);
    let ended = tokio::time::timeout(Duration::from_secs(25), listening.next()).await;
    assert_eq!(ended.expect("the stream ends with its token"), None);
    assert_eq!(listener.get("/api/v1/events").await.status, 401);
}

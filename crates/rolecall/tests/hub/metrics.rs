//! What is measured: who may read it, that it is what is documented, and that nobody's name is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use crate::harness::{Answer, Hub, Scrape, Source, sync};

/// One row of `rolecall serve --print-metrics`.
#[derive(Debug, Deserialize)]
struct Described {
    name: String,
    kind: String,
    of: String,
    help: String,
    labels: Vec<String>,
}

fn documented(hub: &Hub) -> Vec<Described> {
    let output = hub.binary.command(&["serve", "--print-metrics"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A hub that has read an organisation and was asked things, and one who may read its metrics.
async fn busy_hub() -> (Hub, Answer) {
    let hub = Hub::start().await;
    let administrator = &hub.administrator().await.program;
    let source = Source::npm().await;
    let connector = source.connect(administrator).await;
    sync(administrator, connector["id"].as_str().unwrap()).await;
    administrator.get("/api/v1/access?account=nobody-at-all").await;
    administrator.get("/no/such/address").await.expect(404);
    let auditor = hub.person("auditor").await;
    let answer = auditor.program.get("/metrics").await.expect(200);
    (hub, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_need_a_token_and_are_refused_to_programs_in_their_own_words() {
    let hub = Hub::start().await;
    let refused = hub.nobody().get("/metrics").await;
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    refused.problem(401, "not-signed-in");
    hub.nobody().with_token("rolecall_nothing").get("/metrics").await.problem(401, "not-signed-in");
    let token = &hub.administrator().await.program;
    let answer = token.get("/metrics").await.expect(200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text; version=1.0.0"), "{answer:#?}");
    // Whoever scrapes asks each hub by its own address, whatever people call it.
    let request = token.request(reqwest::Method::GET, "/metrics").header("host", "10.1.2.3:8480");
    token.send(request).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_is_what_is_documented_and_names_nobody() {
    let (hub, answer) = busy_hub().await;
    let scrape = Scrape::of(&answer);
    let documented: BTreeMap<String, BTreeSet<String>> =
        documented(&hub).into_iter().map(|row| (row.name, row.labels.into_iter().collect())).collect();
    assert_eq!(scrape.labels(), documented, "{}", answer.body);
    for (what, word) in [
        ("an account of the hub", "ada"),
        ("a token", "npm_"),
        ("an account of the source", "olivia"),
        ("a package", "payments-sdk"),
        ("an address with a value", "nobody-at-all"),
        ("an address that is none", "no/such"),
    ] {
        // An id has the letters of a name by chance.
        let values = scrape.samples.iter().flat_map(|sample| sample.labels.values());
        let mut values = values.filter(|value| value.parse::<uuid::Uuid>().is_err());
        assert!(values.all(|value| !value.contains(word)), "{what}: {}", answer.body);
    }
    let route = |route| [("route", route)];
    assert!(scrape.value("rolecall_http_requests_total", &route("/api/v1/connectors/{id}")) >= 1.0);
    assert!(scrape.value("rolecall_http_requests_total", &route("(none)")) >= 1.0);
    let npm = |outcome| [("type", "npm"), ("outcome", outcome)];
    assert!(scrape.value("rolecall_sync_duration_seconds", &npm("finished")) >= 2.0);
    assert!(scrape.value("rolecall_registry_requests_total", &npm("answered")) >= 10.0);
    assert!(scrape.value("rolecall_connectors", &[("type", "npm")]) > 0.0);
    // The scrape itself is being answered.
    assert!(scrape.value("rolecall_http_requests_in_flight", &[]) >= 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_of_their_own_serves_metrics_and_nothing_else() {
    let hub = Hub::start_with(&["--metrics-listen", "127.0.0.1:0"]).await;
    let said = hub.said();
    let address = said.split_whitespace().find(|word| word.ends_with("/metrics")).unwrap_or_else(|| panic!("{said}"));
    rolecall_http::provider_install();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |path: &str, host: Option<&str>| {
        let address = address.replace("/metrics", path);
        let request = http.get(address);
        let request = host.into_iter().fold(request, |request, host| request.header("host", host));
        Answer::read(request.send().await.unwrap()).await
    };
    let answer = get("/metrics", None).await.expect(200);
    assert!(Scrape::of(&answer).value("rolecall_database_up", &[]) > 0.0);
    get("/metrics", Some("evil.example")).await.expect(421);
    for path in ["/", "/connectors", "/api/v1/me", "/health"] {
        get(path, None).await.expect(404);
    }
}

/// The reference is the program's. `UPDATE_DOCS=1 cargo test -p rolecall --test hub metrics` writes it.
#[tokio::test(flavor = "multi_thread")]
async fn every_metric_is_documented() {
    let hub = Hub::start().await;
    let mut page = "# Metrics\n\nWhat `/metrics` says, to whoever holds an API token, and what the listener of `--metrics-listen` says to \
                    whoever reaches it. Written by the program itself, and compared by a test; how to read them is in the \
                    [guide](../guides/monitoring.md). What is *of the database* is said alike by every process that shares it.\n\n\
                    | metric | kind | of | labels | what it says |\n|---|---|---|---|---|\n"
        .to_owned();
    for Described { name, kind, of, help, labels } in documented(&hub) {
        let labels: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
        writeln!(page, "| `{name}` | {kind} | {of} | {} | {help} |", labels.join(" ")).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/metrics.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/reference/metrics.md is not what the program does: UPDATE_DOCS=1 writes it anew");
}

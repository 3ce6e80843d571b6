//! Traces: what leaves for a collector, what is part of what, and what is never in it.

use crate::harness::{Collector, Hub, Source, Span};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

#[tokio::test(flavor = "multi_thread")]
async fn a_request_and_a_sync_are_traced_with_what_they_are_part_of() {
    let collector = Collector::start();
    let hub = Hub::traced(&collector).await;
    let administrator = &hub.administrator().await.program;
    let source = Source::npm().await;
    source.connect(administrator).await;
    let request = administrator.request(reqwest::Method::GET, "/api/v1/access?account=olivia");
    administrator.send(request.header("traceparent", format!("00-{TRACE}-{PARENT}-01"))).await;
    hub.terminate();

    let spans = collector.spans();
    let named = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
    let [request] = named("GET /api/v1/access")[..] else { panic!("{spans:#?}") };
    assert_eq!((request.trace.as_str(), request.parent.as_str()), (TRACE, PARENT), "{request:#?}");
    assert_eq!(request.attribute("http.route"), "/api/v1/access", "{request:#?}");
    let graph = named("graph.load");
    assert!(graph.iter().any(|graph| graph.is_within(request)), "{graph:#?}");

    let [sync] = named("sync npm")[..] else { panic!("{spans:#?}") };
    let job = named("job sync").into_iter().find(|job| sync.is_within(job)).unwrap_or_else(|| panic!("{sync:#?}"));
    assert!(job.parent.is_empty(), "{job:#?}");
    let listings: Vec<&Span> = spans.iter().filter(|span| span.name.starts_with("listing ")).collect();
    assert!(listings.len() > 3 && listings.iter().all(|listing| listing.is_within(sync)), "{listings:#?}");
    let requests = named("registry.request");
    assert!(requests.len() > 3, "{requests:#?}");
    for request in requests {
        // What whoever connects it is told first is read before the sync, as part of the request.
        let is_of_sync = request.trace == sync.trace;
        assert!(!is_of_sync || listings.iter().any(|listing| request.is_within(listing)), "{request:#?}");
        assert!(request.attribute("url.template").starts_with('/'), "{request:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_names_anybody_leaves_in_a_trace() {
    let collector = Collector::start();
    let hub = Hub::traced(&collector).await;
    let administrator = &hub.administrator().await.program;
    let source = Source::npm().await;
    source.connect(administrator).await;
    administrator.get("/api/v1/access?account=olivia").await;
    administrator.get("/api/v1/connectors?search=payments").await;
    hub.terminate();

    let received = collector.received();
    assert!(received.len() > 1000, "{}", received.len());
    let has = |text: &str| received.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("rolecall-under-test") && has("service.version") && has("http.route"));
    for text in [source.secret(), "127.0.0.1", "acme", "olivia", "payments", "rolecall_", "otto"] {
        assert!(!has(text), "{text:?} is in what was delivered");
    }
    assert!(collector.headers().contains("x-collector: a=b"), "{}", collector.headers());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_a_collector_serves_all_the_same() {
    let collector = Collector::start();
    collector.refuse();
    let hub = Hub::traced(&collector).await;
    hub.administrator().await.program.get("/api/v1/me").await.expect(200);
    let said = hub.terminate();
    let complaints = said.lines().filter(|line| line.contains("traces cannot be delivered"));
    assert_eq!(complaints.count(), 1, "{said}");
}

//! What a hub's log says of requests, and how a request that failed is found in it.

use serde_json::Value as Json;

use crate::harness::Hub;

/// The lines of a log for programs: every one is JSON.
fn lines(said: &str) -> Vec<Json> {
    said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_one_line_that_names_templates_and_ids_alone() {
    let hub = Hub::start_with(&["--log-format", "json"]).await;
    let administrator = hub.administrator().await;
    let me = administrator.program.get("/api/v1/me").await.expect(200).json();
    let missing = administrator.program.get("/api/v1/connectors/00000000-0000-7000-8000-000000000000").await;
    let id = missing.header("x-request-id").to_owned();
    assert_eq!(missing.problem(404, "not-found")["request"], id);
    let page = administrator.browser.get("/no/such/page").await.expect(404);
    assert!(page.body.contains(page.header("x-request-id")), "{page:#?}");
    hub.nobody().get("/health").await.expect(200);

    let said = hub.said_with(&id).await;
    let lines = lines(&said);
    let line = lines.iter().find(|line| line["request"] == id).unwrap_or_else(|| panic!("{id} is not in {said}"));
    assert_eq!(line["target"], "rolecall::request", "{line:#}");
    assert_eq!((&line["method"], &line["route"]), (&"GET".into(), &"/api/v1/connectors/{id}".into()), "{line:#}");
    assert_eq!((&line["status"], &line["code"]), (&404.into(), &"not-found".into()), "{line:#}");
    assert_eq!(line["user"], me["id"], "{line:#}");
    assert!(line["ms"].is_u64(), "{line:#}");
    let of_id = lines.iter().filter(|line| line["request"] == id);
    assert_eq!(of_id.count(), 1, "{said}");
    assert!(!said.contains("/health") && !said.contains("/no/such/page"), "{said}");
    // As a word: in an id are the same letters by chance.
    let mut words = said.split(|letter: char| !letter.is_alphanumeric());
    assert!(words.all(|word| word != "ada") && !said.contains("rolecall_"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_lines_for_people() {
    let hub = Hub::start().await;
    let answer = hub.nobody().get("/api/v1/me").await.expect(401);
    let said = hub.said_with(answer.header("x-request-id")).await;
    let line = said.lines().find(|line| line.contains(answer.header("x-request-id")));
    let line = line.unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("route=\"/api/v1/me\"") && line.contains("status=401"), "{line}");
    assert!(!line.contains("user="), "{line}");
}

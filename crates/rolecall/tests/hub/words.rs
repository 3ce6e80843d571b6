//! Pages say what they mean in words, and lead on from what they name.

use crate::harness::{Hub, Source};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_connector_has_read_leads_to_where_it_is_explored() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let source = Source::npm().await;
    let connector = source.connect(&person.program).await["id"].as_str().unwrap().to_owned();
    let list = person.browser.get("/connectors").await.expect(200).body;
    assert!(list.contains(">npm:acme</a>"), "{list}");
    let page = person.browser.get(&format!("/connectors/{connector}")).await.expect(200).body;
    for words in ["<dt>Organisation</dt>", "<dt>Code repositories</dt>", "<dt>Rights held</dt>", "read in "] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    let packages = person.browser.get(&format!("/connectors/{connector}/data?type=package")).await.expect(200).body;
    assert!(
        packages.contains("<a href=\"/explore/resource?name=npm%3Aacme%3A%40acme%2Fcore\">@acme/core</a>"),
        "{packages}"
    );
    assert!(!packages.contains("<th scope=\"col\">Id</th>"), "no package has a name beside its id: {packages}");
    let tokens = person.browser.get(&format!("/connectors/{connector}/data?type=token")).await.expect(200).body;
    assert!(!tokens.contains("/explore/"), "there is no page of tokens: {tokens}");
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_and_records_are_told_in_words() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    let jobs = person.browser.get("/jobs").await.expect(200).body;
    assert!(jobs.contains("Sync of npm:acme") && jobs.contains(">Done</span>"), "{jobs}");
    let records = person.browser.get("/audit").await.expect(200).body;
    for words in ["Connector added", "Snapshot made current", "appeared: ", "<code class=\"code\">connector.added<br>"]
    {
        assert!(records.contains(words), "{words} is missing in {records}");
    }
    assert!(records.contains("User added</th><td data-label=\"To\">ada</td>"), "by their name: {records}");
}

#[tokio::test(flavor = "multi_thread")]
async fn documentation_is_found_from_every_page() {
    let hub = Hub::start().await;
    let person = hub.person("auditor").await;
    let index = person.browser.get("/documentation").await.expect(200).body;
    let paths: Vec<&str> =
        index.split("href=\"/documentation/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(paths.len() > 15, "{paths:?}");
    for path in paths {
        let guide = person.browser.get(&format!("/documentation/{path}")).await.expect(200).body;
        assert!(guide.contains("<a href=\"/documentation\">Documentation</a> ›"), "{guide}");
    }
    assert!(person.browser.get("/keys").await.expect(200).body.contains("href=\"/documentation\" data-key=\"d\""));
}

//! *Changes*: what became different is told truly, filtered as somebody wishes, and two moments are compared.

use rolecall_sim::npm::Role;
use serde_json::Value as Json;

use crate::harness::{Client, Hub, Source, sync};

/// An organisation in which somebody came, somebody went, and somebody was made an owner since it was first read.
async fn changed(client: &Client) -> (Source, String) {
    let source = Source::npm_of(4).await;
    let connector = source.connect(client).await["id"].as_str().unwrap().to_owned();
    source.join("eve");
    source.part("dev-0");
    source.npm_server().world().member("acme", "dev-1", Role::Owner);
    sync(client, &connector).await;
    (source, connector)
}

async fn told(client: &Client, query: &str) -> Vec<Json> {
    let answer = client.get(&format!("/api/v1/changes?{query}")).await.expect(200).json();
    answer["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_shown_with_links_and_filtered_as_the_interface_filters() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let (_source, _) = changed(&person.program).await;
    let page = person.browser.get("/changes").await.expect(200);
    let shown = page.changes();
    for said in
        ["user eve holds developer on organization acme", "user dev-1 holds owner on organization acme (was developer)"]
    {
        assert!(shown.iter().any(|row| row == said), "{said}: {shown:?}");
    }
    assert!(page.body.contains("href=\"/explore/account?name=npm%3Aacme%3Aeve\""), "{}", page.body);
    // Who is gone is looked up when they were still there.
    let gone = "/explore/account?name=npm%3Aacme%3Adev-0&#38;as-of=";
    let gone =
        page.body.split(gone).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("{}", page.body));
    let then = person.browser.get(&format!("/explore/account?name=npm:acme:dev-0&as-of={gone}")).await.expect(200);
    assert!(then.body.contains("developer") && then.body.contains("This is what was known at"), "{}", then.body);
    for kind in ["grant", "resource", "property", "link", "evidence"] {
        let shown = person.browser.get(&format!("/changes?kind={kind}")).await.expect(200);
        let told = told(&person.program, &format!("kind={kind}")).await;
        assert!(told.iter().all(|one| one["kind"] == kind), "{told:?}");
        assert_eq!(shown.changes().len(), told.len(), "{kind}: {told:?} {}", shown.body);
    }
    for (words, is_any) in [("eve", true), ("EVE holds", true), ("eve nobody", false), ("dev-1 owner", true)] {
        let query = format!("text={}", words.replace(' ', "+"));
        let shown = person.browser.get(&format!("/changes?{query}")).await.expect(200);
        let told = told(&person.program, &query).await;
        let has = |one: &Json, word: &str| one["text"].as_str().unwrap().contains(&word.to_lowercase());
        assert!(told.iter().all(|one| words.split(' ').all(|word| has(one, word))), "{words}: {told:?}");
        assert_eq!(
            (shown.changes().len(), !shown.changes().is_empty()),
            (told.len(), is_any),
            "{words}: {}",
            shown.body
        );
        let file = person.browser.get(&format!("/changes.csv?{query}")).await.expect(200);
        assert_eq!(file.body.lines().count(), told.len() + 1, "{}", file.body);
    }
    let none = person.browser.get("/changes?until=2020-01-01&since=").await.expect(200);
    assert!(none.body.contains("Nothing changed"), "{}", none.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moments_and_two_syncs_are_compared() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let (_source, connector) = changed(&person.program).await;
    let syncs = person.program.get(&format!("/api/v1/connectors/{connector}/syncs")).await.expect(200).json();
    let oldest = syncs["items"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let ask = person.browser.get("/changes/compare").await.expect(200);
    assert!(ask.body.contains("Choose from when") && ask.body.contains("<option value=\"sync:"), "{}", ask.body);
    let query = format!("from=sync:{oldest}&to=now");
    let shown = person.browser.get(&format!("/changes/compare?{query}")).await.expect(200);
    assert!(shown.body.contains("is now owner") || shown.body.contains("(was developer)"), "{}", shown.body);
    let told = person.program.get(&format!("/api/v1/diff?{query}")).await.expect(200).json();
    let differences = told["differences"].as_array().unwrap();
    assert!(differences.len() >= 3, "{told:#}");
    let file = person.browser.get(&format!("/changes/compare.csv?{query}")).await.expect(200);
    assert_eq!(file.body.lines().count(), differences.len() + 1, "{}", file.body);
    let same = person.browser.get("/changes/compare?from=now&to=now").await.expect(200);
    assert!(same.body.contains("No difference"), "{}", same.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_answered_with_what_to_do() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    assert!(page.get("/changes").await.expect(200).body.contains("Nothing is connected yet"));
    let (_source, _) = changed(&person.program).await;
    for (path, status) in [
        ("/changes?since=yesterdayish", 400),
        ("/changes?kind=nonsense", 400),
        ("/changes?after=9.9.9", 400),
        ("/changes?connector=npm:nobody", 404),
        ("/changes?as-of=2020-01-01", 404),
        ("/changes/compare?from=2020-01-01", 404),
        ("/changes/compare?from=sync:99999", 404),
        ("/changes/compare?from=soon", 400),
        ("/changes/compare?from=1d&connector=npm:nobody", 404),
        ("/changes/compare.csv", 400),
    ] {
        let answer = page.get(path).await.expect(status);
        assert!(!answer.body.contains("panicked"), "{path}: {answer:#?}");
    }
    let wrong = page.get("/changes/compare?from=2020-01-01").await.expect(404);
    assert!(wrong.body.contains("Nothing was known") && wrong.body.contains("name=\"from\""), "{}", wrong.body);
    person.program.get("/api/v1/changes?kind=nonsense").await.problem(400, "kind");
    person.program.get("/api/v1/diff?from=soon").await.problem(400, "moment");
}

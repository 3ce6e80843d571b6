//! Findings: what rules found, what becomes of it, and what people decide.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::harness::{Client, Hub, Source, until};
use crate::rules::{kept, with};

const PATIENCE: Duration = Duration::from_secs(60);

/// What is noted once all that the built-in rules find now is.
pub(crate) async fn noted(client: &Client) -> Json {
    let fresh = titles(&client.get("/api/v1/findings").await.expect(200).json()["findings"]);
    let ask = async || client.get("/api/v1/findings/noted?limit=1000").await.expect(200).json();
    until(PATIENCE, ask, |answer| titles(&answer["items"]) == fresh && !fresh.is_empty()).await
}

fn titles(findings: &Json) -> Vec<String> {
    let findings = findings.as_array().unwrap().iter();
    let mut titles: Vec<String> = findings.map(|finding| finding["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

fn code(noted: &Json, place: usize) -> String {
    noted["items"][place]["code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_explained_and_decided_about() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    Source::npm().await.connect(&person.program).await;
    let all = noted(&person.program).await;
    let path = format!("/findings/{}", code(&all, 0));
    let shown = page.get(&path).await.expect(200);
    for said in ["Why it matters", "What to do", "Evidence", "/explore/", "Accept risk", "What happened to it", "found"]
    {
        assert!(shown.body.contains(said), "{said} is missing in {}", shown.body);
    }
    let post = async |word: &str, fields: &[(&str, &str)]| page.post_form(&format!("{path}/{word}"), fields).await;
    // What is wrong is said, and what was typed stays.
    let wrong = post("accept", &[("until", "2000-01-01"), ("reason", "we <know>")]).await.expect(422);
    assert!(wrong.body.contains("still to come") && wrong.body.contains("we &#60;know&#62;"), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"2000-01-01\""), "{}", wrong.body);
    for (word, fields, said) in [
        ("accept", vec![("reason", "x")], "until when"),
        ("accept", vec![("until", "2099-01-01"), ("reason", "x")], "for a year at most"),
        ("suppress", vec![], "Say why"),
        ("snooze", vec![("days", "0")], "for how many days"),
    ] {
        let answer = post(word, &fields).await.expect(422);
        assert!(answer.body.contains(said), "{word}: {said} is missing in {}", answer.body);
    }
    let soon = day(30);
    post("accept", &[("until", &soon), ("reason", "<b>two people</b>"), ("approver", "grace")]).await.expect(303);
    let accepted = page.get(&path).await.expect(200);
    for said in ["Risk accepted", "&#60;b&#62;two people&#60;/b&#62;", "Approved by grace", "agreed by grace", "Reopen"]
    {
        assert!(accepted.body.contains(said), "{said} is missing in {}", accepted.body);
    }
    let count = all["items"].as_array().unwrap().len();
    let open = page.get("/findings").await.expect(200);
    assert!(!open.body.contains(&format!("href=\"{path}\"")), "{}", open.body);
    assert!(
        open.body.contains(&format!("Open ({})", count - 1)) && open.body.contains("Risk accepted (1)"),
        "{}",
        open.body
    );
    let others = page.get("/findings?state=accepted").await.expect(200);
    assert!(
        others.body.contains(&format!("href=\"{path}\"")) && others.body.contains("until <time"),
        "{}",
        others.body
    );
    let table = page.get("/findings.csv?state=accepted").await.expect(200);
    assert!(table.body.lines().count() == 2 && table.body.contains("grace"), "{}", table.body);
    let sarif = page.get("/findings.sarif.json?state=accepted").await.expect(200).json();
    assert_eq!(sarif["runs"][0]["results"][0]["suppressions"][0]["justification"], "<b>two people</b>", "{sarif:#}");
    let events = page.get("/findings.ocsf.json").await.expect(200).json();
    assert_eq!(events.as_array().unwrap().len(), count - 1);
    for (word, fields, state) in [
        ("reopen", vec![], "open"),
        ("snooze", vec![("days", "7")], "snoozed"),
        ("suppress", vec![("reason", "a test")], "suppressed"),
        ("owner", vec![("owner", "grace")], "suppressed"),
    ] {
        post(word, &fields).await.expect(303);
        let told = person.program.get(&format!("/api/v1{path}")).await.expect(200).json();
        assert_eq!(told["state"], state, "{word}: {told:#}");
    }
    let hers = page.get("/findings?state=suppressed&owner=GRACE").await.expect(200);
    assert!(hers.body.contains("1 suppressed finding"), "{}", hers.body);
    let history = page.get(&path).await.expect(200).body;
    assert!(history.contains("owner grace") && history.contains("snoozed"), "{history}");
    page.get("/findings/nothing-0000000000").await.expect(404);
    page.post_form("/findings/nothing-0000000000/suppress", &[("reason", "x")]).await.expect(404);
}

/// A day that is to come.
fn day(days: i64) -> String {
    let then = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
    then.strftime("%Y-%m-%d").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_reads_decides_nothing() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    let path = format!("/findings/{}", code(&noted(&person.program).await, 0));
    for role in ["auditor", "reviewer"] {
        let reader = hub.person(role).await;
        let page = reader.browser.get(&path).await.expect(200);
        assert!(!page.body.contains("<button>Accept risk") && page.body.contains("Deciding needs"), "{}", page.body);
        reader.browser.post_form(&format!("{path}/suppress"), &[("reason", "x")]).await.expect(403);
        let body = json!({ "reason": "x" });
        reader.program.json("POST", &format!("/api/v1{path}/suppress"), &body).await.problem(403, "forbidden");
        assert_eq!(reader.program.get(&format!("/api/v1{path}")).await.expect(200).json()["state"], "open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_risk_of_their_own_account_where_somebody_else_could() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let source = Source::npm_of(1).await;
    source.join("ada");
    source.connect(&person.program).await;
    let query = ("query-0", "FIND npm_user WITH username = 'ada'");
    kept(&person.browser, &with(&[("name", "Who"), query, ("trigger", "result")])).await;
    let ask = async || person.program.get("/api/v1/findings/noted?rule=Who").await.expect(200).json();
    let found = until(PATIENCE, ask, |found| found["items"].as_array().unwrap().len() == 1).await;
    let path = format!("/findings/{}", code(&found, 0));
    let shown = person.browser.get(&path).await.expect(200);
    assert!(shown.body.contains("/explore/account?name=npm%3Aacme%3Aada"), "its row leads on: {}", shown.body);
    let why = json!({ "reason": "it is me" });
    // Alone, somebody has to decide.
    person.program.json("POST", &format!("/api/v1{path}/suppress"), &why).await.expect(200);
    person.browser.post_form(&format!("{path}/reopen"), &[]).await.expect(303);
    let other = hub.person("administrator").await;
    let refused = person.browser.post_form(&format!("{path}/suppress"), &[("reason", "it is me")]).await.expect(409);
    assert!(refused.body.contains("own account"), "{}", refused.body);
    person.program.json("POST", &format!("/api/v1{path}/suppress"), &why).await.problem(409, "own-access");
    person.browser.post_form(&format!("{path}/snooze"), &[("days", "1")]).await.expect(303);
    other.browser.post_form(&format!("{path}/suppress"), &[("reason", "it is her")]).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_read_findings_in_parts_and_decide() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let program = &person.program;
    Source::npm().await.connect(program).await;
    let all = noted(program).await;
    let count = all["items"].as_array().unwrap().len();
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let part = program.get(&format!("/api/v1/findings/noted?limit=2{after}")).await.expect(200).json();
        seen.extend(part["items"].as_array().unwrap().iter().map(|one| one["code"].clone()));
        let Some(next) = part["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen.len(), count);
    assert_eq!(all["counts"]["open"], count, "{:#}", all["counts"]);
    program.get("/api/v1/findings/noted?state=fine").await.problem(400, "state");
    let path = format!("/api/v1/findings/{}", code(&all, 0));
    let body = json!({ "reason": "", "until": day(3) });
    program.json("POST", &format!("{path}/accept"), &body).await.problem(422, "reason");
    let body = json!({ "reason": "small", "until": "soon" });
    program.json("POST", &format!("{path}/accept"), &body).await.problem(422, "until");
    let body = json!({ "reason": "small", "until": day(3) });
    let accepted = program.json("POST", &format!("{path}/accept"), &body).await.expect(200).json();
    assert_eq!((&accepted["state"], &accepted["decision"]["approver"]), (&json!("accepted"), &json!("ada")));
    let history = program.get(&path).await.expect(200).json()["history"].clone();
    assert_eq!(history.as_array().unwrap().last().unwrap()["actor"], "ada", "{history:#}");
}

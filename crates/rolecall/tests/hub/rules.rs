//! Rules: from the form to rows and an alert, from files, and where they tell.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::harness::{Answer, Client, Hub, Source, until};

const PATIENCE: Duration = Duration::from_secs(60);

/// What the form of a new rule says before anything is typed.
pub(crate) const NEW_RULE: [(&str, &str); 5] = [
    ("severity", "high"),
    ("interval", "ON_SNAPSHOT"),
    ("asks", "queries"),
    ("trigger", "new-rows"),
    ("query-name-0", "query0"),
];

/// The same with these fields in the place of its own.
pub(crate) fn with<'f>(fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let own = NEW_RULE.iter().filter(|(name, _)| !fields.iter().any(|(typed, _)| typed == name));
    own.chain(fields).copied().collect()
}

/// Keeps a rule, and says where it is.
pub(crate) async fn kept(page: &Client, fields: &[(&str, &str)]) -> String {
    let answer = page.post_form("/rules/new", fields).await.expect(303);
    answer.location().split('?').next().unwrap().to_owned()
}

/// How a rule stands once it was evaluated.
async fn evaluated(program: &Client, path: &str) -> Json {
    let ask = async || program.get(&format!("/api/v1{path}")).await.expect(200).json();
    until(PATIENCE, ask, |rule| !rule["evaluatedAt"].is_null()).await
}

fn says(answer: &Answer, all: &[&str]) {
    for said in all {
        assert!(answer.body.contains(said), "{said:?} is missing in {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_goes_from_the_form_to_rows_and_an_alert() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    Source::npm_of(3).await.connect(&person.program).await;
    says(&page.get("/rules").await.expect(200), &["No rule is kept yet"]);
    says(&page.get("/rules/new?q=FIND+npm_team").await.expect(200), &["FIND npm_team", "Keep the rule"]);
    let fields = with(&[
        ("name", "Who <is> there"),
        ("query-0", "FIND npm_user"),
        ("trigger", "result"),
        ("description", "somebody & more"),
        ("labels", "team=sec\nnpm"),
        ("remediation", "ask them"),
    ]);
    let path = kept(page, &fields).await;
    let rule = evaluated(&person.program, &path).await;
    assert_eq!((&rule["found"], &rule["alert"], &rule["source"]), (&json!(5), &json!("active"), &json!("person")));
    let shown = page.get(&path).await.expect(200);
    says(
        &shown,
        &[
            "Who &#60;is&#62; there",
            "5 rows",
            "Its alert is active",
            "dev-0",
            "team: sec",
            "In the only evaluation 5 rows",
        ],
    );
    says(&page.get("/rules?only=active").await.expect(200), &["<h2>1 rule</h2>", "Who &#60;is&#62; there"]);
    says(&page.get("/rules?text=nobody").await.expect(200), &["No rule is like that"]);
    says(&page.get("/").await.expect(200), &["1 active alert", &format!("href=\"{path}\"")]);
    says(&page.get("/findings?rule=Who+%3Cis%3E+there").await.expect(200), &["5 open findings"]);

    page.post_form(&format!("{path}/dismiss"), &[]).await.expect(422);
    page.post_form(&format!("{path}/dismiss"), &[("reason", "seen")]).await.expect(303);
    says(&page.get(&path).await.expect(200), &["Alert: Dismissed"]);
    page.post_form(&format!("{path}/evaluate"), &[]).await.expect(303);
    let ask = async || person.program.get(&format!("/api/v1{path}")).await.expect(200).json();
    until(PATIENCE, ask, |rule| rule["evaluations"].as_array().unwrap().len() > 1).await;
    page.post_form("/rules/evaluate", &[]).await.expect(303);

    let interval = [("version", "1"), ("interval", "DISABLED")];
    page.post_form(&format!("{path}/interval"), &interval).await.expect(303);
    page.post_form(&format!("{path}/interval"), &interval).await.expect(409);
    says(&page.get(&path).await.expect(200), &[">Disabled</span>"]);
    says(&page.get("/rules?only=disabled").await.expect(200), &["<h2>1 rule</h2>"]);
    page.post_form(&format!("{path}/remove"), &[]).await.expect(422);
    page.post_form(&format!("{path}/remove"), &[("reason", "done")]).await.expect(303);
    page.get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_said_and_nothing_typed_is_lost() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    let typed = with(&[
        ("name", ""),
        ("severity", "dire"),
        ("query-0", "FIND npm_user WITH"),
        ("query-1", "FIND <b>"),
        ("query-name-1", "my query"),
        ("condition", "[1,"),
        ("subject", "{{ oops"),
        ("body", "all <i>well</i>"),
        ("labels", "=x"),
        ("endpoint", "gone"),
    ]);
    let wrong = page.post_form("/rules/new", &typed).await.expect(422);
    for field in
        ["name", "severity", "query-0", "query-1", "query-name-1", "condition", "subject", "labels", "endpoint"]
    {
        assert!(wrong.body.contains(&format!("id=\"{field}-wrong\"")), "{field}: {}", wrong.body);
    }
    says(
        &wrong,
        &["FIND npm_user WITH", "FIND &#60;b&#62;", "my query", "[1,", "{{ oops", "all &#60;i&#62;well&#60;/i&#62;"],
    );
    assert_eq!(person.program.get("/api/v1/rules").await.expect(200).json()["items"], json!([]));

    // What cannot be evaluated yet is kept while it is disabled.
    let draft = with(&[("name", "Draft"), ("query-0", "FIND npm_user WITH"), ("interval", "DISABLED")]);
    let path = kept(page, &draft).await;
    says(&page.get(&path).await.expect(200), &["What keeps it from being evaluated", "line 1, column"]);
    let enabled = page.post_form(&format!("{path}/interval"), &[("version", "1"), ("interval", "ONE_DAY")]).await;
    says(&enabled.expect(422), &["cannot be evaluated"]);
    let again = page.post_form("/rules/new", &draft).await.expect(422);
    says(&again, &["Another rule is called that already"]);

    let form = page.get(&format!("{path}/edit")).await.expect(200);
    says(&form, &["FIND npm_user WITH", "A rule is known by its name", "name=\"version\" value=\"1\""]);
    let edit = async |version: &str, query: &str| {
        let fields = with(&[("version", version), ("query-0", query), ("interval", "ONE_DAY")]);
        page.post_form(&format!("{path}/edit"), &fields).await
    };
    edit("1", "FIND npm_team").await.expect(303);
    let stale = edit("1", "FIND npm_user").await.expect(409);
    says(&stale, &["Nothing was saved", "FIND npm_user", "name=\"version\" value=\"2\""]);
    edit("2", "FIND npm_user").await.expect(303);
    let more =
        page.post_form("/rules/preview", &with(&[("query-0", "FIND npm_user"), ("do", "more")])).await.expect(200);
    says(&more, &["Query 2", "FIND npm_user"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_would_say_is_seen_before_it_says_it() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    Source::npm_of(1).await.connect(&person.program).await;
    let endpoint = [("name", "ops"), ("url", "https://127.0.0.1:9/hook")];
    page.post_form("/endpoints/add/webhook", &endpoint).await.expect(200);
    let asks = [("name", "People"), ("query-0", "FIND npm_user"), ("endpoint", "ops")];
    let path = kept(page, &with(&asks)).await;
    evaluated(&person.program, &path).await;
    let id = path.rsplit('/').next().unwrap();
    let preview = async |more: &[(&str, &str)]| {
        let fields = [with(&asks), vec![("rule", id), ("version", "1")], more.to_vec()].concat();
        page.post_form("/rules/preview", &fields).await.expect(200)
    };
    let rendered = preview(&[("subject", "{{queries.query0.total}} of them"), ("body", "<b> {{alertWebLink}}")]).await;
    says(&rendered, &["were all 3 rows of it news", "ops: 3 of them", &format!("&#60;b&#62; {}rules/{id}", hub.url)]);
    let wrong = preview(&[("subject", "{{ queries. }}")]).await;
    says(&wrong, &["id=\"subject-wrong\"", "Character ", "This would not be saved as it is"]);
    let silent = preview(&[("condition", "{{queries.query0.total > 100}}")]).await;
    says(&silent, &["Nothing would be told of that"]);
    let other = preview(&[("query-0", "FIND npm_team")]).await;
    says(&other, &["It was not evaluated as it asks now"]);
    let told = person.program.get("/api/v1/deliveries").await.expect(200).json();
    assert_eq!(told["items"], json!([]), "a preview tells nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_rules_are_enabled_and_files_are_looked_at_before_they_are_kept() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    let pack = page.get("/rules/pack").await.expect(200);
    let name = pack.between("name=\"rule\" value=\"", "\"");
    says(&page.post_form("/rules/pack", &[]).await.expect(422), &["Choose at least one rule"]);
    let unknown = [("rule", name.as_str()), ("endpoint", "nowhere")];
    says(&page.post_form("/rules/pack", &unknown).await.expect(422), &["No endpoint has this name"]);
    page.post_form("/rules/pack", &[("rule", &name)]).await.expect(303);
    says(&page.get("/rules").await.expect(200), &["<h2>1 rule</h2>", &name]);
    says(&page.get("/rules/pack").await.expect(200), &["Kept</span>"]);

    let file = json!([
        { "name": "From a <file>", "question": { "queries": [{ "query": "FIND npm_team", "name": "teams" }] },
          "pollingInterval": "ONE_DAY", "operations": [] },
        { "name": "Broken", "question": { "queries": [{ "query": "FIND", "name": "q" }] }, "operations": [] },
        { "name": name, "question": { "queries": [{ "query": "FIND npm_user", "name": "q" }] }, "operations": [] },
    ])
    .to_string();
    let look = upload(page, "/rules/import", &[("file", &file)]).await.expect(200);
    says(&look, &["3 rules", "From a &#60;file&#62;", "Cannot run", "Replaces the one there is"]);
    let count =
        async || person.program.get("/api/v1/rules").await.expect(200).json()["items"].as_array().unwrap().len();
    assert_eq!(count().await, 1, "nothing is kept by looking");
    says(&upload(page, "/rules/import", &[("text", "")]).await.expect(422), &["Paste rules"]);
    says(&upload(page, "/rules/import", &[("text", "{")]).await.expect(200), &["no JSON"]);
    says(&upload(page, "/rules/import/keep", &[("text", &file)]).await.expect(422), &["Choose at least one rule"]);
    let chosen = [("text", file.as_str()), ("rule", "From a <file>"), ("rule", "Broken"), ("disabled", "on")];
    upload(page, "/rules/import/keep", &chosen).await.expect(303);
    assert_eq!(count().await, 3);
    let written = page.get("/rules/export.json").await.expect(200).json();
    assert_eq!(written.as_array().unwrap().len(), 3, "{written:#}");
    let forged = upload(&page.without_csrf(), "/rules/import/keep", &chosen).await.expect(403);
    assert!(forged.body.contains("csrf"), "{}", forged.body);
}

/// Sends a form with a file, as a browser does.
pub(crate) async fn upload(page: &Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = page.csrf();
    let part = |(name, value): &(&str, &str)| {
        let file = if *name == "file" { "; filename=\"rules.json\"\r\nContent-Type: application/json" } else { "" };
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
    };
    let body: String = fields.iter().chain(&[("csrf", csrf)]).map(part).collect();
    page.raw_form(path, "multipart/form-data; boundary=edge", format!("{body}--edge--\r\n")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_added_tried_and_removed_and_its_secret_is_shown_once() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    says(&page.get("/endpoints").await.expect(200), &["Nothing is told elsewhere yet"]);
    for kind in ["file", "syslog", "pigeon"] {
        page.get(&format!("/endpoints/add/{kind}")).await.expect(404);
        page.post_form(&format!("/endpoints/add/{kind}"), &[("name", "x"), ("path", "/tmp/x")]).await.expect(404);
    }
    let wrong = [("name", "a/b <x>"), ("url", "ftp://nowhere <y>")];
    let wrong = page.post_form("/endpoints/add/webhook", &wrong).await.expect(422);
    says(
        &wrong,
        &["setting-url-wrong", "name-wrong", "value=\"ftp://nowhere &#60;y&#62;\"", "value=\"a/b &#60;x&#62;\""],
    );
    let good = [("name", "ops"), ("url", "https://127.0.0.1:9/hook?key=hidden-part")];
    let added = page.post_form("/endpoints/add/webhook", &good).await.expect(200);
    let secret = added.between("<pre>", "</pre>");
    assert!(secret.starts_with("whsec_"), "{secret}");
    let path = added.between("href=\"/endpoints/", "\"");
    let path = format!("/endpoints/{path}");
    says(&page.post_form("/endpoints/add/webhook", &good).await.expect(422), &["called that already"]);
    let form = page.get(&path).await.expect(200);
    says(&form, &["One is kept. Leave empty to keep it", "hidden-part"]);
    page.post_form(&path, &[("url", "https://127.0.0.1:9/other")]).await.expect(303);
    let api = person.program.get("/api/v1/endpoints").await.expect(200);
    assert_eq!(api.json()["items"][0]["hasSecret"], true, "{}", api.body);
    for seen in [&form, &page.get(&path).await.expect(200), &page.get("/endpoints").await.expect(200), &api] {
        assert!(!seen.body.contains(&secret), "{}", seen.body);
    }
    assert!(!api.body.contains("hidden-part"), "{}", api.body);

    let tried = page.post_form(&format!("{path}/try"), &[]).await.expect(303);
    let delivery = tried.location().split('?').next().unwrap().to_owned();
    let ask = async || page.get(&delivery).await.expect(200);
    let told = until(PATIENCE, ask, |answer| answer.body.contains("did not arrive")).await;
    says(&told, &["Waiting", "Try again", "tried the endpoint"]);
    page.post_form(&format!("{delivery}/retry"), &[]).await.expect(303);
    says(&page.get("/deliveries?state=pending").await.expect(200), &[&delivery, "Rolecall can reach you here"]);
    says(&page.get("/deliveries?state=delivered").await.expect(200), &["Nothing like that was told"]);
    let id = path.rsplit('/').next().unwrap();
    says(&page.get(&format!("/deliveries?endpoint={id}")).await.expect(200), &[&delivery]);

    page.post_form(&format!("{path}/disable"), &[]).await.expect(422);
    page.post_form(&format!("{path}/disable"), &[("reason", "it <moves>")]).await.expect(303);
    says(&page.get("/endpoints").await.expect(200), &["Disabled", "it &#60;moves&#62;"]);
    page.post_form(&format!("{path}/enable"), &[]).await.expect(303);
    page.post_form(&format!("{path}/remove"), &[("typed", "op")]).await.expect(422);
    page.post_form(&format!("{path}/remove"), &[("typed", "ops")]).await.expect(303);
    page.get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_reads_sees_rules_and_changes_none() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let path = kept(&person.browser, &with(&[("name", "Teams"), ("query-0", "FIND npm_team")])).await;
    person.browser.post_form("/endpoints/add/slack", &[("name", "chat"), ("secret", "x")]).await;
    let reader = hub.person("auditor").await;
    for address in ["/rules", &path, "/endpoints", "/deliveries", "/rules/export.json"] {
        let page = reader.browser.get(address).await.expect(200);
        for button in ["Evaluate now", "New rule", "Add endpoint</a>", "Remove the rule", ">Edit<"] {
            assert!(!page.body.contains(button), "{address} offers {button}: {}", page.body);
        }
    }
    for address in ["/rules/new", "/rules/pack", "/rules/import", "/endpoints/add"] {
        reader.browser.get(address).await.expect(403);
    }
    for address in ["evaluate", "dismiss", "interval", "remove", "edit"] {
        reader.browser.post_form(&format!("{path}/{address}"), &[("reason", "x")]).await.expect(403);
    }
    let decider = hub.person("connector-admin").await;
    decider.browser.get("/rules/new").await.expect(200);
    decider.browser.get("/endpoints/add").await.expect(403);
}

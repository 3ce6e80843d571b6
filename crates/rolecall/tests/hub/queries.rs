//! The page of queries: answers, what is wrong with a query, and files.

use serde_json::{Value as Json, json};

use crate::harness::{Answer, Client, Hub, Source};

/// The address of a query.
fn address(page: &str, fields: &[(&str, &str)]) -> String {
    let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("{page}?{fields}")
}

async fn ask(client: &Client, query: &str) -> Answer {
    client.get(&address("/queries", &[("q", query)])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_answered_and_so_are_its_files() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let page = hub.person("auditor").await.browser;
    let connector = Source::npm().await.connect(program).await;
    let query = "FIND npm_user AS u THAT CAN publish npm_package AS p RETURN u.username AS who, count(p) AS n, \
                 u.nothing AS x, u._integrationInstanceId ORDER BY who";
    let shown = ask(&page, query).await.expect(200);
    let api = program.json("POST", "/api/v1/query", &json!({ "query": query })).await.expect(200).json();
    let rows = api["rows"].as_array().unwrap();
    assert!(!rows.is_empty(), "{api:#}");
    for row in rows {
        let who = row["who"].as_str().unwrap();
        let cells = format!("<tr><td>{who}</td><td class=\"number\">{}</td><td>—</td>", row["n"]);
        assert!(shown.body.contains(&cells), "{cells} {shown:#?}");
    }
    let link = format!("<a href=\"/connectors/{}\">npm:", connector["id"].as_str().unwrap());
    assert!(shown.body.contains(&link), "{link} {shown:#?}");
    let complete = api["complete"] == true;
    assert_eq!((shown.body.contains(">Not complete:<"), shown.body.contains(">At least ")), (!complete, !complete));
    // What the address says is in the editor again.
    assert!(shown.between("<textarea", "</textarea>").contains("ORDER BY who"), "{shown:#?}");

    let json = page.get(&address("/queries.json", &[("q", query)])).await.expect(200);
    assert_eq!((&json.json()["rows"], json.header("content-type")), (&api["rows"], "application/json"));
    let csv = page.get(&address("/queries.csv", &[("q", query)])).await.expect(200);
    let mut lines = csv.body.lines();
    assert_eq!(lines.next(), Some("who,n,x,u._integrationInstanceId"));
    let text = |json: &Json| json.as_str().map_or_else(|| json.to_string(), str::to_owned);
    let line = |row: &Json| format!("{},{},,{}", text(&row["who"]), row["n"], text(&row["u._integrationInstanceId"]));
    assert_eq!(lines.collect::<Vec<_>>(), rows.iter().map(line).collect::<Vec<_>>());
    let named = if complete { "query.csv" } else { "query-not-complete.csv" };
    assert!(csv.header("content-disposition").contains(named), "{csv:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_trees_and_paths_have_forms_of_their_own() {
    let hub = Hub::start().await;
    let person = hub.administrator().await;
    let (page, program) = (&person.browser, &person.program);
    Source::npm_of(600).await.connect(program).await;
    let list = ask(page, "FIND npm_user").await.expect(200);
    assert!(list.body.contains("<th scope=\"col\">Connector</th>") && list.body.contains(">npm:acme</a>"), "{list:#?}");
    assert!(list.body.contains("500 of 602"), "what is not shown is told: {list:#?}");
    let csv = page.get(&address("/queries.csv", &[("q", "FIND npm_user")])).await.expect(200);
    assert_eq!(csv.body.lines().count(), 603);
    let tree =
        ask(page, "FIND npm_user WITH displayName = 'olivia' THAT RELATES TO npm_organization RETURN TREE").await;
    let tree = tree.expect(200);
    assert!(tree.body.contains("<ul><li>") && tree.body.contains("olivia <span"), "{tree:#?}");
    let paths =
        ask(page, "FIND npm_user WITH displayName = 'olivia' THAT RELATES TO npm_organization RETURN PATH").await;
    assert!(paths.expect(200).body.contains("<th scope=\"col\">Path</th>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_or_odd_is_shown_in_its_place() {
    let hub = Hub::start().await;
    let page = &hub.administrator().await.browser;
    Source::npm_of(2).await.connect(&hub.administrator().await.program).await;
    let wrong = ask(page, "FIND npm_user\nWITH").await.expect(422);
    assert!(wrong.body.contains("Line 2, column 5: ") && wrong.body.contains("aria-invalid=\"true\""), "{wrong:#?}");
    let place = wrong.between("<pre class=\"place\"", "</pre>");
    assert!(place.contains("WITH\n    ^"), "{place}");
    let odd = ask(page, "FIND npm_usr").await.expect(200);
    assert!(odd.body.contains("npm_user?") && odd.body.contains("FIND npm_usr\n     ^^^^^^^"), "{odd:#?}");
    // A parameter is asked for, and not taken for an error.
    let query = "FIND npm_user WITH username = ${who} AS u RETURN u.username AS name";
    let waits = ask(page, query).await.expect(200);
    assert!(waits.body.contains("waits for a value of who") && waits.body.contains("name=\"p.who\""), "{waits:#?}");
    let given = page.get(&address("/queries", &[("q", query), ("p.who", "olivia")])).await.expect(200);
    assert!(given.body.contains("<td>olivia</td>") && given.body.contains("value=\"olivia\""), "{given:#?}");
    for file in ["/queries.csv", "/queries.json"] {
        page.get(&address(file, &[("q", "FIND npm_user WITH")])).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_known_then_is_told() {
    let hub = Hub::start().await;
    let page = &hub.administrator().await.browser;
    Source::npm_of(2).await.connect(&hub.administrator().await.program).await;
    let ask =
        async |name: &str, value: &str| page.get(&address("/queries", &[("q", "FIND npm_user"), (name, value)])).await;
    let early = ask("as-of", "2020-01-01").await.expect(404);
    assert!(early.body.contains("Nothing was known at") && early.body.contains("FIND npm_user"), "{early:#?}");
    let wrong = ask("as-of", "soon").await.expect(400);
    assert!(wrong.body.contains("value=\"soon\"") && wrong.body.contains("aria-describedby=\"refused\""), "{wrong:#?}");
    let other = ask("connector", "npm:other").await.expect(404);
    assert!(other.body.contains("<option value=\"npm:other\" selected>"), "{other:#?}");
    let then = ask("as-of", "0h").await.expect(200);
    assert!(then.body.contains("what was known then"), "{then:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_and_long_queries_are_taken_as_such() {
    let hub = Hub::start().await;
    let page = &hub.administrator().await.browser;
    page.get("/queries?q=%ff%fe").await.expect(400);
    page.get("/queries?q=%00").await.expect(400);
    page.get("/queries?p.=x&q=FIND&p.%ff=1").await.expect(400);
    for odd in ["FIND", "'", "((((", "FIND User WITH a = /(/", "🦀", "FIND User AS OF 'x'", "${", "RETURN TREE"] {
        let answer = ask(page, odd).await;
        assert!(answer.status < 500, "{odd}: {answer:#?}");
    }
    let names: Vec<String> = (0..900).map(|number| format!("'name-{number:04}'")).collect();
    let long = format!("FIND User WITH displayName = ({})", names.join(" OR "));
    assert!(long.len() > 10_000);
    let sent = page.post_form("/queries", &[("q", &long)]).await.expect(200);
    assert!(sent.body.contains("has no address to keep") && !sent.body.contains("/queries.csv?"), "{sent:#?}");
    let asked = ask(page, &long).await.expect(200);
    assert!(asked.body.contains("may be cut"), "{asked:#?}");
    let script = ask(page, "FIND User WITH a = '<script>alert(1)</script>' AS </textarea><b>").await.expect(422);
    assert!(!script.body.contains("<script>alert") && !script.body.contains("<b>"), "{script:#?}");
    assert!(!hub.said().contains("panicked"), "{}", hub.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_without_being_known_and_nothing_is_recorded() {
    let hub = Hub::start().await;
    let nobody = hub.nobody();
    for path in ["/queries?q=FIND+User", "/queries.csv?q=FIND+User", "/queries.json?q=FIND+User"] {
        let answer = nobody.get(path).await.expect(303);
        assert!(answer.location().starts_with("/sign-in?next=%2Fqueries"), "{answer:#?}");
    }
    nobody.post_form("/queries", &[("q", "FIND User")]).await.expect(401);
    let person = hub.administrator().await;
    person.browser.without_csrf().post_form("/queries", &[("q", "FIND User")]).await.expect(403);
    let records =
        async || -> Json { person.program.get("/api/v1/audit?limit=1").await.expect(200).json()["items"][0].clone() };
    let before = records().await;
    person.browser.post_form("/queries", &[("q", "FIND User")]).await.expect(200);
    assert_eq!(records().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_questions_are_a_link_away() {
    let hub = Hub::start().await;
    let page = &hub.administrator().await.browser;
    Source::npm_of(2).await.connect(&hub.administrator().await.program).await;
    let start = page.get("/queries?about=npm-owners").await.expect(200);
    assert!(start.body.contains("aria-current=\"page\">Queries</a>"), "{start:#?}");
    let link = start.between("<ul class=\"questions\">", "</ul>");
    let link = link.split_once("href=\"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0.replace("&#38;", "&");
    let answer = page.get(&link).await.expect(200);
    assert!(answer.body.contains("aria-labelledby=\"answer\""), "{link}: {answer:#?}");
    let nothing = page.get("/queries?about=nothing-like-this").await.expect(200);
    assert!(nothing.body.contains("<p id=\"questions-nothing\">"), "{nothing:#?}");
}

//! Questions: the same answers as on the command line, and how complete they are.

use serde_json::{Value as Json, json};

use crate::harness::{Client, Hub, Source, sync};

async fn query(client: &Client, body: &Json) -> Json {
    client.json("POST", "/api/v1/query", body).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_those_of_the_command_line_and_say_how_complete_they_are() {
    let hub = Hub::start().await;
    let program = hub.administrator().await.program.clone();
    let auditor = hub.person("auditor").await.program;
    Source::npm().await.connect(&program).await;
    let packages = query(&auditor, &json!({ "query": "FIND npm_package AS p RETURN p.displayName AS name" })).await;
    assert_eq!((&packages["type"], &packages["columns"]), (&json!("table"), &json!(["name"])), "{packages:#}");
    let package = packages["rows"][0]["name"].as_str().unwrap().to_owned();
    let encoded: String = url::form_urlencoded::byte_serialize(package.as_bytes()).collect();
    let told = auditor.get(&format!("/api/v1/who-can?action=publish&resource={encoded}")).await.expect(200).json();
    let said = command(&hub, &["who-can", "publish", &package]);
    let fly =
        auditor.get(&format!("/api/v1/who-can?action=fly&resource={encoded}")).await.problem(422, "action-unknown");
    assert!(fly["known"].as_array().unwrap().contains(&json!("publish")), "{fly:#}");
    for name in ["count", "accounts", "suspended"] {
        assert_eq!(without_nulls(&told[name]), without_nulls(&said[name]), "{name}");
    }
    assert!(told["completeness"]["complete"].is_boolean(), "{told:#}");
    let account = told["accounts"][0]["account"]["id"].as_str().unwrap();
    let access = auditor.get(&format!("/api/v1/access?account={account}")).await.expect(200).json();
    assert_eq!(without_nulls(&access["items"]), command(&hub, &["access", account])["items"]);
    let status = auditor.get("/api/v1/status").await.expect(200).json();
    assert_eq!(status["complete"], status["connectors"][0]["completeness"]["complete"], "{status:#}");
    let changes = auditor.get("/api/v1/changes?limit=3").await.expect(200).json();
    assert!(changes["completeness"].is_object() && changes["items"].is_array(), "{changes:#}");
    let long_ago = auditor.get("/api/v1/who-can?action=publish&resource=x&asOf=2020-01-01").await;
    long_ago.problem(404, "not-known-then");
}

/// What the command line says of the hub's own database.
fn command(hub: &Hub, arguments: &[&str]) -> Json {
    let arguments = [arguments, &["--format", "json"]].concat();
    tokio::task::block_in_place(|| hub.binary.run(&arguments)).unwrap().json()
}

/// What is not known is null in one and absent in the other.
fn without_nulls(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(without_nulls).collect(),
        Json::Object(fields) => {
            let known = fields.iter().filter(|(_, value)| !value.is_null());
            Json::Object(known.map(|(name, value)| (name.clone(), without_nulls(value))).collect())
        }
        other => other.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_current_is_answered_at_once() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let count = async || {
        let answer = query(program, &json!({ "query": "FIND npm_user AS u RETURN count(u) AS n" })).await;
        answer["rows"][0]["n"].as_f64().unwrap_or_default()
    };
    assert!(count().await.abs() < 0.5);
    let source = Source::npm_of(20).await;
    let connector = source.connect(program).await;
    assert!((count().await - 22.0).abs() < 0.5);
    source.leave(0..1);
    sync(program, connector["id"].as_str().unwrap()).await;
    assert!((count().await - 21.0).abs() < 0.5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_odd_or_wrong_about_a_query_is_told_with_its_place() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    Source::npm_of(20).await.connect(program).await;
    let odd = query(program, &json!({ "query": "FIND npm_usr" })).await;
    assert_eq!(
        (odd["warnings"][0]["span"]["start"].as_u64(), odd["warnings"][0]["span"]["end"].as_u64()),
        (Some(5), Some(12))
    );
    assert!(odd["warnings"][0]["hint"].is_string(), "{odd:#}");
    let wrong =
        program.json("POST", "/api/v1/query", &json!({ "query": "FIND npm_user WITH" })).await.problem(422, "query");
    assert!(wrong["errors"][0]["span"]["start"].is_u64() && wrong["errors"][0]["message"].is_string(), "{wrong:#}");
    let few = json!({ "query": "FIND npm_user", "limits": { "rows": 3 } });
    let few = query(program, &few).await;
    assert_eq!(few["rows"].as_array().unwrap().len(), 3);
    assert_eq!(
        (&few["limits"], &few["complete"]),
        (&json!([{ "limit": "rows", "allowed": 3 }]), &json!(false)),
        "{few:#}"
    );
    let named = json!({
        "query": "FIND npm_user WITH displayName = ${who} AS u RETURN u.displayName AS name",
        "parameters": { "who": "olivia" }
    });
    assert_eq!(query(program, &named).await["rows"], json!([{ "name": "olivia" }]));
    let missing = json!({ "query": "FIND npm_user WITH displayName = ${who}" });
    program.json("POST", "/api/v1/query", &missing).await.problem(422, "query");
    let odd = json!({ "query": "FIND npm_user", "parameters": { "who": { "a": 1 } } });
    program.json("POST", "/api/v1/query", &odd).await.problem(400, "parameters");
    let tree = query(program, &json!({ "query": "FIND npm_user THAT RELATES TO npm_organization RETURN TREE" })).await;
    assert!(tree["tree"]["vertices"].is_array() && tree["rows"] == json!([]), "{tree:#}");
    for bad in ["limits", "asOf"] {
        let body = json!({ "query": "FIND npm_user", bad: if bad == "asOf" { json!("tomorrow") } else { json!({ "rows": 0 }) } });
        program.json("POST", "/api/v1/query", &body).await.expect(400).json();
    }
    let unknown = json!({ "query": "FIND npm_user", "connector": "npm:other" });
    program.json("POST", "/api/v1/query", &unknown).await.problem(404, "connector-unknown");
    program.get("/api/v1/access?account=nobody").await.problem(404, "name-unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_questions_can_be_asked() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    Source::npm_of(3).await.connect(program).await;
    let ready = program.get("/api/v1/questions?about=owners&limit=1000").await.expect(200).json();
    for question in ready["items"].as_array().unwrap() {
        let needs_nothing = question["variables"].as_array().unwrap().iter().all(|one| one["required"] == false);
        for one in question["queries"].as_array().unwrap().iter().filter(|_| needs_nothing) {
            let given = question["variables"].as_array().unwrap().iter();
            let parameters: serde_json::Map<String, Json> =
                given.map(|one| (one["name"].as_str().unwrap().to_owned(), one["default"].clone())).collect();
            let answer = query(program, &json!({ "query": one["query"], "parameters": parameters })).await;
            assert!(answer["completeness"].is_object(), "{answer:#}");
        }
    }
}

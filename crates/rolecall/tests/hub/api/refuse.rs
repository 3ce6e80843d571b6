//! What is refused, and how that is said.

use serde_json::{Value as Json, json};

use crate::harness::Hub;

const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_refused_and_never_repeated() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let deep = format!("{{\"query\": \"FIND User\", \"parameters\": {}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let deep_fields = format!("{{\"a\":{}1{}}}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\"npm_secret\"",
        b"{\"query\": \"\xff\xfe\"}",
        b"{\"query\": \"FIND User\", \"colour\": \"npm_secret\"}",
        b"{\"query\": 7}",
        deep.as_bytes(),
        deep_fields.as_bytes(),
    ];
    for path in ["/api/v1/query", "/api/v1/connectors", "/api/v1/me/tokens", "/api/v1/connectors/check"] {
        for body in bodies {
            let answer = program.raw("POST", path, "application/json", body.to_vec()).await;
            let problem = answer.problem(400, "body");
            assert!(!problem.to_string().contains("npm_secret"), "{problem:#}");
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
            program.raw("POST", path, kind, "{}").await.problem(415, "no-json");
        }
        let large = format!("{{\"query\": \"{}\"}}", "x".repeat(2 << 20));
        program.raw("POST", path, "application/json", large).await.problem(413, "too-large");
        program.json("POST", &format!("{path}?colour=blue"), &json!({})).await.problem(400, "parameters");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_so() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    for kind in ["connectors", "jobs", "users"] {
        for name in [NOWHERE, "nothing", "%ff", "1"] {
            program.get(&format!("/api/v1/{kind}/{name}")).await.expect(404).json();
        }
    }
    for part in ["syncs", "log", "events", "removals", "resources?type=user"] {
        program.get(&format!("/api/v1/connectors/{NOWHERE}/{part}")).await.problem(404, "not-found");
    }
    for action in ["sync", "pause", "resume"] {
        program.ask("POST", &format!("/api/v1/connectors/{NOWHERE}/{action}")).await.problem(404, "not-found");
    }
    program.get("/api/v1/connector-types/svn").await.problem(404, "not-found");
    program.get("/api/v1/nothing").await.problem(404, "not-found");
    let refused = program.ask("PATCH", "/api/v1/connectors").await;
    assert!(refused.header("allow").contains("GET"), "{refused:#?}");
    refused.problem(405, "method-not-allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_what_it_does_not_know() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let document = program.get("/api/v1/openapi.json").await.expect(200).json();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 30, "{}", paths.len());
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let path = path.replace("{type}", "npm").replace("{number}", "1");
            let path = ["{id}", "{session}", "{token}"].iter().fold(path, |path, name| path.replace(name, NOWHERE));
            let answer =
                program.raw(&method.to_uppercase(), &format!("{path}?nobody=knows"), "application/json", "{}").await;
            let problem: Json = answer.problem(400, "parameters");
            assert!(problem["hint"].is_string(), "{method} {path}: {problem:#}");
            assert!(operation["responses"]["400"].is_object(), "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_find_what_there_is() {
    let hub = Hub::start().await;
    let person = hub.person("auditor").await;
    let page = person.browser.get("/api").await.expect(200);
    for part in ["/api/v1/openapi.json", "GET /api/v1/who-can", "POST /api/v1/query", "curl ", "Authorization: Bearer"]
    {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(hub.nobody().get("/api").await.expect(303).location().starts_with("/sign-in"));
    hub.nobody().get("/api/v1/openapi.json").await.problem(401, "not-signed-in");
}

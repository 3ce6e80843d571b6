//! Who may do what, and what there is not.

use serde_json::json;

use super::{Scene, items};

const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_all_of_it_and_does_what_is_its_own() {
    let scene = Scene::begin().await;
    let id = scene.started("Q3").await;
    let path = format!("/reviews/{id}");
    let auditor = scene.hub.person("auditor").await;
    let manager = scene.hub.person("connector-admin").await;
    for reader in [&auditor, &manager, &scene.first] {
        for part in ["", "/grants", "/decisions.csv"] {
            reader.browser.get(&format!("{path}{part}")).await.expect(200);
        }
        assert_eq!(items(&reader.program, &id, "").await.len(), 6);
    }
    let seen = auditor.browser.get(&path).await.expect(200).body;
    for absent in ["/complete\"", "/cancel\"", "/reassign\"", "/decide\""] {
        assert!(!seen.contains(absent), "{absent} is offered: {seen}");
    }
    for word in ["stage", "start", "complete", "cancel", "reassign"] {
        for person in [&auditor, &scene.first] {
            person.browser.post_form(&format!("{path}/{word}"), &[("reason", "x")]).await.expect(403);
            person.program.json("POST", &format!("/api/v1{path}/{word}"), &json!({})).await.problem(403, "forbidden");
        }
    }
    for word in ["choose", "submit"] {
        for person in [&auditor, &manager] {
            person.browser.post_form(&format!("{path}/{word}"), &[]).await.expect(403);
            person.program.json("POST", &format!("/api/v1{path}/{word}"), &json!({})).await.problem(403, "forbidden");
        }
    }
    manager.browser.post_form(&format!("{path}/cancel"), &[("reason", "a test")]).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_not_is_said_and_rubbish_is_refused() {
    let scene = Scene::begin().await;
    let id = scene.started("Q3").await;
    let (page, program) = (&scene.administrator.browser, &scene.administrator.program);
    for part in ["", "/edit", "/grants", "/decide", "/submit", "/plan", "/decisions.csv"] {
        page.get(&format!("/reviews/{NOWHERE}{part}")).await.expect(404);
        page.get(&format!("/reviews/nothing{part}")).await.expect(404);
    }
    page.get(&format!("/plans/{NOWHERE}")).await.expect(404);
    let forms = [("stage", ""), ("start", "looked"), ("cancel", "reason"), ("complete", "reason"), ("submit", "x")];
    for (word, field) in forms {
        page.post_form(&format!("/reviews/{NOWHERE}/{word}"), &[(field, "x")]).await.expect(404);
    }
    for part in ["", "/items", "/accuracy", "/decisions.csv"] {
        program.get(&format!("/api/v1/reviews/{NOWHERE}{part}")).await.problem(404, "not-found");
    }
    for (query, code) in
        [("outcome=x", "outcome"), ("novelty=x", "novelty"), ("after=x", "after"), ("limit=0", "limit")]
    {
        program.get(&format!("/api/v1/reviews/{id}/items?{query}")).await.problem(400, code);
    }
    program.get("/api/v1/reviews?state=x").await.problem(400, "state");
    let post = async |part: &str, body: serde_json::Value| {
        program.json("POST", &format!("/api/v1/reviews{part}"), &body).await
    };
    post("", json!({})).await.problem(400, "body");
    post("", json!({ "name": "x", "definition": { "reviewer": "ada" } })).await.problem(400, "body");
    for (definition, field) in [
        (json!({ "days": 0 }), "days"),
        (json!({ "repeat": "often" }), "repeat"),
        (json!({ "remaining": "keep" }), "remaining"),
        (json!({ "owner": "nobody at all" }), "owner"),
        (json!({ "scope": { "connectors": ["npm:gone"] } }), "scope.connectors"),
        (json!({ "scope": { "question": "FIND" } }), "scope.question"),
    ] {
        let problem = post("", json!({ "name": "x", "definition": definition })).await.problem(422, "review-wrong");
        assert_eq!(problem["errors"][0]["field"], field, "{problem:#}");
    }
    for (choices, code) in [
        (json!([{ "number": 1, "decision": "maybe" }]), "review-wrong"),
        (json!([{ "number": 1, "decision": "deny" }]), "review-wrong"),
    ] {
        let path = format!("/{id}/choose");
        post(&path, json!({ "choices": choices })).await.problem(422, code);
    }
    let twice = json!({ "choices": [{ "number": 1, "decision": "certify" }, { "number": 1, "decision": "deny", "reason": "x" }] });
    post(&format!("/{id}/decide"), twice).await.problem(422, "decided-twice");
    post(&format!("/{id}/choose"), json!({ "choices": [{ "number": 999, "decision": "certify" }] }))
        .await
        .problem(403, "not-theirs");
    assert!(!scene.hub.said().contains("panicked"), "{}", scene.hub.said());
}

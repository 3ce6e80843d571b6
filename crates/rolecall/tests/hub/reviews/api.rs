//! By programs.

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{Scene, items, number_of};

#[tokio::test(flavor = "multi_thread")]
async fn programs_run_a_campaign() {
    let scene = Scene::begin().await;
    let program = &scene.administrator.program;
    let count = program.json("POST", "/api/v1/reviews/validate", &json!({ "definition": scene.definition() })).await;
    assert_eq!(count.expect(200).json()["grants"], 6);
    let wish = json!({ "name": "Q4", "definition": scene.definition() });
    let made = program.json("POST", "/api/v1/reviews", &wish).await.expect(201);
    let path = made.location().to_owned();
    let made = made.json();
    assert_eq!((made["state"].as_str(), made["owner"].as_str()), (Some("draft"), Some("ada")), "{made:#}");
    program.json("POST", "/api/v1/reviews", &wish).await.problem(422, "review-wrong");
    // A change names its version.
    let mut changed = wish.clone();
    changed["definition"]["days"] = json!(7);
    let put = async |tag: Option<&str>| {
        let mut request = program.request(Method::PUT, &path).header("content-type", "application/json");
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        program.send(request.body(changed.to_string())).await
    };
    put(None).await.problem(428, "version-required");
    let known = program.get(&path).await.expect(200);
    assert_eq!(put(Some(known.header("etag"))).await.expect(200).json()["definition"]["days"], 7);
    put(Some(known.header("etag"))).await.problem(409, "conflict");
    assert_eq!(
        program.get(&format!("{path}/accuracy")).await.expect(200).json()["connectors"][0]["connector"],
        "npm:acme"
    );
    let act = async |word: &str, body: Json| program.json("POST", &format!("{path}/{word}"), &body).await;
    act("start", json!({})).await.problem(409, "review-not-staged");
    assert_eq!(act("stage", json!({})).await.expect(200).json()["grants"], 6);
    assert_eq!(act("start", json!({})).await.expect(200).json()["state"], "running");
    act("stage", json!({})).await.problem(409, "conflict");

    let id = made["id"].as_str().unwrap();
    let reviewer = &scene.first.program;
    let waiting = reviewer.get("/api/v1/reviews/mine").await.expect(200).json();
    assert_eq!(waiting[0]["share"]["grants"], 5, "{waiting:#}");
    let mine = items(reviewer, id, "mine=true").await;
    assert_eq!(mine.len(), 5);
    assert!(mine.iter().all(|item| item["shown"]["twoFactor"].is_null()), "unknown is not false: {mine:#?}");
    let (gone, stays) = (number_of(&mine, "user dev-0"), number_of(&mine, "user dev-1"));
    let choices = json!({ "choices": [
        { "number": gone, "decision": "deny", "reason": "moved on" },
        { "number": stays, "decision": "certify" },
    ] });
    let kept = reviewer.json("POST", &format!("{path}/choose"), &choices).await.expect(200).json();
    assert_eq!(kept["summary"], "0 of 5 decided – 2 ready for submission");
    let back = json!({ "choices": [{ "number": stays, "decision": null }] });
    let kept = reviewer.json("POST", &format!("{path}/choose"), &back).await.expect(200).json();
    assert_eq!(kept["share"]["chosen"], 1, "{kept:#}");
    let submitted = reviewer.ask("POST", &format!("{path}/submit")).await.expect(200).json();
    assert_eq!(submitted["denied"], json!([gone]), "{submitted:#}");
    reviewer.ask("POST", &format!("{path}/submit")).await.problem(422, "nothing-chosen");
    // The same twice decides once.
    let decide = json!({ "choices": [{ "number": gone, "decision": "deny", "reason": "moved on" }] });
    let again = reviewer.json("POST", &format!("{path}/decide"), &decide).await.expect(200).json();
    assert_eq!((&again["repeated"], &again["submission"]), (&json!([gone]), &Json::Null), "{again:#}");
    // What is another's is told, and not taken.
    let others = scene.second.program.json("POST", &format!("{path}/decide"), &decide).await.expect(200).json();
    assert_eq!(others["refused"][0]["code"], "not-theirs", "{others:#}");
    let moved = act("reassign", json!({ "from": "user:reviewer-1", "to": "reviewer-2", "reason": "leave" })).await;
    assert_eq!(moved.expect(200).json()["numbers"].as_array().unwrap().len(), 4);
    let file = program.get(&format!("{path}/decisions.csv?reviewer=reviewer-2")).await.expect(200).body;
    let brought = act("decisions", json!({ "text": file })).await.expect(200).json();
    assert_eq!(brought["undecided"], 5, "{brought:#}");
    act("complete", json!({})).await.problem(422, "review-undecided");
    act("complete", json!({ "remaining": "keep", "reason": "x" })).await.problem(422, "review-wrong");
    let done = act("complete", json!({ "reason": "the quarter is over" })).await.expect(200).json();
    assert_eq!((done["denied"].as_i64(), done["undecided"].as_i64()), (Some(1), Some(5)), "{done:#}");
    act("complete", json!({ "reason": "x" })).await.problem(409, "review-not-running");
    act("cancel", json!({ "reason": "x" })).await.problem(409, "conflict");

    let plan = format!("/api/v1/plans/{}", done["plan"].as_str().unwrap());
    let told = program.get(&plan).await.expect(200).json();
    assert_eq!(told["states"]["requested"], 1, "{told:#}");
    assert_eq!(program.get("/api/v1/plans").await.expect(200).json()["items"][0]["id"], told["id"]);
    let step = async |word: &str, body: Json| program.json("POST", &format!("{plan}/steps/1/{word}"), &body).await;
    assert_eq!(step("owner", json!({ "owner": "grace" })).await.expect(200).json()["owner"], "grace");
    step("due", json!({ "due": "some day" })).await.problem(400, "moment");
    assert_eq!(step("due", json!({ "due": "2099-01-01" })).await.expect(200).json()["dueAt"], "2099-01-01T00:00:00Z");
    assert_eq!(step("done", json!({ "note": "ticket 7" })).await.expect(200).json()["state"], "done");
    step("done", json!({})).await.problem(409, "conflict");
    program.json("POST", &format!("{plan}/steps/7/done"), &json!({})).await.problem(404, "not-found");
}

//! What programs use.

use std::time::Duration;

use rolecall_sim::{Fault, Times};
use serde_json::{Value as Json, json};

use super::story::{Area, Story};
use crate::findings::noted;
use crate::harness::{Client, Hub, Person, Source, sync};

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_change_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let mut story = Story::begin(&hub, &administrator.program).await;
    people(&hub, &administrator, &mut story).await;
    tokens(&hub, &administrator, &mut story).await;
    let source = Source::npm_of(20).await;
    source.join("ada");
    let program = &administrator.program;
    let made = program.json("POST", "/api/v1/connectors", &source.form()).await.expect(201).json();
    story.leaves("POST /api/v1/connectors").await;
    let connector = made["connector"]["id"].as_str().unwrap().to_owned();
    sync(program, &connector).await;
    connectors(program, &source, &connector, &mut story).await;
    removals(program, &source, &connector, &mut story).await;
    findings(program, &mut story).await;
    reviews(&administrator, &mut story).await;
    removed(&hub, program, &connector, &mut story).await;
    story.covers(Area::Programs);
}

/// People are changed in a session only, by whoever gave a password lately.
async fn people(hub: &Hub, administrator: &Person, story: &mut Story<'_>) {
    let page = &administrator.browser;
    let invited = page.json("POST", "/api/v1/invitations", &json!({ "role": "auditor" })).await.expect(201).json();
    story.leaves("POST /api/v1/invitations").await;
    page.ask("DELETE", &format!("/api/v1/invitations/{}", id_of(&invited))).await.expect(204);
    story.leaves("DELETE /api/v1/invitations/{id}").await;
    let someone = hub.person("auditor").await;
    let user = format!("/api/v1/users/{}", hub.user_id(&someone.name).await);
    let tokens = page.get(&format!("{user}/tokens")).await.expect(200).json();
    page.ask("DELETE", &format!("{user}/tokens/{}", id_of(&tokens["items"][0]))).await.expect(204);
    story.leaves("DELETE /api/v1/users/{id}/tokens/{token}").await;
    let sessions = page.get(&format!("{user}/sessions")).await.expect(200).json();
    page.ask("DELETE", &format!("{user}/sessions/{}", id_of(&sessions["items"][0]))).await.expect(204);
    story.leaves("DELETE /api/v1/users/{id}/sessions/{session}").await;
    let other = hub.person("auditor").await;
    page.ask("DELETE", &format!("/api/v1/users/{}/sessions", hub.user_id(&other.name).await)).await;
    story.leaves("DELETE /api/v1/users/{id}/sessions").await;
    page.json("PUT", &format!("{user}/role"), &json!({ "role": "reviewer" })).await.expect(200);
    story.leaves("PUT /api/v1/users/{id}/role").await;
    for word in ["disable", "enable"] {
        page.ask("POST", &format!("{user}/{word}")).await.expect(200);
        story.leaves(&format!("POST /api/v1/users/{{id}}/{word}")).await;
    }
    page.json("POST", &format!("{user}/reset"), &json!({ "scope": "password" })).await.expect(200);
    story.leaves("POST /api/v1/users/{id}/reset").await;
}

async fn tokens(hub: &Hub, administrator: &Person, story: &mut Story<'_>) {
    let page = &administrator.browser;
    let wish = json!({ "name": "report", "role": "auditor", "days": 7 });
    let made = page.json("POST", "/api/v1/me/tokens", &wish).await.expect(201).json();
    story.leaves("POST /api/v1/me/tokens").await;
    page.ask("DELETE", &format!("/api/v1/me/tokens/{}", id_of(&made["token"]))).await.expect(204);
    story.leaves("DELETE /api/v1/me/tokens/{id}").await;
    let nobody = hub.nobody();
    let asked = nobody.json("POST", "/api/v1/logins", &json!({ "machine": "laptop" })).await.expect(201).json();
    let fields = [("code", asked["userCode"].as_str().unwrap()), ("days", "7")];
    page.post_form("/logins/allow", &fields).await.expect(303);
    let poll = json!({ "deviceCode": asked["deviceCode"] });
    nobody.json("POST", "/api/v1/logins/token", &poll).await.expect(200);
    story.leaves("POST /api/v1/logins/token").await;
}

async fn connectors(program: &Client, source: &Source, connector: &str, story: &mut Story<'_>) {
    let path = format!("/api/v1/connectors/{connector}");
    let known = program.get(&path).await.expect(200);
    let mut body = json!({ "fields": known.json()["configuration"]["fields"] });
    body["fields"]["description"] = json!("watched by a test");
    let request = program.request(reqwest::Method::PUT, &path).header("if-match", known.header("etag"));
    let request = request.header("content-type", "application/json").body(body.to_string());
    program.send(request).await.expect(200);
    story.leaves("PUT /api/v1/connectors/{id}").await;
    for word in ["pause", "resume"] {
        program.ask("POST", &format!("{path}/{word}")).await.expect(200);
        story.leaves(&format!("POST /api/v1/connectors/{{id}}/{word}")).await;
    }
    let faults = source.npm_server().faults();
    faults.add("/**", Fault::Delay(Duration::from_secs(600)), Times::Always);
    let asked = program.ask("POST", &format!("{path}/sync")).await.expect(202).json();
    story.leaves("POST /api/v1/connectors/{id}/sync").await;
    let job = format!("/api/v1/jobs/{}", asked["job"].as_str().unwrap());
    program.ask("POST", &format!("{job}/cancel")).await.expect(200);
    story.leaves("POST /api/v1/jobs/{id}/cancel").await;
    faults.clear();
    program.ask("POST", &format!("{job}/retry")).await.expect(200);
    story.leaves("POST /api/v1/jobs/{id}/retry").await;
}

async fn removals(program: &Client, source: &Source, connector: &str, story: &mut Story<'_>) {
    let path = format!("/api/v1/connectors/{connector}/removals");
    let decide = async |word: &str| {
        sync(program, connector).await;
        let seen = program.get(&path).await.expect(200).json()["seen"].clone();
        let body = json!({ "seen": seen, "reason": "they told us" });
        program.json("POST", &format!("{path}/{word}"), &body).await.expect(200).json()
    };
    source.leave(0..8);
    decide("confirm").await;
    story.leaves("POST /api/v1/connectors/{id}/removals/confirm").await;
    source.leave(8..14);
    decide("discard").await;
    story.leaves("POST /api/v1/connectors/{id}/removals/discard").await;
    // It concerns their own access, and nobody else could decide.
    source.leave(14..20);
    source.part("ada");
    let made = decide("confirm").await;
    assert_eq!(made["outcome"], "delayed", "{made:#}");
    program.ask("POST", &format!("/api/v1/decisions/{}/withdraw", id_of(&made["decision"]))).await.expect(200);
    story.leaves("POST /api/v1/decisions/{id}/withdraw").await;
}

async fn findings(program: &Client, story: &mut Story<'_>) {
    let code = noted(program).await["items"][0]["code"].as_str().unwrap().to_owned();
    let until = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(240)).unwrap().to_string();
    for (word, body) in [
        ("accept", json!({ "reason": "a test", "until": until })),
        ("suppress", json!({ "reason": "a test" })),
        ("snooze", json!({ "until": until })),
        ("reopen", json!({})),
        ("owner", json!({ "owner": "grace" })),
    ] {
        program.json("POST", &format!("/api/v1/findings/{code}/{word}"), &body).await.expect(200);
        story.leaves(&format!("POST /api/v1/findings/{{code}}/{word}")).await;
    }
}

async fn removed(hub: &Hub, program: &Client, connector: &str, story: &mut Story<'_>) {
    let second = hub.person("administrator").await.program;
    let path = format!("/api/v1/connectors/{connector}");
    program.ask("DELETE", &path).await.expect(200);
    story.leaves("DELETE /api/v1/connectors/{id}").await;
    let purge = async || {
        let body = json!({ "reason": "it was another's" });
        program.json("POST", &format!("{path}/purge"), &body).await.expect(200);
        let requests = second.get("/api/v1/purge-requests").await.expect(200).json();
        format!("/api/v1/purge-requests/{}", id_of(&requests["items"][0]))
    };
    let request = purge().await;
    story.leaves("POST /api/v1/connectors/{id}/purge").await;
    second.ask("POST", &format!("{request}/withdraw")).await.expect(200);
    story.leaves("POST /api/v1/purge-requests/{id}/withdraw").await;
    let request = purge().await;
    second.ask("POST", &format!("{request}/approve")).await.expect(200);
    story.leaves("POST /api/v1/purge-requests/{id}/approve").await;
}

#[track_caller]
fn id_of(json: &Json) -> String {
    json["id"].as_str().unwrap_or_else(|| panic!("no id in {json:#}")).to_owned()
}

/// A campaign from its draft to a step that is done; of what there is, so that nobody of these tests holds it.
async fn reviews(administrator: &Person, story: &mut Story<'_>) {
    let program = &administrator.program;
    let post = async |path: &str, body: Json| program.json("POST", &format!("/api/v1{path}"), &body).await;
    let wish = |name: &str| json!({ "name": name, "definition": { "scope": { "connectors": ["npm:acme"] }, "reviewers": ["ada"] } });
    let made = post("/reviews", wish("One")).await.expect(201).json();
    story.leaves("POST /api/v1/reviews").await;
    let path = format!("/reviews/{}", made["id"].as_str().unwrap());
    let request = program.request(reqwest::Method::PUT, &format!("/api/v1{path}")).header("if-match", "*");
    let request = request.header("content-type", "application/json").body(wish("One").to_string());
    program.send(request).await.expect(200);
    story.leaves("PUT /api/v1/reviews/{id}").await;
    for word in ["stage", "start"] {
        post(&format!("{path}/{word}"), json!({})).await.expect(200);
        story.leaves(&format!("POST /api/v1/reviews/{{id}}/{word}")).await;
    }
    let choice = |number: i64| json!({ "choices": [{ "number": number, "decision": "deny", "reason": "a test" }] });
    let items = program.get(&format!("/api/v1{path}/items?mine=true")).await.expect(200).json();
    let numbers: Vec<i64> =
        items["items"].as_array().unwrap().iter().map(|item| item["number"].as_i64().unwrap()).collect();
    post(&format!("{path}/choose"), choice(numbers[0])).await.expect(200);
    story.nothing().await;
    post(&format!("{path}/submit"), json!({})).await.expect(200);
    story.leaves("POST /api/v1/reviews/{id}/submit").await;
    let file = program.get(&format!("/api/v1{path}/decisions.csv")).await.expect(200).body;
    let mut lines = file.lines();
    let head = lines.next().unwrap();
    let line = lines.find(|line| line.starts_with(&format!("{},", numbers[0]))).unwrap();
    let line = format!("{head}\n{}certify,looked again\n", line.strip_suffix(",").unwrap());
    post(&format!("{path}/decisions"), json!({ "text": line })).await.expect(200);
    story.leaves("POST /api/v1/reviews/{id}/decisions").await;
    post(&format!("{path}/decide"), choice(numbers[0])).await.expect(200);
    story.leaves("POST /api/v1/reviews/{id}/decide").await;
    let to = json!({ "from": "user:ada", "to": "grace@acme.test", "reason": "a test" });
    post(&format!("{path}/reassign"), to).await.expect(200);
    story.leaves("POST /api/v1/reviews/{id}/reassign").await;
    let other = post("/reviews", wish("Another")).await.expect(201).json();
    story.fresh().await;
    let reason = json!({ "reason": "a test" });
    post(&format!("/reviews/{}/cancel", other["id"].as_str().unwrap()), reason.clone()).await.expect(200);
    story.leaves("POST /api/v1/reviews/{id}/cancel").await;
    let done = post(&format!("{path}/complete"), reason).await.expect(200).json();
    story.leaves("POST /api/v1/reviews/{id}/complete").await;
    let step = format!("/plans/{}/steps/1", done["plan"].as_str().unwrap());
    for (word, body) in
        [("owner", json!({ "owner": "grace" })), ("due", json!({ "due": "2099-01-01" })), ("done", json!({}))]
    {
        post(&format!("{step}/{word}"), body).await.expect(200);
        story.leaves(&format!("POST /api/v1/plans/{{id}}/steps/{{number}}/{word}")).await;
    }
    for others in ["", "/others"] {
        let mut wish = json!({ "delegate": "grace@acme.test", "until": day(30), "reason": "a test" });
        if !others.is_empty() {
            wish["reviewer"] = json!("hans@acme.test");
        }
        let set = post(&format!("/reviews/delegates{others}"), wish).await.expect(201).json();
        story.leaves(&format!("POST /api/v1/reviews/delegates{others}")).await;
        post(&format!("/reviews/delegates{others}/{}/end", set["id"].as_str().unwrap()), json!({})).await.expect(204);
        story.leaves(&format!("POST /api/v1/reviews/delegates{others}/{{id}}/end")).await;
    }
}

/// A day that is to come.
fn day(days: i64) -> String {
    let then = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
    then.strftime("%Y-%m-%d").to_string()
}

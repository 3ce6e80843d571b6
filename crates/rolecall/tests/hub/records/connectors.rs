//! Pages about connectors and jobs.

use std::time::Duration;

use rolecall_sim::{Fault, Times};
use serde_json::json;

use super::story::{Area, Story};
use crate::harness::{Client, Hub, Person, Source, sync};

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_change_of_connectors_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let (page, program) = (&administrator.browser, &administrator.program);
    let mut story = Story::begin(&hub, program).await;
    let source = Source::npm_of(20).await;
    source.join("ada");
    let connector = added(page, &source, &mut story).await;
    let path = format!("/connectors/{connector}");
    // What its first reading makes current is recorded before anything else is done.
    sync(program, &connector).await;
    story.fresh().await;
    edited(page, &source, &path, &mut story).await;
    for word in ["pause", "resume"] {
        page.post_form(&format!("{path}/{word}"), &[]).await.expect(303);
        story.leaves(&format!("POST /connectors/{{id}}/{word}")).await;
    }
    jobs(page, program, &source, &connector, &mut story).await;
    sync(program, &connector).await;
    decided(page, program, &source, &connector, &mut story).await;
    removed(&hub, &administrator, &source, &path, &mut story).await;
    story.covers(Area::Connectors);
}

/// What the form of a connector's settings says of this source.
fn settings(source: &Source) -> Vec<(String, String)> {
    let form = source.form();
    let fields = form["fields"].as_object().unwrap().iter();
    let fields = fields.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    fields.chain([("polling_interval".to_owned(), "ONE_DAY".to_owned())]).collect()
}

fn with<'f>(settings: &'f [(String, String)], more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_change_of_runners_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let page = &administrator.browser;
    let mut story = Story::begin(&hub, &administrator.program).await;
    page.post_form("/connectors/add/baton/self-hosted", &[]).await.expect(422);
    story.nothing().await;
    let added = page.post_form("/connectors/add/baton/self-hosted", &[("name", "foreign")]).await.expect(200);
    story.leaves("POST /connectors/add/{type}/self-hosted").await;
    let path = format!("/connectors/{}/runner", added.between("<a href=\"/connectors/", "\""));
    page.post_form(&format!("{path}/rotate"), &[]).await.expect(200);
    story.leaves("POST /connectors/{id}/runner/rotate").await;
    page.post_form(&format!("{path}/revoke"), &[]).await.expect(303);
    story.leaves("POST /connectors/{id}/runner/revoke").await;
    page.post_form(&format!("{path}/revoke"), &[]).await.expect(404);
    story.nothing().await;
    story.covers(Area::Runners);
}

async fn added(page: &Client, source: &Source, story: &mut Story<'_>) -> String {
    let settings = settings(source);
    let answer = page
        .post_form("/connectors/add/npm/settings", &with(&settings, &[("secret", source.secret())]))
        .await
        .expect(200);
    story.leaves("POST /connectors/add/{type}/settings").await;
    answer.between("/connectors/", "\"")
}

async fn edited(page: &Client, source: &Source, path: &str, story: &mut Story<'_>) {
    let form = page.get(&format!("{path}/edit")).await.expect(200);
    let version = form.between("name=\"version\" value=\"", "\"");
    let settings = settings(source);
    let edited = with(&settings, &[("version", &version), ("description", "watched by a test")]);
    page.post_form(&format!("{path}/edit"), &edited).await.expect(303);
    story.leaves("POST /connectors/{id}/edit").await;
    page.post_form(&format!("{path}/edit"), &edited).await.expect(409);
    story.nothing().await;
}

/// One that runs is cancelled, and asked for again.
async fn jobs(page: &Client, program: &Client, source: &Source, connector: &str, story: &mut Story<'_>) {
    let faults = source.npm_server().faults();
    faults.add("/**", Fault::Delay(Duration::from_secs(600)), Times::Always);
    page.post_form(&format!("/connectors/{connector}/sync"), &[]).await.expect(303);
    story.leaves("POST /connectors/{id}/sync").await;
    let jobs = program.get("/api/v1/jobs?limit=20").await.expect(200).json();
    let sync = jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == "sync");
    let job = format!("/jobs/{}", sync.unwrap_or_else(|| panic!("no sync in {jobs:#}"))["number"]);
    page.post_form(&format!("{job}/cancel"), &[]).await.expect(303);
    story.leaves("POST /jobs/{number}/cancel").await;
    faults.clear();
    page.post_form(&format!("{job}/retry"), &[]).await.expect(303);
    story.leaves("POST /jobs/{number}/retry").await;
}

async fn decided(page: &Client, program: &Client, source: &Source, connector: &str, story: &mut Story<'_>) {
    let path = format!("/connectors/{connector}/removals");
    let waiting = async || {
        sync(program, connector).await;
        page.get(&path).await.expect(200).between("name=\"seen\" value=\"", "\"")
    };
    source.leave(0..8);
    let seen = waiting().await;
    story.fresh().await;
    page.post_form(&format!("{path}/confirm"), &[("seen", &seen)]).await.expect(422);
    story.nothing().await;
    page.post_form(&format!("{path}/confirm"), &[("seen", &seen), ("reason", "they told us")]).await.expect(303);
    story.leaves("POST /connectors/{id}/removals/confirm").await;
    source.leave(8..14);
    let seen = waiting().await;
    page.post_form(&format!("{path}/discard"), &[("seen", &seen), ("reason", "a bad day")]).await.expect(303);
    story.leaves("POST /connectors/{id}/removals/discard").await;
    // It concerns their own access, and nobody else could decide.
    source.leave(14..20);
    source.part("ada");
    let seen = waiting().await;
    page.post_form(&format!("{path}/confirm"), &[("seen", &seen), ("reason", "we left")]).await.expect(303);
    story.left("decision.delayed").await;
    let decision = page.get(&path).await.expect(200).between("name=\"decision\" value=\"", "\"");
    page.post_form(&format!("{path}/withdraw"), &[("decision", &decision)]).await.expect(303);
    story.leaves("POST /connectors/{id}/removals/withdraw").await;
}

async fn removed(hub: &Hub, first: &Person, source: &Source, path: &str, story: &mut Story<'_>) {
    let name = source.form()["fields"]["name"].as_str().unwrap().to_owned();
    let (page, remove) = (&first.browser, format!("{path}/remove"));
    page.post_form(&remove, &[("typed", "something else"), ("history", "keep")]).await.expect(422);
    story.nothing().await;
    let second = hub.person("administrator").await.browser;
    let request = async || second.get(&remove).await.expect(200).between("name=\"request\" value=\"", "\"");
    let fields = [("typed", name.as_str()), ("history", "delete"), ("reason", "it was another's")];
    page.post_form(&remove, &fields).await.expect(200);
    story.leaves("POST /connectors/{id}/remove").await;
    second.post_form(&format!("{path}/purge/withdraw"), &[("request", &request().await)]).await.expect(303);
    story.leaves("POST /connectors/{id}/purge/withdraw").await;
    let body = json!({ "reason": "it was another's, indeed" });
    first.program.json("POST", &format!("/api/v1{path}/purge"), &body).await.expect(200);
    second.post_form(&format!("{path}/purge/approve"), &[("request", &request().await)]).await.expect(200);
    story.leaves("POST /connectors/{id}/purge/approve").await;
}

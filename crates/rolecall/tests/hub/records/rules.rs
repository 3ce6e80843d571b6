//! Pages about findings, rules, endpoints and deliveries.

use super::story::{Area, Story};
use crate::findings::noted;
use crate::harness::{Client, Hub, Source};
use crate::rules::{kept, upload, with};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_about_findings_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let page = &administrator.browser;
    Source::npm().await.connect(&administrator.program).await;
    let code = noted(&administrator.program).await["items"][0]["code"].as_str().unwrap().to_owned();
    let mut story = Story::begin(&hub, &administrator.program).await;
    let until = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(240)).unwrap().to_string();
    let why = ("reason", "a test");
    for (word, fields) in [
        ("accept", vec![why, ("until", until.as_str())]),
        ("suppress", vec![why]),
        ("snooze", vec![("days", "7")]),
        ("reopen", vec![]),
        ("owner", vec![("owner", "grace")]),
    ] {
        page.post_form(&format!("/findings/{code}/{word}"), &fields).await.expect(303);
        story.leaves(&format!("POST /findings/{{code}}/{word}")).await;
    }
    page.post_form(&format!("/findings/{code}/suppress"), &[]).await.expect(422);
    story.nothing().await;
    story.covers(Area::Findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_change_of_rules_is_recorded() {
    // Without workers nothing else is recorded meanwhile.
    let hub = Hub::start_with(&["--workers", "0"]).await;
    let administrator = hub.administrator().await.clone();
    let page = &administrator.browser;
    let mut story = Story::begin(&hub, &administrator.program).await;
    let fields = with(&[("name", "Teams"), ("query-0", "FIND npm_team")]);
    let path = kept(page, &fields).await;
    story.leaves("POST /rules/new").await;
    page.post_form("/rules/preview", &fields).await.expect(200);
    story.nothing().await;
    page.post_form(&format!("{path}/edit"), &[&fields[..], &[("version", "1")]].concat()).await.expect(303);
    story.leaves("POST /rules/{id}/edit").await;
    page.post_form(&format!("{path}/evaluate"), &[]).await.expect(303);
    story.leaves("POST /rules/{id}/evaluate").await;
    page.post_form("/rules/evaluate", &[]).await.expect(303);
    story.leaves("POST /rules/evaluate").await;
    page.post_form(&format!("{path}/interval"), &[("version", "2"), ("interval", "ONE_DAY")]).await.expect(303);
    story.leaves("POST /rules/{id}/interval").await;
    alert(&hub).await;
    page.post_form(&format!("{path}/dismiss"), &[("reason", "seen")]).await.expect(303);
    story.leaves("POST /rules/{id}/dismiss").await;
    page.post_form(&format!("{path}/remove"), &[("reason", "done")]).await.expect(303);
    story.leaves("POST /rules/{id}/remove").await;
    let ready = page.get("/rules/pack").await.expect(200).between("name=\"rule\" value=\"", "\"");
    page.post_form("/rules/pack", &[("rule", &ready)]).await.expect(303);
    story.leaves("POST /rules/pack").await;
    let file = "[{\"name\":\"File\",\"question\":{\"queries\":[{\"query\":\"FIND npm_team\",\"name\":\"q\"}]}}]";
    upload(page, "/rules/import", &[("text", file)]).await.expect(200);
    story.nothing().await;
    upload(page, "/rules/import/keep", &[("text", file), ("rule", "File")]).await.expect(303);
    story.leaves("POST /rules/import/keep").await;
    endpoints(page, &mut story).await;
    story.covers(Area::Rules);
}

/// Says that the rule's alert is active, as its evaluation would.
async fn alert(hub: &Hub) {
    let standing = "insert into rule_standing (rule_id, turn, begun_at, seen, outcome, alert, alert_level, digest, \
                    result_count, outputs) select id, 1, 1, '', 'ok', 'active', 'high', '', 1, '{}' from rule";
    hub.database_change(standing).await;
}

async fn endpoints(page: &Client, story: &mut Story<'_>) {
    let settings = ("url", "https://127.0.0.1:9/hook");
    let added = page.post_form("/endpoints/add/webhook", &[("name", "ops"), settings]).await.expect(200);
    story.leaves("POST /endpoints/add/{kind}").await;
    let path = format!("/endpoints/{}", added.between("href=\"/endpoints/", "\""));
    page.post_form(&path, &[settings]).await.expect(303);
    story.leaves("POST /endpoints/{id}").await;
    let tried = page.post_form(&format!("{path}/try"), &[]).await.expect(303);
    story.leaves("POST /endpoints/{id}/try").await;
    let delivery = tried.location().split('?').next().unwrap().to_owned();
    page.post_form(&format!("{delivery}/retry"), &[]).await.expect(303);
    story.leaves("POST /deliveries/{id}/retry").await;
    for (word, fields) in
        [("disable", vec![("reason", "it moves")]), ("enable", vec![]), ("remove", vec![("typed", "ops")])]
    {
        page.post_form(&format!("{path}/{word}"), &fields).await.expect(303);
        story.leaves(&format!("POST /endpoints/{{id}}/{word}")).await;
    }
}

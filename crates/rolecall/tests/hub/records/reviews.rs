//! Pages about reviews and plans.

use super::story::{Area, Story};
use crate::reviews::{Scene, items, number_of};

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_change_of_reviews_is_recorded() {
    let scene = Scene::begin().await;
    let page = &scene.administrator.browser;
    let mut story = Story::begin(&scene.hub, &scene.administrator.program).await;
    let fields = [
        ("name", "Q4"),
        ("connector", "npm:acme"),
        ("reviewer", "named"),
        ("named", scene.first.name.as_str()),
        ("days", "7"),
        ("plan-days", "7"),
        ("remaining", "skip"),
        ("repeat", "never"),
        ("remind", "1"),
    ];
    page.post_form("/reviews/validate", &fields).await.expect(200);
    story.nothing().await;
    let path = page.post_form("/reviews/new", &fields).await.expect(303);
    let path = path.location().split('?').next().unwrap().to_owned();
    story.leaves("POST /reviews/new").await;
    page.post_form(&format!("{path}/edit"), &[&fields[..], &[("version", "1")]].concat()).await.expect(303);
    story.leaves("POST /reviews/{id}/edit").await;
    page.post_form(&format!("{path}/stage"), &[]).await.expect(303);
    story.leaves("POST /reviews/{id}/stage").await;
    page.post_form(&format!("{path}/start"), &[("looked", "on")]).await.expect(303);
    story.leaves("POST /reviews/{id}/start").await;
    let id = path.trim_start_matches("/reviews/");
    let mine = items(&scene.first.program, id, "mine=true").await;
    let number = number_of(&mine, "user dev-0").to_string();
    let (choice, reason) = (format!("choice-{number}"), format!("reason-{number}"));
    let chosen = [("number", &*number), (&*choice, "deny"), (&*reason, "a test")];
    scene.first.browser.post_form(&format!("{path}/choose"), &chosen).await.expect(303);
    story.nothing().await;
    scene.first.browser.post_form(&format!("{path}/submit"), &[]).await.expect(303);
    story.leaves("POST /reviews/{id}/submit").await;
    let changed = [("number", &*number), ("decision", "certify"), ("reason", "looked again")];
    scene.first.browser.post_form(&format!("{path}/change"), &changed).await.expect(303);
    story.leaves("POST /reviews/{id}/change").await;
    let file = page.get(&format!("{path}/decisions.csv")).await.expect(200).body;
    let (head, line) = (file.lines().next().unwrap(), file.lines().find(|line| line.contains("dev-0")).unwrap());
    let text = format!("{head}\n{}deny,gone\n", line.strip_suffix(",").unwrap());
    page.post_form(&format!("{path}/decisions"), &[("text", &text)]).await.expect(200);
    story.leaves("POST /reviews/{id}/decisions").await;
    let to = [("from", "user:reviewer-1"), ("to", scene.second.name.as_str()), ("reason", "a test")];
    page.post_form(&format!("{path}/reassign"), &to).await.expect(303);
    story.leaves("POST /reviews/{id}/reassign").await;
    page.post_form(&format!("{path}/complete"), &[("reason", "a test")]).await.expect(303);
    story.leaves("POST /reviews/{id}/complete").await;
    let plan = page.get("/plans").await.expect(200).between("<th scope=\"row\"><a href=\"", "\"");
    for (word, fields) in [("owner", [("owner", "grace")]), ("due", [("due", "2099-01-01")]), ("done", [("note", "")])]
    {
        page.post_form(&format!("{plan}/steps/1/{word}"), &fields).await.expect(303);
        story.leaves(&format!("POST /plans/{{id}}/steps/{{number}}/{word}")).await;
    }
    let other = scene.started("Another").await;
    story.fresh().await;
    page.post_form(&format!("/reviews/{other}/cancel"), &[("reason", "a test")]).await.expect(303);
    story.leaves("POST /reviews/{id}/cancel").await;
    let until = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(240)).unwrap();
    let until = until.strftime("%Y-%m-%d").to_string();
    for (others, more) in [("", vec![]), ("/others", vec![("reviewer", scene.second.name.as_str())])] {
        let mut fields = vec![("delegate", scene.first.name.as_str()), ("until", &until), ("reason", "a test")];
        fields.extend(more);
        page.post_form(&format!("/reviews/delegates{others}"), &fields).await.expect(303);
        story.leaves(&format!("POST /reviews/delegates{others}")).await;
        let all = scene.administrator.program.get("/api/v1/reviews/delegates").await.expect(200).json();
        let id = all[0]["id"].as_str().unwrap();
        page.post_form(&format!("/reviews/delegates{others}/{id}/end"), &[]).await.expect(303);
        story.leaves(&format!("POST /reviews/delegates{others}/{{id}}/end")).await;
    }
    story.covers(Area::Reviews);
}

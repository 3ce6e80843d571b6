//! Whoever changes something leaves a record, and an address says truly which one.

use std::collections::BTreeSet;

use serde_json::json;

use crate::harness::{Client, Hub, PASSWORD, Source, sync};

/// What was seen to be recorded.
struct Story<'h> {
    administrator: &'h Client,
    seen: BTreeSet<String>,
    last: i64,
}

impl<'h> Story<'h> {
    async fn begin(administrator: &'h Client) -> Self {
        let mut story = Self { administrator, seen: BTreeSet::new(), last: 0 };
        story.fresh().await;
        story
    }

    /// What was recorded since the last look.
    async fn fresh(&mut self) -> Vec<String> {
        let log = self.administrator.get("/api/v1/audit?limit=100").await.expect(200).json();
        let records = log["items"].as_array().unwrap().iter();
        let number = |record: &serde_json::Value| record["sequence"].as_i64().unwrap();
        let fresh: Vec<_> = records.filter(|record| number(record) > self.last).collect();
        self.last = fresh.iter().map(|record| number(record)).max().unwrap_or(self.last);
        fresh.iter().map(|record| record["action"].as_str().unwrap().to_owned()).collect()
    }

    /// That what was done just now is recorded as this.
    async fn left(&mut self, action: &str) {
        let fresh = self.fresh().await;
        assert!(fresh.iter().any(|found| found == action), "no {action} in {fresh:?}");
        self.seen.insert(action.to_owned());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_change_of_accounts_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let (page, mut story) = (&administrator.browser, Story::begin(&administrator.program).await);
    let someone = hub.person("auditor").await;
    story.left("hub.user-added").await;
    let users = administrator.program.get("/api/v1/users").await.json();
    let named =
        |name: &str| users["items"].as_array().unwrap().iter().find(|user| user["name"] == name).unwrap()["id"].clone();
    let user = format!("/users/{}", named(&someone.name).as_str().unwrap());

    page.post_form("/users/invite", &[("role", "auditor")]).await.expect(200);
    story.left("hub.user-invited").await;
    let link = page.get("/users").await.expect(200).between("/users/links/", "/revoke");
    page.post_form(&format!("/users/links/{link}/revoke"), &[]).await.expect(303);
    story.left("hub.link-revoked").await;
    page.post_form(&format!("{user}/sessions/end"), &[]).await.expect(303);
    story.left("hub.session-ended").await;
    for (path, fields, action) in [
        ("role", vec![("role", "reviewer")], "hub.user-role-changed"),
        ("disable", vec![], "hub.user-disabled"),
        ("enable", vec![], "hub.user-enabled"),
    ] {
        page.post_form(&format!("{user}/{path}"), &fields).await.expect(303);
        story.left(action).await;
    }
    page.post_form(&format!("{user}/reset"), &[("scope", "password")]).await.expect(200);
    story.left("hub.user-reset").await;

    page.post_form("/account/details", &[("display-name", "Ada L.")]).await.expect(303);
    story.left("hub.user-changed").await;
    page.post_form("/account/tokens", &[("name", "more"), ("role", "auditor")]).await.expect(200);
    story.left("hub.token-added").await;
    let tokens = page.get("/account").await.expect(200);
    let token = tokens.between("/account/tokens/", "/revoke");
    page.post_form(&format!("/account/tokens/{token}/revoke"), &[]).await.expect(303);
    story.left("hub.token-revoked").await;
    page.post_form("/account/second-factor", &[]).await.expect(200);
    story.left("hub.second-factor-begun").await;
    page.post_form("/confirm", &[("password", PASSWORD)]).await.expect(303);
    story.left("hub.confirmed").await;
    page.post_form("/account/password", &[("current", PASSWORD), ("new", "four other words entirely")])
        .await
        .expect(303);
    story.left("hub.password-changed").await;
    let fields = [("name", "ada"), ("password", "not the password at all")];
    hub.nobody().post_form("/sign-in", &fields).await.expect(401);
    story.left("hub.sign-in-failed").await;
    hub.nobody().post_form("/sign-in", &[("name", "ada"), ("password", "four other words entirely")]).await.expect(303);
    story.left("hub.signed-in").await;
    page.post_form("/sign-out", &[]).await.expect(303);
    story.left("hub.signed-out").await;
    page.get("/connectors").await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_change_of_connectors_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let (page, program) = (&administrator.browser, &administrator.program);
    let mut story = Story::begin(program).await;
    let source = Source::npm_of(20).await;
    let connector = source.connect(program).await["id"].as_str().unwrap().to_owned();
    story.left("connector.added").await;
    let path = format!("/connectors/{connector}");
    page.post_form(&format!("{path}/sync"), &[]).await.expect(303);
    story.left("job.asked").await;
    sync(program, &connector).await;

    let known = program.get(&format!("/api/v1{path}")).await.expect(200);
    let form = page.get(&format!("{path}/edit")).await.expect(200);
    let version = form.between("name=\"version\" value=\"", "\"");
    let fields = source.form()["fields"].clone();
    let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
    let (name, organization, address) = (text("name"), text("organization"), text("address"));
    let edited = [
        ("version", version.as_str()),
        ("name", name.as_str()),
        ("organization", organization.as_str()),
        ("address", address.as_str()),
        ("owners", "ada"),
        ("description", "watched by a test"),
        ("polling_interval", "ONE_DAY"),
    ];
    page.post_form(&format!("{path}/edit"), &edited).await.expect(303);
    story.left("connector.changed").await;
    page.post_form(&format!("{path}/edit"), &edited).await.expect(409);
    assert_eq!(story.fresh().await, Vec::<String>::new(), "{known:#?}");

    page.post_form(&format!("{path}/pause"), &[]).await.expect(303);
    story.left("connector.paused").await;
    page.post_form(&format!("{path}/resume"), &[]).await.expect(303);
    story.left("connector.resumed").await;

    source.leave(0..10);
    sync(program, &connector).await;
    let waiting = page.get(&format!("{path}/removals")).await.expect(200);
    let (seen, listing) =
        (waiting.between("name=\"seen\" value=\"", "\""), waiting.between("name=\"listing\" value=\"", "\""));
    let decided = [("seen", seen.as_str()), ("listing", listing.as_str()), ("reason", "they told us")];
    page.post_form(&format!("{path}/removals/discard"), &decided).await.expect(303);
    story.left("removals.discarded").await;
    let all = [("seen", seen.as_str()), ("reason", "they told us")];
    page.post_form(&format!("{path}/removals/confirm"), &[("seen", seen.as_str())]).await.expect(422);
    program.json("POST", &format!("/api/v1{path}/removals/confirm"), &json!({ "seen": 0, "reason": "" })).await;
    assert_eq!(story.fresh().await, Vec::<String>::new());
    page.post_form(&format!("{path}/removals/confirm"), &all).await;
    story.fresh().await;

    page.post_form(&format!("{path}/remove"), &[("typed", "something else"), ("history", "keep")]).await.expect(422);
    assert_eq!(story.fresh().await, Vec::<String>::new());
    page.post_form(&format!("{path}/remove"), &[("typed", name.as_str()), ("history", "keep")]).await.expect(200);
    story.left("connector.removed").await;
}

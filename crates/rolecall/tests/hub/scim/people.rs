//! Whoever is pushed is somebody of the directories, a few seconds later.

use std::time::Duration;

use serde_json::json;

use super::{ENTERPRISE, Provider, USERS, path_of};
use crate::harness::{Hub, Source, until};

const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_pushed_is_a_person_with_accounts_and_leaves_with_another_push() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    let provider = Provider::add(&hub, "Okta");
    let user = |active: bool| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "userName": "otto@acme.test", "displayName": "Otto Brandt", "active": active,
            "npmUsername": "otto.brandt", ENTERPRISE: { "employeeNumber": "42" },
        })
    };
    let made = provider.made(USERS, &user(true)).await;
    let page = async || person.browser.get("/people").await.expect(200);
    until(PATIENCE, page, |page| page.body.contains("Otto Brandt") && page.body.contains("works here")).await;
    let theirs = person.browser.get("/people/person?key=42").await.expect(200);
    assert!(theirs.body.contains("otto.brandt") && theirs.body.contains("npmUsername"), "{}", theirs.body);
    provider.send("PUT", &path_of(&made), &user(false)).await.expect(200);
    until(PATIENCE, page, |page| page.body.contains(">left</span>")).await;
    let left = person.browser.get("/people/person?key=42").await.expect(200);
    assert!(left.body.contains("They left, and still have 1 account"), "{}", left.body);
    let changed = person.program.get("/api/v1/changes?text=employment").await.expect(200);
    assert!(changed.body.contains("departed"), "{}", changed.body);
}

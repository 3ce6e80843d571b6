//! Pages about people.

use serde_json::json;

use super::story::{Area, Story};
use crate::harness::{Hub, PASSWORD, code_of};

const OTHER_PASSWORD: &str = "four other words entirely";

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_change_of_people_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let mut story = Story::begin(&hub, &administrator.program).await;
    others(&hub, &mut story).await;
    logins(&hub, &mut story).await;
    oneself(&hub, &mut story).await;
    story.covers(Area::People);
}

/// What an administrator does to others.
async fn others(hub: &Hub, story: &mut Story<'_>) {
    let page = &hub.administrator().await.browser;
    let someone = hub.person("auditor").await;
    story.leaves("POST /invitation/{token}").await;
    page.post_form("/users/invite", &[("role", "auditor")]).await.expect(200);
    story.leaves("POST /users/invite").await;
    let link = page.get("/users").await.expect(200).between("/users/links/", "/revoke");
    page.post_form(&format!("/users/links/{link}/revoke"), &[]).await.expect(303);
    story.leaves("POST /users/links/{id}/revoke").await;
    let user = format!("/users/{}", hub.user_id(&someone.name).await);
    // Whose address an account has is that person: nobody takes another's.
    let own =
        someone.browser.post_form("/account/details", &[("display-name", "S."), ("email", "ada@acme.test")]).await;
    own.expect(403);
    story.nothing().await;
    someone.browser.post_form("/account/details", &[("display-name", "S.")]).await.expect(303);
    story.left("hub.user-changed").await;
    page.post_form(&format!("{user}/sessions/end"), &[]).await.expect(303);
    story.leaves("POST /users/{id}/sessions/end").await;
    let address = ("email", vec![("email", "someone@acme.test")]);
    for (word, fields) in [address, ("role", vec![("role", "reviewer")]), ("disable", vec![]), ("enable", vec![])] {
        page.post_form(&format!("{user}/{word}"), &fields).await.expect(303);
        story.leaves(&format!("POST /users/{{id}}/{word}")).await;
    }
    page.post_form(&format!("{user}/reset"), &[("scope", "password")]).await.expect(200);
    story.leaves("POST /users/{id}/reset").await;
}

/// What people say to command lines that ask to be let in.
async fn logins(hub: &Hub, story: &mut Story<'_>) {
    let page = &hub.administrator().await.browser;
    for word in ["allow", "refuse"] {
        let asked =
            hub.nobody().json("POST", "/api/v1/logins", &json!({ "machine": "laptop" })).await.expect(201).json();
        let fields = [("code", asked["userCode"].as_str().unwrap()), ("days", "7")];
        page.post_form(&format!("/logins/{word}"), &fields).await.expect(303);
        story.leaves(&format!("POST /logins/{word}")).await;
    }
}

/// What people do to their own accounts.
async fn oneself(hub: &Hub, story: &mut Story<'_>) {
    let page = &hub.administrator().await.browser;
    page.post_form("/account/details", &[("display-name", "Ada L.")]).await.expect(303);
    story.leaves("POST /account/details").await;
    page.post_form("/account/tokens", &[("name", "more"), ("role", "auditor")]).await.expect(200);
    story.leaves("POST /account/tokens").await;
    let token = page.get("/account").await.expect(200).between("/account/tokens/", "/revoke");
    page.post_form(&format!("/account/tokens/{token}/revoke"), &[]).await.expect(303);
    story.leaves("POST /account/tokens/{id}/revoke").await;
    page.post_form("/confirm", &[("password", PASSWORD)]).await.expect(303);
    story.leaves("POST /confirm").await;
    page.post_form("/account/password", &[("current", PASSWORD), ("new", OTHER_PASSWORD)]).await.expect(303);
    story.leaves("POST /account/password").await;

    let fields = [("name", "ada"), ("password", "not the password at all")];
    hub.nobody().post_form("/sign-in", &fields).await.expect(401);
    story.left("hub.sign-in-failed").await;
    let fields = [("name", "ada"), ("password", OTHER_PASSWORD)];
    hub.nobody().post_form("/sign-in", &fields).await.expect(303);
    story.leaves("POST /sign-in").await;
    let session = page.get("/account").await.expect(200).between("/account/sessions/", "/end");
    page.post_form(&format!("/account/sessions/{session}/end"), &[]).await.expect(303);
    story.leaves("POST /account/sessions/{id}/end").await;

    let begun = page.post_form("/account/second-factor", &[]).await.expect(200);
    story.leaves("POST /account/second-factor").await;
    let code = code_of(&begun.between("<pre>", "</pre>"));
    page.post_form("/account/second-factor/confirm", &[("code", &code)]).await.expect(200);
    story.leaves("POST /account/second-factor/confirm").await;
    page.post_form("/account/recovery-codes", &[]).await.expect(200);
    story.leaves("POST /account/recovery-codes").await;
    page.post_form("/account/second-factor/remove", &[]).await.expect(303);
    story.leaves("POST /account/second-factor/remove").await;
    page.post_form("/sign-out", &[]).await.expect(303);
    story.leaves("POST /sign-out").await;
    page.get("/connectors").await.expect(303);
}

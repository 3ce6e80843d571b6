//! Whoever tries to be somebody else is refused, and that is recorded.

use serde_json::Value as Json;

use crate::harness::{Answer, Client, Hub, PASSWORD};

/// What was recorded under an action, newest first: the details.
async fn recorded(auditor: &Client, action: &str) -> Vec<Json> {
    let log = auditor.get(&format!("/api/v1/audit?action={action}")).await.expect(200).json();
    log["items"].as_array().unwrap().iter().map(|record| record["details"].clone()).collect()
}

/// That nothing is opened by what this client has, and that a browser is told to forget it.
async fn opens_nothing(client: &Client) {
    let forgets = |answer: &Answer| {
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("rolecall=;") && cookie.contains("Max-Age=0"), "{answer:#?}");
    };
    let page = client.get("/connectors").await.expect(303);
    assert!(page.location().starts_with("/sign-in"), "{page:#?}");
    forgets(&page);
    let program = client.get("/api/v1/connectors").await;
    forgets(&program);
    program.problem(401, "not-signed-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_not_found_by_trying() {
    let hub = Hub::start().await;
    let auditor = hub.administrator().await.program.clone();
    let attempt = async |name: &str, password: &str| {
        hub.nobody().post_form("/sign-in", &[("name", name), ("password", password)]).await
    };
    for number in 0..5 {
        attempt("ada", &format!("guess number {number}")).await.expect(401);
    }
    // Not even the right one is looked at now, and whoever waits is told how long.
    let locked = attempt("ada", PASSWORD).await.expect(429);
    assert!(locked.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds <= 60), "{locked:#?}");
    assert!(!locked.body.contains(PASSWORD));
    // Nobody learns which names there are.
    for number in 0..5 {
        attempt("nobody-of-this-name", &format!("guess number {number}")).await.expect(401);
    }
    attempt("nobody-of-this-name", PASSWORD).await.expect(429);
    assert_eq!(recorded(&auditor, "hub.locked-out").await.len(), 2);
    assert_eq!(recorded(&auditor, "hub.sign-in-failed").await.len(), 2);
    // Those who are signed in are not disturbed.
    hub.administrator().await.browser.get("/connectors").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_cookie_or_token_opens_nothing() {
    let hub = Hub::start().await;
    let auditor = hub.administrator().await.program.clone();
    let own = hub.administrator().await.browser.session().to_owned();
    let mut altered = own.clone();
    let last = if altered.pop() == Some('A') { 'B' } else { 'A' };
    altered.push(last);
    for forged in [&*altered, "0", "null", "../../etc/passwd", &"x".repeat(4000), &own[..own.len() - 1]] {
        opens_nothing(&hub.nobody().with_session(forged)).await;
    }
    for forged in ["rolecall_", "rolecall_0000", "null", &"x".repeat(4000)] {
        hub.nobody().with_token(forged).get("/api/v1/me").await.problem(401, "not-signed-in");
    }
    let told = recorded(&auditor, "hub.credential-refused").await;
    assert_eq!((told.len(), &told[0]["kind"], &told[0]["times"]), (1, &"session".into(), &1.into()), "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_session_opens_nothing_once_it_was_ended() {
    let hub = Hub::start().await;
    let auditor = hub.administrator().await.program.clone();
    let person = hub.person("reviewer").await;
    let thief = hub.nobody().with_session(person.browser.session());
    thief.get("/connectors").await.expect(200);
    person.browser.post_form("/sign-out", &[]).await.expect(303);
    opens_nothing(&thief).await;
    assert_eq!(recorded(&auditor, "hub.session-refused").await[0]["why"], "ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_another_program_ends_for_both_and_its_owner_is_told() {
    let hub = Hub::start().await;
    let auditor = hub.administrator().await.program.clone();
    let person = hub.person("reviewer").await;
    let thief = hub.nobody().with_session(person.browser.session());
    let stolen = thief.request(reqwest::Method::GET, "/connectors").header("user-agent", "thief/1.0");
    assert!(thief.send(stolen).await.expect(303).location().starts_with("/sign-in"));
    opens_nothing(&person.browser).await;
    assert_eq!(recorded(&auditor, "hub.session-refused").await[0]["why"], "other-program");
    let notices = person.program.get("/api/v1/notices").await.expect(200);
    assert!(notices.body.contains("used by another program"), "{notices:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_expired_opens_nothing() {
    for (column, why) in [("expires_at", "expired"), ("seen_at", "not-used")] {
        let hub = Hub::start().await;
        let person = hub.administrator().await;
        person.browser.get("/connectors").await.expect(200);
        hub.database_change(&format!("update hub_session set {column} = 1")).await;
        opens_nothing(&person.browser).await;
        assert_eq!(recorded(&person.program, "hub.session-refused").await[0]["why"], why);
        // What is done in a page that was left open is not done, and whoever did it is led to the sign-in.
        let late = person.browser.post_form("/account/details", &[("display-name", "Eve")]).await;
        assert!(late.status == 401 || late.location().starts_with("/sign-in"), "{late:#?}");
        assert!(!person.program.get("/api/v1/users").await.expect(200).body.contains("Eve"));
    }
}

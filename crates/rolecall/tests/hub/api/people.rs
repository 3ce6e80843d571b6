//! The people who use the hub, and what a token cannot do.

use serde_json::json;

use crate::harness::{Hub, ROLES};

#[tokio::test(flavor = "multi_thread")]
async fn only_who_gave_a_password_lately_changes_people() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    let person = hub.person("auditor").await;
    let users = administrator.program.get("/api/v1/users").await.expect(200).json();
    let id = users["items"].as_array().unwrap().iter().find(|user| user["name"] == person.name).unwrap()["id"].clone();
    let path = format!("/api/v1/users/{}", id.as_str().unwrap());
    let role = json!({ "role": "reviewer" });
    administrator.program.json("PUT", &format!("{path}/role"), &role).await.problem(403, "hub-not-recent");
    administrator.program.json("POST", "/api/v1/invitations", &role).await.problem(403, "hub-not-recent");
    let changed = administrator.browser.json("PUT", &format!("{path}/role"), &role).await.expect(200).json();
    assert_eq!(changed["role"], "reviewer");
    let disabled = administrator.browser.ask("POST", &format!("{path}/disable")).await.expect(200).json();
    assert!(disabled["disabledAt"].is_string(), "{disabled:#}");
    person.program.get("/api/v1/me").await.problem(401, "not-signed-in");
    administrator.browser.ask("POST", &format!("{path}/enable")).await.expect(200);
    person.program.get("/api/v1/me").await.expect(200);
    let tokens = administrator.program.get(&format!("{path}/tokens")).await.expect(200).json();
    let token = tokens["items"][0]["id"].as_str().unwrap();
    administrator.program.ask("DELETE", &format!("{path}/tokens/{token}")).await.expect(204);
    person.program.get("/api/v1/me").await.problem(401, "not-signed-in");
    let me = administrator.program.get("/api/v1/me").await.json();
    let own = format!("/api/v1/users/{}/role", me["id"].as_str().unwrap());
    administrator.browser.json("PUT", &own, &role).await.problem(409, "hub-last-administrator");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invited_and_make_tokens_of_their_own() {
    let hub = Hub::start().await;
    let browser = &hub.administrator().await.browser;
    let invited = browser.json("POST", "/api/v1/invitations", &json!({ "role": "auditor" })).await.expect(201).json();
    assert!(invited["address"].as_str().unwrap().starts_with(&hub.url), "{invited:#}");
    let links = browser.get("/api/v1/invitations").await.expect(200);
    let secret = invited["address"].as_str().unwrap().rsplit('/').next().unwrap();
    assert!(links.body.contains(invited["id"].as_str().unwrap()) && !links.body.contains(secret), "{links:#?}");
    let path = format!("/api/v1/invitations/{}", invited["id"].as_str().unwrap());
    browser.ask("DELETE", &path).await.expect(204);
    let wish = json!({ "name": "report", "role": "auditor", "days": 7 });
    let made = browser.json("POST", "/api/v1/me/tokens", &wish).await.expect(201).json();
    let program = hub.nobody().with_token(made["secret"].as_str().unwrap());
    assert_eq!(program.get("/api/v1/me").await.expect(200).json()["permissions"], json!(["read", "audit"]));
    let tokens = browser.get("/api/v1/me/tokens").await.expect(200);
    assert!(!tokens.body.contains(made["secret"].as_str().unwrap()));
    program.json("POST", "/api/v1/me/tokens", &wish).await.problem(403, "hub-no-account");
    let wrong = json!({ "name": "report", "role": "auditor", "days": 1000 });
    browser.json("POST", "/api/v1/me/tokens", &wrong).await.problem(422, "hub-expiry-invalid");
    program.ask("DELETE", &format!("/api/v1/me/tokens/{}", made["token"]["id"].as_str().unwrap())).await.expect(204);
    program.get("/api/v1/me").await.problem(401, "not-signed-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_reads_and_does_what_it_may() {
    let hub = Hub::start().await;
    for role in ROLES {
        let program = match role {
            "administrator" => hub.administrator().await.program.clone(),
            role => hub.person(role).await.program,
        };
        let expect = |roles: &[&str], good: u16| if roles.contains(&role) { good } else { 403 };
        for (path, roles) in [
            ("/api/v1/connectors", &ROLES[..]),
            ("/api/v1/jobs", &ROLES),
            ("/api/v1/status", &ROLES),
            ("/api/v1/questions", &ROLES),
            ("/api/v1/audit", &["administrator", "auditor"]),
            ("/api/v1/users", &["administrator"]),
        ] {
            program.get(path).await.expect(expect(roles, 200));
        }
        let check = program.json("POST", "/api/v1/connectors/check", &json!({ "type": "none", "fields": {} })).await;
        check.expect(expect(&["administrator", "connector-admin"], 422));
    }
}

//! Who sees what of an organisation, and who is let in at all.

mod cloudsmith_support;

use cloudsmith_support::{Client, answer, column, serve};
use reqwest::Method;
use rolecall_sim::cloudsmith::{
    Level, Listed, Principal, Quirks, Redaction, Role, Server, ServiceRole, TeamRole, World,
};
use serde_json::{Value, json};

fn acme() -> World {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "max", Role::Manager)
        .member("acme", "mia", Role::Member)
        .member("acme", "zoe", Role::Member)
        .member_private("acme", "zoe")
        .member("acme", "cora", Role::Collaborator)
        .member("acme", "ida", Role::Member)
        .deactivate("ida")
        .hidden_team("acme", "secret")
        .team_member("acme", "secret", "zoe", TeamRole::Member)
        .team_member("acme", "web", "mia", TeamRole::Manager)
        .team_member("acme", "web", "cora", TeamRole::Member)
        .service("acme", "ci", ServiceRole::Member)
        .service("acme", "boss", ServiceRole::Manager);
    world.account("outsider");
    world.repository("acme", "prod");
    world.repository("acme", "open").public();
    world
}

async fn roster(client: &Client) -> Vec<String> {
    client.column("/orgs/acme/members/", "user").await
}

#[tokio::test]
async fn each_role_sees_its_part_of_the_roster_and_the_teams() {
    let server = serve(acme()).await;
    let everybody = ["cora", "ida", "max", "mia", "olivia", "zoe"];
    for account in ["olivia", "max"] {
        let client = Client::of(&server, account);
        assert_eq!(roster(&client).await, everybody, "{account}");
        assert_eq!(client.column("/orgs/acme/teams/", "slug").await, ["secret", "web"], "{account}");
    }
    let member = Client::of(&server, "mia");
    assert_eq!(roster(&member).await, ["cora", "ida", "max", "mia", "olivia"], "no private membership");
    assert_eq!(member.column("/orgs/acme/teams/", "slug").await, ["web"]);
    assert_eq!(member.get("/orgs/acme/teams/secret/members").await.0, 404);
    let inside = Client::of(&server, "zoe");
    assert_eq!(inside.column("/orgs/acme/teams/", "slug").await, ["secret", "web"], "its own hidden team");
    let collaborator = Client::of(&server, "cora");
    assert_eq!(roster(&collaborator).await, ["cora", "mia"], "fellows only");
    assert_eq!(collaborator.get("/orgs/acme/members/olivia/").await.0, 404);
    let service = server.world().service_key("acme", "boss");
    assert_eq!(roster(&collaborator.with(&service)).await, everybody, "as a manager");
    let outsider = Client::of(&server, "outsider");
    assert_eq!(outsider.get("/orgs/acme/members/").await.0, 404);
    assert_eq!(outsider.get("/orgs/acme/").await.0, 404);
    assert_eq!(Client::anonymous(&server).get("/orgs/acme/members/").await.0, 401);
}

#[tokio::test]
async fn addresses_are_for_administrators_and_for_oneself() {
    let server = serve(acme()).await;
    let email = |rows: &Value, user: &str| {
        let rows = rows.as_array().expect("rows");
        rows.iter().find(|row| row["user"] == user).map(|row| row["email"].clone())
    };
    let (_, rows) = Client::of(&server, "max").get("/orgs/acme/members/").await;
    assert_eq!(email(&rows, "olivia"), Some(json!("olivia@mail.example")));
    let member = Client::of(&server, "mia");
    for (redaction, shown) in [
        (Redaction::Stars, json!("********")),
        (Redaction::Partly, json!("o***@mail.example")),
        (Redaction::Absent, Value::Null),
        (Redaction::None, json!("olivia@mail.example")),
    ] {
        server.world().quirks.redaction = redaction;
        let (_, rows) = member.get("/orgs/acme/members/").await;
        assert_eq!(email(&rows, "olivia"), Some(shown), "{redaction:?}");
        assert_eq!(email(&rows, "mia"), Some(json!("mia@mail.example")));
    }
}

#[tokio::test]
async fn settings_are_refused_to_plain_members_as_asked() {
    let server = serve(acme()).await;
    let settings = ["services/", "invites/", "openid-connect/", "saml-group-sync/", "api-key-rules/", "usage-limits/"];
    for account in ["mia", "cora"] {
        let client = Client::of(&server, account);
        for what in settings {
            let (status, body) = client.get(&format!("/orgs/acme/{what}")).await;
            assert_eq!(status, 403, "{account} {what}");
            assert_eq!(body["detail"], "You do not have permission to perform this action.");
        }
        server.world().quirks.under_privileged = 404;
        assert_eq!(client.get("/orgs/acme/services/").await, (404, json!({ "detail": "Not found." })));
        server.world().quirks = Quirks::default();
    }
    let manager = Client::of(&server, "max");
    for what in settings {
        assert_eq!(manager.get(&format!("/orgs/acme/{what}")).await.0, 200, "{what}");
    }
    // A service finds out about itself, and about no other.
    let key = server.world().service_key("acme", "ci");
    let service = manager.with(&key);
    assert_eq!(service.get("/orgs/acme/services/ci/").await.1["role"], "Member");
    assert_eq!(service.get("/orgs/acme/services/boss/").await.0, 403);
}

#[tokio::test]
async fn the_active_and_the_inactive_are_told_apart_as_the_quirks_say() {
    let server = serve(acme()).await;
    let client = Client::of(&server, "olivia");
    let users = |query: &'static str| {
        let client = client.clone();
        async move { client.column(&format!("/orgs/acme/members/{query}"), "user").await }
    };
    for word in ["true", "True"] {
        let (_, rows) = client.get(&format!("/orgs/acme/members/?is_active={word}")).await;
        assert!(!column(&rows, "user").contains(&"ida".to_owned()));
    }
    assert_eq!(users("?is_active=False").await, ["ida"]);
    assert_eq!(users("").await.len(), 6);
    server.world().quirks.is_active_omitted = Listed::InactiveOnly;
    assert_eq!(users("").await, ["ida"]);
    server.world().quirks.is_active_omitted = Listed::ActiveOnly;
    assert_eq!(users("").await.len(), 5);
    server.world().quirks.is_active_false = Listed::Everyone;
    assert_eq!(users("?is_active=false").await.len(), 6);
    assert_eq!(users("?query=role%3AOwner&is_active=true").await, ["olivia"]);
    assert_eq!(users("?sort=-user_name&is_active=true").await, ["zoe", "olivia", "mia", "max", "cora"]);
}

#[tokio::test]
async fn memberships_tell_teams_unless_they_do_not() {
    let server = serve(acme()).await;
    let client = Client::of(&server, "max");
    let (_, zoe) = client.get("/orgs/acme/members/zoe/").await;
    assert_eq!(zoe["teams"], json!([{ "name": "Secret", "slug": "secret", "role": "Member" }]));
    let (_, by_mail) = client.get("/orgs/acme/members/zoe%40mail.example/").await;
    assert_eq!(by_mail, zoe);
    server.world().quirks.teams_in_membership = false;
    assert!(client.get("/orgs/acme/members/zoe/").await.1.get("teams").is_none());
}

async fn whoami(server: &Server, headers: &[(&str, String)]) -> (u16, Value) {
    let mut request = Client::anonymous(server).request(Method::GET, "/v1/user/self/");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    answer(request).await
}

#[tokio::test]
async fn every_form_of_credential_is_taken_as_documented() {
    let server = serve(acme()).await;
    let key = server.world().key("mia");
    let sign_on = server.world().sign_on("mia");
    let basic = |pair: &str| format!("Basic {}", base64(pair));
    let slug = |answer: (u16, Value)| answer.1["slug"].as_str().map(ToOwned::to_owned);
    for (name, value) in [
        ("x-api-key", key.clone()),
        ("authorization", format!("token {key}")),
        ("authorization", basic(&format!("token:{key}"))),
        ("authorization", format!("Bearer {sign_on}")),
    ] {
        assert_eq!(slug(whoami(&server, &[(name, value)]).await).as_deref(), Some("mia"), "{name}");
    }
    // A key as a bearer token, junk and nothing at all are nobody, with status 200.
    for headers in
        [vec![("authorization", format!("Bearer {key}"))], vec![("authorization", "junk".to_owned())], vec![]]
    {
        let (status, body) = whoami(&server, &headers).await;
        assert_eq!((status, &body["authenticated"], &body["slug"]), (200, &json!(false), &Value::Null));
    }
    for (name, value) in [
        ("x-api-key", "wrong".to_owned()),
        ("x-api-key", sign_on),
        ("authorization", "token wrong".to_owned()),
        ("authorization", basic("mia@mail.example:password")),
    ] {
        assert_eq!(whoami(&server, &[(name, value.clone())]).await.0, 401, "{name} {value}");
    }
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let chunks = text.as_bytes().chunks(3).map(|chunk| {
        let number =
            chunk.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let letter = |place: usize| char::from(LETTERS[((number >> (18 - 6 * place)) & 0x3f) as usize]);
        (0..4).map(|place| if place <= chunk.len() { letter(place) } else { '=' }).collect::<String>()
    });
    chunks.collect()
}

#[tokio::test]
async fn keys_stop_working_when_they_are_taken_away_too_old_or_of_the_inactive() {
    let server = serve(acme()).await;
    let client = Client::of(&server, "ida");
    assert_eq!(client.get("/user/self/").await.0, 401, "inactive");
    let client = Client::of(&server, "mia");
    server.world().key_revoke("mia");
    assert_eq!(client.get("/user/self/").await.0, 401, "revoked");
    let client = Client::of(&server, "max");
    server.world().key_created("max", "2025-01-01").api_key_rule(
        "acme",
        rolecall_sim::cloudsmith::KeyRuleKind::Users,
        24 * 365,
    );
    assert_eq!(client.get("/orgs/acme/members/").await, (401, json!({ "detail": "API key has expired." })));
    assert_eq!(client.get("/repos/acme/open/").await.0, 401);
    let key = server.world().key_refresh("max");
    assert_eq!(client.with(&key).get("/orgs/acme/members/").await.0, 200);
    let owner = Client::of(&server, "olivia");
    let token = server.world().entitlement_token("acme", "open", "download", "olivia").secret();
    assert_eq!(owner.with(&token).get("/repos/acme/open/").await.0, 401, "entitlement tokens are no keys");
    assert!(server.world().entitlement_opens("acme", "open", &token));
}

#[tokio::test]
async fn repositories_are_listed_to_those_who_may_read_them() {
    let mut world = acme();
    world.privilege("acme", "prod", Principal::User("mia"), Level::Read);
    let server = serve(world).await;
    let listed = |client: Client| async move {
        let mut slugs = client.column("/repos/acme/", "slug").await;
        slugs.sort();
        slugs
    };
    assert_eq!(listed(Client::of(&server, "olivia")).await, ["open", "prod"]);
    assert_eq!(listed(Client::of(&server, "mia")).await, ["open", "prod"]);
    assert_eq!(listed(Client::of(&server, "max")).await, ["open"], "a manager has no right by the role");
    assert_eq!(listed(Client::anonymous(&server)).await, ["open"]);
    assert_eq!(Client::anonymous(&server).get("/v1/repos/").await, (200, json!([])));
    let manager = Client::of(&server, "max");
    assert_eq!(manager.get("/repos/acme/prod/privileges").await.0, 404, "not visible");
    assert_eq!(Client::of(&server, "mia").get("/repos/acme/prod/privileges").await.0, 403, "visible, no more");
    server.world().quirks.repositories_unfiltered = true;
    assert_eq!(listed(manager).await, ["open", "prod"]);
}

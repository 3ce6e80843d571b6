//! Credentials: what each kind of token opens, and an account's own tokens.

mod support;

use std::time::Duration;

use reqwest::Method;
use rolecall_sim::npm::{Access, Role, TokenSpec, TwoFactor, World};
use serde_json::json;
use support::{Client, serve};

const ROSTER: &str = "/-/org/acme/user";

fn acme() -> World {
    let mut world = World::new();
    world
        .organization("acme")
        .organization("other")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "adam", Role::Admin)
        .member("acme", "dev", Role::Developer);
    world.package("@acme/secret").private();
    world
}

#[tokio::test]
async fn bad_credentials_are_refused_everywhere() {
    let mut world = acme();
    let granular = || TokenSpec::granular("adam").reads_organization("acme");
    let classic = world.token(TokenSpec::classic("olivia"));
    let expired = world.token(granular().expired());
    let revoked = world.token(granular());
    world.token_revoke(&revoked);
    let server = serve(world).await;
    for token in ["npm_unknown", &classic, &expired, &revoked] {
        let response = Client::new(&server, token).response(ROSTER).await;
        assert_eq!(response.status(), 401, "{token}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
    let basic = Client::anonymous(&server).request(Method::GET, ROSTER).basic_auth("olivia", Some("pw"));
    assert_eq!(basic.send().await.expect("an answer").status(), 401);
}

#[tokio::test]
async fn a_token_may_be_bound_to_addresses() {
    let mut world = acme();
    let granular = || TokenSpec::granular("adam").reads_organization("acme");
    let elsewhere = world.token(granular().cidr("10.0.0.0/8"));
    let here = world.token(granular().cidr("10.0.0.0/8").cidr("127.0.0.0/8"));
    let server = serve(world).await;
    let response = Client::new(&server, &elsewhere).response(ROSTER).await;
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "ipaddress");
    assert_eq!(Client::new(&server, &here).get(ROSTER).await.0, 200);
}

#[tokio::test]
async fn a_session_ends_and_a_granular_token_lives_on() {
    let mut world = acme();
    let session = world.session("olivia");
    let granular = world.token(TokenSpec::granular("adam").reads_organization("acme"));
    let server = serve(world).await;
    server.world().advance(Duration::from_secs(3 * 3600));
    assert_eq!(Client::new(&server, &session).get(ROSTER).await.0, 401);
    assert_eq!(Client::new(&server, &granular).get(ROSTER).await.0, 200);
}

#[tokio::test]
async fn an_organization_has_to_be_selected() {
    let mut world = acme();
    let other = world.token(TokenSpec::granular("adam").reads_organization("other"));
    let packages_only = world.token(TokenSpec::granular("adam").packages(Access::ReadOnly, &["@acme"]));
    let developers = world.token(TokenSpec::granular("dev").reads_organization("acme"));
    let demoted = world.token(TokenSpec::granular("adam").reads_organization("acme"));
    let server = serve(world).await;
    for token in [&other, &packages_only, &developers] {
        let client = Client::new(&server, token);
        for path in [ROSTER, "/-/org/acme/team", "/-/team/acme/developers/user", "/-/org/acme/package"] {
            assert_eq!(client.get(path).await.0, 403, "{path}");
        }
    }
    let demoted = Client::new(&server, &demoted);
    assert_eq!(demoted.get(ROSTER).await.0, 200);
    server.world().member("acme", "adam", Role::Developer);
    assert_eq!(demoted.get(ROSTER).await.0, 403, "a token is capped by its account");
    server.world().quirks.organization_not_selected = 404;
    assert_eq!(demoted.get(ROSTER).await.0, 404);
}

#[tokio::test]
async fn reading_a_private_package_takes_a_token_that_covers_it() {
    let mut world = acme();
    let covering = world.token(TokenSpec::granular("adam").packages(Access::ReadOnly, &["@acme"]));
    let other = world.token(TokenSpec::granular("adam").organizations(Access::ReadOnly, &["acme"]));
    let server = serve(world).await;
    for path in ["/@acme%2fsecret", "/-/package/@acme%2fsecret/visibility"] {
        assert_eq!(Client::new(&server, &covering).get(path).await.0, 200);
        assert_eq!(Client::new(&server, &other).get(path).await.0, 404);
        assert_eq!(Client::anonymous(&server).get(path).await.0, 404);
    }
}

#[tokio::test]
async fn tokens_that_bypass_the_second_factor_govern_nothing() {
    let mut world = acme();
    let spec = TokenSpec::granular("olivia").organizations(Access::ReadWrite, &["acme"]).bypass_2fa();
    let token = world.token(spec.packages(Access::ReadWrite, &["@acme"]));
    let server = serve(world).await;
    let client = Client::new(&server, &token).otp("123456");
    let calls = [
        (Method::PUT, ROSTER, json!({ "user": "dev", "role": "admin" })),
        (Method::DELETE, ROSTER, json!({ "user": "dev" })),
        (Method::PUT, "/-/org/acme/team", json!({ "name": "sec" })),
        (Method::PUT, "/-/team/acme/developers/user", json!({ "user": "dev" })),
        (Method::POST, "/-/package/@acme%2fsecret/access", json!({ "access": "public" })),
        (Method::GET, "/-/package/@acme%2fsecret/trust", json!(null)),
        (Method::GET, "/-/npm/v1/tokens", json!(null)),
    ];
    for (method, path, body) in calls {
        let (status, answer) = client.send(method, path, &body).await;
        assert_eq!(status, 403, "{path}");
        assert!(answer["error"].as_str().expect("text").starts_with("Granular access tokens that bypass"));
    }
    assert_eq!(client.get(ROSTER).await.0, 200, "reading is not governing");
}

#[tokio::test]
async fn a_reading_token_writes_nothing() {
    let mut world = acme();
    let token = world.token(TokenSpec::granular("olivia").reads_organization("acme"));
    let server = serve(world).await;
    let client = Client::new(&server, &token).otp("123456");
    assert_eq!(client.put(ROSTER, &json!({ "user": "dev", "role": "admin" })).await.0, 403);
    assert_eq!(client.put("/-/org/acme/team", &json!({ "name": "sec" })).await.0, 403);
    assert_eq!(client.post("/-/package/@acme%2fsecret/access", &json!({ "access": "public" })).await.0, 403);
}

#[tokio::test]
async fn own_tokens_are_made_listed_and_revoked() {
    let mut world = acme();
    world.account("olivia").two_factor(TwoFactor::Off);
    let session = world.session("olivia");
    let server = serve(world).await;
    let asked = Client::new(&server, &session);
    let client = Client::new(&server, &session).otp("123456");
    let path = "/-/npm/v1/tokens";
    let wanted = |name: &str| {
        json!({
            "name": name, "orgs": ["acme"], "orgs_permission": "read-only", "expires": 30,
            "scopes": ["@acme"], "packages_and_scopes_permission": "read-only",
        })
    };
    assert_eq!(asked.post(path, &wanted("one")).await.0, 401, "a one-time password even without 2FA");
    let (status, made) = client.post(path, &wanted("one")).await;
    assert_eq!(status, 201);
    let secret = made["token"].as_str().expect("the whole token");
    assert_eq!(Client::new(&server, secret).get(ROSTER).await.0, 200);
    assert_eq!(Client::new(&server, secret).otp("123456").post(path, &wanted("x")).await.0, 403);
    client.post(path, &wanted("two")).await;
    let first = client.get("/-/npm/v1/tokens?page=0&perPage=1").await.1;
    assert_eq!((&first["total"], &first["objects"][0]["name"]), (&json!(2), &json!("one")));
    assert!(first["urls"]["next"].as_str().expect("a link").starts_with(server.url()));
    assert!(first["urls"].get("prev").is_none());
    let entry = &first["objects"][0];
    assert_eq!(entry["expiry"], "2026-12-23T12:00:00.000Z");
    assert!(entry["token"].as_str().expect("text").contains("..."));
    let key = entry["key"].as_str().expect("a key");
    assert_eq!(client.delete(&format!("{path}/token/{key}"), &json!(null)).await.0, 204);
    assert_eq!(client.delete(&format!("{path}/token/{key}"), &json!(null)).await.0, 404);
    assert_eq!(Client::new(&server, secret).get(ROSTER).await.0, 401);
    assert_eq!(client.post(path, &json!({})).await.1["message"], "Token name is required");
}

#[tokio::test]
async fn some_granular_tokens_do_not_know_who_they_are() {
    let mut world = acme();
    let token = world.token(TokenSpec::granular("adam").reads_organization("acme"));
    let server = serve(world).await;
    let client = Client::new(&server, &token);
    assert_eq!(client.get("/-/whoami").await.0, 200);
    server.world().quirks.granular_whoami_refused = true;
    assert_eq!(client.get("/-/whoami").await.0, 401);
    assert_eq!(client.get(ROSTER).await.0, 200);
}

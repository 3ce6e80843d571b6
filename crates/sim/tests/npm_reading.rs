//! What callers of each kind read: rosters, teams, packages, rights, documents.

mod support;

use rolecall_sim::npm::{Permission, PermissionWords, Role, RosterView, TeamNames, TokenSpec, TwoFactor, World};
use serde_json::json;
use support::{Client, serve};

/// `acme` with an owner, an admin, two developers, a team and three packages.
fn acme() -> World {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "adam", Role::Admin)
        .member("acme", "Dev.One", Role::Developer)
        .member("acme", "dev2", Role::Developer)
        .team_member("acme", "release", "dev2");
    world.package("@acme/lib").published("1.0.0", "olivia", "2024-01-01");
    world.package("@acme/secret").private();
    world.package("plain").maintainer("olivia").maintainer("eve");
    world.grant_remove("acme", "developers", "@acme/secret").grant("acme", "release", "@acme/secret", Permission::Read);
    world
}

#[tokio::test]
async fn a_member_reads_the_organization() {
    let mut world = acme();
    let token = world.session("dev2");
    let server = serve(world).await;
    let client = Client::new(&server, &token);
    let roster = client.response("/-/org/acme/user").await.text().await.expect("text");
    assert_eq!(roster, r#"{"olivia":"owner","adam":"admin","Dev.One":"developer","dev2":"developer"}"#);
    assert_eq!(client.get("/-/org/acme/team").await.1, json!(["acme:developers", "acme:release"]));
    assert_eq!(client.get("/-/team/acme/release/user").await.1, json!(["dev2"]));
    let secret = json!({ "@acme/secret": "read" });
    assert_eq!(client.get("/-/team/acme/release/package").await.1, secret);
    let packages = client.get("/-/org/acme/package?format=cli").await.1;
    assert_eq!(packages, json!({ "@acme/lib": "read-write", "@acme/secret": "read-only" }));
    assert_eq!(client.get("/-/team/acme/nosuch/user").await.0, 404);
    assert_eq!(client.get("/-/org/nosuch/user").await, (404, json!({ "error": "Scope not found" })));
}

#[tokio::test]
async fn others_see_less_of_a_roster() {
    let mut world = acme();
    let outsider = world.session("eve");
    world.member_public("acme", "adam");
    let server = serve(world).await;
    let anonymous = Client::anonymous(&server);
    assert_eq!(anonymous.get("/-/org/acme/user").await.0, 401);
    let outsider = Client::new(&server, &outsider);
    assert_eq!(outsider.get("/-/org/acme/user").await, (200, json!({ "adam": "admin" })));
    assert_eq!(outsider.get("/-/org/acme/team").await.0, 403);
    server.world().quirks.roster_anonymous = RosterView::Empty;
    assert_eq!(anonymous.get("/-/org/acme/user").await, (200, json!({})));
    let owner = server.world().session("olivia");
    server.world().quirks.roster = Some(RosterView::OnlySelf);
    let owner = Client::new(&server, &owner);
    assert_eq!(owner.get("/-/org/acme/user").await, (200, json!({ "olivia": "owner" })));
}

#[tokio::test]
async fn collaborators_come_from_teams_and_from_rights_of_their_own() {
    let mut world = acme();
    world.package("@acme/lib").collaborator("eve", Permission::Write).maintainer("ghost");
    world.grant("acme", "release", "@acme/lib", Permission::Read);
    let server = serve(world).await;
    let client = Client::anonymous(&server);
    for name in ["@acme%2flib", "@acme%2Flib", "%40acme%2Flib", "@acme/lib"] {
        let (status, rights) = client.get(&format!("/-/package/{name}/collaborators")).await;
        assert_eq!(status, 200, "{name}");
        let expected = json!({
            "olivia": "write", "adam": "write", "Dev.One": "write", "dev2": "write", "eve": "write",
        });
        assert_eq!(rights, expected, "{name}");
    }
    let one = client.get("/-/package/@acme%2flib/collaborators?user=eve&format=cli").await.1;
    assert_eq!(one, json!({ "eve": "read-write" }));
    let plain = client.get("/-/package/plain/collaborators").await.1;
    assert_eq!(plain, json!({ "olivia": "write", "eve": "write" }));
    assert_eq!(client.get("/-/package/@acme%2fsecret/collaborators").await.0, 404);
}

#[tokio::test]
async fn a_package_has_a_full_and_an_abbreviated_document() {
    let mut world = acme();
    world.account("olivia").email_change("new@mail.example");
    world.package("@acme/lib").maintainer("olivia");
    let server = serve(world).await;
    let client = Client::anonymous(&server);
    let (status, full) = client.get("/@acme%2flib").await;
    assert_eq!(status, 200);
    assert_eq!(full["time"]["1.0.0"], "2024-01-01T12:00:00.000Z");
    let olivia = json!({ "name": "olivia", "email": "olivia@mail.example" });
    assert_eq!(full["versions"]["1.0.0"]["_npmUser"], olivia);
    assert_eq!(full["maintainers"], json!([olivia]));
    let abbreviated = client
        .request(reqwest::Method::GET, "/@acme%2flib")
        .header("accept", "application/vnd.npm.install-v1+json; q=1.0, */*")
        .send()
        .await
        .expect("an answer");
    let abbreviated: serde_json::Value = serde_json::from_str(&abbreviated.text().await.expect("text")).expect("JSON");
    assert!(abbreviated.get("maintainers").is_none() && abbreviated.get("time").is_none());
    assert_eq!(client.get("/@acme%2fsecret").await.0, 404);
    assert_eq!(client.get("/-/package/@acme%2flib/dist-tags").await.1["latest"], "1.0.0");
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again() {
    let mut world = acme();
    let token = world.token(TokenSpec::granular("adam").reads_organization("acme"));
    let server = serve(world).await;
    let client = Client::new(&server, &token);
    for path in ["/-/org/acme/user", "/-/org/acme/team", "/-/org/acme/package", "/@acme%2flib"] {
        let first = client.response(path).await;
        let tag = first.headers()["etag"].clone();
        let caching = first.headers()["cache-control"].to_str().expect("text");
        assert!(["no-cache", "private, max-age=0"].contains(&caching));
        let again = client.request(reqwest::Method::GET, path).header("if-none-match", tag);
        assert_eq!(again.send().await.expect("an answer").status(), 304, "{path}");
    }
    assert!(server.requests().iter().any(|request| request.if_none_match.is_some()));
}

#[tokio::test]
async fn who_am_i_and_who_is_this() {
    let mut world = acme();
    world.account("olivia").fullname("Olivia Owner").two_factor(TwoFactor::AuthOnly);
    let token = world.session("olivia");
    let server = serve(world).await;
    let client = Client::new(&server, &token);
    assert_eq!(client.get("/-/whoami").await.1, json!({ "username": "olivia" }));
    let profile = client.get("/-/npm/v1/user").await.1;
    assert_eq!(profile["tfa"]["mode"], "auth-only");
    assert_eq!(profile["fullname"], "Olivia Owner");
    let anonymous = Client::anonymous(&server);
    assert_eq!(anonymous.get("/-/user/org.couchdb.user:adam").await.1["name"], "adam");
    assert_eq!(anonymous.get("/-/user/org.couchdb.user:nobody").await.0, 404);
    assert_eq!(anonymous.get("/-/whoami").await.0, 401);
    assert_eq!(anonymous.get("/-/ping?write=true").await.0, 200);
    assert_eq!(anonymous.get("/-/user/eve/package").await.1, json!({ "plain": "write" }));
}

#[tokio::test]
async fn spellings_can_be_switched() {
    let mut world = acme();
    world.quirks.team_names = TeamNames::At;
    world.quirks.permission_words = PermissionWords::Long;
    world.quirks.visibility_map = true;
    let token = world.session("olivia");
    let server = serve(world).await;
    let client = Client::new(&server, &token);
    assert_eq!(client.get("/-/org/acme/team").await.1[0], "@acme:developers");
    assert_eq!(client.get("/-/org/acme/package").await.1["@acme/lib"], "read-write");
    let visibility = client.get("/-/package/@acme%2flib/visibility").await.1;
    assert_eq!(visibility, json!({ "@acme/lib": "public" }));
}

#[tokio::test]
async fn search_finds_public_packages_and_is_limited() {
    let world = acme();
    let server = serve(world).await;
    let client = Client::anonymous(&server);
    let (_, found) = client.get("/-/v1/search?text=maintainer%3Aeve&size=20").await;
    assert_eq!(found["total"], 1);
    assert_eq!(found["objects"][0]["package"]["name"], "plain");
    assert_eq!(client.get("/-/v1/search?text=secret").await.1["total"], 0);
    assert_eq!(client.get("/-/v1/search").await.1["code"], "ERR_TEXT_MISSING");
    for _ in 0..7 {
        assert_eq!(client.get("/-/v1/search?text=lib").await.0, 200);
    }
    let limited = client.response("/-/v1/search?text=lib").await;
    assert_eq!(limited.status(), 429);
    assert_eq!(limited.headers()["retry-after"], "0");
    assert!(limited.headers()["content-type"].to_str().expect("text").starts_with("text/html"));
    assert_eq!(client.get("/-/ping").await.0, 200, "only searches are limited");
}

//! Changing organisations and packages through the registry's own calls.

mod support;

use std::time::Duration;

use reqwest::Method;
use rolecall_sim::npm::{Access, Permission, Role, Server, TokenSpec, TwoFactor, World};
use serde_json::json;
use support::{Client, serve};

const ROSTER: &str = "/-/org/acme/user";
const TEAMS: &str = "/-/org/acme/team";

fn acme() -> World {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "adam", Role::Admin)
        .member("acme", "dev", Role::Developer)
        .team_member("acme", "release", "dev");
    world.account("eve");
    world.package("@acme/lib").maintainer("olivia");
    world
}

async fn client(server: &Server, account: &str) -> Client {
    let token = server.world().session(account);
    Client::new(server, &token).otp("123456")
}

#[tokio::test]
async fn an_invitation_is_no_membership() {
    let server = serve(acme()).await;
    let olivia = client(&server, "olivia").await;
    let request = olivia.request(Method::PUT, ROSTER).body(json!({ "user": "eve" }).to_string());
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 201);
    assert!(response.headers().contains_key("npm-notice"));
    let answer: serde_json::Value = serde_json::from_str(&response.text().await.expect("text")).expect("JSON");
    let expected = json!({ "org": { "name": "acme", "size": 4 }, "user": "eve", "role": "developer" });
    assert_eq!(answer, expected, "an invitation counts, though");
    assert!(olivia.get(ROSTER).await.1.get("eve").is_none());
    let add = json!({ "user": "eve" });
    assert_eq!(olivia.put("/-/team/acme/release/user", &add).await.0, 404, "not a member yet");
    assert!(server.world().invitation_accept("acme", "eve"));
    assert_eq!(olivia.get(ROSTER).await.1["eve"], "developer");
    let developers = olivia.get("/-/team/acme/developers/user").await.1;
    assert!(developers.as_array().expect("a list").contains(&json!("eve")), "everybody joins developers");
}

#[tokio::test]
async fn an_invitation_expires_after_a_week() {
    let server = serve(acme()).await;
    let olivia = client(&server, "olivia").await;
    olivia.put(ROSTER, &json!({ "user": "eve", "role": "team-admin" })).await;
    server.world().quirks.invitees_in_roster = true;
    assert_eq!(olivia.get(ROSTER).await.1["eve"], "admin");
    server.world().advance(Duration::from_secs(7 * 24 * 3600));
    assert!(!server.world().invitation_accept("acme", "eve"));
    let olivia = client(&server, "olivia").await;
    assert!(olivia.get(ROSTER).await.1.get("eve").is_none());
}

#[tokio::test]
async fn the_last_owner_stays() {
    let server = serve(acme()).await;
    let olivia = client(&server, "olivia").await;
    assert_eq!(olivia.delete(ROSTER, &json!({ "user": "olivia" })).await.0, 403);
    assert_eq!(olivia.put(ROSTER, &json!({ "user": "olivia", "role": "admin" })).await.0, 403);
    assert_eq!(olivia.put(ROSTER, &json!({ "user": "dev", "role": "super-admin" })).await.0, 201);
    assert_eq!(olivia.delete(ROSTER, &json!({ "user": "olivia" })).await.0, 204);
    assert_eq!(olivia.put(ROSTER, &json!({ "user": "dev", "role": "admin" })).await.0, 403);
}

#[tokio::test]
async fn who_leaves_leaves_every_team() {
    let server = serve(acme()).await;
    let olivia = client(&server, "olivia").await;
    assert_eq!(olivia.delete(ROSTER, &json!({ "user": "dev" })).await.0, 204);
    assert_eq!(olivia.get("/-/team/acme/release/user").await.1, json!([]));
    assert_eq!(olivia.delete(ROSTER, &json!({ "user": "dev" })).await.0, 404);
    assert_eq!(olivia.delete(ROSTER, &json!({ "user": "nobody" })).await.0, 404);
    assert_eq!(olivia.put(ROSTER, &json!({})).await.0, 400);
    assert_eq!(olivia.put(ROSTER, &json!({ "user": "dev", "role": "king" })).await.0, 400);
}

#[tokio::test]
async fn roles_decide_who_governs() {
    let server = serve(acme()).await;
    let adam = client(&server, "adam").await;
    let dev = client(&server, "dev").await;
    let eve = client(&server, "eve").await;
    let promote = json!({ "user": "dev", "role": "admin" });
    for (person, roster, team) in [(&adam, 403, 201), (&dev, 403, 403), (&eve, 403, 403)] {
        assert_eq!(person.put(ROSTER, &promote).await.0, roster);
        assert_eq!(person.put(TEAMS, &json!({ "name": "sec" })).await.0, team);
    }
    assert_eq!(Client::anonymous(&server).put(ROSTER, &promote).await.0, 401);
}

#[tokio::test]
async fn teams_come_and_go_but_developers_stays() {
    let server = serve(acme()).await;
    let adam = client(&server, "adam").await;
    assert_eq!(adam.put(TEAMS, &json!({ "name": "sec" })).await, (201, json!({ "name": "sec" })));
    assert_eq!(adam.put(TEAMS, &json!({ "name": "sec" })).await.0, 409);
    assert_eq!(adam.put(TEAMS, &json!({ "name": "Not good" })).await.0, 400);
    assert_eq!(adam.put("/-/team/acme/sec/user", &json!({ "user": "dev" })).await, (201, json!({})));
    assert_eq!(adam.delete("/-/team/acme/sec/user", &json!({ "user": "dev" })).await.0, 204);
    assert_eq!(adam.delete("/-/team/acme/sec/user", &json!({ "user": "dev" })).await.0, 404);
    server.world().quirks.deletes_answer_200 = true;
    assert_eq!(adam.delete("/-/team/acme/sec", &json!(null)).await, (200, json!({})));
    assert_eq!(adam.delete("/-/team/acme/sec", &json!(null)).await.0, 404);
    assert_eq!(adam.delete("/-/team/acme/developers", &json!(null)).await.0, 403);
}

#[tokio::test]
async fn a_grant_takes_write_of_ones_own() {
    let mut world = acme();
    world.package("@other/lib");
    world.package("plain").maintainer("adam");
    let server = serve(world).await;
    let adam = client(&server, "adam").await;
    let path = "/-/team/acme/release/package";
    let grant = |package: &str| json!({ "package": package, "permissions": "read-write" });
    assert_eq!(adam.put(path, &grant("@acme/lib")).await.0, 201);
    assert_eq!(adam.put(path, &grant("plain")).await.0, 201, "unscoped ones too");
    assert_eq!(adam.put(path, &grant("@other/lib")).await.0, 403);
    assert_eq!(adam.put(path, &grant("@acme/none")).await.0, 404);
    let both = json!({ "@acme/lib": "write", "plain": "write" });
    assert_eq!(adam.get(path).await.1, both);
    assert_eq!(adam.delete(path, &json!({ "package": "plain" })).await.0, 204);
    server.world().team_member_remove("acme", "developers", "adam");
    assert_eq!(adam.put(path, &grant("@acme/lib")).await.0, 403, "a role alone writes nothing");
    server.world().quirks.grants_without_write = true;
    assert_eq!(adam.put(path, &grant("@acme/lib")).await.0, 201);
}

#[tokio::test]
async fn visibility_and_publishing_access_change() {
    let server = serve(acme()).await;
    let dev = client(&server, "dev").await;
    let path = "/-/package/@acme%2flib/access";
    assert_eq!(dev.post(path, &json!({ "access": "restricted" })).await.0, 200);
    let visibility = dev.get("/-/package/@acme%2flib/visibility").await.1;
    assert_eq!(visibility, json!({ "public": false }));
    let tokens = json!({ "publish_requires_tfa": true, "automation_token_overrides_tfa": false });
    assert_eq!(dev.post(path, &tokens).await.0, 200);
    let spec = TokenSpec::granular("dev").packages(Access::ReadWrite, &["@acme"]).bypass_2fa();
    let token = server.world().token(spec);
    assert_eq!(Client::new(&server, &token).publish("@acme/lib", "1.0.0").await.0, 403);
    server.world().unpaid("acme");
    dev.post(path, &json!({ "access": "public" })).await;
    assert_eq!(dev.post(path, &json!({ "access": "restricted" })).await.0, 402);
    let eve = client(&server, "eve").await;
    assert_eq!(eve.post(path, &json!({ "access": "public" })).await.0, 403);
}

#[tokio::test]
async fn owners_are_offered_and_removed() {
    let mut world = acme();
    world.package("plain").maintainer("eve").maintainer("dev");
    world.package("@acme/lib").maintainer("eve").collaborator("eve", Permission::Write);
    let server = serve(world).await;
    let dev = client(&server, "dev").await;
    let set = async |package: &str, maintainers: &[&str]| {
        let path = format!("/{}", package.replace('/', "%2f"));
        let revision = dev.get(&path).await.1["_rev"].as_str().expect("text").to_owned();
        let people: Vec<_> = maintainers.iter().map(|name| json!({ "name": name, "email": "x" })).collect();
        let body = json!({ "_id": package, "_rev": revision, "maintainers": people });
        dev.put(&format!("{path}/-rev/{revision}"), &body).await.0
    };
    assert_eq!(set("plain", &["eve", "dev", "adam"]).await, 200);
    assert_eq!(server.world().publishers("plain"), ["dev", "eve"], "an offer is no right");
    assert!(server.world().owner_offer_accept("plain", "adam"));
    assert_eq!(server.world().publishers("plain"), ["adam", "dev", "eve"]);
    assert_eq!(set("plain", &["adam", "dev"]).await, 200);
    assert_eq!(server.world().publishers("plain"), ["adam", "dev"]);
    assert_eq!(set("plain", &[]).await, 400);
    assert_eq!(set("@acme/lib", &["olivia"]).await, 200, "a right of one's own can be removed");
    assert_eq!(set("@acme/lib", &["eve"]).await, 404, "one that a team gives cannot");
    let stale = json!({ "_id": "plain", "maintainers": [{ "name": "dev" }] });
    assert_eq!(dev.put("/plain/-rev/1-00000000", &stale).await.0, 409);
}

#[tokio::test]
async fn accounts_without_a_second_factor_are_asked_for_none() {
    let mut world = acme();
    world.account("olivia").two_factor(TwoFactor::Off);
    world.account("adam").two_factor(TwoFactor::AuthOnly);
    let (olivia, adam) = (world.session("olivia"), world.session("adam"));
    world.quirks.size_as_text = true;
    let server = serve(world).await;
    let (olivia, adam) = (Client::new(&server, &olivia), Client::new(&server, &adam));
    let (status, answer) = olivia.put(ROSTER, &json!({ "user": "dev", "role": "owner" })).await;
    assert_eq!((status, &answer["org"]["size"]), (201, &json!("3")));
    assert_eq!(adam.put(TEAMS, &json!({ "name": "sec" })).await.0, 401);
    server.world().quirks.auth_only_exempt = true;
    assert_eq!(adam.put(TEAMS, &json!({ "name": "sec" })).await.0, 201);
}

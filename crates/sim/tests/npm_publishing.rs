//! What the registry enforces when somebody publishes.

mod support;

use rolecall_sim::npm::{Access, Permission, Publishing, Role, TokenSpec, TwoFactor, World};
use serde_json::json;
use support::{Client, serve, upload};

fn acme() -> World {
    let mut world = World::new();
    world
        .organization_without_developers("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "dev", Role::Developer)
        .member("acme", "reader", Role::Developer)
        .team_member("acme", "release", "dev")
        .team_member("acme", "readers", "reader")
        .grant("acme", "release", "@acme/lib", Permission::Write)
        .grant("acme", "readers", "@acme/lib", Permission::Read);
    world.package("@acme/lib").collaborator("eve", Permission::Write).maintainer("ghost");
    world.package("plain").maintainer("mona");
    world.account("stranger");
    world
}

#[tokio::test]
async fn teams_and_own_rights_decide_and_roles_do_not() {
    let mut world = acme();
    let people = ["olivia", "dev", "reader", "eve", "ghost", "mona", "stranger"];
    let tokens: Vec<_> = people.iter().map(|name| world.session(name)).collect();
    let server = serve(world).await;
    let mut published = Vec::new();
    for (number, (name, token)) in people.iter().zip(&tokens).enumerate() {
        let client = Client::new(&server, token).otp("123456");
        let (status, _) = client.publish("@acme/lib", &format!("1.0.{number}")).await;
        assert_eq!(status == 200, server.world().may_publish(name, "@acme/lib"));
        if status == 200 {
            published.push(*name);
        } else {
            assert_eq!(status, 403, "{name}");
        }
    }
    assert_eq!(published, ["dev", "eve"]);
    assert_eq!(server.world().publishers("@acme/lib"), published);
    let mona = Client::new(&server, &tokens[5]).otp("123456");
    assert_eq!(mona.publish("plain", "2.0.0").await.0, 200);
    assert_eq!(mona.publish("plain", "2.0.0").await.0, 403, "a version is published once");
}

#[tokio::test]
async fn every_member_may_create_and_no_outsider() {
    let mut world = acme();
    let (member, stranger) = (world.session("reader"), world.session("stranger"));
    let server = serve(world).await;
    let member = Client::new(&server, &member).otp("123456");
    let stranger = Client::new(&server, &stranger).otp("123456");
    assert_eq!(stranger.publish("@acme/new", "1.0.0").await.0, 403);
    assert_eq!(member.publish("@acme/new", "1.0.0").await.0, 200);
    assert_eq!(server.world().publishers("@acme/new"), ["reader"], "nobody else could");
    assert_eq!(stranger.publish("@stranger/own", "1.0.0").await.0, 200);
    assert_eq!(stranger.publish("@nobody/own", "1.0.0").await.0, 404);
    assert_eq!(stranger.publish("unscoped", "1.0.0").await.0, 200);
    assert_eq!(member.publish("unscoped", "1.0.1").await.0, 403);
    let mut private = upload("@stranger/private", "1.0.0");
    private["access"] = json!("restricted");
    assert_eq!(stranger.put("/@stranger%2fprivate", &private).await.0, 402);
}

#[tokio::test]
async fn new_packages_belong_to_the_developers_team() {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "dev", Role::Developer)
        .member("acme", "contractor", Role::Developer)
        .team_member_remove("acme", "developers", "contractor");
    let token = world.session("contractor");
    let server = serve(world).await;
    let client = Client::new(&server, &token).otp("123456");
    assert_eq!(client.publish("@acme/new", "1.0.0").await.0, 200);
    assert_eq!(server.world().publishers("@acme/new"), ["olivia", "dev"]);
    assert_eq!(client.publish("@acme/new", "1.0.1").await.0, 403);
}

#[tokio::test]
async fn a_token_reaches_no_further_than_it_was_made_for() {
    let mut world = acme();
    let granular = |access, name: &str| TokenSpec::granular("dev").packages(access, &[name]);
    let reading = world.token(granular(Access::ReadOnly, "@acme"));
    let elsewhere = world.token(granular(Access::ReadWrite, "@other").bypass_2fa());
    let writing = world.token(granular(Access::ReadWrite, "@acme"));
    let bypassing = world.token(granular(Access::ReadWrite, "@acme/lib").bypass_2fa());
    let staging = world.token(granular(Access::StageOnly, "@acme/lib").bypass_2fa());
    let server = serve(world).await;
    let publish = async |token: &str, version: &str| Client::new(&server, token).publish("@acme/lib", version).await.0;
    assert_eq!(publish(&reading, "1.0.0").await, 403);
    assert_eq!(publish(&elsewhere, "1.0.0").await, 403);
    assert_eq!(publish(&writing, "1.0.0").await, 401, "a one-time password is asked");
    assert_eq!(publish(&bypassing, "1.0.0").await, 200);
    assert_eq!(publish(&staging, "2.0.0").await, 201, "staged, not published");
    let tags = Client::anonymous(&server).get("/-/package/@acme%2flib/dist-tags").await.1;
    assert_eq!(tags, json!({ "latest": "1.0.0" }));
    server.world().package("@acme/lib").publishing(Publishing::SecondFactorOnly);
    assert_eq!(publish(&bypassing, "1.0.1").await, 403, "no tokens on this package");
}

#[tokio::test]
async fn an_account_without_a_second_factor_is_refused_where_one_is_demanded() {
    let mut world = acme();
    world.account("dev").two_factor(TwoFactor::Off);
    let token = world.session("dev");
    let server = serve(world).await;
    let client = Client::new(&server, &token);
    assert_eq!(client.publish("@acme/lib", "1.0.0").await.0, 403);
    server.world().package("@acme/lib").publishing(Publishing::Free);
    assert_eq!(client.publish("@acme/lib", "1.0.0").await.0, 200);
}

#[tokio::test]
async fn a_leaver_keeps_what_is_not_the_organizations() {
    let mut world = acme();
    world.package("plain").maintainer("dev");
    world.package("@acme/other").collaborator("dev", Permission::Write);
    let token = world.session("dev");
    let server = serve(world).await;
    server.world().member_remove("acme", "dev");
    let client = Client::new(&server, &token).otp("123456");
    assert_eq!(client.publish("@acme/lib", "1.0.0").await.0, 403);
    assert_eq!(client.publish("plain", "1.0.0").await.0, 200);
    assert_eq!(client.publish("@acme/other", "1.0.0").await.0, 200);
    assert!(server.world().team_members("acme", "release").is_empty());
}

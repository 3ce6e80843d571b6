//! Trusted publishers, the exchange of identity tokens, and staged versions.

mod support;

use rolecall_sim::npm::{Access, Role, TokenSpec, TrustSpec, TwoFactor, World};
use serde_json::json;
use support::{Client, serve};

const TRUST: &str = "/-/package/@acme%2flib/trust";

fn acme() -> World {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "dev", Role::Developer);
    world.package("@acme/lib").published("1.0.0", "dev", "2024-01-01");
    world.account("eve");
    world
}

#[tokio::test]
async fn trust_takes_a_second_factor_even_to_read() {
    let mut world = acme();
    world.account("olivia").two_factor(TwoFactor::Off);
    let tokens: Vec<_> = ["dev", "olivia", "eve"].map(|name| world.session(name)).into();
    let server = serve(world).await;
    let [dev, olivia, eve] = [0, 1, 2].map(|number| Client::new(&server, &tokens[number]).otp("123456"));
    assert_eq!(Client::new(&server, &tokens[0]).get(TRUST).await.0, 401);
    assert_eq!(dev.get(TRUST).await, (200, json!([])));
    assert_eq!(olivia.get(TRUST).await.1["error"], "Please enable 2fa for your account");
    assert_eq!(eve.get(TRUST).await.0, 403);
    let wanted = json!([{
        "type": "github",
        "claims": { "repository": "acme/lib", "workflow_ref": { "file": "publish.yml" } },
        "permissions": ["createPackage"],
    }]);
    let (status, made) = dev.post(TRUST, &wanted).await;
    assert_eq!(status, 200);
    assert_eq!(dev.post(TRUST, &wanted).await.0, 409, "one for each package");
    assert_eq!(dev.get(TRUST).await.1, made);
    let id = made[0]["id"].as_str().expect("an id");
    assert_eq!(dev.delete(&format!("{TRUST}/{id}"), &json!(null)).await.0, 204);
    assert_eq!(dev.delete(&format!("{TRUST}/{id}"), &json!(null)).await.0, 404);
    assert_eq!(dev.post(TRUST, &json!([])).await.0, 400);
}

#[tokio::test]
async fn a_trusted_workflow_publishes_one_package() {
    let mut world = acme();
    let trusted = TrustSpec::github("acme/lib", "release.yml");
    world.package("@acme/lib").trusted(trusted.clone());
    world.package("@acme/other");
    let server = serve(world).await;
    let exchange = "/-/npm/v1/oidc/token/exchange/package/@acme%2flib";
    let identity = World::identity_token(&trusted);
    let (status, exchanged) = Client::new(&server, &identity).post(exchange, &json!({})).await;
    assert_eq!((status, &exchanged["token_type"]), (201, &json!("oidc")));
    let workflow = Client::new(&server, exchanged["token"].as_str().expect("a token"));
    assert_eq!(workflow.publish("@acme/lib", "2.0.0").await.0, 200);
    assert_eq!(workflow.publish("@acme/other", "2.0.0").await.0, 403);
    assert_eq!(workflow.publish("@acme/new", "2.0.0").await.0, 403);
    let document = Client::anonymous(&server).get("/@acme%2flib").await.1;
    let version = &document["versions"]["2.0.0"];
    assert_eq!(version["_npmUser"]["trustedPublisher"]["id"], "github");
    assert!(version["dist"]["attestations"].is_object());
    let stranger = World::identity_token(&TrustSpec::github("evil/lib", "release.yml"));
    assert_eq!(Client::new(&server, &stranger).post(exchange, &json!({})).await.0, 401);
}

#[tokio::test]
async fn staged_versions_wait_for_approval() {
    let mut world = acme();
    let first = world.stage("@acme/lib", "2.0.0", "dev");
    let second = world.stage("@acme/lib", "3.0.0", "dev");
    let reading = world.token(TokenSpec::granular("dev").packages(Access::ReadOnly, &["@acme"]));
    let (dev, eve) = (world.session("dev"), world.session("eve"));
    let server = serve(world).await;
    let listed = Client::new(&server, &reading).get("/-/stage?page=0&perPage=1").await.1;
    assert_eq!((&listed["total"], &listed["items"][0]["version"]), (&json!(2), &json!("2.0.0")));
    assert_eq!(Client::new(&server, &eve).get("/-/stage").await.1["total"], 0);
    assert_eq!(Client::new(&server, &eve).get(&format!("/-/stage/{first}")).await.0, 404);
    let approve = format!("/-/stage/{first}/approve");
    assert_eq!(Client::new(&server, &reading).otp("123456").post(&approve, &json!({})).await.0, 403);
    assert_eq!(Client::new(&server, &dev).post(&approve, &json!({})).await.0, 401);
    let dev = Client::new(&server, &dev).otp("123456");
    assert_eq!(dev.post(&approve, &json!({})).await.0, 200);
    assert_eq!(dev.delete(&format!("/-/stage/{second}"), &json!(null)).await.0, 204);
    assert_eq!(dev.get("/-/stage?package=@acme/lib").await.1["total"], 0);
    let tags = dev.get("/-/package/@acme%2flib/dist-tags").await.1;
    assert_eq!(tags, json!({ "latest": "2.0.0" }));
}

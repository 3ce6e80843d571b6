//! One-time passwords in text and on the web, and signing in on the web.
// Helpers of tests should fail loudly.
#![allow(clippy::expect_used)]

mod support;

use std::time::Duration;

use reqwest::{Method, Response};
use rolecall_sim::npm::{OtpForm, Role, Server, WebApproval, World};
use serde_json::{Value, json};
use support::{Client, serve};

const ROSTER: &str = "/-/org/acme/user";

async fn acme() -> (Server, Client) {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "dev", Role::Developer);
    let token = world.session("olivia");
    let server = serve(world).await;
    let client = Client::new(&server, &token);
    (server, client)
}

async fn promote(client: &Client, auth_type: &str, otp: Option<&str>) -> Response {
    let body = json!({ "user": "dev", "role": "admin" }).to_string();
    let mut request = client.request(Method::PUT, ROSTER).body(body).header("npm-auth-type", auth_type);
    if let Some(otp) = otp {
        request = request.header("npm-otp", otp);
    }
    request.send().await.expect("an answer")
}

async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.expect("text")).expect("JSON")
}

/// The path and query of an address in an answer.
fn path<'a>(server: &Server, answer: &'a Value, field: &str) -> &'a str {
    let address = answer[field].as_str().expect("an address");
    address.strip_prefix(server.url()).expect("on this server")
}

#[tokio::test]
async fn a_text_challenge_is_met_with_the_code() {
    let (server, olivia) = acme().await;
    let asked = promote(&olivia, "legacy", None).await;
    assert_eq!(asked.status(), 401);
    assert_eq!(asked.headers()["www-authenticate"], "OTP");
    let text = json_of(asked).await;
    assert!(text["error"].as_str().expect("text").contains("one-time pass"));
    assert_eq!(promote(&olivia, "legacy", Some("1")).await.status(), 401);
    assert_eq!(promote(&olivia, "legacy", Some("123456")).await.status(), 201);
    server.world().set_otp_code("999999");
    assert_eq!(promote(&olivia, "legacy", Some("123456")).await.status(), 401);
    let sent: Vec<_> = server.requests().into_iter().filter_map(|request| request.otp).collect();
    assert_eq!(sent, ["1", "123456", "123456"]);
}

#[tokio::test]
async fn a_web_challenge_is_polled() {
    let (server, olivia) = acme().await;
    let asked = promote(&olivia, "web", None).await;
    assert_eq!((asked.status().as_u16(), asked.headers().contains_key("npm-notice")), (401, true));
    let asked = json_of(asked).await;
    let done = path(&server, &asked, "doneUrl");
    let waiting = olivia.response(done).await;
    assert_eq!(waiting.status(), 202);
    assert_eq!(waiting.headers()["retry-after"], "1");
    let (status, passed) = olivia.get(done).await;
    assert_eq!(status, 200);
    let otp = passed["token"].as_str().expect("a password");
    assert_eq!(promote(&olivia, "web", Some(otp)).await.status(), 201);
    assert_eq!(promote(&olivia, "web", Some(otp)).await.status(), 201, "good for five minutes");
    server.world().advance(Duration::from_secs(5 * 60));
    assert_eq!(promote(&olivia, "web", Some(otp)).await.status(), 401);
    assert_eq!(olivia.get(done).await.0, 404, "handed out once");
}

#[tokio::test]
async fn a_web_password_is_its_accounts_own() {
    let (server, olivia) = acme().await;
    server.world().member("acme", "otto", Role::Owner);
    let otto = server.world().session("otto");
    let otto = Client::new(&server, &otto);
    let asked = json_of(promote(&otto, "web", None).await).await;
    let done = path(&server, &asked, "doneUrl");
    otto.get(done).await;
    let passed = otto.get(done).await.1;
    let otp = passed["token"].as_str().expect("a password");
    assert_eq!(promote(&olivia, "web", Some(otp)).await.status(), 401);
    assert_eq!(promote(&otto, "web", Some(otp)).await.status(), 201);
}

#[tokio::test]
async fn a_challenge_can_wait_for_somebody_to_open_its_page() {
    let (server, olivia) = acme().await;
    server.world().quirks.web_approval = WebApproval::Manual;
    server.world().quirks.otp_form = OtpForm::Web;
    let asked = json_of(promote(&olivia, "legacy", None).await).await;
    let done = path(&server, &asked, "doneUrl");
    for _ in 0..3 {
        assert_eq!(olivia.get(done).await.0, 202);
    }
    let anybody = Client::anonymous(&server);
    assert_eq!(anybody.get(path(&server, &asked, "authUrl")).await.0, 200);
    assert_eq!(olivia.get(done).await.0, 200);
    assert_eq!(anybody.get("/auth/cli/none").await.0, 404);
}

#[tokio::test]
async fn signing_in_on_the_web_gives_a_session() {
    let (server, _) = acme().await;
    server.world().signs_in("dev");
    let anybody = Client::anonymous(&server);
    let (status, started) = anybody.post("/-/v1/login", &json!({ "hostname": "desk" })).await;
    assert_eq!(status, 200);
    let done = path(&server, &started, "doneUrl");
    assert_eq!(anybody.get(done).await.0, 202);
    let session = anybody.get(done).await.1;
    let token = session["token"].as_str().expect("a token");
    assert_eq!(Client::new(&server, token).get("/-/whoami").await.1["username"], "dev");
    let started = anybody.post("/-/v1/login", &json!({})).await.1;
    anybody.get(&format!("{}?as=olivia", path(&server, &started, "loginUrl"))).await;
    let session = anybody.get(path(&server, &started, "doneUrl")).await.1;
    let token = session["token"].as_str().expect("a token");
    assert_eq!(Client::new(&server, token).get("/-/whoami").await.1["username"], "olivia");
}

//! One port for people and for runners, over TLS; and what a proxy before the hub passes on.

use rolecall_testkit::Authority;

use super::Runner;
use crate::harness::Hub;

#[tokio::test(flavor = "multi_thread")]
async fn one_port_serves_people_and_runners_over_tls() {
    let authority = Authority::new().unwrap();
    let hub = Hub::start_tls(&authority).await;
    assert!(hub.url.starts_with("https://"), "{}", hub.url);
    let page = &hub.administrator().await.browser;
    // A browser that speaks HTTP/2 says its name elsewhere, and its forms are taken all the same.
    let origin = hub.url.trim_end_matches('/');
    let added = page.request(reqwest::Method::POST, "/connectors/add/baton/self-hosted").header("origin", origin);
    let added = added.header("content-type", "application/x-www-form-urlencoded").body("name=");
    let refused = page.send(added).await.expect(422);
    assert!(refused.body.contains("missing"), "{refused:#?}");
    let runner = Runner::added_trusting(&hub, "foreign", Some(&authority.file())).await;
    let calls = runner.calls().await;
    calls.hello().await.unwrap();
    let task = calls.task().await.unwrap().unwrap();
    calls.upload(&task, &vec![7; 3 << 20]).await.unwrap();
    calls.done(&task).await.unwrap();
}

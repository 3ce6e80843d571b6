//! One port for people and for runners, over TLS, with a certificate that the program itself makes.

use std::fs;

use super::Runner;
use crate::harness::Hub;

#[tokio::test(flavor = "multi_thread")]
async fn one_port_serves_people_and_runners_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start_tls(folder.path()).await;
    assert!(hub.url.starts_with("https://"), "{}", hub.url);
    let page = &hub.administrator().await.browser;
    // A browser that speaks HTTP/2 says its name elsewhere, and its forms are taken all the same.
    let origin = hub.url.trim_end_matches('/');
    let added = page.request(reqwest::Method::POST, "/connectors/add/baton/self-hosted").header("origin", origin);
    let added = added.header("content-type", "application/x-www-form-urlencoded").body("name=");
    let refused = page.send(added).await.expect(422);
    assert!(refused.body.contains("missing"), "{refused:#?}");
    let runner = Runner::added_trusting(&hub, "foreign", Some(&folder.path().join("ca.pem"))).await;
    let calls = runner.calls().await;
    calls.hello().await.unwrap();
    let task = calls.task().await.unwrap().unwrap();
    calls.upload(&task, &vec![7; 3 << 20]).await.unwrap();
    calls.done(&task).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_renewed_by_the_authority_that_is_there() {
    let hub = Hub::start().await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let make = || {
        let arguments = ["serve", "certificate", "--host", "127.0.0.1", "--host", "hub.test", "--out", out];
        let ran = tokio::task::block_in_place(|| hub.binary.run(&arguments)).unwrap();
        assert_eq!(ran.code, 0, "{ran:?}");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        (ran, ["ca.pem", "ca-key.pem", "server.pem", "server-key.pem"].map(read))
    };
    let (said, first) = make();
    assert!(said.stdout.contains("--tls-certificate") && said.stdout.contains("SSL_CERT_FILE="), "{said:?}");
    let (said, second) = make();
    assert!(said.stderr.contains("renewed"), "{said:?}");
    assert_eq!(first[..2], second[..2]);
    assert!(first[2] != second[2] && first[3] != second[3]);
    for (text, _) in first.iter().zip(0..).filter(|(_, number)| number % 2 == 1) {
        assert!(!said.stdout.contains(text.lines().nth(1).unwrap()), "a key is printed");
    }
    let refused = tokio::task::block_in_place(|| {
        hub.binary.run(&["serve", "certificate", "--host", "https://hub.test:1/ä", "--out", out])
    });
    assert_eq!(refused.unwrap().code, 2);
}

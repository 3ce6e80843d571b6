//! Our own runner, as people run it: with what the page shows, over TLS, by the hub's own authority.

use std::process::{Child, Stdio};
use std::time::Duration;

use rolecall_testkit::Binary;
use serde_json::Value as Json;

use crate::harness::{Hub, Source, is_over, until};

const PATIENCE: Duration = Duration::from_secs(120);

/// It ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_read_elsewhere_and_is_here_as_if_it_were_read_here() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start_tls(folder.path()).await;
    let person = hub.administrator().await.clone();
    let source = Source::npm_of(9).await;
    let address = source.form()["fields"]["address"].as_str().unwrap().to_owned();
    let fields = [("name", "acme"), ("organization", "acme"), ("address", address.as_str()), ("owners", "ada")];
    let added = person.browser.post_form("/connectors/add/npm/self-hosted", &fields).await.expect(200);
    let connector = added.between("<a href=\"/connectors/", "\"");
    let shown = |name: &str| {
        let line = added.body.lines().find_map(|line| line.split_once(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("no {name} in {added:#?}")).1.split('<').next().unwrap().to_owned()
    };
    let binary = ["BATON_CLIENT_ID", "BATON_CLIENT_SECRET", "BATON_ORGANIZATION"]
        .iter()
        .fold(Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap(), |binary, name| binary.variable(name, &shown(name)))
        .variable("BATON_ACCESS_TOKEN", source.secret())
        .variable("BATON_REGISTRY", &address)
        .variable("SSL_CERT_FILE", folder.path().join("ca.pem").to_str().unwrap());
    let mut command = binary.command(&["runner", "npm"]);
    let streams = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _running = Running(streams.spawn().unwrap());

    let latest = async || person.program.get("/api/v1/jobs?limit=20").await.expect(200).json();
    let sync = |jobs: &Json| jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == "sync").cloned();
    let jobs = until(PATIENCE, latest, |jobs| sync(jobs).is_some_and(|job| is_over(&job))).await;
    assert_eq!(sync(&jobs).unwrap()["state"], "done", "{jobs:#}");
    let now = person.program.get(&format!("/api/v1/connectors/{connector}")).await.expect(200).json();
    assert_eq!((&now["state"], &now["counts"]["accounts"]), (&"connected".into(), &11.into()), "{now:#}");
    assert_eq!(now["listings"]["incomplete"], 0, "{now:#}");
    let page = person.browser.get(&format!("/connectors/{connector}/runner")).await.expect(200).body;
    assert!(page.contains("Heard of") && page.contains("rolecall"), "{page}");
    assert!(!page.contains(source.secret()) && !hub.said().contains(source.secret()));
}

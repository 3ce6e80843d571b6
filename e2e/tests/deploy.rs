//! The files for running the hub: they are read as those who run it read them, and name nothing that the hub does not know.
//! Nothing of them is run.

#![expect(clippy::unwrap_used, reason = "what helps the tests reports to them by panicking")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use rolecall_e2e::{binary, python_yaml};
use serde_json::Value as Json;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// Every variable that the program says it reads, and those that its guides name.
fn variables() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for arguments in [&["serve", "--help"][..], &["--help"]] {
        let output = Command::new(binary()).args(arguments).output().unwrap();
        known.extend(named(&String::from_utf8(output.stdout).unwrap()));
    }
    for guide in ["backup.md", "self-hosted.md", "hub.md", "monitoring.md", "postgresql.md"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/guides").join(guide);
        known.extend(named(&std::fs::read_to_string(path).unwrap()));
    }
    known
}

/// The words in a text that are variables of ours.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("ROLECALL_")).map(str::to_owned).collect()
}

/// The addresses that anybody may ask for.
fn open_addresses() -> BTreeSet<String> {
    let output = Command::new(binary()).args(["serve", "--print-routes"]).output().unwrap();
    let routes: Json = serde_json::from_slice(&output.stdout).unwrap();
    let open =
        routes.as_array().unwrap().iter().filter(|route| route["access"] == "anyone" && route["method"] == "GET");
    open.map(|route| route["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn variables_are_those_that_the_hub_reads() {
    let known = variables();
    for name in ["Dockerfile", "compose.yaml", "rolecall.service", "kubernetes/hub.yaml"] {
        let unknown: Vec<String> = named(&text(name)).difference(&known).cloned().collect();
        assert!(unknown.is_empty(), "{name} names {unknown:?}");
    }
}

#[test]
fn the_manifests_are_what_a_cluster_takes() {
    let documents = python_yaml(&file("kubernetes/hub.yaml"));
    let documents = documents.as_array().unwrap();
    let kinds: Vec<&str> = documents.iter().map(|document| document["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ConfigMap", "Job", "Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy"]);
    for document in documents {
        assert!(document["apiVersion"].is_string() && document["metadata"]["name"].is_string(), "{document:#}");
    }
    let hub = &documents[2]["spec"]["template"]["spec"]["containers"][0];
    let open = open_addresses();
    for probe in ["readinessProbe", "livenessProbe"] {
        let path = hub[probe]["httpGet"]["path"].as_str().unwrap();
        assert!(open.contains(path), "{probe} asks {path}");
    }
    let image = format!("rolecall:{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(hub["image"], image, "the manifests are of this version");
    let security = &hub["securityContext"];
    assert_eq!(
        (&security["readOnlyRootFilesystem"], &security["allowPrivilegeEscalation"]),
        (&true.into(), &false.into())
    );
    let listened = documents[0]["data"]["ROLECALL_LISTEN"].as_str().unwrap();
    assert!(listened.ends_with(&format!(":{}", hub["ports"][0]["containerPort"])), "{listened}");
    let measured = documents[0]["data"]["ROLECALL_METRICS_LISTEN"].as_str().unwrap();
    let scraped = documents[2]["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"].as_str().unwrap();
    assert!(measured.ends_with(&format!(":{}", hub["ports"][1]["containerPort"])), "{measured}");
    assert!(measured.ends_with(&format!(":{scraped}")), "{scraped}");
    // What is served without a token is reached by those who scrape, and by nobody else.
    let rules = documents[5]["spec"]["ingress"].as_array().unwrap();
    for rule in rules {
        let is_open = rule["from"].is_null();
        assert_eq!(is_open, rule["ports"][0]["port"] == "http", "{rule:#}");
    }
}

#[test]
fn the_compose_file_has_two_hubs_that_wait_for_the_schema() {
    let compose = &python_yaml(&file("compose.yaml"))[0];
    let services = compose["services"].as_object().unwrap();
    let secrets = compose["secrets"].as_object().unwrap();
    for name in ["hub-1", "hub-2"] {
        let hub = &services[name];
        assert_eq!(hub["depends_on"]["migrate"]["condition"], "service_completed_successfully", "{hub:#}");
        for secret in hub["secrets"].as_array().unwrap() {
            assert!(secrets.contains_key(secret.as_str().unwrap()), "{secret}");
        }
        let published = hub["ports"][0].as_str().unwrap();
        assert!(published.starts_with("127.0.0.1:"), "a proxy speaks TLS, and not the hub: {published}");
    }
    assert_eq!(services["migrate"]["command"], serde_json::json!(["db", "migrate"]));
}

#[test]
fn the_unit_starts_the_hub_as_a_user_that_owns_nothing_else() {
    let unit = text("rolecall.service");
    let settings: BTreeSet<&str> = unit.lines().collect();
    for setting in
        ["ExecStart=/usr/local/bin/rolecall serve", "User=rolecall", "NoNewPrivileges=yes", "ProtectSystem=strict"]
    {
        assert!(settings.contains(setting), "{setting}");
    }
}

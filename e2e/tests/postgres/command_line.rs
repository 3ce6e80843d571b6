//! The command line says the same on both engines, and a database that moves between them stays the same.

use std::fs;

use rolecall_e2e::{Simulator, binary};
use rolecall_testkit::{Binary, Ran, TestDatabase};
use serde_json::Value as Json;

/// The binary on one engine, with the token of a simulated organisation.
struct Hub {
    binary: Binary,
    _database: TestDatabase,
}

impl Hub {
    fn new(database: TestDatabase, registry: &Simulator) -> Self {
        let path = binary().display().to_string();
        let binary = Binary::new(&path).unwrap().variable("NPM_TOKEN", registry.token("read-only"));
        let keys = binary.home().join("audit-key").display().to_string();
        let binary = binary.variable("ROLECALL_DATABASE", database.address()).variable("ROLECALL_AUDIT_KEY", &keys);
        Self { binary, _database: database }
    }

    async fn both(registry: &Simulator) -> [Self; 2] {
        let file = TestDatabase::file().unwrap();
        [Self::new(file, registry), Self::new(TestDatabase::new().await.unwrap(), registry)]
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.binary.run(arguments).unwrap()
    }

    fn done(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        ran
    }

    fn sync(&self, registry: &Simulator) {
        self.done(&["db", "migrate"]);
        self.done(&["sync", "npm", "--org", registry.organization(), "--registry", registry.registry()]);
    }
}

/// An answer without what differs from run to run: moments, ids, and how long something took.
fn timeless(answer: Json) -> Json {
    match answer {
        Json::String(text) => text.split(' ').map(word).collect::<Vec<_>>().join(" ").into(),
        Json::Array(items) => items.into_iter().map(timeless).collect(),
        Json::Object(map) => {
            let kept = map.into_iter().filter(|(key, _)| !["hash", "worker", "askedBy"].contains(&key.as_str()));
            kept.map(|(key, value)| (key, timeless(value))).collect()
        }
        other => other,
    }
}

fn word(word: &str) -> &str {
    let is_moment = word.len() >= 20 && word.starts_with("20") && word.contains('T') && word.contains('Z');
    let is_uuid = word.len() == 36 && word.matches('-').count() == 4;
    if is_moment || is_uuid { "…" } else { word }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_has_the_same_answer_on_both_engines() {
    let registry = Simulator::npm();
    let hubs = Hub::both(&registry).await;
    hubs.iter().for_each(|hub| hub.sync(&registry));
    hubs.iter().for_each(|hub| hub.sync(&registry));
    let package = registry.package();
    let questions: [&[&str]; 14] = [
        &["who-can", "publish", package],
        &["who-can", "publish", package, "--was", "2020-01-01"],
        &["access", registry.account("publisher")],
        &["list", "users"],
        &["list", "grants"],
        &["list", "packages"],
        &["list", "teams"],
        &["list", "syncs"],
        &["check"],
        &["changes"],
        &["status"],
        &["connectors", "list"],
        &["jobs", "list"],
        &["audit", "list"],
    ];
    for question in questions {
        let [one, other] = [0, 1].map(|hub: usize| {
            let ran = hubs[hub].run(&[question, &["--format", "json"]].concat());
            (ran.code, timeless(serde_json::from_str(&ran.stdout).unwrap_or(Json::from(ran.stderr))))
        });
        assert_eq!(one, other, "{question:?}");
        assert!(!matches!(&one.1, Json::Null), "{question:?} answers nothing");
    }
    for hub in &hubs {
        hub.done(&["db", "check"]);
        hub.done(&["audit", "head"]);
        hub.done(&["audit", "verify"]);
        hub.done(&["work", "--once"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_moves_there_and_back_is_the_same_to_the_byte() {
    let registry = Simulator::npm();
    let [here, there] = Hub::both(&registry).await;
    here.sync(&registry);
    here.sync(&registry);
    let back = Hub::new(TestDatabase::file().unwrap(), &registry);
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str| files.path().join(name).display().to_string();

    here.done(&["db", "export", &file("here")]);
    there.done(&["db", "migrate"]);
    there.done(&["db", "import", &file("here")]);
    there.done(&["db", "check"]);
    there.done(&["audit", "verify"]);
    there.done(&["db", "export", &file("there")]);
    back.done(&["db", "import", &file("there")]);
    back.done(&["db", "export", &file("back")]);
    let [here_bytes, there_bytes, back_bytes] = ["here", "there", "back"].map(|name| fs::read(file(name)).unwrap());
    assert!(!here_bytes.is_empty() && here_bytes == there_bytes && there_bytes == back_bytes);
    // Keys go on after those that were imported.
    there.sync(&registry);
    there.done(&["db", "check"]);
    there.done(&["audit", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_servers_database_is_migrated_only_when_somebody_asks_for_it() {
    let registry = Simulator::npm();
    let hub = Hub::new(TestDatabase::new().await.unwrap(), &registry);
    let refused = hub.run(&["sync", "npm", "--org", registry.organization(), "--registry", registry.registry()]);
    assert_eq!(refused.code, 7, "{}", refused.stderr);
    assert!(refused.stderr.contains("rolecall db migrate"), "{}", refused.stderr);
    hub.done(&["db", "migrate"]);
    let again = hub.done(&["db", "migrate"]);
    assert!(again.stdout.contains("already"), "{}", again.stdout);
}

//! A hub that reads an organisation, and tokens of every role.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rolecall_e2e::{Page, Simulator, binary};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const PASSWORD: &str = "four+plain+words+together";

/// How long the first sync may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running hub with one connector that is read.
pub(crate) struct Hub {
    child: Child,
    address: String,
    cookie: String,
    csrf: String,
    /// The connector.
    pub(crate) connector: String,
    /// A campaign that runs, and one that is over.
    pub(crate) campaigns: [Json; 2],
    /// What it reads.
    pub(crate) simulator: Simulator,
    _folder: TempDir,
}

impl Hub {
    /// Starts one, makes its administrator, and has it read the demo's organisation, and review that.
    pub(crate) fn connected() -> Self {
        let folder = TempDir::new().expect("a folder for the database");
        let mut child = Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env_clear()
            .env("HOME", folder.path())
            .env("ROLECALL_DATABASE", folder.path().join("rolecall.db"))
            .env("ROLECALL_ALLOW_INTERNAL", "1")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("rolecall starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
        let link = lines.find(|line| line.contains("/invitation/")).expect("a link for the first administrator");
        // It must not wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let link = link.trim().to_owned();
        let address = link.split("/invitation/").next().unwrap_or_default().to_owned();
        let simulator = Simulator::npm();
        let (cookie, csrf) = join(&address, &link);
        let mut hub = Self {
            child,
            address,
            cookie,
            csrf,
            connector: String::new(),
            campaigns: Default::default(),
            simulator,
            _folder: folder,
        };
        hub.connect();
        hub.campaigns = hub.reviewed();
        hub
    }

    /// Its address.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What people call its connector.
    pub(crate) fn title(&self) -> String {
        format!("npm:{}", self.simulator.organization())
    }

    /// A token that may do what a role may.
    pub(crate) fn token(&self, role: &str) -> String {
        let body = json!({ "name": "fuzzer", "role": role });
        self.ask("POST", "/api/v1/me/tokens", &body)["secret"].as_str().expect("a token").to_owned()
    }

    /// What it says to whoever is signed in.
    pub(crate) fn get(&self, path: &str) -> Json {
        self.ask("GET", path, &Json::Null)
    }

    fn ask(&self, method: &str, path: &str, body: &Json) -> Json {
        let headers = [("cookie", &*self.cookie), ("x-csrf-token", &*self.csrf), ("content-type", "application/json")];
        let answer = Page::ask(method, &format!("{}{path}", self.address), &headers, &body.to_string());
        assert!((200..300).contains(&answer.status), "{method} {path}: {answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    /// Has it review what its connector grants, once as it runs and once to the end, and names both.
    fn reviewed(&self) -> [Json; 2] {
        ["runs", "is over"].map(|name| {
            let scope = json!({ "connectors": [self.title()] });
            let campaign = json!({ "name": name, "definition": { "scope": scope, "fallback": "ada" } });
            let id = self.ask("POST", "/api/v1/reviews", &campaign)["id"].clone();
            let act = |word: &str, body: Json| {
                let path = format!("/api/v1/reviews/{}/{word}", id.as_str().expect("an id"));
                self.ask("POST", &path, &body)
            };
            act("stage", json!({}));
            act("start", json!({}));
            if name == "is over" {
                act("complete", json!({ "remaining": "deny", "reason": "nobody looked" }));
            }
            id
        })
    }

    fn connect(&mut self) {
        let simulator = &self.simulator;
        let organization = simulator.organization();
        let fields = json!({ "name": organization, "organization": organization, "address": simulator.registry() });
        let body = json!({ "type": "npm", "fields": fields, "secret": simulator.token("read-only") });
        let made = self.ask("POST", "/api/v1/connectors", &body);
        self.connector = made["connector"]["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/jobs/{}", made["sync"]["job"].as_str().expect("a job"));
        let until = Instant::now() + PATIENCE;
        while self.get(&path)["state"] != "done" {
            assert!(Instant::now() < until, "the organisation is not read: {}", self.get(&path));
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Makes the first administrator: the session's cookie, and what its pages say.
fn join(address: &str, link: &str) -> (String, String) {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let joined = Page::ask("POST", link, &form, &format!("name=ada&password={PASSWORD}"));
    let cookie = joined.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a session").to_owned();
    let account = Page::ask("GET", &format!("{address}/account"), &[("cookie", &cookie)], "");
    let csrf = account.body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    (cookie, csrf.expect("a form").to_owned())
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

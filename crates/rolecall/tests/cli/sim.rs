//! `rolecall sim`: what it says first, and that it serves what it says.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running `rolecall sim`, ended when it is dropped.
struct Simulator {
    child: Child,
    said: Value,
}

impl Simulator {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        let mut child = command.arg("sim").args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, said: serde_json::from_str(&line).unwrap() }
    }

    fn word(&self, pointer: &str) -> &str {
        self.said.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    async fn get(&self, part: &str, path: &str) -> (u16, Value) {
        rolecall_http::provider_install();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let key = self.word(&format!("/keys/{part}"));
        let url = format!("{}{path}", self.word("/url"));
        let answer = http.get(url).header("x-api-key", key).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn every_part_is_let_in_as_the_account_it_plays() {
    let simulator = Simulator::start(&["cloudsmith"]);
    for part in ["read-only", "owner", "manager", "member", "collaborator", "service", "service-manager", "outsider"] {
        let (status, body) = simulator.get(part, "user/self/").await;
        assert_eq!(
            (status, body["slug"].as_str()),
            (200, Some(simulator.word(&format!("/accounts/{part}")))),
            "{part}"
        );
    }
    assert_eq!(simulator.get("inactive", "user/self/").await.0, 401);
    let repository = format!("packages/{}/{}/", simulator.word("/organization"), simulator.word("/repository"));
    assert_eq!(simulator.get("publisher", &repository).await.0, 200);
}

#[tokio::test]
async fn sizes_quirks_and_faults_are_those_asked_for() {
    let sizes = ["--seed", "3", "--members", "12", "--teams", "2", "--repositories", "3", "--services", "1"];
    let behaviour = ["--quirk", "teams-absent", "--fault", "once too-many GET /orgs/*/members"];
    let simulator = Simulator::start(&[&["cloudsmith"], &sizes[..], &behaviour[..]].concat());
    let members = format!("v1/orgs/{}/members/", simulator.word("/organization"));
    assert_eq!(simulator.get("read-only", &members).await.0, 429);
    let (status, rows) = simulator.get("read-only", &members).await;
    assert_eq!((status, rows.as_array().map(Vec::len)), (200, Some(12)));
    assert!(rows[0].get("teams").is_none());
}

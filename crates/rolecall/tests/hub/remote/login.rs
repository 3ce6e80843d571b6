//! Signing in from the command line.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::Machine;
use crate::harness::{Client, Hub, until};

/// A `rolecall login` that waits for somebody.
struct Waiting {
    child: Child,
    code: String,
}

impl Waiting {
    fn begin(machine: &Machine) -> Self {
        let mut child = machine.binary.start(&["login", &machine.hub, "--machine", "ada's laptop"]).unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("/logins?code=")).expect("it says where to go");
        let code = line.split_once("code=").unwrap().1.trim().to_owned();
        // It says more, and is not to be held up by nobody reading.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, code }
    }

    /// What it said at its end.
    fn end(self) -> (i32, String) {
        let output = self.child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }
}

async fn records(administrator: &Client, action: &str) -> Vec<Json> {
    let log = administrator.get(&format!("/api/v1/audit?limit=100&action={action}")).await.expect(200).json();
    log["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_lets_a_command_line_in_and_takes_it_back() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let machine = Machine::new(&hub);
    let page = &administrator.browser;
    let login = Waiting::begin(&machine);
    let filled = page.get(&format!("/logins?code={}", login.code)).await.expect(200);
    assert!(filled.body.contains(&format!("value=\"{}\"", login.code)) && !filled.body.contains("laptop"));
    let shown = page.post_form("/logins", &[("code", &login.code.to_lowercase())]).await.expect(200);
    for told in ["ada&#39;s laptop", "127.0.0.1", "Auditor", "value=\"90\""] {
        assert!(shown.body.contains(told), "{told}: {shown:#?}");
    }
    page.post_form("/logins/allow", &[("code", &login.code), ("days", "7")]).await.expect(303);
    let code = login.code.clone();
    let (exit, said) = login.end();
    assert!(exit == 0 && said.contains("as ada, until 20"), "{said}");
    page.post_form("/logins/allow", &[("code", &code)]).await.expect(404);

    // It reads, and does nothing else.
    let status = machine.run(&["audit", "list", "--format", "csv"]);
    assert!(status.code == 0 && status.stdout.contains("hub.login-allowed"), "{status:?}");
    assert_eq!(machine.run(&["users", "list"]).code, 3);
    let listed = machine.binary.run(&["login", "--list", "--format", "json"]).unwrap().json();
    assert_eq!((&listed[0]["hub"], &listed[0]["name"]), (&json!(machine.hub), &json!("ada")));
    let own = page.get("/account").await.expect(200);
    assert!(own.body.contains("rolecall login: ada&#39;s laptop"), "{own:#?}");
    let program = &administrator.program;
    let allowed = records(program, "hub.login-allowed").await;
    assert!(allowed.len() == 1 && allowed[0]["actor"] == "ada", "{allowed:#?}");
    assert!(records(program, "hub.token-added").await.iter().any(|one| one["actor"] == "ada"));

    // Signing in again replaces the token, and signing out revokes it.
    let again = Waiting::begin(&machine);
    page.post_form("/logins/allow", &[("code", &again.code)]).await.expect(303);
    assert_eq!(again.end().0, 0);
    assert_eq!(records(program, "hub.token-revoked").await.len(), 1);
    assert_eq!(machine.run(&["status"]).code, 0);
    let kept = std::fs::read_to_string(machine.file(".config/rolecall/hubs.json")).unwrap();
    let out = machine.binary.run(&["logout"]).unwrap();
    assert!(out.code == 0 && out.stdout.contains("revoked"), "{out:?}");
    assert_eq!(records(program, "hub.token-revoked").await.len(), 2);
    assert_eq!((machine.run(&["status"]).code, machine.binary.run(&["logout", &machine.hub]).unwrap().code), (3, 6));
    // What was kept opens nothing any more, wherever somebody has it.
    std::fs::write(machine.file(".config/rolecall/hubs.json"), kept).unwrap();
    let revoked = machine.run(&["status"]);
    assert!(revoked.code == 3 && revoked.stderr.contains("does not know you"), "{revoked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_that_is_refused_or_of_a_wrong_code_opens_nothing() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await;
    let (machine, page) = (Machine::new(&hub), &administrator.browser);
    let login = Waiting::begin(&machine);
    let code = login.code.clone();
    let fields = [("code", code.as_str())];
    hub.nobody().post_form("/logins/allow", &fields).await.expect(401);
    page.without_csrf().post_form("/logins/allow", &fields).await.expect(403);
    page.post_form("/logins/allow", &[("code", "BCDF-GHJK")]).await.expect(404);
    page.post_form("/logins/allow", &[("code", &code), ("days", "400")]).await.expect(422);
    page.post_form("/logins/refuse", &fields).await.expect(303);
    assert_eq!(login.end(), (3, String::new()));
    assert_eq!(machine.run(&["status"]).code, 3);
    assert_eq!(records(&administrator.program, "hub.login-refused").await.len(), 1);
    // A program is no person: it lets nobody in.
    let begun = hub.nobody().json("POST", "/api/v1/logins", &json!({ "machine": "x" })).await.expect(201).json();
    let code = begun["userCode"].as_str().unwrap();
    administrator.program.post_form("/logins/allow", &[("code", code)]).await.expect(403);
    let asked = json!({ "deviceCode": begun["deviceCode"] });
    let ask = async || hub.nobody().json("POST", "/api/v1/logins/token", &asked).await;
    ask().await.problem(400, "login-pending");
    ask().await.problem(400, "login-slow-down");
    page.post_form("/logins/allow", &[("code", code)]).await.expect(303);
    // Whoever asked too soon is answered a little later.
    let let_in = until(Duration::from_secs(60), ask, |answer| answer.status == 200).await;
    let token = let_in.json();
    ask().await.problem(400, "login-expired");
    let program = hub.nobody().with_token(token["token"].as_str().unwrap());
    program.get("/api/v1/me").await.expect(200);
    // Nobody finds a code by trying, and none is shown to who tried too often.
    for _ in 0..10 {
        page.post_form("/logins", &[("code", "BCDF-GHJK")]).await;
    }
    page.post_form("/logins", &[("code", "BCDF-GHJK")]).await.expect(429);
}

#[tokio::test(flavor = "multi_thread")]
async fn log_ins_are_not_piled_up_by_anybody() {
    let hub = Hub::start().await;
    let begin = async |machine: &str| hub.nobody().json("POST", "/api/v1/logins", &json!({ "machine": machine })).await;
    for odd in ["", "a\nb", "\u{202e}"] {
        begin(odd).await.problem(422, "hub-text-invalid");
    }
    for _ in 0..20 {
        begin("laptop").await.expect(201);
    }
    begin("laptop").await.problem(503, "hub-logins-many");
    let mut last = begin("laptop").await;
    for _ in 0..30 {
        last = begin("laptop").await;
    }
    last.problem(429, "hub-locked");
    let machine = Machine::new(&hub);
    let ran = machine.binary.run(&["login", &machine.hub]).unwrap();
    assert!(ran.code == 8 && ran.stderr.contains("Too many attempts"), "{ran:?}");
}

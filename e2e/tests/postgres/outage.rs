//! The database goes away while a hub reads an organisation, and comes back. Everything goes on by itself, and whoever asks
//! meanwhile is told within seconds.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rolecall_e2e::{Page, Postgres, Simulator, binary};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// How long a hub may take to say that its database is gone: what a balancer or a person waits.
const SECONDS: Duration = Duration::from_secs(5);
/// How long it may take until everything has gone on: the lease of a job that broke off runs out after a minute.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long what is sent to be done waits for somebody else who writes to the same file.
const TURN: Duration = Duration::from_secs(30);

struct Hub {
    child: Child,
    address: String,
    cookie: String,
    csrf: String,
    said: Receiver<String>,
    folder: TempDir,
}

impl Hub {
    /// Starts one on a database, with its administrator. Of no address it has a file.
    fn start(database: Option<&str>) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("rolecall.db").display().to_string();
        let key = folder.path().join("master-key");
        std::fs::write(&key, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n").unwrap();
        std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        let command = |arguments: &[&str]| {
            let mut command = Command::new(binary());
            command.args(arguments).env_clear().env("HOME", folder.path()).env("ROLECALL_ALLOW_INTERNAL", "1");
            command.env("ROLECALL_DATABASE", database.unwrap_or(&file)).env("ROLECALL_SECRET_KEY_FILE", &key);
            command
        };
        assert!(command(&["db", "migrate"]).stdout(Stdio::null()).status().unwrap().success());
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = serve.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, said) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        std::thread::spawn(move || lines.for_each(|line| drop(tell.send(line))));
        let link = loop {
            let line = said.recv_timeout(PATIENCE).expect("a link for the first administrator");
            if line.contains("/invitation/") {
                break line.trim().to_owned();
            }
        };
        let address = link.split("/invitation/").next().unwrap().to_owned();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let joined = Page::ask("POST", &link, &form, "name=ada&password=four+plain+words+together");
        let cookie = joined.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let account = Page::ask("GET", &format!("{address}/account"), &[("cookie", &cookie)], "");
        let csrf = account.body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Self { child, address, cookie, csrf, said, folder }
    }

    fn ask(&self, method: &str, path: &str, kind: &str, body: &str) -> Page {
        let headers = [("cookie", &*self.cookie), ("x-csrf-token", &*self.csrf), ("content-type", kind)];
        Page::ask(method, &format!("{}{path}", self.address), &headers, body)
    }

    fn get(&self, path: &str) -> Page {
        self.ask("GET", path, "text/plain", "")
    }

    fn json(&self, method: &str, path: &str, body: &Json) -> Json {
        let page = self.ask(method, path, "application/json", &body.to_string());
        assert!((200..300).contains(&page.status), "{method} {path}: {page:?}");
        serde_json::from_str(&page.body).unwrap()
    }

    /// Waits until an answer is as it should be.
    fn until<T>(&self, what: &str, mut is_so: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = is_so() {
                return found;
            }
            let said: Vec<String> = self.said.try_iter().collect();
            assert!(Instant::now() < deadline, "{what} did not come about: {said:#?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Has an organisation read, and waits until that has begun. The job's and the connector's id.
    fn connect(&self, registry: &Simulator) -> (String, String) {
        let organization = registry.organization();
        let fields = json!({ "name": organization, "organization": organization, "address": registry.registry() });
        let body = json!({ "type": "npm", "fields": fields, "secret": registry.token("read-only") });
        let made = self.json("POST", "/api/v1/connectors", &body);
        let id = |pointer: &str| made.pointer(pointer).and_then(Json::as_str).unwrap().to_owned();
        let (job, connector) = (id("/sync/job"), id("/connector/id"));
        self.until("a sync", || {
            let connector = self.json("GET", &format!("/api/v1/connectors/{connector}"), &Json::Null);
            (connector.pointer("/progress/done")?.as_u64()? > 2).then_some(())
        });
        (job, connector)
    }

    fn processor_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let numbers =
            stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().skip(11).take(2)).into_iter().flatten();
        numbers.filter_map(|number| number.parse::<u64>().ok()).sum()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer that comes soon enough.
#[track_caller]
fn soon(within: Duration, ask: impl FnOnce() -> Page) -> Page {
    let began = Instant::now();
    let page = ask();
    assert!(began.elapsed() < within, "after {:?}: {page:?}", began.elapsed());
    page
}

/// That it says what is wrong, when to come back, and nothing of where the database is.
#[track_caller]
fn says_so(page: &Page, kind: &str) {
    assert_eq!((page.status, page.header("retry-after")), (503, Some("5")), "{page:?}");
    assert!(page.header("content-type").is_some_and(|found| found.starts_with(kind)), "{page:?}");
    assert!(page.body.contains("The database cannot be used now"), "{page:?}");
    assert!(!page.body.contains("postgres") && !page.body.contains("rolecall.db"), "{page:?}");
}

#[test]
fn a_hub_outlives_its_database_and_goes_on_by_itself() {
    let server = Postgres::start();
    let registry = Simulator::npm_with(&["--fault", "late-300 /**"]);
    let mut hub = Hub::start(Some(&server.address()));
    let (job, connector) = hub.connect(&registry);
    let pause = format!("/connectors/{connector}/pause");
    let form = format!("csrf={}", hub.csrf);
    let form_kind = "application/x-www-form-urlencoded";

    server.take_away();
    says_so(&soon(SECONDS, || hub.get("/connectors")), "text/html");
    says_so(&soon(SECONDS, || hub.get("/api/v1/connectors")), "application/problem+json");
    let sent = soon(SECONDS, || hub.ask("POST", &pause, form_kind, &form));
    says_so(&sent, "text/html");
    assert!(sent.body.contains("send it again"), "what was sent is lost without a word: {sent:?}");
    assert_eq!(soon(SECONDS, || hub.get("/ready")).status, 503);
    assert_eq!(soon(SECONDS, || hub.get("/health")).status, 200);
    // Long enough for a loop without a pause to be noticed, and for a lease to be renewed in vain.
    let (began, before) = (Instant::now(), hub.processor_ticks());
    hub.until("half a minute", || (began.elapsed() > Duration::from_secs(25)).then_some(()));
    let used = hub.processor_ticks() - before;
    assert!(used < 100, "{used} ticks of the processor in 25 seconds of waiting");
    assert!(hub.child.try_wait().unwrap().is_none(), "the hub ended");

    server.give_back();
    hub.until("readiness", || (hub.get("/ready").status == 200).then_some(()));
    assert_eq!(hub.get("/connectors").status, 200, "the session is what it was");
    let done = hub.until("the end of the sync", || {
        let job = hub.json("GET", &format!("/api/v1/jobs/{job}"), &Json::Null);
        (!matches!(job["state"].as_str(), Some("queued" | "running"))).then_some(job)
    });
    assert_eq!(done["state"], "done", "{done:#}");
    let connector = hub.json("GET", &format!("/api/v1/connectors/{connector}"), &Json::Null);
    assert_eq!((&connector["state"], &connector["listings"]["incomplete"]), (&"connected".into(), &0.into()));
    assert!(hub.ask("POST", &pause, form_kind, &form).status < 400, "a form can be sent again");
}

/// SQLite's counterpart: another program holds the file. Whoever reads does not notice, and whoever writes is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_program_holds_can_be_read_and_is_written_later() {
    use sqlx::Connection as _;
    let hub = Hub::start(None);
    let form = format!("csrf={}&name=late&role=auditor", hub.csrf);
    let send = || hub.ask("POST", "/account/tokens", "application/x-www-form-urlencoded", &form);
    assert_eq!(send().status, 200);

    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(hub.folder.path().join("rolecall.db"));
    let mut other = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("begin immediate").execute(&mut other).await.unwrap();
    assert_eq!(soon(SECONDS, || hub.get("/connectors")).status, 200);
    assert_eq!(soon(SECONDS, || hub.get("/ready")).status, 200);
    let sent = soon(TURN, send);
    says_so(&sent, "text/html");
    assert!(sent.body.contains("send it again"), "{sent:?}");
    sqlx::raw_sql("rollback").execute(&mut other).await.unwrap();
    hub.until("another turn", || (send().status == 200).then_some(()));
}

//! `rolecall serve` on a free port.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use base64::Engine as _;
use rolecall_testkit::{Binary, TestDatabase};
use tokio::sync::OnceCell;
use tokio::sync::watch;

use super::people::Person;
use super::{Client, Collector};

/// How long a line that has to come may take, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running hub with a database of its own, on the engine that this run is about. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Hub {
    /// The program with this hub's database and keys.
    pub(crate) binary: Arc<Binary>,
    database: Arc<TestDatabase>,
    /// Its address, with a slash at the end.
    pub(crate) url: String,
    child: Child,
    said: watch::Receiver<String>,
    reads: Option<JoinHandle<()>>,
    first_link: String,
    /// The certificate of whoever signed the hub's own, where it speaks TLS.
    trusted: Option<PathBuf>,
    administrator: OnceCell<Person>,
    people: AtomicUsize,
}

impl Hub {
    /// Starts one that may read from registries on this machine.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with more arguments.
    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        Self::start_as(arguments, &[]).await
    }

    async fn start_as(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let database = TestDatabase::new().await.expect("a database");
        let binary = Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap().variable("ROLECALL_ALLOW_INTERNAL", "1");
        let binary =
            binary.variable("ROLECALL_DATABASE", database.address()).variable("ROLECALL_SECRET_KEY", &master_key());
        let binary = variables.iter().fold(binary, |binary, (name, value)| binary.variable(name, value));
        let migrated = binary.run(&["db", "migrate"]).unwrap();
        assert_eq!(migrated.code, 0, "{migrated:?}");
        // The link for the first administrator is the last thing that it says.
        Self::of(Arc::new(binary), Arc::new(database), arguments, "/invitation/").await
    }

    /// One that speaks TLS, with a certificate that it made itself in this folder.
    pub(crate) async fn start_tls(folder: &Path) -> Self {
        let binary = Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap();
        let out = folder.to_str().unwrap();
        let arguments = ["serve", "certificate", "--host", "127.0.0.1", "--out", out];
        let made = tokio::task::block_in_place(|| binary.run(&arguments)).unwrap();
        assert_eq!(made.code, 0, "{made:?}");
        let [certificate, key] = ["server.pem", "server-key.pem"].map(|name| folder.join(name).display().to_string());
        let mut hub = Self::start_as(&["--tls-certificate", &certificate, "--tls-key", &key], &[]).await;
        hub.trusted = Some(folder.join("ca.pem"));
        hub
    }

    /// Another hub with the database and the keys of this one.
    pub(crate) async fn beside(&self) -> Self {
        Self::of(Arc::clone(&self.binary), Arc::clone(&self.database), &[], "is served at").await
    }

    /// Starts one that delivers traces there.
    pub(crate) async fn traced(collector: &Collector) -> Self {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-collector=a%3Db"),
            ("OTEL_SERVICE_NAME", "rolecall-under-test"),
        ];
        Self::start_as(&[], &variables).await
    }

    /// Stops it as whoever runs it does, waits until it has ended, and returns what it said.
    pub(crate) fn terminate(mut self) -> String {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let ended = self.child.wait().unwrap();
        // What it said last may still be read.
        let _ = self.reads.take().map(JoinHandle::join);
        assert!(ended.success(), "{ended}: {}", self.said());
        self.said()
    }

    async fn of(binary: Arc<Binary>, database: Arc<TestDatabase>, arguments: &[&str], last: &'static str) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = binary.command(&arguments).stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut said, reads) = listen(&mut child);
        let ended = said.wait_for(|said| said.contains(last)).await.is_err();
        let text = said.borrow().clone();
        assert!(!ended, "rolecall serve ended: {text}");
        // In a log for programs, quotes are around what it says.
        let words = || text.split([' ', '\n', '"']);
        let link = words().find(|word| word.contains("/invitation/")).unwrap_or_default().to_owned();
        let url =
            words().find(|word| word.starts_with("http") && word.contains("://") && !word.contains("/invitation/"));
        let url = url.unwrap_or_else(|| panic!("no address in {text}")).to_owned();
        let (administrator, people) = (OnceCell::new(), AtomicUsize::new(0));
        let reads = Some(reads);
        Self { binary, database, url, child, said, reads, first_link: link, trusted: None, administrator, people }
    }

    /// Changes rows behind its back.
    pub(crate) async fn database_change(&self, statement: &str) {
        self.database.execute(statement).await.unwrap();
    }

    /// Where its database is.
    pub(crate) fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Whether several hubs can share its database.
    pub(crate) fn is_shared(&self) -> bool {
        self.database.address().starts_with("postgres")
    }

    /// Ends it at once, as a machine that fails would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it said on standard error so far.
    pub(crate) fn said(&self) -> String {
        self.said.borrow().clone()
    }

    /// The same, as soon as this is in it: what it says of a request may follow the answer.
    pub(crate) async fn said_with(&self, part: &str) -> String {
        let mut said = self.said.clone();
        let told = tokio::time::timeout(PATIENCE, said.wait_for(|said| said.contains(part))).await;
        assert!(told.is_ok_and(|told| told.is_ok()), "{part} is not in {}", self.said());
        self.said()
    }

    /// Whoever has no account.
    pub(crate) fn nobody(&self) -> Client {
        Client::new(&self.url, self.trusted.as_deref())
    }

    /// The first administrator.
    pub(crate) async fn administrator(&self) -> &Person {
        self.administrator.get_or_init(|| Person::join(self, &self.first_link, "ada", "administrator")).await
    }

    /// The id of whoever signs in with this name.
    pub(crate) async fn user_id(&self, name: &str) -> String {
        let users = self.administrator().await.program.get("/api/v1/users").await.expect(200).json();
        let found = users["items"].as_array().unwrap().iter().find(|user| user["name"] == name);
        found.unwrap_or_else(|| panic!("nobody is called {name}"))["id"].as_str().unwrap().to_owned()
    }

    /// Somebody new with this role, invited by the administrator.
    pub(crate) async fn person(&self, role: &str) -> Person {
        let administrator = &self.administrator().await.browser;
        let invited = administrator.post_form("/users/invite", &[("role", role)]).await.expect(200);
        let name = format!("{role}-{}", self.people.fetch_add(1, Ordering::Relaxed) + 1);
        Person::join(self, &invited.between("<pre>", "</pre>"), &name, role).await
    }
}

/// Beside a file the program would make one itself; a server's database has no place for it.
fn master_key() -> String {
    let mut key = [0; 32];
    key.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number);
    base64::engine::general_purpose::STANDARD.encode(key)
}

/// Reads what it says until it ends.
fn listen(child: &mut Child) -> (watch::Receiver<String>, JoinHandle<()>) {
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (tell, said) = watch::channel(String::new());
    let reads = thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            tell.send_modify(|said| {
                said.push_str(&line);
                said.push('\n');
            });
        }
    });
    (said, reads)
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Baton's protocol from the other side: a hub, and a caller of connectors, both in Python with Google's own gRPC, written
//! from the reference alone.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::{TOOLS, provided};

const PROGRAM: &str = include_str!("baton_peer/hub.py");
const MESSAGES: &str = include_str!("baton_peer/hub.proto");

/// A hub that tells a connector a story: hello, a full sync whose first upload breaks off, tasks that a connector which reads
/// does not do, and a sync of two types. It ends when this is dropped.
#[derive(Debug)]
pub struct BatonHub {
    child: Child,
    output: BufReader<ChildStdout>,
    announced: Value,
    _folder: TempDir,
}

impl BatonHub {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When it is not installed or does not say where it serves.
    #[must_use]
    pub fn start() -> Self {
        let (folder, mut command) = program();
        let mut child = command.arg("hub").stdout(Stdio::piped()).spawn().expect("Python starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let announced = line(&mut output);
        Self { child, output, announced, _folder: folder }
    }

    /// What a connector needs to know to serve it, as variables of its environment.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, &str); 4] {
        [
            ("BATON_C1_API_HOST", self.text("address")),
            ("BATON_CLIENT_ID", self.text("client")),
            ("BATON_CLIENT_SECRET", self.text("secret")),
            ("SSL_CERT_FILE", self.text("authority")),
        ]
    }

    /// What the connector did, once the story is over.
    ///
    /// # Panics
    /// When it ended before.
    pub fn story(&mut self) -> Value {
        line(&mut self.output)
    }

    fn text(&self, name: &str) -> &str {
        self.announced[name].as_str().expect("it said so")
    }
}

impl Drop for BatonHub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks a connector at this address for everything, as whoever syncs one does.
///
/// # Panics
/// When it cannot be asked, or answers something that is none.
#[must_use]
pub fn baton_call(address: &str) -> Value {
    let (_folder, mut command) = program();
    let output = command.args(["call", address]).output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).expect("Python writes JSON")
}

/// The program in a folder that it may write to.
fn program() -> (TempDir, Command) {
    let python: PathBuf = provided(TOOLS.0, TOOLS.1, "baton/bin/python");
    let folder = TempDir::new().expect("a folder for the program");
    for (name, text) in [("hub.py", PROGRAM), ("hub.proto", MESSAGES)] {
        fs::write(folder.path().join(name), text).expect("the program");
    }
    let mut command = Command::new(python);
    command.arg(folder.path().join("hub.py")).env_clear().stdin(Stdio::null());
    (folder, command)
}

fn line(output: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    output.read_line(&mut line).expect("its output can be read");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("the hub said {line:?}: {error}"))
}

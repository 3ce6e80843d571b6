//! An OpenID provider of the tests' own: a certified implementation from the npm registry.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{TOOLS, provided};

const SCRIPT: &str = include_str!("issuer.mjs");

/// A running provider, which knows `grace` of the group `security`, `eve` of none that counts, `ida` with a checked address
/// and `ivan`, who says that it is his. It ends when this is dropped.
#[derive(Debug)]
pub struct Issuer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    announced: Value,
    _folder: TempDir,
}

impl Issuer {
    /// Starts one that signs with this algorithm: `RS256`, `ES256`.
    ///
    /// # Panics
    /// When it is not installed or does not say where it serves.
    #[must_use]
    pub fn start(algorithm: &str) -> Self {
        let node = provided(TOOLS.0, TOOLS.1, "node/node_modules/.bin/node");
        let modules = provided(TOOLS.0, TOOLS.1, "oidc-provider/node_modules");
        let folder = TempDir::new().expect("a folder for the script");
        let script = folder.path().join("issuer.mjs");
        fs::write(&script, SCRIPT).expect("the script");
        let mut child = Command::new(node)
            .arg(script)
            .arg(modules)
            .arg(algorithm)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It warns that it speaks no TLS and keeps everything in memory.
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let input = child.stdin.take().expect("its input is piped");
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let announced = line(&mut output);
        Self { child, input, output, announced, _folder: folder }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> &str {
        self.text("issuer")
    }

    /// What proves to it who the hub is.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        self.text("client_secret")
    }

    /// Begins to answer, and to send people back to a hub.
    pub fn serve(&mut self, hub: &str) {
        self.tell(&json!({ "redirect": format!("{hub}/sign-in/sso/back") }));
    }

    /// From now on, ID tokens are wrong in this way.
    pub fn lie(&mut self, lie: &str) {
        self.tell(&json!({ "lie": lie }));
    }

    fn tell(&mut self, what: &Value) {
        writeln!(self.input, "{what}").expect("it reads");
        assert_eq!(line(&mut self.output), *what, "it does as it is told");
    }

    fn text(&self, name: &str) -> &str {
        self.announced[name].as_str().expect("it said so")
    }
}

fn line(output: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    output.read_line(&mut line).expect("its output can be read");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("the provider said {line:?}: {error}"))
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

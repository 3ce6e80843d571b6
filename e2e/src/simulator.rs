//! A simulated registry in a process of its own, as somebody at a terminal would start it.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::binary;

/// A running `rolecall sim`, with the story organisation unless told otherwise. It ends when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    child: Child,
    announced: Value,
}

impl Simulator {
    /// Starts an npm registry on a free port and waits until it serves.
    ///
    /// # Panics
    /// When the binary is missing or does not say where it serves.
    #[must_use]
    pub fn npm() -> Self {
        Self::npm_with(&[])
    }

    /// The same with options of `rolecall sim npm`.
    ///
    /// # Panics
    /// When the binary is missing or does not say where it serves.
    #[must_use]
    pub fn npm_with(options: &[&str]) -> Self {
        Self::start("npm", options)
    }

    /// Starts a Cloudsmith on a free port and waits until it serves.
    ///
    /// # Panics
    /// When the binary is missing or does not say where it serves.
    #[must_use]
    pub fn cloudsmith() -> Self {
        Self::cloudsmith_with(&[])
    }

    /// The same with options of `rolecall sim cloudsmith`.
    ///
    /// # Panics
    /// When the binary is missing or does not say where it serves.
    #[must_use]
    pub fn cloudsmith_with(options: &[&str]) -> Self {
        Self::start("cloudsmith", options)
    }

    fn start(kind: &str, options: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["sim", kind])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("rolecall starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("its output can be read");
        match serde_json::from_str(&line) {
            Ok(announced) => Self { child, announced },
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                panic!("`rolecall sim {kind}` did not announce itself: {error} in {line:?}")
            }
        }
    }

    /// The npm registry's address, with a trailing slash.
    #[must_use]
    pub fn registry(&self) -> &str {
        self.text("/registry")
    }

    /// Cloudsmith's address, with a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        self.text("/url")
    }

    /// The organisation's name.
    #[must_use]
    pub fn organization(&self) -> &str {
        self.text("/organization")
    }

    /// The npm package that the `publisher` may publish and the `reader` may not.
    #[must_use]
    pub fn package(&self) -> &str {
        self.text("/package")
    }

    /// The one-time password that everybody's authenticator shows, as an option of npm.
    #[must_use]
    pub fn otp(&self) -> String {
        format!("--otp={}", self.text("/one-time-password"))
    }

    /// The npm token of a part, such as `read-only`, `owner-session` or `publisher`.
    #[must_use]
    pub fn token(&self, part: &str) -> &str {
        self.text(&format!("/tokens/{part}"))
    }

    /// The API key of a part at Cloudsmith, such as `owner`, `member` or `service`.
    #[must_use]
    pub fn key(&self, part: &str) -> &str {
        self.text(&format!("/keys/{part}"))
    }

    /// An identity token of a pipeline that Cloudsmith exchanges for the token of a service.
    #[must_use]
    pub fn identity_token(&self) -> &str {
        self.text("/identity/token")
    }

    /// The service that the identity token can become.
    #[must_use]
    pub fn identity_service(&self) -> &str {
        self.text("/identity/service")
    }

    /// The account that plays a part.
    #[must_use]
    pub fn account(&self, part: &str) -> &str {
        self.text(&format!("/accounts/{part}"))
    }

    /// Takes a member out of the npm organisation, as an owner does it.
    ///
    /// # Panics
    /// When the registry refuses it.
    pub fn npm_member_remove(&self, member: &str) {
        let host = self.registry().trim_start_matches("http://").trim_end_matches('/');
        let body = json!({ "user": member }).to_string();
        let head = format!(
            "DELETE /-/org/{}/user HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\nnpm-otp: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            self.organization(),
            self.token("owner-session"),
            self.text("/one-time-password"),
            body.len()
        );
        let mut stream = TcpStream::connect(host).expect("the simulator listens");
        write!(stream, "{head}{body}").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 20"), "{member} was not removed: {answer}");
    }

    fn text(&self, pointer: &str) -> &str {
        let found = self.announced.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("`rolecall sim` announced no {pointer}"))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

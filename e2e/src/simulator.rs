//! A simulated registry in a process of its own, as somebody at a terminal would start it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::binary;

/// A running `rolecall sim npm` with the story organisation. It ends when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    child: Child,
    announced: Value,
}

impl Simulator {
    /// Starts one on a free port and waits until it serves.
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
        let mut child = Command::new(binary())
            .args(["sim", "npm"])
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
                panic!("`rolecall sim npm` did not announce itself: {error} in {line:?}")
            }
        }
    }

    /// The registry's address, with a trailing slash.
    #[must_use]
    pub fn registry(&self) -> &str {
        self.text("/registry")
    }

    /// The organisation's name.
    #[must_use]
    pub fn organization(&self) -> &str {
        self.text("/organization")
    }

    /// The package that the `publisher` may publish and the `reader` may not.
    #[must_use]
    pub fn package(&self) -> &str {
        self.text("/package")
    }

    /// The one-time password that everybody's authenticator shows, as an option of npm.
    #[must_use]
    pub fn otp(&self) -> String {
        format!("--otp={}", self.text("/one-time-password"))
    }

    /// The token of a part, such as `read-only`, `owner-session` or `publisher`.
    #[must_use]
    pub fn token(&self, part: &str) -> &str {
        self.text(&format!("/tokens/{part}"))
    }

    /// The account that plays a part.
    #[must_use]
    pub fn account(&self, part: &str) -> &str {
        self.text(&format!("/accounts/{part}"))
    }

    fn text(&self, pointer: &str) -> &str {
        let found = self.announced.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("`rolecall sim npm` announced no {pointer}"))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

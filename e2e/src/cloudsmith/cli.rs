//! Cloudsmith's command line.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::python;
use crate::{Answer, Simulator};

/// The command line with a home of its own.
#[derive(Debug)]
pub struct Cli {
    home: TempDir,
    settings: Vec<(String, String)>,
}

impl Cli {
    /// The command line with the API key of a part.
    ///
    /// # Panics
    /// When its home cannot be made.
    #[must_use]
    pub fn new(simulator: &Simulator, part: &str) -> Self {
        Self::with_key(simulator, simulator.key(part))
    }

    /// The command line with this API key; an empty one is none.
    ///
    /// # Panics
    /// When its home cannot be made.
    #[must_use]
    pub fn with_key(simulator: &Simulator, key: &str) -> Self {
        let home = TempDir::new().expect("a folder for the client");
        let host = simulator.url().trim_end_matches('/');
        let cli = Self { home, settings: Vec::new() };
        cli.with("CLOUDSMITH_API_HOST", host).with("CLOUDSMITH_API_KEY", key)
    }

    /// The same with another variable of the environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file where it works.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn file(&self, name: &str, text: &str) {
        fs::write(self.home.path().join(name), text).expect("a file for the client");
    }

    /// Runs a command line, whose words are parted by spaces, to its end.
    ///
    /// # Panics
    /// When the client is not installed or cannot be started.
    #[must_use]
    pub fn run(&self, line: &str) -> Answer {
        self.command(line).stdin(Stdio::null()).output().expect("the client starts").into()
    }

    /// The same for a command that asks, and somebody who types this.
    ///
    /// # Panics
    /// When the client is not installed or cannot be started.
    #[must_use]
    pub fn run_typing(&self, line: &str, typed: &str) -> Answer {
        let mut command = self.command(line);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the client starts");
        let mut input = child.stdin.take().expect("its input is piped");
        // A client that does not ask does not read either.
        let _ = input.write_all(typed.as_bytes());
        drop(input);
        child.wait_with_output().expect("the client ends").into()
    }

    pub(super) fn command(&self, line: &str) -> Command {
        let mut command = python(self.home.path());
        command.args(["-m", "cloudsmith_cli"]).args(line.split_whitespace());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Answer {
    /// What a client of Cloudsmith said when the service refused with this status, of which its exit code is the
    /// last eight bits.
    ///
    /// # Panics
    /// When it succeeded or failed for another reason.
    pub fn refused(&self, status: i32) -> &str {
        let said = if self.stderr.is_empty() { &self.stdout } else { &self.stderr };
        assert_eq!(self.code, Some(status & 0xff), "the client should have ended with a {status}\n{self:#?}");
        said
    }
}

//! Running the `rolecall` binary as a person would, with nothing of this machine leaking in.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The binary with a home of its own.
#[derive(Debug)]
pub struct Binary {
    path: PathBuf,
    home: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run printed.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Binary {
    /// The binary at `path` (`env!("CARGO_BIN_EXE_rolecall")`), with an empty home.
    ///
    /// # Errors
    /// When no temporary directory can be made.
    pub fn new(path: &str) -> std::io::Result<Self> {
        Ok(Self { path: path.into(), home: tempfile::tempdir()?, variables: Vec::new() })
    }

    /// Sets an environment variable for every run.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The home directory, which also holds the database.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The database that runs use unless they say otherwise.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.home().join("rolecall.db")
    }

    /// The command with these arguments, not yet started.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).env_clear().env("HOME", self.home()).env("PATH", "/usr/bin:/bin").env("USER", "tester");
        command.env("ROLECALL_DATABASE", self.database()).current_dir(self.home());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it to the end.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, arguments: &[&str]) -> std::io::Result<Ran> {
        self.run_with_input(arguments, "")
    }

    /// Runs it to the end with this on standard input.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> std::io::Result<Ran> {
        let mut child = self.start(arguments)?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read its input closes it; that is its right.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output()?;
        Ok(Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Starts it with all three streams piped.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, arguments: &[&str]) -> std::io::Result<Child> {
        self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }
}

impl Ran {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    #[expect(clippy::panic, reason = "a test kit fails by panicking")]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

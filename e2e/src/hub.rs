//! A hub in a process of its own, as somebody at a terminal would start it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{Browser, binary, rolecall};

/// Longer than a hub takes to say that it serves.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `rolecall serve` with a database of its own. It ends when this is dropped.
#[derive(Debug)]
pub struct Hub {
    child: Child,
    address: String,
    said: Receiver<String>,
    folder: TempDir,
}

impl Hub {
    /// Starts a hub on an empty database and waits until it serves.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with these variables of its environment.
    ///
    /// # Panics
    /// When it does not serve.
    #[must_use]
    pub fn start_with(variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder for the database");
        let mut child = Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", folder.path())
            .env("ROLECALL_DATABASE", folder.path().join("rolecall.db"))
            .env("ROLECALL_ALLOW_INTERNAL", "1")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("rolecall starts");
        let errors = BufReader::new(child.stderr.take().expect("its standard error is piped"));
        let (sender, said) = mpsc::channel();
        // It must not wait for a reader, whoever still listens.
        thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        let mut hub = Self { child, address: String::new(), said, folder };
        hub.address = hub.wait_for("is served at ").trim_end_matches('/').to_owned();
        hub
    }

    /// The address that people open, without a slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("rolecall.db")
    }

    /// The path with which the first administrator is made. It is printed once.
    ///
    /// # Panics
    /// When it is not printed, or was taken before.
    #[must_use]
    pub fn first_run_link(&self) -> String {
        let rest = self.wait_for(&format!("  {}", self.address));
        assert!(rest.starts_with('/'), "{rest:?} is no path");
        rest
    }

    /// What a command prints that is run on the hub's database beside it.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> String {
        rolecall(&self.database(), arguments)
    }

    /// A browser at this hub, in which nobody is signed in.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::at(&self.address)
    }

    /// The same, with JavaScript or without.
    #[must_use]
    pub fn browser_with(&self, has_javascript: bool) -> Browser {
        if has_javascript { self.browser() } else { Browser::without_javascript(&self.address) }
    }

    /// What follows these words on the next line that holds them.
    fn wait_for(&self, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        loop {
            match self.said.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => match line.split_once(words) {
                    Some((_, rest)) => return rest.trim().to_owned(),
                    None => lines.push(line),
                },
                Err(reason) => panic!("the hub never said {words:?} ({reason}), but\n{}", lines.join("\n")),
            }
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

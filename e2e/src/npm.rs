//! The npm command-line client, in the versions that `cargo xtask test` installs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::{Answer, Simulator, TOOLS, Terminal, provided};

/// One npm client with a home of its own: no setting, cache or token of the machine reaches it,
/// and nothing it writes stays.
#[derive(Debug)]
pub struct Npm {
    version: String,
    home: TempDir,
}

impl Npm {
    /// The client of a major version, signed in to the registry with the token of a part.
    ///
    /// # Panics
    /// When the client is not installed or its home cannot be written.
    #[must_use]
    pub fn new(version: &str, simulator: &Simulator, part: &str) -> Self {
        Self::with_token(version, simulator, simulator.token(part))
    }

    /// The client of a major version, signed in with this token.
    ///
    /// # Panics
    /// When its home cannot be written.
    #[must_use]
    pub fn with_token(version: &str, simulator: &Simulator, token: &str) -> Self {
        let home = TempDir::new().expect("a folder for the client");
        let registry = simulator.registry();
        let host = registry.trim_start_matches("http:");
        // Without retries a refusal that npm takes for a hiccup ends at once, not after 70 seconds.
        let settings = format!("registry={registry}\n{host}:_authToken={token}\nfetch-retries=0\n");
        fs::write(home.path().join(".npmrc"), settings).expect("the client's settings");
        fs::create_dir(home.path().join("work")).expect("a folder to work in");
        Self { version: version.to_owned(), home }
    }

    /// The client's major version.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.version.parse().expect("a number")
    }

    /// Runs a command line, whose words are parted by spaces, to its end.
    ///
    /// # Panics
    /// When the client is not installed or cannot be started.
    #[must_use]
    pub fn run(&self, line: &str) -> Answer {
        self.command(line).stdin(Stdio::null()).output().expect("npm starts").into()
    }

    /// Starts a command line on a terminal.
    ///
    /// # Panics
    /// When the client is not installed or cannot be started.
    #[must_use]
    pub fn on_terminal(&self, line: &str) -> Terminal {
        Terminal::start(&self.command(line))
    }

    fn command(&self, line: &str) -> Command {
        let node = provided(TOOLS.0, TOOLS.1, "node/node_modules/.bin/node");
        let entry = format!("npm-{}/node_modules/npm/bin/npm-cli.js", self.version);
        let client = provided(TOOLS.0, TOOLS.1, &entry);

        let machine = std::env::var_os("PATH").unwrap_or_default();
        let own = node.parent().map(Path::to_path_buf);
        let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&machine)));
        let mut command = Command::new(node);
        command
            .arg(client)
            .args(line.split_whitespace())
            .current_dir(self.home.path().join("work"))
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", path.expect("a search path"))
            .env("npm_config_cache", self.home.path().join("cache"))
            .env("npm_config_update_notifier", "false")
            .env("npm_config_color", "false")
            // What a person would open in a browser is opened by the test.
            .env("npm_config_browser", "false");
        command
    }

    /// Publishes an almost empty package under this name and version.
    ///
    /// # Panics
    /// When the package cannot be written or the client cannot be started.
    #[must_use]
    pub fn publish(&self, name: &str, version: &str) -> Answer {
        self.publish_with("publish", name, version)
    }

    /// The same with another command than `publish` or with options.
    ///
    /// # Panics
    /// When the package cannot be written or the client cannot be started.
    #[must_use]
    pub fn publish_with(&self, line: &str, name: &str, version: &str) -> Answer {
        let manifest = json!({ "name": name, "version": version, "description": "An end-to-end test's package" });
        fs::write(self.home.path().join("work/package.json"), manifest.to_string()).expect("a package to publish");
        self.run(line)
    }
}

impl Answer {
    /// What a client complained about that failed with this code of npm's.
    ///
    /// # Panics
    /// When it succeeded or failed for another reason.
    pub fn failed(&self, code: &str) -> &str {
        assert_ne!(self.code, Some(0), "npm should have failed, but printed\n{}", self.stdout);
        let stated = self.stderr.lines().any(|line| line.ends_with(&format!(" code {code}")));
        assert!(stated, "npm did not fail with {code}\n{}", self.stderr);
        &self.stderr
    }

    /// Insists that the client failed because the registry forbade it, and said why.
    ///
    /// # Panics
    /// When it succeeded or failed for another reason.
    pub fn forbidden(&self, reason: &str) {
        let complaint = self.failed("E403");
        assert!(complaint.contains(reason), "npm was forbidden it for another reason\n{complaint}");
    }
}

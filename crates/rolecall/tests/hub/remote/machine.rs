//! A machine that has the command line and nothing else.

use std::path::PathBuf;

use rolecall_testkit::{Binary, Ran};

use crate::harness::Hub;

/// A machine of somebody who uses a hub.
pub(crate) struct Machine {
    pub(crate) binary: Binary,
    pub(crate) hub: String,
}

impl Machine {
    /// Without anything that opens the hub.
    pub(crate) fn new(hub: &Hub) -> Self {
        let hub = hub.url.trim_end_matches('/').to_owned();
        Self { binary: Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap(), hub }
    }

    /// With this token, as programs have one.
    pub(crate) fn with_token(hub: &Hub, token: &str) -> Self {
        let machine = Self::new(hub);
        Self { binary: machine.binary.variable("ROLECALL_HUB_TOKEN", token), ..machine }
    }

    /// Runs a command of the hub.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with_input(arguments, "")
    }

    /// The same with this on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        self.binary.run_with_input(&[arguments, &["--hub", &self.hub]].concat(), input).unwrap()
    }

    /// The file of this name in its home.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.binary.home().join(name)
    }
}

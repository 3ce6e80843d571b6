//! Cloudsmith's own clients, as `cargo xtask test` installs them: the Python library, the command line and
//! the server for assistants.

mod cli;
mod mcp;
mod sdk;

use std::path::Path;
use std::process::Command;

pub use cli::Cli;
pub use mcp::{Mcp, Told};
pub use sdk::{Outcome, Sdk};

use crate::{TOOLS, provided};

/// The Python that has Cloudsmith's clients, with nothing of this machine's own settings.
fn python(home: &Path) -> Command {
    let mut command = Command::new(provided(TOOLS.0, TOOLS.1, "cloudsmith/bin/python"));
    command
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("NO_COLOR", "1")
        // Nothing leaves this machine: no report of errors, no question for a newer version, no search for
        // a machine's identity, no store of passwords.
        .env("DO_NOT_TRACK", "1")
        .env("CLOUDSMITH_NO_UPDATE_CHECK", "1")
        .env("CLOUDSMITH_OIDC_DISCOVERY_DISABLED", "1")
        .env("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring");
    command
}

//! A second opinion on `.c1z` files: a reader in Python that was written from the reference of baton's format alone.
//!
//! It shares no code and no library with what writes the files, but for SQLite and zstd; its first lines say what is where.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{TOOLS, provided};

/// Everything in a file as one document: `syncs`, `resourceTypes`, `resources`, `entitlements` and `grants`; `problems`
/// with all that is not as the reference says, each with its section, and `notes` of what was not looked at.
///
/// # Panics
/// When the reader is missing, or does not come to its end.
#[must_use]
pub fn read_c1z(file: &Path, flags: &[&str]) -> Value {
    let mut reading = reader();
    let output = reading.arg(file).args(flags).output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} was not read\n{complaint}", file.display());
    serde_json::from_slice(&output.stdout).expect("Python writes JSON")
}

/// Tries the reader itself on files made by hand, in each of which something is wrong: whether it said so of all, and
/// what it said.
///
/// # Panics
/// When the reader is missing.
#[must_use]
pub fn try_c1z_reader() -> (bool, String) {
    let output = reader().arg("--selftest").output().expect("Python starts");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), said)
}

fn reader() -> Command {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "src", "baton", "reader"].iter().collect();
    let mut command = Command::new(provided(TOOLS.0, TOOLS.1, "baton/bin/python"));
    // Nothing of this machine's own, and nothing compiled into the folder of sources.
    command.args(["-I", "-B"]).arg(folder);
    command
}

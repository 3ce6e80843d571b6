//! Files in YAML, read as those who use them read them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{TOOLS, provided};

const PROGRAM: &str = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)";

/// The documents of a file, with what it merges put together.
///
/// # Panics
/// When it is no YAML, or the foreign programs are missing.
#[must_use]
pub fn python_yaml(file: &Path) -> Value {
    // The fuzzer's environment has a reader of YAML, for documents of interfaces.
    let python = provided(TOOLS.0, TOOLS.1, "schemathesis/bin/python");
    let output = Command::new(python).args(["-c", PROGRAM]).arg(file).output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} is no YAML\n{complaint}", file.display());
    serde_json::from_slice(&output.stdout).expect("Python writes JSON")
}

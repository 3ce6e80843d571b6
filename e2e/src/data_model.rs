//! The class schemas that JupiterOne publishes, as its own package applies them.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::{TOOLS, provided};

const SCRIPT: &str = include_str!("validate_entities.cjs");

/// What the schemas find wrong with a graph, one line each, after how many things were checked.
///
/// # Panics
/// When the package is not installed or cannot be run.
#[must_use]
pub fn schema_violations(graph: &str) -> (String, Vec<String>) {
    let node = provided(TOOLS.0, TOOLS.1, "node/node_modules/.bin/node");
    let modules = provided(TOOLS.0, TOOLS.1, "data-model/node_modules");
    let mut child = Command::new(node)
        .args(["-e", SCRIPT])
        .env_clear()
        .env("NODE_PATH", modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node starts");
    child.stdin.take().expect("its input is piped").write_all(graph.as_bytes()).expect("it reads the graph");
    let output = child.wait_with_output().expect("node ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "the validation failed to run\n{said}");
    (said, String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

//! Metrics, read by the reference reader of their format.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{TOOLS, provided};

const PROGRAM: &str = "
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = [[f.name, f.type, [[s.name, s.labels, s.value] for s in f.samples]]
            for f in text_string_to_metric_families(sys.stdin.read())]
json.dump(families, sys.stdout)";

/// The families of metrics in a text: name, type, and samples with name, labels and value.
///
/// # Panics
/// When it is not written as OpenMetrics are, or the foreign programs are missing.
#[must_use]
pub fn openmetrics_families(text: &str) -> Value {
    let python = provided(TOOLS.0, TOOLS.1, "schemathesis/bin/python");
    let mut reading = Command::new(python);
    reading.args(["-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut reading = reading.spawn().expect("Python starts");
    let mut input = reading.stdin.take().expect("its input is piped");
    input.write_all(text.as_bytes()).expect("it reads");
    drop(input);
    let output = reading.wait_with_output().expect("it ends");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}\n{text}");
    serde_json::from_slice(&output.stdout).expect("Python writes JSON")
}

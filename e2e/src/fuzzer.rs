//! Schemathesis, which makes requests out of an OpenAPI document and looks for answers that the document does
//! not allow.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::{TOOLS, provided};

/// What an answer must be: no failure of the server, a status that is declared, of the declared type and shape, and
/// a refusal of methods that are not declared.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance,unsupported_method,\
                      allow_header_conformance";

/// One run of the fuzzer.
#[derive(Debug)]
pub struct Fuzzer {
    home: TempDir,
    options: Vec<String>,
}

/// What a run found.
#[derive(Debug)]
pub struct Findings {
    /// How many requests were made of each operation, such as `GET /orgs/`, and with which statuses they were answered.
    pub answers: BTreeMap<String, BTreeSet<u64>>,
    /// What is wrong, in the fuzzer's words; nothing is nothing.
    pub wrong: Option<String>,
}

impl Fuzzer {
    /// A run against this address, with this API key.
    ///
    /// # Panics
    /// When its files cannot be written.
    #[must_use]
    pub fn new(address: &str, key: &str, document: &Value) -> Self {
        Self::with_header(address, ("X-Api-Key", key), document)
    }

    /// A run against this address, with a header that shows who asks.
    ///
    /// # Panics
    /// When its files cannot be written.
    #[must_use]
    pub fn with_header(address: &str, (header, value): (&str, &str), document: &Value) -> Self {
        let home = TempDir::new().expect("a folder for the fuzzer");
        fs::write(home.path().join("document.json"), document.to_string()).expect("the fuzzer's document");
        // The file keeps the key off the command line, which everybody on a machine can read.
        let settings = format!("[headers]\n{header} = \"{value}\"\n");
        fs::write(home.path().join("schemathesis.toml"), settings).expect("the fuzzer's settings");
        let fuzzer = Self { home, options: Vec::new() };
        fuzzer.with(&["--url", address, "--checks", CHECKS])
    }

    /// With these options of `st run` as well.
    #[must_use]
    pub fn with(mut self, options: &[&str]) -> Self {
        self.options.extend(options.iter().map(|option| (*option).to_owned()));
        self
    }

    /// Runs to the end. The seed is fixed, so that a second run makes the same requests.
    ///
    /// # Panics
    /// When the fuzzer is not installed, cannot be started or tested nothing.
    #[must_use]
    pub fn run(&self) -> Findings {
        let bin = provided(TOOLS.0, TOOLS.1, "schemathesis/bin");
        let report = self.home.path().join("report.ndjson");
        let output = Command::new(bin.join("python"))
            .arg(bin.join("st"))
            .args(["--no-color", "run", "document.json", "--seed", "1", "--workers", "1", "--no-shrink"])
            .args([
                "--continue-on-failure",
                "--generation-database",
                "none",
                "--warnings",
                "off",
                "--output-sanitize",
                "false",
            ])
            .args(["--report", "ndjson", "--report-ndjson-path"])
            .arg(&report)
            .args(&self.options)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .expect("the fuzzer starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let answers = answers(&fs::read_to_string(&report).unwrap_or_default());
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!answers.is_empty(), "the fuzzer tested nothing\n{said}\n{complaint}");
        Findings { answers, wrong: (!output.status.success()).then_some(said) }
    }
}

impl Findings {
    /// The operations of which no request was carried out: they were tried in vain.
    #[must_use]
    pub fn tried_in_vain(&self) -> Vec<&str> {
        let in_vain = |statuses: &BTreeSet<u64>| !statuses.iter().any(|status| (200..300).contains(status));
        self.answers.iter().filter(|(_, statuses)| in_vain(statuses)).map(|(operation, _)| operation.as_str()).collect()
    }
}

/// The statuses of each operation's answers, out of the fuzzer's record of events.
fn answers(report: &str) -> BTreeMap<String, BTreeSet<u64>> {
    let mut answers: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let events = report.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    for recorder in events.filter_map(|event| event.pointer("/ScenarioFinished/recorder").cloned()) {
        let Some(operation) = recorder["label"].as_str() else { continue };
        let interactions = recorder["interactions"].as_object().into_iter().flat_map(|map| map.values());
        // Requests with another method than the operation's are refused, and are not of it.
        let of_it = interactions.filter(|one| operation.starts_with(one["request"]["method"].as_str().unwrap_or(" ")));
        let statuses = of_it.filter_map(|one| one.pointer("/response/status_code").and_then(Value::as_u64));
        answers.entry(operation.to_owned()).or_default().extend(statuses);
    }
    answers
}

//! Cloudsmith's Python library, held open so that a test pays for one start of Python only.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::python;
use crate::Simulator;

const SCRIPT: &str = include_str!("sdk.py");

/// The library in a process of its own, with settings that every call is made with.
///
/// Its own checks of what it reads are on unless switched off: it is the strictest reader there is.
#[derive(Debug)]
pub struct Sdk {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    settings: Map<String, Value>,
    _home: TempDir,
}

/// What became of a call.
#[derive(Debug)]
pub struct Outcome {
    call: String,
    told: Value,
}

impl Sdk {
    /// The library with the API key of a part.
    ///
    /// # Panics
    /// When it is not installed or cannot be started.
    #[must_use]
    pub fn new(simulator: &Simulator, part: &str) -> Self {
        let home = TempDir::new().expect("a folder for the client");
        let mut child = python(home.path())
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut settings = Map::new();
        // The library's own default address has no slash at its end.
        settings.insert("host".to_owned(), simulator.url().trim_end_matches('/').into());
        settings.insert("key".to_owned(), simulator.key(part).into());
        Self { child, input, output, settings, _home: home }
    }

    /// From now on with this setting: `host`, `key`, `prefix`, `basic`, `validate` or `model`.
    pub fn set(&mut self, setting: &str, value: impl Into<Value>) {
        self.settings.insert(setting.to_owned(), value.into());
    }

    /// Makes one call.
    ///
    /// # Panics
    /// When Python ended.
    pub fn call(&mut self, call: &str, arguments: Value) -> Outcome {
        let mut order = self.settings.clone();
        order.insert("call".to_owned(), call.into());
        order.insert("arguments".to_owned(), arguments);
        writeln!(self.input, "{}", Value::Object(order)).expect("Python reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("Python answers");
        let told = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{call}: {error} in {line:?}"));
        Outcome { call: call.to_owned(), told }
    }

    /// What a call gives that succeeds.
    ///
    /// # Panics
    /// When it does not.
    pub fn get(&mut self, call: &str, arguments: Value) -> Value {
        self.call(call, arguments).succeeded().clone()
    }

    /// One field of every row of a list, in the list's order.
    ///
    /// # Panics
    /// When the call fails or gives no list.
    pub fn column(&mut self, call: &str, arguments: Value, field: &str) -> Vec<String> {
        let rows = self.get(call, arguments);
        let rows = rows.as_array().unwrap_or_else(|| panic!("{call} gave no list but {rows}"));
        rows.iter().map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The names of all calls that the library has.
    ///
    /// # Panics
    /// When Python ended.
    pub fn names(&mut self) -> Vec<String> {
        let names = self.get("names", Value::Null);
        let names = names.as_array().map(Vec::as_slice).unwrap_or_default();
        names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

impl Drop for Sdk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Outcome {
    /// What the library made of the answer.
    ///
    /// # Panics
    /// When it raised an exception.
    pub fn succeeded(&self) -> &Value {
        assert!(self.told.get("raised").is_none(), "{} raised {:#}", self.call, self.told);
        &self.told["value"]
    }

    /// The class that the answer was read into, or `list of` it.
    ///
    /// # Panics
    /// When the library raised an exception.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.succeeded();
        self.told["kind"].as_str().unwrap_or_default()
    }

    /// The status of an answer that was read.
    ///
    /// # Panics
    /// When the library raised an exception.
    #[must_use]
    pub fn status(&self) -> u64 {
        self.succeeded();
        self.told["status"].as_u64().unwrap_or_default()
    }

    /// A header of an answer that was read.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.told["headers"][name].as_str()
    }

    /// The body of a refusal with this status.
    ///
    /// # Panics
    /// When the call succeeded or failed otherwise.
    pub fn refused(&self, status: u64) -> Value {
        let refused = self.told["raised"] == "ApiException" && self.told["status"] == json!(status);
        assert!(refused, "{} was not refused with {status} but gave {:#}", self.call, self.told);
        let body = self.told["body"].as_str().unwrap_or_default();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{}: {error} in {body:?}", self.call))
    }

    /// The message of an exception of this class, which the library raised by itself.
    ///
    /// # Panics
    /// When it raised none or another.
    pub fn raised(&self, class: &str) -> &str {
        assert_eq!(self.told["raised"], class, "{} gave {:#}", self.call, self.told);
        self.told["message"].as_str().unwrap_or_default()
    }
}

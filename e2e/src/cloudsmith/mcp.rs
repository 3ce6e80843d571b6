//! Cloudsmith's server for assistants, spoken to over its standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::Cli;
use crate::Simulator;

/// A running `cloudsmith mcp start` that offers every tool there is.
#[derive(Debug)]
pub struct Mcp {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last: u64,
    _cli: Cli,
}

/// What a tool told.
#[derive(Debug)]
pub struct Told {
    /// The text of its answer, in a notation of the client's own.
    pub text: String,
    /// Whether the client itself calls it an error.
    pub is_error: bool,
}

impl Mcp {
    /// Starts it with the API key of a part, and greets it.
    ///
    /// # Panics
    /// When it is not installed, cannot be started or does not greet back.
    #[must_use]
    pub fn new(simulator: &Simulator, part: &str) -> Self {
        let cli = Cli::new(simulator, part);
        let mut command = cli.command("mcp start -a");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut mcp = Self { child, input, output, last: 0, _cli: cli };
        let client = json!({ "name": "rolecall-e2e", "version": "1" });
        mcp.ask("initialize", &json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client }));
        mcp.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        mcp
    }

    /// The tools it offers, by name.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn tools(&mut self) -> Vec<String> {
        let listed = self.ask("tools/list", &json!({}));
        let tools = listed["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
        tools.iter().filter_map(|tool| tool["name"].as_str()).map(str::to_owned).collect()
    }

    /// Uses a tool.
    ///
    /// # Panics
    /// When it does not answer.
    #[expect(clippy::needless_pass_by_value, reason = "callers write the arguments down in place")]
    pub fn call(&mut self, tool: &str, arguments: Value) -> Told {
        let answer = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }));
        let text = answer["content"][0]["text"].as_str().unwrap_or_default().to_owned();
        Told { text, is_error: answer["isError"] == json!(true) }
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        // Notifications may come in between.
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).expect("the server can be read");
            assert!(read > 0, "the server ended instead of answering {method}");
            let message: Value = serde_json::from_str(&line).expect("a message");
            if message["id"] == json!(id) {
                assert!(message.get("error").is_none(), "{method}: {message:#}");
                return message["result"].clone();
            }
        }
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").and_then(|()| self.input.flush()).expect("the server reads");
    }
}

impl Drop for Mcp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

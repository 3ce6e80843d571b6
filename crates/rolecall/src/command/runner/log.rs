//! How much a connector says, how, and where, before it does anything.

use std::path::Path;

use jiff::Timestamp;

use super::args::RunnerArgs;
use super::fields::CLIENT_ID;
use super::said::{Said, Surroundings};
use crate::environment;
use crate::telemetry::LogFormat;

/// How a connector logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunnerLog {
    /// As other connectors call it: `info`.
    pub(crate) level: String,
    pub(crate) format: LogFormat,
    /// Streams and files.
    pub(crate) places: Vec<String>,
}

impl RunnerArgs {
    /// How it logs. What makes no sense is told when it runs.
    pub(crate) fn log(&self) -> RunnerLog {
        let around = Surroundings { variable: &environment::variable, folder: Path::new("") };
        match Said::new(self.kind, &self.matches, &around) {
            Ok(said) => RunnerLog::new(&said, Timestamp::now()),
            Err(_) => {
                RunnerLog { level: "error".to_owned(), format: LogFormat::Text, places: vec!["stderr".to_owned()] }
            }
        }
    }
}

impl RunnerLog {
    fn new(said: &Said, now: Timestamp) -> Self {
        let level = said.text("log-level").unwrap_or("info");
        let until: Option<Timestamp> = said.text("log-level-debug-expires-at").and_then(|text| text.parse().ok());
        let is_over = level == "debug" && until.is_some_and(|until| until <= now);
        let format = match said.text("log-format") {
            Some("console") => LogFormat::Text,
            Some(_) => LogFormat::Json,
            None if said.text(CLIENT_ID).is_some() => LogFormat::Json,
            None => LogFormat::Text,
        };
        Self { level: if is_over { "info" } else { level }.to_owned(), format, places: said.list("log-path") }
    }
}

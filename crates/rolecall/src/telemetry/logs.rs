//! Lines of the log: for people, or one JSON object each for programs.

use std::fs::OpenOptions;
use std::io::IsTerminal as _;
use std::sync::Mutex;

use clap::{Args, ValueEnum};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::cli::{Cli, Command, Global};
use crate::command::runner::RunnerLog;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::output::text::printable;

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Watching over it")]
pub(crate) struct LogArgs {
    /// How to write what happens, on standard error
    #[arg(long, env = "ROLECALL_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
}

/// What a command is, as far as its log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Somebody waits for its answer.
    Answer,
    /// It shows itself, and goes on until it is stopped.
    Show,
    /// It goes on until it is stopped.
    Service(LogFormat),
    /// It is a connector of baton's world, and logs as those do.
    Runner(RunnerLog),
}

impl Manner {
    pub(super) fn of(cli: &Cli) -> Self {
        match &cli.command {
            Command::Serve(args) => Self::Service(args.log.log_format),
            Command::Work(args) => Self::Service(args.log.log_format),
            Command::Runner(args) => Self::Runner(args.log()),
            #[cfg(feature = "sim")]
            Command::Demo(_) => Self::Show,
            _ => Self::Answer,
        }
    }
}

const DEBUG: &str =
    "rolecall=debug,rolecall_connect=debug,rolecall_engine=debug,rolecall_http=debug,rolecall_store=debug,warn";

/// What is written unless `ROLECALL_LOG` says otherwise. Where people read it, spans are left out of its lines.
fn level(manner: &Manner, global: &Global) -> String {
    if let Manner::Runner(log) = manner {
        return format!("{},rolecall::measured=off", runner_level(&log.level));
    }
    let is_json = *manner == Manner::Service(LogFormat::Json);
    let said = match global.verbose {
        0 if global.quiet => "warn",
        0 if is_json => "warn,rolecall=info",
        0 if *manner == Manner::Service(LogFormat::Text) => "warn,rolecall::request=info",
        0 => "warn",
        1 => "info",
        _ => DEBUG,
    };
    if is_json { said.to_owned() } else { format!("{said},rolecall::measured=off") }
}

/// What other connectors call levels, as ours.
fn runner_level(level: &str) -> String {
    match level {
        "trace" => DEBUG.replace("=debug", "=trace") + ",rolecall_baton=trace",
        "debug" => format!("{DEBUG},rolecall_baton=debug"),
        "warn" => "warn".to_owned(),
        "error" | "fatal" => "error".to_owned(),
        _ => "warn,rolecall=info,rolecall_baton=info".to_owned(),
    }
}

/// Log lines go to standard error, so that they never mix with an answer. No log line ever holds a secret.
///
/// # Errors
/// When a file that a connector is to write its log to cannot be opened.
pub(super) fn lines(manner: &Manner, global: &Global) -> Result<Vec<Box<dyn Layer<Registry> + Send + Sync>>, Failure> {
    let filter = || EnvFilter::try_from_env("ROLECALL_LOG").unwrap_or_else(|_| EnvFilter::new(level(manner, global)));
    let is_terminal = std::io::stderr().is_terminal();
    let Manner::Runner(log) = manner else {
        let layer = fmt::layer().with_writer(std::io::stderr);
        return Ok(vec![match manner {
            Manner::Service(LogFormat::Json) => {
                layer.json().flatten_event(true).with_current_span(false).with_filter(filter()).boxed()
            }
            _ => layer.with_ansi(is_terminal).with_filter(filter()).boxed(),
        }]);
    };
    let of_place = |place: &String| {
        let layer = fmt::layer().with_ansi(is_terminal && place == "stderr").with_writer(writer(place)?);
        Ok(match log.format {
            LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).with_filter(filter()).boxed(),
            LogFormat::Text => layer.with_filter(filter()).boxed(),
        })
    };
    log.places.iter().map(of_place).collect()
}

/// Where lines go: a stream of this process, or the end of a file.
fn writer(place: &str) -> Result<BoxMakeWriter, Failure> {
    match place {
        "stderr" => Ok(BoxMakeWriter::new(std::io::stderr)),
        "stdout" => Ok(BoxMakeWriter::new(std::io::stdout)),
        path => match OpenOptions::new().append(true).create(true).open(path) {
            Ok(file) => Ok(BoxMakeWriter::new(Mutex::new(file))),
            Err(error) => Err(Failure::new(Exit::Usage, format!("the log {path} cannot be written: {error}"))),
        },
    }
}

/// How a service says what happens, beside what others log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) format: LogFormat,
    /// Whether only trouble is said.
    pub(crate) is_quiet: bool,
}

impl Voice {
    /// Says something that is no trouble, and has to be known all the same.
    pub(crate) fn say(self, text: &str) {
        match self.format {
            LogFormat::Text => note(&printable(text)),
            LogFormat::Json => tracing::info!(target: "rolecall::service", "{}", printable(text)),
        }
    }

    /// Says what happened at this moment.
    pub(crate) fn happened(self, is_trouble: bool, moment: &str, text: &str) {
        match (self.format, is_trouble) {
            (_, false) if self.is_quiet => {}
            (LogFormat::Text, _) => note(&printable(&format!("{moment} {text}"))),
            (LogFormat::Json, true) => tracing::warn!(target: "rolecall::work", "{}", printable(text)),
            (LogFormat::Json, false) => tracing::info!(target: "rolecall::work", "{}", printable(text)),
        }
    }
}
